"""Checks of the configuration: it loads, and its short messages stay short."""

import re
from collections.abc import Iterator
from pathlib import Path

from casebook.district import District, load_district
from casebook.errors import ConfigurationError
from casebook.text_length import EACH_OF_SEVERAL, PARTS_MOST, measure
from launcher.model_check.finding import Finding

FILE = "texts.toml"


def load(folder: Path) -> tuple[District | None, list[Finding]]:
    """Load the configuration, or say in a finding why it cannot be."""
    try:
        return load_district(folder), []
    except ConfigurationError as error:
        sentence = str(error)
        named = re.search(r"配置文件 (\S+?)(?: 的 (.+?))?(?:：|。| 读| 不)", sentence)
        file, key = (named.group(1), named.group(2) or "文件") if named else ("config", "文件")
        what = sentence.split("：", 1)[-1].removesuffix("更正后重新启动。").rstrip("。")
        return None, [Finding(file=file, element=key, what=what, action="请更正后再检查一次")]


def text_findings(district: District, folder: Path) -> Iterator[Finding]:
    """Yield the templates that take more than two parts when filled with the longest names there are."""
    lines = (folder / FILE).read_text(encoding="utf-8-sig").splitlines()
    for name, template in district.texts.templates.items():
        found = measure(template, district=district)
        if found.parts > PARTS_MOST:
            line = next((number for number, text in enumerate(lines, 1) if re.match(rf"\s*{name}\s*=", text)), 0)
            what = f"短信填满后有 {found.length} 个字，要拆成 {found.parts} 条"
            action = f"请缩短到 {PARTS_MOST * EACH_OF_SEVERAL} 个字以内（含签名），可在工作台的“短信文本”页试写"
            yield Finding(file=FILE, line=line, element=name, what=what, action=action)
