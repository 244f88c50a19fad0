"""What simulated people do about scores: a unit appeals, the centre corrects what is contested when it agrees."""

from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any

from casebook import appeals
from casebook.appeals import Appeal
from casebook.district import District
from casebook.engine import AsyncConnection

UPHELD = "upheld"


def appeal(
    score: dict[str, Any], *, reason_code: str, district: District
) -> Callable[[AsyncConnection, datetime], Coroutine[Any, Any, None]]:
    """Return the deed of contesting whatever of a score could be higher; RejectedInput where nothing could."""
    of_score = {name: score[name] for name in ("request_id", "round", "unit")}

    async def file(connection: AsyncConnection, now: datetime) -> None:
        contested = tuple(await appeals.offers(connection, score))
        wish = Appeal(
            **of_score,
            reason_code=reason_code,
            contested=contested,
            grounds="计分依据与实际办理情况不符，请核对工单和现场记录。",
            person=score["unit"],
        )
        await appeals.file(connection, wish, district=district, now=now)

    return file


async def corrected(casebook: AsyncConnection, order: dict[str, Any], *, outcome: str) -> dict[str, str]:
    """Return the best fact for each contested degree when an appeal is upheld, nothing for any other report."""
    if outcome != UPHELD:
        return {}
    return {aspect: next(iter(facts)) for aspect, facts in (await appeals.offered_for(casebook, order)).items()}
