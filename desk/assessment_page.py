"""考核: who stands where in a period, how sure that is, and the cases behind every number; signals for inspectors."""

from dataclasses import dataclass
from typing import Any

from nicegui import ui

from casebook import assessment, gaming_signals, inspection_sentences, periods, score_adjustments, views, words
from casebook.assessment import Rate, Scope, Standing
from casebook.score_sentences import PARTS
from desk.layout import card, heading, muted
from desk.office import Office

CASES_MOST = 300


@dataclass
class _Choice:
    """What the selectors say."""

    period: str
    level: str


async def build(office: Office) -> None:
    """Draw the ranking with its selectors."""
    offered = periods.around(office.clock(), zone=office.district.zone)
    choice = _Choice(period=offered[0].code, level="unit")
    heading("考核", level=1)
    with card():
        with ui.element("div").classes("selectors"):
            period = ui.select({each.code: each.name for each in offered}, value=choice.period, label="周期")
            level = ui.select(assessment.LEVELS, value=choice.level, label="级别")
        for field in (period, level):
            field.props("outlined dense")

        @ui.refreshable
        async def live() -> None:
            choice.period, choice.level = period.value, level.value
            async with office.redrawing():
                await _ranking(office, choice)

        await live()
        period.on_value_change(live.refresh)
        level.on_value_change(live.refresh)


async def _ranking(office: Office, choice: _Choice) -> None:
    scope = Scope(period=periods.period(choice.period, zone=office.district.zone), level=choice.level)
    ranking = office.district.scoring.ranking
    async with office.reading() as casebook:
        found = await assessment.standings(casebook, scope, ranking=ranking)
        versions = await assessment.versions(casebook, scope.period)
    if not found:
        muted(f"{scope.period.name}没有已评分的诉求。")
        return
    sure = f"{float(ranking.confidence):.1%}".replace(".0%", "%")
    muted(
        f"评分规则 {'、'.join(versions)}。括号里是 {sure} 置信区间：平均分按 t 分布，比率按 Wilson 法。"
        f"少于 {ranking.cases_least} 个得分的不排名。"
    )
    with ui.element("div").classes("items"):
        for each in found:
            _line(scope, each)
    ui.link("供督查核对的异常", f"/assessment/signals/{scope.period.code}")
    ui.link("得分申诉", "/appeals")


def _line(scope: Scope, each: Standing) -> None:
    with ui.element("div").classes("item standing"):
        ui.label(f"{each.rank}" if each.rank else "样本不足").classes("number rank" if each.rank else "tag")
        ui.link(each.name, f"/assessment/cases/{scope.period.code}/{scope.level}/{each.key}")
        with ui.element("div"):
            ui.label(f"{each.mean} 分").classes("number score")
            if each.interval:
                muted(f"（{each.interval[0]:.2f}–{each.interval[1]:.2f}）").classes("number")
        led = f"，牵头 {each.led} 个" if each.led != each.count else ""
        left_out = f"，另有 {each.excluded} 个不计入" if each.excluded else ""
        muted(f"{each.count} 个得分{led}{left_out}").classes("number")
        with ui.element("div").classes("rates"):
            for name, rate in (("按时响应", each.answered), ("按时办结", each.completed), ("满意", each.satisfied)):
                muted(_rate(name, rate)).classes("number")


def _rate(name: str, rate: Rate) -> str:
    if rate.interval is None:
        return f"{name} 没有数据"
    low, high = rate.interval
    return f"{name} {rate.hits / rate.count:.0%}（{low:.0%}–{high:.0%}）"


async def build_cases(office: Office, *, period: str, level: str, key: str) -> None:
    """Draw the scored rounds behind one line, the lowest first."""
    scope = Scope(period=periods.period(period, zone=office.district.zone), level=level)
    async with office.reading() as casebook:
        rows = await assessment.cases(casebook, scope, key=key, most=CASES_MOST + 1)
        left_out = await assessment.excluded_cases(casebook, scope, key=key)
        moved = await score_adjustments.of_requests(casebook, {row["request_id"] for row in (*rows, *left_out)})
        name = await assessment.name_of(casebook, scope, key)
        names = await views.unit_names(casebook)
    heading(f"{name}　{scope.period.name}", level=1)
    ui.link("返回考核", "/assessment")
    with card("得分从低到高"):
        if not rows:
            muted("没有已评分的诉求。")
        with ui.element("div").classes("items"):
            for row in rows[:CASES_MOST]:
                _case(office, row, names=names, moved=moved)
        if len(rows) > CASES_MOST:
            muted(f"只列出得分最低的 {CASES_MOST} 个。")
    if left_out:
        with card(f"不计入考核（{len(left_out)}）"), ui.element("div").classes("items"):
            for row in left_out:
                _case(office, row, names=names, moved=moved)


def _case(office: Office, row: dict[str, Any], *, names: dict[str, str], moved: list[dict[str, Any]]) -> None:
    facts = [f"{words.ASPECTS[aspect]}{words.word(words.FACTS, row[aspect])}" for aspect in words.ASPECTS]
    mine = [each for each in moved if each["request_id"] == row["request_id"]]
    with ui.element("div").classes("item case"):
        with ui.element("div"):
            ui.link(row["request_id"], f"/requests/{row['request_id']}").classes("number")
            muted(f"第 {row['round']} 轮　{words.word(names, row['unit'])}（{PARTS[row['part']]}）")
        with ui.element("div"):
            muted("、".join(facts))
            if reached := inspection_sentences.moved_sentence(row, mine):
                ui.label(reached).classes("sentence moved")
        with ui.element("div"):
            excluded = score_adjustments.excluded_by(row, mine)
            ui.label("不计入" if excluded else f"{row['effective']} 分").classes("number score")
            muted(words.moment(row["scored_at"], office.district.zone)).classes("number")


async def build_signals(office: Office, *, period: str) -> None:
    """Draw what inspectors may want to look at; nothing of it changes a score."""
    span, rules = periods.period(period, zone=office.district.zone), office.district.scoring.signals
    async with office.reading() as casebook:
        found = await gaming_signals.find(casebook, span, rules=rules)
        names = await views.unit_names(casebook)
    heading(f"供督查核对的异常　{span.name}", level=1)
    muted("这些只是值得看一眼的地方，不一定有问题；系统不会因此改动任何得分。界线在 config/scoring.toml 的 [signals]。")
    ui.link("返回考核", "/assessment")
    for kind, title in gaming_signals.KINDS.items():
        mine = [signal for signal in found if signal.kind == kind]
        with card(f"{title}（{len(mine)}）"), ui.element("div").classes("items"):
            if not mine:
                muted("没有。")
            for signal in mine[:CASES_MOST]:
                _signal(office, signal, names=names)


def _signal(office: Office, signal: gaming_signals.Signal, *, names: dict[str, str]) -> None:
    with ui.element("div").classes("item event"):
        muted(words.moment(signal.at, office.district.zone)).classes("number")
        with ui.element("div"):
            ui.label(f"{words.word(names, signal.unit)}：{signal.what}")
            with ui.element("div").classes("chain"):
                for request_id in signal.request_ids:
                    ui.link(request_id, f"/requests/{request_id}").classes("number")
