"""How long a short message gets: filled with the longest names there are, in characters and in parts (70/67).

One part of UCS-2 has 70 characters; each part of a longer text has 67, because three go to what joins them
(3GPP TS 23.040, 9.2.3.24.1).
"""

from dataclasses import dataclass
from string import Formatter

from casebook.district import District
from casebook.rules import PLACEHOLDERS

PARTS_MOST = 2
ONE_PART, EACH_OF_SEVERAL = 70, 67
REQUEST_ID = "JA20261123-000123-7"
FILLED = {
    "request_id": REQUEST_ID,
    "work_order_id": f"{REQUEST_ID}-01",
    "supervision_id": f"{REQUEST_ID}-DB01",
    "deadline": "11月23日17:30",
    "batch_id": "GP20261123-01",
    "main_id": "JA20261123-000122-9",
    "count": "1000",
    "result": "申诉部分成立，得分 59.99 → 100.00",
    "report": "江民呼快报〔2026〕1128-10号",
    "link": "https://minhu.example.gov.cn/r/" + "x" * 22,
}


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A text as it would be sent at its longest; `room`: characters until the next part begins."""

    text: str
    length: int
    parts: int
    room: int


def longest(district: District) -> dict[str, str]:
    """Return the longest filling of each placeholder that this district can have."""
    return FILLED | {
        "category": max((category.name for category in district.catalogue.values()), key=len),
        "community": max((place.name for place in district.communities.values()), key=len),
        **dict.fromkeys(("unit", "other_unit"), max((unit.name for unit in district.units), key=len)),
    }


def measure(template: str, *, district: District) -> Measured:
    """Return a template signed and filled; `ValueError` with a Chinese sentence when it cannot be filled."""
    try:
        used = {field for _, field, _, _ in Formatter().parse(template) if field is not None}
    except ValueError as error:
        raise ValueError("花括号不成对。") from error
    if strangers := sorted(used - PLACEHOLDERS):
        raise ValueError(f"没有占位符 {{{strangers[0]}}}。可用的有：{'、'.join(sorted(PLACEHOLDERS))}。")
    text = district.texts.signature + template.format_map(longest(district))
    length = len(text.encode("utf-16-be")) // 2  # a character outside the basic plane counts twice
    parts = 1 if length <= ONE_PART else -(-length // EACH_OF_SEVERAL)
    room = (ONE_PART if parts == 1 else parts * EACH_OF_SEVERAL) - length
    return Measured(text=text, length=length, parts=parts, room=room)
