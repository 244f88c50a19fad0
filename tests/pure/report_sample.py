"""Figures for tests of files: a small month, and one in which nothing happened."""

from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from casebook.report_figures import (
    Day,
    Group,
    HotPlace,
    LateOrder,
    Lights,
    Quality,
    Rate,
    Reason,
    ReportFigures,
    Standing,
    Trio,
    TypicalCase,
    Volume,
)

ZONE = ZoneInfo("Asia/Shanghai")
BEGINS, ENDS = datetime(2026, 10, 1, tzinfo=ZONE), datetime(2026, 11, 1, tzinfo=ZONE)
NONE, NO_RATE = Trio(), Rate()
WHY = (Reason(name="办得太慢", count=2), Reason(name="其他", count=1))
HOSTILE = '"#panic()" <b>&\\'  # a name that would be code, if text were not data


def nothing() -> ReportFigures:
    """Return the figures of a month in which nothing was received."""
    days = tuple(Day(day=(BEGINS + timedelta(days=number)).date(), received=0, closed=0) for number in range(31))
    rates = dict.fromkeys(
        ("on_time", "on_time_before", "right_first_time", "right_first_time_before", "returned", "returned_before"),
        NO_RATE,
    )
    return ReportFigures(
        kind="monthly_report",
        label="2026-10",
        begins=BEGINS,
        ends=ENDS,
        until=ENDS,
        as_of=ENDS,
        volume=Volume(received=NONE, closed=NONE, withdrawn=0, merged=0, open_at_end=0, by_day=days),
        by_channel=(),
        by_category=(),
        by_matter=(),
        by_level=(),
        by_unit=(),
        by_street=(),
        quality=Quality(**rates, resolved=NO_RATE, rated=0, satisfaction=None, scored=0, score=None, reasons=WHY),
        lights=Lights(yellow=NONE, red=NONE, yellow_open=0, red_open=0, yellow_list=(), red_list=()),
        units_ranked=(),
        streets_ranked=(),
        too_few=0,
        hot_places=(),
        cases=(),
        supervision_orders=NONE,
        inspections=NONE,
        extensions=NONE,
        enforcement_calls=NONE,
    )


def something() -> ReportFigures:
    """Return the figures of a month with a little of everything."""
    group = Group(code="a", name=HOSTILE, received=Trio(now=3, before=2, year=0), closed=2)
    late = LateOrder(
        work_order_id="JA20261002-000123-7-01",
        kind="牵头办理",
        category="井盖缺失",
        unit="一元街道城市管理办",
        due_at=BEGINS + timedelta(days=5),
        hours=30,
    )
    standing = Standing(code="u", name="一元街道", on_time=Rate(part=5, whole=6), scored=2, score=Decimal("91.50"))
    case = TypicalCase(
        why="办得好",
        request_id="JA20261002-000123-7",
        category="井盖缺失",
        community="一元街道扬子社区",
        unit="一元街道城市管理办",
        days=Decimal("1.5"),
        score=Decimal("98.00"),
        times=0,
    )
    place = HotPlace(community="c", category="m", name="一元街道扬子社区", category_name="井盖缺失", now=3, before=1)
    plain = nothing()
    groups = dict.fromkeys(("by_channel", "by_category", "by_matter", "by_level", "by_unit", "by_street"), (group,))
    return plain.model_copy(
        update=groups
        | {
            "volume": plain.volume.model_copy(update={"received": group.received, "open_at_end": 1}),
            "lights": plain.lights.model_copy(update={"red_open": 1, "red_list": (late,)}),
            "units_ranked": (standing,),
            "streets_ranked": (standing,),
            "hot_places": (place,),
            "cases": (case,),
            "quality": plain.quality.model_copy(update={"on_time": Rate(part=5, whole=6)}),
        }
    )
