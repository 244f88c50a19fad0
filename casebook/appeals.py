"""Appeals (申诉): a unit says what is wrong with its score of a round, once; a centre decides, beside the score.

An appeal is about a round that is over: it goes on when its request is withdrawn, merged or taken up again.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, func, insert, select, true, update

from casebook import appeal_rules, audit, directory, facts, requests, score_adjustments, score_rules, unit_scores, words
from casebook.appeal_rules import Corrected, Offers
from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.errors import RejectedInput
from casebook.newest import deadlines_in_force, unit_name
from casebook.schema import appeals, work_orders
from casebook.schema import unit_scores as scored

KIND = "appeal_decision"
SOURCE = "appeal"
IS_OPEN = appeals.c.ended_at.is_(None)
LONGEST_GROUNDS = 1000


@dataclass(frozen=True, kw_only=True)
class Appeal:
    """What a unit hands in: about which score, the coded reason, the degrees it contests, its grounds in words."""

    request_id: str
    round: int
    unit: str
    reason_code: str
    contested: tuple[str, ...]
    grounds: str
    person: str


async def file(casebook: AsyncConnection, appeal: Appeal, *, district: District, now: datetime) -> str:
    """Write an appeal, tell the engine, and return its number; RejectedInput when it cannot stand."""
    grounds = _grounds(appeal.grounds)
    if appeal.reason_code not in district.scoring.appeal.reasons:
        raise RejectedInput("没有选择申诉理由，或者所选的理由没有列出。请从列出的理由中选择后再提交。")
    await requests.take_turn(casebook, appeal.request_id)
    score = await unit_scores.get(casebook, appeal.request_id, round_=appeal.round, unit=appeal.unit)
    if refusal := await why_not(casebook, score, district=district, now=now):
        raise RejectedInput(refusal)
    appeal_rules.must_be_contestable(appeal.contested, await offers(casebook, score))
    count = select(func.count()).where(appeals.c.request_id == appeal.request_id)
    number = int((await casebook.execute(count)).scalar_one()) + 1
    ids = {"request_id": appeal.request_id, "appeal_id": f"{appeal.request_id}-SS{number:02d}"}
    values = ids | {"round": appeal.round, "unit": appeal.unit, "reason_code": appeal.reason_code}
    chosen = [aspect for aspect in words.ASPECTS if aspect in appeal.contested]
    await casebook.execute(
        insert(appeals).values(contested=chosen, grounds=grounds, filed_by=appeal.person, filed_at=now, **values)
    )
    await audit.note(casebook, "appeal_filed", actor=appeal.person, now=now, **values)
    number_, told = ids["appeal_id"], dict(ids)
    fact = facts.Fact(name="appeal_filed", request_id=appeal.request_id, correlation_key=number_, variables=told)
    await facts.append(casebook, fact, now=now)
    return ids["appeal_id"]


def _grounds(text: str) -> str:
    text = text.strip()
    if not text:
        raise RejectedInput("没有写申诉的理由。请写明事实和依据后再提交。")
    if len(text) > LONGEST_GROUNDS:
        raise RejectedInput(f"申诉的理由有 {len(text)} 字，最多 {LONGEST_GROUNDS} 字。请删减后再提交。")
    return text


async def why_not(casebook: AsyncConnection, score: dict[str, Any], *, district: District, now: datetime) -> str | None:
    """Return in a sentence why a score cannot be appealed against (any more), or None."""
    mine = (appeals.c.request_id == score["request_id"]) & (appeals.c.round == score["round"])
    rows = await casebook.execute(select(appeals).where(mine, appeals.c.unit == score["unit"]))
    if known := rows.mappings().one_or_none():
        state = "已有决定，同一个得分只能申诉一次" if known["ended_at"] else "还没有决定，不必重复提交"
        return f"对这个得分的申诉 {known['appeal_id']} {state}。"
    scored_at = score["scored_at"]
    if now >= appeal_rules.last_instant(scored_at, district):
        given, days = words.moment(scored_at, district.zone), district.scoring.appeal.working_days
        over = appeal_rules.last_day(scored_at, district)
        return f"得分于 {given} 给出，{days} 个工作日的申诉期到 {over}为止，已经过了，不再受理。"
    return None


async def offers(casebook: AsyncConnection, score: dict[str, Any]) -> Offers:
    """Return which facts would give a score's degrees a higher value, by the rules of its version."""
    return appeal_rules.offers(score, await score_rules.get(casebook, score["rules_version"]))


async def unappealed(casebook: AsyncConnection, *, most: int) -> list[dict[str, Any]]:
    """Return scores against which nobody has appealed, the newest first."""
    same = and_(*(appeals.c[name] == scored.c[name] for name in ("request_id", "round", "unit")))
    rows = await casebook.execute(
        select(scored).where(~exists().where(same)).order_by(scored.c.scored_at.desc(), scored.c.unit).limit(most)
    )
    return [dict(row) for row in rows.mappings()]


async def get(casebook: AsyncConnection, appeal_id: str) -> dict[str, Any]:
    """Return one appeal; RejectedInput when there is none of that number."""
    row = (await casebook.execute(select(appeals).where(appeals.c.appeal_id == appeal_id))).mappings().one_or_none()
    if row is None:
        raise RejectedInput(f"没有编号为 {appeal_id} 的申诉。请核对编号后重试。")
    return dict(row)


async def score_of(casebook: AsyncConnection, appeal: dict[str, Any]) -> dict[str, Any]:
    """Return the score that an appeal is about."""
    return await unit_scores.get(casebook, appeal["request_id"], round_=appeal["round"], unit=appeal["unit"])


async def office_for(
    casebook: AsyncConnection, appeal: dict[str, Any], *, district: District, at: datetime
) -> str | None:
    """Return the unit that decides: never the one whose score it is; None when the directory has none."""
    rule, community = district.scoring.appeal, (await requests.get(casebook, appeal["request_id"]))["community"]
    for role in (rule.decided_by, rule.decided_else_by):
        office = await directory.unit_for(casebook, role, community=community, at=at)
        if office and office != appeal["unit"]:
            return office
    return None


async def open_with(casebook: AsyncConnection, appeal_id: str, *, process_instance_key: int) -> dict[str, Any]:
    """Note the process that serves an appeal; the first one stays. Return the appeal."""
    fresh = (appeals.c.appeal_id == appeal_id) & appeals.c.process_instance_key.is_(None)
    await casebook.execute(update(appeals).where(fresh).values(process_instance_key=process_instance_key))
    return await get(casebook, appeal_id)


async def note_report(casebook: AsyncConnection, order: dict[str, Any], answer: Any, *, now: datetime) -> None:
    """Note what was decided; its reason stays with the work order. RejectedInput where it cannot stand."""
    if not answer.note.strip():
        raise RejectedInput(f"工单 {order['work_order_id']}：申诉决定须写明理由。请补上后再提交。")
    appeal = await get(casebook, order["about"])
    if order["unit"] == appeal["unit"]:  # it came there with a re-dispatch
        raise RejectedInput(f"工单 {order['work_order_id']}：申诉不能由申诉单位自己决定。请先改派给其他单位。")
    offered = await offers(casebook, await score_of(casebook, appeal))
    appeal_rules.must_fit(answer.outcome, answer.corrected, contested=appeal["contested"], offered=offered)
    values = {"decision": answer.outcome, "corrected": dict(answer.corrected) or None, "decided_at": now}
    mine = (appeals.c.appeal_id == order["about"]) & IS_OPEN
    await casebook.execute(update(appeals).where(mine).values(values))


async def corrected_score(casebook: AsyncConnection, appeal: dict[str, Any]) -> Corrected | None:
    """Return what the score of a decided appeal comes to by the corrected facts; None when none was corrected."""
    if not appeal["corrected"]:
        return None
    score = await score_of(casebook, appeal)
    return appeal_rules.correct(score, appeal["corrected"], offered=await offers(casebook, score))


async def end(casebook: AsyncConnection, appeal_id: str, *, now: datetime) -> bool:
    """End an appeal with its decision, and let it count beside the score; tell whether it was still open."""
    mine = (appeals.c.appeal_id == appeal_id) & IS_OPEN & appeals.c.decision.is_not(None)
    ended = await casebook.execute(update(appeals).where(mine).values(ended_at=now).returning(appeals.c.appeal_id))
    if ended.first() is None:
        return False
    appeal = await get(casebook, appeal_id)
    reached, excludes = await corrected_score(casebook, appeal), appeal["decision"] == appeal_rules.EXCLUDED
    if reached or excludes:
        adjustment = score_adjustments.Adjustment(
            request_id=appeal["request_id"],
            round=appeal["round"],
            unit=appeal["unit"],
            source=SOURCE,
            source_number=appeal_id,
            points=reached.points if reached else score_adjustments.LOWEST,
            lasting=False,
            reason=appeal["decision"],
            rules_version=(await score_of(casebook, appeal))["rules_version"],
            excludes=excludes,
            corrected=appeal["corrected"],
        )
        await score_adjustments.record(casebook, adjustment, now=now)
    return True


async def offered_for(casebook: AsyncConnection, order: dict[str, Any]) -> Offers:
    """Return the facts to which a work order may correct what its appeal contests; nothing for another kind."""
    if order["kind"] != KIND:
        return {}
    appeal = await get(casebook, order["about"])
    offered = await offers(casebook, await score_of(casebook, appeal))
    return {aspect: offered[aspect] for aspect in appeal["contested"] if aspect in offered}


async def listed(casebook: AsyncConnection, *, unit: str | None = None, most: int = 200) -> list[dict[str, Any]]:
    """Return appeals (of one unit) with score, work order and limit: the open ones first, the newest first."""
    score, due = unit_scores.all_scores(), deadlines_in_force()
    of_score = and_(*(score.c[name] == appeals.c[name] for name in ("request_id", "round", "unit")))
    of_order = (work_orders.c.about == appeals.c.appeal_id) & (work_orders.c.kind == KIND)
    rows = await casebook.execute(
        select(appeals, unit_name(appeals.c.unit), score.c.score, score.c.effective, score.c.part)
        .add_columns(work_orders.c.work_order_id, due.c.red_at)
        .join(score, of_score)
        .outerjoin(work_orders, of_order)
        .outerjoin(due, due.c.work_order_id == work_orders.c.work_order_id)
        .where(appeals.c.unit == unit if unit else true())
        .order_by(appeals.c.ended_at.is_not(None), appeals.c.filed_at.desc(), appeals.c.appeal_id)
        .limit(most)
    )
    return [dict(row) for row in rows.mappings()]
