"""The chain of command: which centre answers for a level, and which stands above it."""

from casebook import directory
from casebook.engine import AsyncConnection

CENTRE_LEVELS = {"A": "community", "B": "street", "C": "district", "D": "district"}
LEVELS = "ABCD"


class CentreMissing(LookupError):
    """The directory has no centre for a level; the message says which and what to do."""


def level_above(level: str) -> str:
    """Return the next response level; D stays D."""
    return LEVELS[min(LEVELS.index(level) + 1, len(LEVELS) - 1)]


def level_below(level: str) -> str:
    """Return the response level that takes back what the one above refused; A stays A."""
    return LEVELS[max(LEVELS.index(level) - 1, 0)]


async def centre_of(casebook: AsyncConnection, level: str, *, community: str) -> str:
    """Return the centre of a response level for a community."""
    centre = await directory.centre_for(casebook, CENTRE_LEVELS[level], community=community)
    if centre is None:
        raise CentreMissing(
            f"社区 {community} 没有 {level} 级指挥中心。请在 config/directory/units.csv 补上后重新导入，再重试。"
        )
    return centre


async def centres_of(casebook: AsyncConnection, level: str, *, community: str) -> tuple[str, str]:
    """Return the centre of a level and the one above it."""
    own = await centre_of(casebook, level, community=community)
    return own, await centre_of(casebook, level_above(level), community=community)
