"""A report's content from its figures: which sections each kind has, in which order, under which title."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import chain

from casebook.report_figures import ReportFigures
from casebook.report_rules import Kind, ReportRules
from workers.bulletin.blocks import Block, Bulletin, Heading, Paragraph
from workers.bulletin.phrases import day, moment
from workers.bulletin.quality_sections import cases, lights, quality, rankings
from workers.bulletin.volume_sections import by_level, by_street, by_unit, composition, hot_places, overall

MASTHEADS: dict[Kind, str] = {
    "weekly_report": "民呼我应周动态",
    "monthly_report": "民呼我应月通报",
    "flash_report": "民呼我应实时快报",
}
NUMERALS = "一二三四五六七八九十"
ONE_DAY = timedelta(days=1)


def bulletin(figures: ReportFigures, *, rules: ReportRules, number: str, cause: str | None = None) -> Bulletin:
    """Return the whole report; one with a cause (由头) begins with it."""
    pattern = getattr(rules.numbers, figures.kind)
    return Bulletin(
        masthead=MASTHEADS[figures.kind],
        number=pattern.format(year=_year(figures), number=number),
        title=_title(figures),
        issuer=rules.issuer,
        dated=figures.as_of.date(),
        as_of=figures.as_of,
        blocks=tuple(_numbered(chain(_cause(cause), _sections(figures, rules)))),
    )


def _year(figures: ReportFigures) -> str:
    return figures.label[:4]


def _title(figures: ReportFigures) -> str:
    begins, last = figures.begins.date(), figures.ends.date() - ONE_DAY
    if figures.kind == "monthly_report":
        return f"{begins.year}年{begins.month}月“民呼我应”工作情况通报"
    if figures.kind == "weekly_report":
        return f"“民呼我应”工作周动态\n（{day(begins)}至{last.month}月{last.day}日）"
    return f"“民呼我应”工作实时快报\n（{day(begins)}）"


def _cause(cause: str | None) -> Iterator[tuple[str, Iterable[Block]]]:
    if cause:
        yield "快报由头", [Paragraph(text=cause)]


def _sections(figures: ReportFigures, rules: ReportRules) -> Iterator[tuple[str, Iterable[Block]]]:
    monthly = figures.kind == "monthly_report"
    yield "总体情况", overall(figures)
    if figures.kind == "flash_report":
        yield "高发点位", hot_places(figures)
        yield "红黄灯", lights(figures)
    else:
        levels = [*by_level(figures), *by_unit(figures)] if monthly else []
        streets = by_street(figures, number="五" if monthly else "三")
        yield "诉求构成", [*composition(figures), *levels, *streets]
        yield "办理质量", quality(figures)
        yield "红黄灯", lights(figures)
        if monthly:
            yield "排名", rankings(figures, most=rules.ranked_most, least=rules.ranked_least)
        yield "高发点位", hot_places(figures)
        yield "典型事例", cases(figures)
    yield "统计说明", _notes(figures)


def _numbered(sections: Iterable[tuple[str, Iterable[Block]]]) -> Iterator[Block]:
    for numeral, (name, blocks) in zip(NUMERALS, sections, strict=False):
        yield Heading(text=f"{numeral}、{name}")
        yield from blocks


def _notes(figures: ReportFigures) -> Iterator[Block]:
    partly = "，统计期尚未结束，上期和去年同期取同样长的一段" if figures.until < figures.ends else ""
    yield Paragraph(
        text=f"统计期自{moment(figures.begins)}起，至{moment(figures.until)}止{partly}；"
        f"只计{moment(figures.as_of)}以前已登记的事实，此后补登的不影响本期数字。"
    )
    if figures.kind == "flash_report":
        yield Paragraph(
            text="受理按诉求发生时间计，含并案。环比与前一天比，同比与去年同一星期的同一天比；分母为零的写“—”。"
        )
        return
    yield Paragraph(
        text="受理按诉求发生时间计，含并案；级别、单位按当时最近一张牵头工单计，还没有牵头工单的列为“尚未派出”。"
        "应办结，指期内回单的牵头工单和期末已超期而未回单的牵头工单；按期办结率＝期内按期回单÷应办结。"
        "准确派遣率＝首次派出即被签收的诉求÷已签收的诉求；回退率＝曾被退单的诉求÷已签收的诉求。"
        "环比与上一统计期比，同比与去年同期比；分母为零的写“—”。"
    )
