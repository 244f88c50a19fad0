"""Numbers as an office writes them; what cannot be divided is a dash."""

from datetime import date, datetime
from decimal import Decimal

from casebook.report_figures import Rate, Trio

NOTHING = "—"


def percent(value: Decimal | None) -> str:
    """Return `87.5%`, or a dash."""
    return NOTHING if value is None else f"{value}%"


def rate(value: Rate) -> str:
    """Return a rate in percent, or a dash of nothing."""
    return percent(value.percent())


def signed(value: Decimal | None) -> str:
    """Return `+3.5%`, `-2.0%`, `0.0%` or a dash: for a cell of a table."""
    return NOTHING if value is None else f"{value:+}%" if value else "0.0%"


def change(value: Decimal | None) -> str:
    """Return `上升3.5%`, `下降2.0%`, `持平` or a dash: for running text."""
    if value is None:
        return NOTHING
    return f"上升{value}%" if value > 0 else f"下降{-value}%" if value < 0 else "持平"


def points(now: Rate, before: Rate) -> str:
    """Return by how many percentage points a rate moved: `+1.2`, or a dash."""
    new, old = now.percent(), before.percent()
    return NOTHING if new is None or old is None else f"{new - old:+}" if new != old else "0.0"


def compared(count: Trio) -> str:
    """Return how a count stands to the period before and to last year's: `环比上升3.5%，同比—（…）`."""
    return f"环比{change(count.on_before())}，同比{change(count.on_year())}"


def number(value: Decimal | None) -> str:
    """Return a decimal number, or a dash."""
    return NOTHING if value is None else str(value)


def share(part: int, whole: int) -> str:
    """Return the share of a part in percent, or a dash of nothing."""
    return rate(Rate(part=part, whole=whole))


def day(value: date) -> str:
    """Return `2026年10月1日`."""
    return f"{value.year}年{value.month}月{value.day}日"


def moment(value: datetime) -> str:
    """Return `2026年10月1日8时05分` in the zone of the instant itself."""
    return f"{day(value)}{value.hour}时{value.minute:02d}分"


def short_moment(value: datetime) -> str:
    """Return `2026.10.01 08:05` in the zone of the instant itself."""
    return f"{value:%Y.%m.%d %H:%M}"


def listed(texts: list[str]) -> str:
    """Return texts put together by 、 or a dash for none."""
    return "、".join(texts) or NOTHING
