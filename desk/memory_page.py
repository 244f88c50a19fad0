"""派单记忆: decisions that could become rows of the response list, with their evidence; a person adopts or rejects."""

from functools import partial
from typing import Any

from nicegui import ui

from casebook import memory, memory_words, response_row, words
from casebook.errors import RejectedInput
from casebook.memory import Proposal, Verdict
from casebook.response_row import Listed
from desk.layout import card, heading, muted
from desk.office import Office

LIST = "response_list.dmn"
DONE = {"adopted": "已采纳。由流程设计人员写入响应清单后生效。", "rejected": "已记下：不采纳。"}


async def build(office: Office) -> None:
    """Draw the proposals."""
    heading("派单记忆", level=1)
    muted(
        "指挥中心指定、复核、裁定过的同类事项。采纳后由 ./minhu memory --write 写入响应清单并检查，部署后才改变派单。"
    )

    @ui.refreshable
    async def live() -> None:
        async with office.redrawing():
            async with office.reading() as casebook:
                found = await memory.proposals(casebook, least=office.district.limits.proposals_from)
            content = (office.settings.bpmn / LIST).read_bytes()
            if not found:
                muted("还没有可以写进响应清单的记忆。")
            for proposal in found:
                _proposal(office, proposal, content=content, refresh=live.refresh)

    await live()


def _proposal(office: Office, proposal: Proposal, *, content: bytes, refresh: Any) -> None:
    evidence, district = proposal.evidence, office.district
    with card(f"{words.category(district, evidence.category)}（{evidence.category}）"):
        ui.label(memory_words.proposal_sentence(proposal, district)).classes("sentence")
        muted(_now(response_row.listed(content).get(evidence.category), office))
        with ui.element("div").classes("items"):
            for request_id in evidence.request_ids[:5]:
                ui.link(request_id, f"/requests/{request_id}").classes("number")
        if proposal.verdict == "adopted":
            _row(content, proposal)
        if proposal.written_at is None:
            with ui.element("div").classes("buttons"):
                say = partial(_say, office, proposal, refresh=refresh)
                ui.button("采纳", on_click=partial(say, verdict="adopted")).props("unelevated")
                ui.button("不采纳", on_click=partial(say, verdict="rejected")).props("outline")


def _now(listed: Listed | None, office: Office) -> str:
    if listed is None:
        return "响应清单里现在没有这个类别的条目。"
    return f"响应清单现在：{listed.level} 级，{words.word(office.district.roles, listed.lead_role)}牵头。"


def _row(content: bytes, proposal: Proposal) -> None:
    try:
        text = response_row.row_text(content, memory_words.new_row(proposal))
    except RejectedInput as refusal:
        ui.label(str(refusal)).classes("late")
        return
    with ui.expansion("要写入响应清单的行").props("dense"):
        ui.code(text, language="xml").classes("w-full")


async def _say(office: Office, proposal: Proposal, *, verdict: Verdict, refresh: Any) -> None:
    about = (proposal.evidence.category, proposal.evidence.role)
    await office.attempt(
        lambda casebook, now: memory.say(casebook, evidence=about, verdict=verdict, person=office.centre, now=now),
        done=DONE[verdict],
    )
    refresh()
