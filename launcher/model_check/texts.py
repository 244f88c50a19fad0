"""Checks of the configuration: it loads, and its short messages stay short."""

import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

from casebook.district import District, load_district
from casebook.errors import ConfigurationError
from launcher.model_check.finding import Finding

FILE = "texts.toml"
PARTS_MOST = 2
ONE_PART, EACH_OF_SEVERAL = 70, 67  # characters of UCS-2 in a short message, alone and joined
REQUEST_ID = "JA20261123-000123-7"
FILLED = {
    "request_id": REQUEST_ID,
    "work_order_id": f"{REQUEST_ID}-01",
    "supervision_id": f"{REQUEST_ID}-DB01",
    "deadline": "11月23日17:30",
    "batch_id": "GP20261123-01",
    "count": "1000",
    "link": "https://minhu.example.gov.cn/r/" + "x" * 22,
}


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
    longest = FILLED | {
        "category": max((category.name for category in district.catalogue.values()), key=len),
        "community": max((place.name for place in district.communities.values()), key=len),
        **dict.fromkeys(("unit", "other_unit"), max((unit.name for unit in district.units), key=len)),
    }
    lines = (folder / FILE).read_text(encoding="utf-8-sig").splitlines()
    for name, template in district.texts.templates.items():
        fields = {field for _, field, _, _ in Formatter().parse(template) if field}
        length = len(district.texts.fill(name, {field: longest[field] for field in fields}))
        parts = 1 if length <= ONE_PART else -(-length // EACH_OF_SEVERAL)
        if parts > PARTS_MOST:
            line = next((number for number, text in enumerate(lines, 1) if re.match(rf"\s*{name}\s*=", text)), 0)
            what = f"短信填满后有 {length} 个字，要拆成 {parts} 条"
            action = f"请缩短到 {PARTS_MOST * EACH_OF_SEVERAL} 个字以内（含签名）"
            yield Finding(file=FILE, line=line, element=name, what=what, action=action)
