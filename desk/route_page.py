"""派单预演: ask which unit would get a matter, before it happens; nothing is written."""

from typing import Any

from nicegui import ui

from casebook import words
from casebook.errors import MinhuError
from casebook.preview import Preview, limit_sentence, preview, read_case, read_tables
from desk.layout import card, facts, heading, muted
from desk.office import Office

BY_CATEGORY = "按类别"


async def build(office: Office) -> None:
    """Draw the question, and below it the answer."""
    heading("派单预演", level=1)
    district, now = office.district, office.clock().astimezone(office.district.zone)
    categories = {code: f"{code} {each.minor}·{each.name}" for code, each in district.catalogue.items()}
    communities = {code: words.place(district, code) for code in district.communities}
    with card():
        muted("选一个类别和社区，看会派给谁、按响应清单的哪一行、现在谁值班。只是预演，不登记、不派单。")
        category = _choice(categories, "事项类别").classes("w-full category")
        community = _choice(communities, "社区").classes("w-full community")
        with ui.element("div").classes("two"):
            at = ui.input("时间", value=f"{now:%Y-%m-%dT%H:%M}").props("outlined dense type=datetime-local")
            urgencies = {"": BY_CATEGORY, **words.URGENCIES}
            urgency = ui.select(urgencies, label="紧急程度", value="").props("outlined dense").classes("urgency")

        async def ask() -> None:
            given = {"category": category.value, "community": community.value}
            await _answer(office, given | {"at": at.value, "urgency": urgency.value}, into=answer)

        ui.button("预演", on_click=ask).props("unelevated").style("align-self: flex-start")
    answer = ui.element("div").classes("stack answer")


def _choice(options: dict[str, str], label: str) -> ui.select:
    return ui.select(options, label=label, with_input=True).props("outlined dense clearable")


async def _answer(office: Office, given: dict[str, Any], *, into: ui.element) -> None:
    async with office.redrawing():
        try:
            case = read_case(given, district=office.district, now=office.clock())
            tables = read_tables(office.settings.bpmn)
            async with office.reading() as casebook:
                found = await preview(casebook, case, tables=tables, district=office.district)
        except MinhuError as refusal:
            into.clear()
            with into, card():
                ui.label(str(refusal)).classes("late")
            return
        into.clear()
        with into:
            _show(office, found)


def _show(office: Office, found: Preview) -> None:
    names = {duty["unit"]: duty["unit_name"] for duty in found.on_duty}
    assigned = f"权责不清，由{words.word(names, found.assigned_by)}指定派单"
    with card(f"{words.place(office.district, found.community)}　{words.category(office.district, found.category)}"):
        facts(
            [
                ("级别", words.word(words.LEVELS, found.level)),
                ("紧急程度", words.URGENCIES[found.urgency]),
                ("牵头单位", words.word(names, found.lead_unit) or assigned),
                ("协办单位", "、".join(words.word(names, unit) for unit in found.co_units)),
                *((words.word(words.LIMITS, limit["limit"]), limit_sentence(limit)) for limit in found.limits.values()),
                ("响应清单", found.rule or "没有条目"),
                ("依据", found.reason),
            ]
        )
    with card(f"值班（{words.moment(found.at, office.district.zone)}）"), ui.element("div").classes("items"):
        for duty in found.on_duty:
            with ui.element("div").classes("item unit"):
                ui.link(duty["unit_name"], f"/units/{duty['unit']}")
                muted(f"{duty['name']}（{duty['why']}）" if duty["name"] else "没有值班人员，请补全单位目录")
