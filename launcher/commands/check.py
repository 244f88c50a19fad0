"""The command `check`."""

import argparse
import asyncio
import json
import sys
from pathlib import Path

from casebook import score_rules
from casebook.district import load_district
from launcher.casebook_at_hand import casebook_at_hand
from launcher.errors import LauncherError
from launcher.machine import MachineSettings
from launcher.model_check.finding import Finding
from launcher.model_check.models import model_files
from launcher.model_check.review import Folders, review
from launcher.stack import Machine

HELP = "检查流程图、决策表、表单和配置里会出错的地方，每处一行，写明怎么改。"
SUFFIXES = frozenset({".bpmn", ".dmn", ".form"})


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "paths",
        nargs="*",
        type=Path,
        metavar="PATH",
        help="只报告这些文件或文件夹；可以是还没放进 bpmn/ 的草稿，它按文件名顶替原有的模型",
    )
    parser.add_argument("--json", action="store_true", help="最后一行输出一个 JSON 对象")


def run(args: argparse.Namespace) -> int:
    """Print the findings; exit code 1 when there is one."""
    settings = MachineSettings()
    folders = Folders(bpmn=settings.bpmn.resolve(), config=settings.config.resolve())
    chosen = [path.resolve() for path in args.paths]
    drafts = [file for path in chosen for file in _drafts(path, folders=folders)]
    found = [finding for finding in review(folders, drafts=drafts) if _asked_for(finding, chosen, folders=folders)]
    found += [] if chosen else _rules_finding(settings, found)
    for finding in found:
        sys.stdout.write(finding.sentence() + "\n")
    if not found:
        sys.stdout.write("检查完毕，没有发现问题。可以用 ./minhu deploy 部署。\n")
    if args.json:
        rows = [vars(finding) for finding in found]
        sys.stdout.write(json.dumps({"findings": rows, "count": len(rows)}, ensure_ascii=False) + "\n")
    return 1 if found else 0


def _rules_finding(settings: MachineSettings, found: list[Finding]) -> list[Finding]:
    """Find rules of scoring that changed under a version that a running casebook keeps; without one nobody knows."""
    machine = Machine.found(settings)
    if found or (settings.database_url is None and machine.processes.running("postgres") is None):
        return []
    what = asyncio.run(_contradiction(machine))
    where = f"{settings.config.name}/district.toml"
    action = "请换一个新的 rules_version，或改回原来的内容"
    return [Finding(file=where, element="rules_version", what=what, action=action)] if what else []


async def _contradiction(machine: Machine) -> str | None:
    rules = score_rules.of_folders(load_district(machine.settings.config), machine.settings.bpmn)
    async with casebook_at_hand(machine) as casebook, casebook.connect() as connection:
        return await score_rules.contradiction(connection, rules)


def _drafts(path: Path, *, folders: Folders) -> list[Path]:
    """Return the models under a path outside the folders."""
    if not path.exists():
        raise LauncherError(f"找不到 {path}。请检查路径后再运行。")
    if path.is_relative_to(folders.bpmn) or path.is_relative_to(folders.config):
        return []
    files = model_files(path) if path.is_dir() else [path]
    unknown = [file.name for file in files if file.suffix not in SUFFIXES]
    if unknown or not files:
        raise LauncherError(f"{path} 不是也不含流程图、决策表或表单（.bpmn、.dmn、.form）。请更正后再运行。")
    return files


def _asked_for(finding: Finding, chosen: list[Path], *, folders: Folders) -> bool:
    """Whether a finding is about one of the chosen files; without a choice all are."""
    place = (folders.bpmn.parent / finding.file).resolve()
    if place.parent.name == folders.config.name:
        place = folders.config / place.name
    return not chosen or any(place.is_relative_to(path) for path in chosen)
