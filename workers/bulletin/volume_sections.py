"""The sections of a report about what came in: in all, by channel, matter, level, unit, street and place."""

from collections.abc import Iterator, Sequence

from casebook.report_figures import Group, ReportFigures, Trio
from workers.bulletin.blocks import Block, Grid, Heading, Paragraph, Picture
from workers.bulletin.charts import bars, columns
from workers.bulletin.phrases import NOTHING, compared, listed, share, signed

MOST_ROWS = 10
GROUP_WIDTHS = (26, 12, 10, 12, 12, 14, 14)
GROUP_HEADER = ("受理", "占比", "办结", "上期受理", "环比", "同比")


def overall(figures: ReportFigures) -> Iterator[Block]:
    """Tell what came in and what became of it."""
    volume, received = figures.volume, figures.volume.received
    if not received.now:
        yield Paragraph(text="本期没有受理诉求。上期、去年同期的数字列在表中，供对照。")
    else:
        yield Paragraph(
            text=f"本期受理诉求{received.now}件，{compared(received)}；办结{volume.closed.now}件，"
            f"{compared(volume.closed)}；撤回{volume.withdrawn}件，并案{volume.merged}件；"
            f"期末在办{volume.open_at_end}件。"
        )
    counted = (
        ("受理诉求", received),
        ("办结诉求", volume.closed),
        ("亮黄灯工单", figures.lights.yellow),
        ("亮红灯工单", figures.lights.red),
        ("推送督查", figures.inspections),
        ("下达督办单", figures.supervision_orders),
        ("批准延期", figures.extensions),
        ("执法呼叫", figures.enforcement_calls),
    )
    yield Grid(
        caption="受理与办结（件、张、次）",
        header=("指标", "本期", "上期", "环比", "去年同期", "同比"),
        rows=tuple((name, *_compared(count)) for name, count in counted),
        widths=(28, 14, 14, 15, 15, 14),
        aligned=("left", *("right",) * 5),
    )
    if len(volume.by_day) > 1 and (received.now or volume.closed.now):
        yield Picture(caption="每日受理与办结", svg=columns(volume.by_day))


def composition(figures: ReportFigures) -> Iterator[Block]:
    """Tell what the requests were made of."""
    whole = figures.volume.received.now
    yield Heading(text="（一）渠道", level=2)
    yield Paragraph(text=_told(figures.by_channel, whole))
    yield _table(figures.by_channel, caption="各渠道受理情况（件）", what="渠道", whole=whole)
    yield Heading(text="（二）事项类别", level=2)
    yield Paragraph(
        text=f"{_told(figures.by_category, whole)}具体事项中居前的是：{_first(figures.by_matter, most=5)}。"
    )
    if whole:
        rows = [(group.name, float(group.received.now), str(group.received.now)) for group in figures.by_category]
        yield Picture(caption="各大类受理量（件）", svg=bars(rows[:MOST_ROWS]))
    yield _table(figures.by_matter[:MOST_ROWS], caption="居前的具体事项（件）", what="事项", whole=whole)


def by_level(figures: ReportFigures) -> Iterator[Block]:
    """Tell at which level requests were answered."""
    whole = figures.volume.received.now
    yield Heading(text="（三）响应级别", level=2)
    yield _table(figures.by_level, caption="各响应级别受理情况（件）", what="级别", whole=whole)


def by_unit(figures: ReportFigures) -> Iterator[Block]:
    """Tell who had most to do."""
    whole = figures.volume.received.now
    yield Heading(text="（四）承办单位", level=2)
    yield _table(figures.by_unit[:MOST_ROWS], caption="受理量居前的承办单位（件）", what="单位", whole=whole)


def by_street(figures: ReportFigures, *, number: str) -> Iterator[Block]:
    """Tell where requests came from."""
    yield Heading(text=f"（{number}）街道", level=2)
    yield _table(figures.by_street, caption="各街道受理情况（件）", what="街道", whole=figures.volume.received.now)


def hot_places(figures: ReportFigures) -> Iterator[Block]:
    """Tell in which communities which matter came up most."""
    if not figures.hot_places:
        yield Paragraph(text="本期没有同一社区同一事项受理两件以上的，无高发点位。")
        return
    first = figures.hot_places[0]
    yield Paragraph(
        text=f"同一社区同一事项受理最多的是{first.name}“{first.category_name}”，{first.now}件。"
        "请有关街道、社区对照下表研判成因，提前介入。"
    )
    yield Grid(
        caption="高发点位（件）",
        header=("社区", "事项", "本期", "上期"),
        rows=tuple(
            (place.name, place.category_name, str(place.now), str(place.before)) for place in figures.hot_places
        ),
        widths=(42, 32, 13, 13),
        aligned=("left", "left", "right", "right"),
    )


def _told(groups: Sequence[Group], whole: int) -> str:
    if not whole:
        return "本期没有受理诉求。"
    first = [f"{group.name}{group.received.now}件，占{share(group.received.now, whole)}" for group in groups[:3]]
    return f"居前的是：{'；'.join(first)}。"


def _first(groups: Sequence[Group], *, most: int) -> str:
    return listed([f"{group.name}（{group.received.now}件）" for group in groups[:most] if group.received.now])


def _table(groups: Sequence[Group], *, caption: str, what: str, whole: int) -> Grid:
    rows = tuple(
        (
            group.name,
            str(group.received.now),
            share(group.received.now, whole),
            str(group.closed),
            str(group.received.before),
            signed(group.received.on_before()),
            signed(group.received.on_year()),
        )
        for group in groups
    )
    return Grid(
        caption=caption,
        header=(what, *GROUP_HEADER),
        rows=rows or ((NOTHING,) * 7,),
        widths=GROUP_WIDTHS,
        aligned=("left", *("right",) * 6),
    )


def _compared(count: Trio) -> tuple[str, ...]:
    return str(count.now), str(count.before), signed(count.on_before()), str(count.year), signed(count.on_year())
