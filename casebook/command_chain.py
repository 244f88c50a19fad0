"""The chain of command: which centre answers for a level, and which stands above it."""

from datetime import datetime

from casebook import directory
from casebook.engine import AsyncConnection
from casebook.errors import MinhuError

CENTRE_LEVELS = {"A": "community", "B": "street", "C": "district", "D": "district"}
LEVELS = "ABCD"


class CentreMissing(MinhuError):
    """The directory has no centre for a level; the message says which and what to do."""


def level_above(level: str) -> str:
    """Return the next response level; D stays D."""
    return LEVELS[min(LEVELS.index(level) + 1, len(LEVELS) - 1)]


def level_below(level: str) -> str:
    """Return the response level that takes back what the one above refused; A stays A."""
    return LEVELS[max(LEVELS.index(level) - 1, 0)]


async def centre_of(casebook: AsyncConnection, level: str, *, community: str, at: datetime) -> str:
    """Return the centre of a response level for a community, at an instant."""
    centre = await directory.centre_for(casebook, CENTRE_LEVELS[level], community=community, at=at)
    if centre is None:
        raise CentreMissing(
            f"社区 {community} 没有 {level} 级指挥中心。请在单位目录的表“单位”（新装机器是 units.csv）里补上，再重试。"
        )
    return centre


async def centres_of(casebook: AsyncConnection, level: str, *, community: str, at: datetime) -> tuple[str, str]:
    """Return the centre of a level and the one above it, at an instant."""
    own, above = await centre_of(casebook, level, community=community, at=at), level_above(level)
    if CENTRE_LEVELS[above] == CENTRE_LEVELS[level]:  # above the district's centre nobody of ours decides
        return own, own
    return own, await centre_of(casebook, above, community=community, at=at)
