"""What must be true after a campaign, judged from evidence alone; nothing here knows the code under test.

O1 the books · O2 the short messages · O6 liveness after healing · O7 the activity floor.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from launcher.faults.books import Operation

CERTAIN = ("sent", "delivered")
NEVER_SENT = ("failed", "gathered", "needless")
UNCERTAIN = "uncertain"


@dataclass(frozen=True, kw_only=True)
class Request:
    """One row of the register: its number, its caller's key, the engine's key, and how it ended."""

    request_id: str
    external_id: str
    process_instance_key: int | None
    ends: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Message:
    """One row of the SMS outbox."""

    message_id: int
    phone: str
    text: str
    state: str


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What was found: own books, casebook, engine, carrier, and what the injectors did.

    `done` counts what the casebook holds, by (kind of operation, what it was about). `calls` of posted forces, with
    supervision orders and inspections among them, have a process of their own, as requests have (accountability is
    called by its inspection); one recalled ended as `withdrawn`. A request that intake found to be another's ended as
    `merged` and never had a process; one that a person merged ended as `joined`, and its process with it.
    """

    operations: Sequence[Operation]
    requests: Sequence[Request]
    done: Mapping[tuple[str, str], int]
    roots: Mapping[str, set[int]]
    messages: Sequence[Message]
    arrived: Mapping[tuple[str, str], int]
    facts_unpublished: int
    incidents: int
    chosen_faults: Sequence[str]
    faults: Mapping[str, int]
    calls: Sequence[Request] = ()


@dataclass(frozen=True, kw_only=True)
class Floor:
    """Below this a run proves nothing."""

    acknowledged: int
    of_a_fault: int = 1


@dataclass(kw_only=True)
class Findings:
    """Sentences by what they say: something is lost, doubled, stuck, or nothing was proven."""

    lost: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    invented: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    not_proven: list[str] = field(default_factory=list)
    uncertain: list[int] = field(default_factory=list)

    @property
    def verdict(self) -> str:
        """`FAILED` when something is wrong, `INVALID` when nothing is proven, else `PASSED`."""
        if self.lost or self.duplicated or self.invented or self.stuck:
            return "FAILED"
        return "INVALID" if self.not_proven else "PASSED"


def judge(evidence: Evidence, floor: Floor) -> Findings:
    """Let every oracle look at the evidence."""
    findings = Findings()
    _books(evidence, findings)
    _engine(evidence, findings)
    _short_messages(evidence, findings)
    _liveness(evidence, findings)
    _activity(evidence, floor, findings=findings)
    return findings


def _books(evidence: Evidence, findings: Findings) -> None:
    """O1: what was acknowledged is there once; what is there was tried; every request ended in one way."""
    acknowledged = {(op.kind, op.about) for op in evidence.operations if op.acknowledged}
    tried = {(op.kind, op.about) for op in evidence.operations}
    findings.lost += [f"已确认而卷宗没有：{kind} {about}" for kind, about in sorted(acknowledged - set(evidence.done))]
    findings.duplicated += [
        f"卷宗里有 {count} 次：{kind} {about}" for (kind, about), count in evidence.done.items() if count > 1
    ]
    findings.invented += [f"没有人做过：{kind} {about}" for kind, about in sorted(set(evidence.done) - tried)]
    numbers = {request.external_id: request.request_id for request in evidence.requests}
    told = {(op.about, op.result) for op in evidence.operations if op.kind == "intake" and op.acknowledged}
    findings.lost += [
        f"来件 {about} 得到的编号是 {number}，卷宗里是 {numbers.get(about)}"
        for about, number in sorted(told - set(numbers.items()))
    ]
    for request in evidence.requests:
        if len(request.ends) > 1:
            findings.duplicated.append(f"诉求 {request.request_id} 有不止一个结局：{'、'.join(request.ends)}")


def _engine(evidence: Evidence, findings: Findings) -> None:
    """O1: one process for each call, and for each request that was not merged: the one that the casebook names."""
    matters = (*evidence.requests, *evidence.calls)
    numbers = {matter.request_id for matter in matters}
    findings.invented += [f"引擎里有卷宗不知道的诉求 {number}" for number in sorted(set(evidence.roots) - numbers)]
    for request in matters:
        keys = evidence.roots.get(request.request_id, set())
        merged = "merged" in request.ends
        if len(keys) > (0 if merged else 1):
            findings.duplicated.append(f"诉求 {request.request_id} 在引擎里有 {len(keys)} 个流程")
        elif not merged and not keys:
            findings.lost.append(f"诉求 {request.request_id} 在引擎里没有流程")
        elif not merged and request.process_instance_key not in _may_be_noted(request, keys):
            findings.lost.append(f"诉求 {request.request_id} 记下的不是它的流程")


def _may_be_noted(request: Request, keys: set[int]) -> set[int | None]:
    """Return the keys that the casebook may name; who withdraws or joins at once is gone before it is noted.

    Of what is only told to units the casebook keeps no process.
    """
    return {*keys, None} if request.ends in {("withdrawn",), ("joined",), ("told",)} else {*keys}


def _short_messages(evidence: Evidence, findings: Findings) -> None:
    """O2: the carrier has every text as often as it was certainly sent, more only where that is uncertain."""
    by_text: dict[tuple[str, str], list[Message]] = {}
    for message in evidence.messages:
        by_text.setdefault((message.phone, message.text), []).append(message)
        if message.state == UNCERTAIN:
            findings.uncertain.append(message.message_id)
    for key in sorted(set(evidence.arrived) - set(by_text)):
        findings.invented.append(f"运营商收到了发件箱里没有的短信（{key[0][-4:]}）")
    for key, rows in by_text.items():
        states = Counter(row.state for row in rows)
        certain = sum(states[state] for state in CERTAIN)
        possible = certain + states[UNCERTAIN]
        count, numbers = evidence.arrived.get(key, 0), [row.message_id for row in rows]
        if count > len(rows) or count > possible:
            findings.duplicated.append(f"短信 {numbers} 送达运营商 {count} 次，应为 {possible} 次")
        if count < certain:
            findings.lost.append(f"短信 {numbers} 记为已发，运营商只收到 {count} 次")


def _liveness(evidence: Evidence, findings: Findings) -> None:
    """O6: after healing everything has come to its end."""
    matters = (*evidence.requests, *evidence.calls)
    findings.stuck += [f"诉求 {matter.request_id} 没有结局" for matter in matters if not matter.ends]
    final = (*CERTAIN, *NEVER_SENT, UNCERTAIN)
    findings.stuck += [
        f"短信 {message.message_id} 停在 {message.state}" for message in evidence.messages if message.state not in final
    ]
    if evidence.facts_unpublished:
        findings.stuck.append(f"{evidence.facts_unpublished} 条事实没有告诉引擎")
    if evidence.incidents:
        findings.stuck.append(f"引擎里有 {evidence.incidents} 个异常待人处理")


def _activity(evidence: Evidence, floor: Floor, *, findings: Findings) -> None:
    """O7: the faults really happened, and enough was acknowledged; else the run proves nothing."""
    acknowledged = sum(op.acknowledged for op in evidence.operations)
    if acknowledged < floor.acknowledged:
        findings.not_proven.append(f"只有 {acknowledged} 次操作得到确认，至少要 {floor.acknowledged} 次")
    if not evidence.chosen_faults:
        findings.not_proven.append("没有选任何故障")
    missing = [kind for kind in evidence.chosen_faults if evidence.faults.get(kind, 0) < floor.of_a_fault]
    findings.not_proven += [f"故障 {kind} 没有真的发生" for kind in missing]
    if not evidence.messages:
        findings.not_proven.append("一条短信也没有")
    if not evidence.roots:
        findings.not_proven.append("引擎没有说出任何流程")
