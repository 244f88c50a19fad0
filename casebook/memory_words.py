"""Routing memory in Chinese sentences, for the desk and for `./minhu memory`."""

from casebook import words
from casebook.district import District
from casebook.memory import UNCLEAR, Evidence, Proposal
from casebook.response_row import NewRow

VERDICTS = {"adopted": "已采纳", "rejected": "不采纳"}


def evidence_sentence(evidence: Evidence, district: District) -> str:
    """Return how often, how recently and with what result a role was decided for a category."""
    role = words.word(district.roles, evidence.role)
    here = f"，其中本街道 {evidence.here} 次" if evidence.here else ""
    last = words.moment(evidence.last_at, district.zone)
    reasons = "、".join(_situation(district, code) for code in evidence.situations)
    return (
        f"{role}：{evidence.times} 次{here}，最近 {last}；起因：{reasons}；"
        f"签收 {evidence.accepted} 次、退回 {evidence.returned} 次；"
        f"按期办结 {evidence.on_time} 次、超期 {evidence.late} 次"
    )


def proposal_sentence(proposal: Proposal, district: District) -> str:
    """Return a proposal with its evidence and what was said about it."""
    evidence = proposal.evidence
    state = VERDICTS.get(proposal.verdict or "", "等人决定") + ("，已写入" if proposal.written_at else "")
    name = words.category(district, evidence.category)
    return f"{evidence.category} {name} → {proposal.level} 级 {evidence_sentence(evidence, district)}（{state}）"


def new_row(proposal: Proposal) -> NewRow:
    """Return the row that a proposal would be in the response list."""
    evidence = proposal.evidence
    why = (
        f"采纳派单记忆：{evidence.first_at:%Y-%m-%d} 至 {evidence.last_at:%Y-%m-%d} 指定 {evidence.times} 次，"
        f"签收 {evidence.accepted} 次，退回 {evidence.returned} 次"
    )
    return NewRow(category=evidence.category, level=proposal.level, lead_role=evidence.role, why=why)


def _situation(district: District, code: str) -> str:
    return "权责不清" if code == UNCLEAR else words.return_reason(district, code)
