"""Units of a campaign appeal against some of their scores; the centre decides with its work order, as the dice say."""

from random import Random
from typing import Any

from casebook import appeals
from casebook.engine import AsyncConnection
from launcher.faults.press import Everybody
from launcher.simulator import appeal_deeds

NEWEST = 50
REASON = "wrong_facts"


async def dissatisfied(casebook: AsyncConnection, *, share: int, seed: int) -> list[dict[str, Any]]:
    """Return the newest scores that are appealed against: so many of a hundred, the same ones at each look."""
    if not share:
        return []
    scores = await appeals.unappealed(casebook, most=NEWEST)
    return [score for score in scores if _dice(seed, score).randrange(100) < share]


async def appeal(people: Everybody, score: dict[str, Any]) -> None:
    """Let a unit contest whatever of its score could be higher; where nothing could, it has nothing to contest."""
    file = appeal_deeds.appeal(score, reason_code=REASON, district=people.district)

    async def deed(connection: AsyncConnection) -> None:
        await file(connection, people.clock())

    await people.until_answered("appeal", _about(score), deed=deed, once=False)


def _about(score: dict[str, Any]) -> str:
    return f"{score['request_id']}/{score['round']}/{score['unit']}"


def _dice(seed: int, score: dict[str, Any]) -> Random:
    return Random(f"{seed}/appeal/{_about(score)}")  # noqa: S311 - repeated by its seed
