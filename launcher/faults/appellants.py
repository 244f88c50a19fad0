"""Units of a campaign appeal against some of their scores; the centre decides with its work order, as the dice say."""

from random import Random
from typing import Any

from casebook import appeals
from casebook.appeals import Appeal
from casebook.engine import AsyncConnection
from launcher.faults.press import Everybody

NEWEST = 50
REASON, GROUNDS = "wrong_facts", "样例理由"
UPHELD = "upheld"


async def dissatisfied(casebook: AsyncConnection, *, share: int, seed: int) -> list[dict[str, Any]]:
    """Return the newest scores that are appealed against: so many of a hundred, the same ones at each look."""
    scores = await appeals.unappealed(casebook, most=NEWEST)
    return [score for score in scores if _dice(seed, score).randrange(100) < share]


async def appeal(people: Everybody, score: dict[str, Any]) -> None:
    """Let a unit contest whatever of its score could be higher; where nothing could, it has nothing to contest."""

    async def deed(connection: AsyncConnection) -> str:
        contested = await appeals.offers(connection, score)
        wish = Appeal(
            **{name: score[name] for name in ("request_id", "round", "unit")},
            reason_code=REASON,
            contested=tuple(contested),
            grounds=GROUNDS,
            person=score["unit"],
        )
        return await appeals.file(connection, wish, district=people.district, now=people.clock())

    about = f"{score['request_id']}/{score['round']}/{score['unit']}"
    await people.until_answered("appeal", about, deed=deed, once=False)


async def corrected(casebook: AsyncConnection, order: dict[str, Any], *, outcome: str) -> dict[str, str]:
    """Return the best facts for all that is contested, when an appeal is upheld."""
    if outcome != UPHELD:
        return {}
    return {aspect: next(iter(facts)) for aspect, facts in (await appeals.offered_for(casebook, order)).items()}


def _dice(seed: int, score: dict[str, Any]) -> Random:
    about = f"{score['request_id']}/{score['round']}/{score['unit']}"
    return Random(f"{seed}/appeal/{about}")  # noqa: S311 - repeated by its seed
