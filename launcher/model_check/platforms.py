"""Checks of the platforms' mappings: categories can be reached, codes lead to one, states can be told."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from casebook.configuration import Folder
from casebook.directory_files import read_table
from casebook.errors import ConfigurationError
from casebook.platforms import TOLD
from casebook.rules import Category
from launcher.model_check.finding import Finding, nearest

CATALOGUE = "catalogue.csv"
SECTION = re.compile(r"\s*\[\s*(?P<name>[^\[\]]+?)\s*\]")
ENTRY = re.compile(r"""\s*(?:"(?P<quoted>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[\w-]+))\s*=""")


def platform_findings(folder: Path) -> list[Finding]:
    """Return what the mappings leave out or name wrongly; files that cannot be read are named elsewhere."""
    files = Folder(folder)
    try:
        catalogue = read_table(files, CATALOGUE, model=Category, key="code")
    except ConfigurationError:
        return []
    reached: set[str] = set()
    found: list[Finding] = []
    for name in files.names("platforms/*.toml"):
        try:
            written = tomllib.loads((folder / name).read_text(encoding="utf-8-sig"))
        except (OSError, ValueError):
            return []
        codes = {str(theirs): str(ours) for theirs, ours in written.get("categories", {}).items()}
        found += _leading_nowhere(folder, name, codes=codes, catalogue=catalogue)
        found += _untold(name, status=written.get("status", {}))
        reached |= set(codes.values())
    return [*found, *_unreached(folder, catalogue=catalogue, reached=reached)]


def without_doubles(found: list[Finding], *, precise: list[Finding]) -> list[Finding]:
    """Return findings without those about a file's categories of which `precise` names every line."""
    lines = {finding.file for finding in precise}
    return [each for each in found if each.file not in lines or not each.element.startswith("categories.")]


def _leading_nowhere(
    folder: Path, name: str, *, codes: dict[str, str], catalogue: dict[str, Category]
) -> Iterator[Finding]:
    lines = _lines_of_codes(folder / name)
    for theirs, ours in codes.items():
        if ours not in catalogue:
            what = f"平台的“{theirs}”对应到类别 {ours}，catalogue.csv 里没有这个类别{nearest(ours, catalogue)}"
            action = "请改为现有的类别编码；平台已停用的，删去这一行"
            yield Finding(file=name, line=lines.get(theirs, 0), element=theirs, what=what, action=action)


def _untold(name: str, *, status: Mapping[str, object]) -> Iterator[Finding]:
    """Find states that nobody decided upon: their changes would be left out of the platform's feed unnoticed."""
    for state, meaning in TOLD.items():
        if state not in status:
            what = f"没有写平台用什么状态码表示“{meaning}”，这种进展不会回传给平台"
            action = '请在 [status] 中补一行；平台不需要的，写成空的 ""'
            yield Finding(file=name, element=f"status.{state}", what=what, action=action)


def _unreached(folder: Path, *, catalogue: dict[str, Category], reached: set[str]) -> Iterator[Finding]:
    text = (folder / CATALOGUE).read_text(encoding="utf-8-sig").splitlines()
    lines = {line.partition(",")[0]: number for number, line in enumerate(text, 1)}
    for code, category in catalogue.items():
        if code not in reached:
            what = f"没有平台的取值对应到类别“{category.name}”，从平台收不到这类诉求"
            action = "请在 config/platforms 里至少一个平台的 [categories] 中补一行"
            yield Finding(file=CATALOGUE, line=lines.get(code, 0), element=code, what=what, action=action)


def _lines_of_codes(path: Path) -> dict[str, int]:
    """Return the lines on which a mapping's entries stand."""
    lines: dict[str, int] = {}
    section = ""
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), 1):
        if named := SECTION.match(line):
            section = named["name"]
        elif section == "categories" and (entry := ENTRY.match(line)):
            lines[entry["quoted"] or entry["single"] or entry["bare"] or ""] = number
    return lines
