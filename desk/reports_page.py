"""通报: which reports there are and where each stands; asking for one; and one report, before its approver."""

from typing import Any

from nicegui import ui

from casebook import district_reports, report_views, words
from casebook.district_reports import LONGEST_REMARK, Decision, Given, document_number
from casebook.report_periods import EXAMPLES, wished
from casebook.report_rules import Kind
from casebook.report_views import DECISIONS, KINDS, ORIGINS, STATES, UNDER_WAY
from desk.layout import card, facts, heading, muted
from desk.office import Office

MOST = 60
SOON_SECONDS, LATER_SECONDS = 2.0, 30.0  # while something is under way; otherwise
LONGEST_PERIOD = 10
PARTS: tuple[tuple[str, frozenset[str]], ...] = (
    ("正在编制、发送", UNDER_WAY),
    ("等待审批", frozenset({"waiting"})),
    ("已办结", frozenset({"sent", "dropped"})),
)


async def build_list(office: Office) -> None:
    """Draw what may be asked for, and the reports: those under way, those that wait, those that are done."""
    heading("通报", level=1)
    states: set[str] = set()

    @ui.refreshable
    async def live() -> None:
        async with office.redrawing():
            async with office.reading() as casebook:
                rows = await report_views.listed(casebook, most=MOST)
            states.clear()
            states.update(row["state"] for row in rows)
            for title, shown in PARTS:
                if (mine := [row for row in rows if row["state"] in shown]) or shown is not UNDER_WAY:
                    _rows(office, mine, title=title)

    _wish(office, after=live)
    await live()
    _follow(states, live=live)
    ui.timer(LATER_SECONDS, live.refresh, immediate=False)


def _follow(states: set[str], *, live: Any) -> None:
    """Draw again soon as long as something is under way."""

    async def look_again() -> None:
        if states & UNDER_WAY:
            await live.refresh()

    ui.timer(SOON_SECONDS, look_again, immediate=False)


def _wish(office: Office, *, after: Any) -> None:
    with card("要一份通报"):
        muted("周动态、月通报每周一、每月一日零点半自动编制。这里可以随时要一份实时快报，或补一期没有编制的。")
        with ui.element("div").classes("selectors"):
            kind = ui.select(KINDS, value="flash_report", label="种类").props("outlined dense")
            label = ui.input("统计期").props(f"outlined dense clearable maxlength={LONGEST_PERIOD}")

        def explain() -> None:
            label.props(f'hint="不填就是{_default(kind.value)}；{EXAMPLES[kind.value].split("，")[1]}"')

        kind.on_value_change(explain)
        explain()

        async def ask() -> None:
            async def deed(casebook: Any, now: Any) -> None:
                period = wished(kind.value, (label.value or "").strip() or None, now=now, zone=office.district.zone)
                await district_reports.ask(casebook, period, person=office.centre, now=now)

            if await office.attempt(deed, done="已经开始编制，编好以后在下面等待审批。"):
                after.refresh()

        with ui.element("div").classes("buttons"):
            ui.button("开始编制", on_click=ask).props("unelevated")


def _default(kind: Kind) -> str:
    return {"flash_report": "今天", "weekly_report": "上一周", "monthly_report": "上个月"}[kind]


def _rows(office: Office, rows: list[dict[str, Any]], *, title: str) -> None:
    with card(f"{title}（{len(rows)}）"):
        if not rows:
            muted("没有。")
        with ui.element("div").classes("items"):
            for row in rows:
                with ui.element("div").classes("item asked report-row"):
                    with ui.element("div"):
                        ui.link(document_number(row, district=office.district), f"/reports/{row['report_id']}")
                        muted(f"{KINDS[row['kind']]}　{row['period']}　{row['cause'] or ORIGINS[row['origin']]}")
                    with ui.element("div").classes("deed"):
                        if row["state"] in UNDER_WAY:
                            ui.spinner(size="20px")
                        ui.label(_stands(office, row))


def _stands(office: Office, row: dict[str, Any]) -> str:
    zone = office.district.zone
    version = f"，第 {row['version']} 版" if row["state"] == "waiting" else ""
    at = row["sent_at"] or row["dropped_at"] or (row["as_of"] if row["state"] == "waiting" else None)
    when = f"　{'截至 ' if version else ''}{words.moment(at, zone)}" if at else ""
    return f"{STATES[row['state']]}{version}{when}"


async def build_report(office: Office, report_id: str) -> None:
    """Draw one report: its files and the three keys first, then what was decided and who was told."""
    states: set[str] = set()

    @ui.refreshable
    async def live() -> None:
        async with office.reading() as casebook:
            report = await district_reports.get(casebook, report_id)
            made = await report_views.versions_of(casebook, report_id)
            told = await report_views.told(casebook, report_id)
        row: dict[str, Any] = {"version": None, "decision": None, **report, **(made[0] if made else {})}
        row["state"] = report_views.state(row)
        states.clear()
        states.add(row["state"])
        with ui.element("div").classes("head"):
            heading(document_number(row, district=office.district), level=1)
            ui.label(STATES[row["state"]]).classes("tag")
        _about(office, row)
        if row["state"] == "waiting":
            _keys(office, row, after=live)
        _versions(office, made)
        _told(told)

    await live()
    ui.link("返回通报", "/reports")
    _follow(states, live=live)


def _about(office: Office, row: dict[str, Any]) -> None:
    zone, version = office.district.zone, row["version"]
    with card("这份通报"):
        facts(
            [
                ("种类", KINDS[row["kind"]]),
                ("统计期", row["period"]),
                ("由头", row["cause"] or ORIGINS[row["origin"]]),
                ("提出", words.moment(row["asked_at"], zone)),
                ("统计截至", words.moment(row["as_of"], zone) if version else ""),
            ]
        )
        if row["state"] in UNDER_WAY:
            with ui.element("div").classes("deed"):
                ui.spinner(size="20px")
                muted(f"{STATES[row['state']]}，完成后这一页会自己更新。")
        if version:
            _files(row)
            if not row["pdf_sha256"]:
                muted(
                    "编制它的机器没有中文字体，只有不带图的 Word。安装 fonts-noto-cjk、重启作业进程后，可以退回重做。"
                )


def _files(made: dict[str, Any]) -> None:
    address = f"/reports/{made['report_id']}/{made['version']}"
    with ui.element("div").classes("chain"):
        if made["pdf_sha256"]:
            ui.link(f"打开第 {made['version']} 版 PDF", f"{address}.pdf", new_tab=True)
        ui.link("下载 Word", f"{address}.docx")


def _keys(office: Office, row: dict[str, Any], *, after: Any) -> None:
    rules = office.district.reports.approval
    with card("审批"):
        muted("请先打开看一遍。批准后按单位目录给收件人各发一条短信，短信里不含数字。")
        remark = ui.textarea("意见（退回重做时必填）").props(f"outlined autogrow maxlength={LONGEST_REMARK}")
        remark.classes("w-full")

        async def decide(decision: Decision, done: str) -> None:
            wanted = {"version": row["version"], "decision": decision, "person": office.centre}

            async def deed(casebook: Any, now: Any) -> None:
                given = Given(**wanted, remark=remark.value or "")
                await district_reports.decide(casebook, row["report_id"], given, rules=rules, now=now)

            if await office.attempt(deed, done=done):
                after.refresh()

        with ui.element("div").classes("buttons"):
            ui.button("批准并发送", on_click=lambda: decide("approved", "已批准，正在发送。")).props("unelevated")
            if row["version"] < rules.versions_most:
                ui.button("退回重做", on_click=lambda: decide("redo", "已退回，正在重做一版。")).props("outline")
            ui.button("不发", on_click=lambda: decide("dropped", "这份通报不再发送。")).props("flat color=negative")


def _versions(office: Office, made: list[dict[str, Any]]) -> None:
    if not made:
        return
    zone = office.district.zone
    with card(f"各版（{len(made)}）"), ui.element("div").classes("items"):
        for each in made:
            with ui.element("div").classes("item asked"):
                with ui.element("div"):
                    ui.label(f"第 {each['version']} 版　统计截至 {words.moment(each['as_of'], zone)}")
                    at = f"　{words.moment(each['decided_at'], zone)}" if each["decided_at"] else ""
                    decided = DECISIONS.get(each["decision"] or "", "等待审批")
                    muted(f"{decided}{at}{'　' + each['remark'] if each['remark'] else ''}")
                    muted(f"校验 {(each['pdf_sha256'] or each['word_sha256'])[:16]}").classes("number")
                _files(each)


def _told(told: list[dict[str, Any]]) -> None:
    if not told:
        return
    with card(f"已告知（{len(told)}）"), ui.element("div").classes("items"):
        for each in told:
            with ui.element("div").classes("item asked"):
                ui.label(each["name"] or each["recipient"])
                late = each["state"] in {"failed", "uncertain"}
                said = words.word(words.MESSAGE_STATES, each["state"]) + ("，请电话告知" if late else "")
                ui.label(said).classes("late" if late else "muted")
