"""The sections of a report about how the work was done: rates, lights, rankings, typical cases."""

from collections.abc import Iterator, Sequence

from casebook.report_figures import LateOrder, ReportFigures, Standing, TypicalCase
from workers.bulletin.blocks import Block, Grid, Heading, Paragraph, Picture
from workers.bulletin.charts import bars
from workers.bulletin.phrases import NOTHING, number, points, rate, short_moment

HUNDRED_PERCENT = 100.0


def quality(figures: ReportFigures) -> Iterator[Block]:
    """Tell the rates of the period beside those of the one before."""
    found = figures.quality
    yield Paragraph(
        text=f"牵头工单应办结{found.on_time.whole}张，按期办结{found.on_time.part}张，按期办结率{rate(found.on_time)}；"
        f"准确派遣率{rate(found.right_first_time)}，回退率{rate(found.returned)}。"
        f"收到评价{found.rated}份，诉求人认为已解决的占{rate(found.resolved)}，"
        f"满意程度平均{number(found.satisfaction)}分（满分5分）；"
        f"评分{found.scored}件，平均{number(found.score)}分（满分100分）。"
    )
    if found.reasons:
        told = "、".join(f"{reason.name}{reason.count}份" for reason in found.reasons)
        yield Paragraph(text=f"不满意或没有解决的，主要原因：{told}。")
    rows = (
        ("按期办结率", found.on_time, found.on_time_before),
        ("准确派遣率", found.right_first_time, found.right_first_time_before),
        ("回退率", found.returned, found.returned_before),
    )
    yield Grid(
        caption="办理质量",
        header=("指标", "本期", "分子/分母", "上期", "变化（百分点）"),
        rows=tuple(
            (name, rate(now), f"{now.part}/{now.whole}", rate(before), points(now, before))
            for name, now, before in rows
        ),
        widths=(24, 16, 24, 16, 20),
        aligned=("left", *("right",) * 4),
    )


def lights(figures: ReportFigures) -> Iterator[Block]:
    """Tell which work orders stand on red and on yellow."""
    found = figures.lights
    yield Paragraph(
        text=f"本期亮黄灯工单{found.yellow.now}张，亮红灯工单{found.red.now}张。期末仍未办结的，"
        f"黄灯{found.yellow_open}张，红灯{found.red_open}张。请有关单位对照清单限期办结。"
    )
    yield from _orders("红灯清单", found.red_list, whole=found.red_open, hours="超期")
    yield from _orders("黄灯清单", found.yellow_list, whole=found.yellow_open, hours="剩余")


def _orders(name: str, orders: Sequence[LateOrder], *, whole: int, hours: str) -> Iterator[Block]:
    if not orders:
        yield Paragraph(text=f"{name}：无。")
        return
    shown = f"到期最早的{len(orders)}张，共{whole}张" if whole > len(orders) else f"共{whole}张"
    yield Grid(
        caption=f"{name}（{shown}）",
        header=("工单编号", "环节", "事项", "承办单位", "到期", hours),
        rows=tuple(
            (order.work_order_id, order.kind, order.category, order.unit, short_moment(order.due_at), _hours(order))
            for order in orders
        ),
        widths=(28, 11, 17, 22, 12, 10),
        aligned=("left", "left", "left", "left", "left", "right"),
        points=9,
    )


def _hours(order: LateOrder) -> str:
    days, hours = divmod(order.hours, 24)
    return f"{days}天" if days else f"{hours}小时"


def rankings(figures: ReportFigures, *, most: int, least: int) -> Iterator[Block]:
    """Tell who is in front and who behind; few orders make no ranking."""
    units, streets = figures.units_ranked, figures.streets_ranked
    left_out = f"另有{figures.too_few}个单位应办结不足{least}张，不参加排名。" if figures.too_few else ""
    yield Paragraph(text=f"按按期办结率排名，相同的依次比平均得分、应办结数。参加排名的单位{len(units)}个。{left_out}")
    yield Heading(text="（一）承办单位", level=2)
    yield _ranking(units[:most], caption=f"居前的单位（前{min(most, len(units))}名）", what="单位", first=1)
    if len(units) > most:
        behind = units[max(most, len(units) - most) :]
        yield _ranking(
            behind, caption=f"居后的单位（后{len(behind)}名）", what="单位", first=len(units) - len(behind) + 1
        )
    yield Heading(text="（二）街道", level=2)
    if streets:
        rows = [(each.name, float(each.on_time.percent() or 0), rate(each.on_time)) for each in streets]
        yield Picture(caption="各街道按期办结率", svg=bars(rows, most=HUNDRED_PERCENT))
    yield _ranking(streets, caption="各街道排名", what="街道", first=1)


def _ranking(standings: Sequence[Standing], *, caption: str, what: str, first: int) -> Grid:
    rows = tuple(
        (
            str(place),
            each.name,
            rate(each.on_time),
            f"{each.on_time.part}/{each.on_time.whole}",
            number(each.score),
            str(each.scored),
        )
        for place, each in enumerate(standings, first)
    )
    return Grid(
        caption=caption,
        header=("名次", what, "按期办结率", "按期/应办结", "平均得分", "评分件数"),
        rows=rows or ((NOTHING,) * 6,),
        widths=(9, 37, 15, 15, 12, 12),
        aligned=("center", "left", *("right",) * 4),
    )


def cases(figures: ReportFigures) -> Iterator[Block]:
    """Tell the cases that the rules chose, without anything of the caller's."""
    if not figures.cases:
        yield Paragraph(text="本期没有可供选取的事例。")
        return
    yield Paragraph(text="以下事例按规则选取，不含诉求人信息；详情请凭编号在工作台查阅。")
    for each in figures.cases:
        yield Paragraph(text=f"【{each.why}】{_case(each)}")


def _case(each: TypicalCase) -> str:
    unit = f"由{each.unit}牵头办理，" if each.unit else ""
    back = f"其间退单{each.times}次，" if each.times else ""
    score = f"得分{each.score}分" if each.score is not None else "尚未评分"
    return f"{each.community}“{each.category}”，{unit}{back}历时{each.days}天办结，{score}（编号{each.request_id}）。"
