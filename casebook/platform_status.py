"""What became of the requests that a platform sent: coded facts in a sequence, which the platform reads on from.

**One source.** Whatever changes a request's state is noted in the audit trail, in the same transaction; `audit.note`
hands each entry to `note_all`, so that no state can be told that did not happen, and none happen untold.

**No gap.** A number taken while a change is written (an identity, a counter) may be committed after a higher one was
read: the reader has moved on and never sees it. Holding a counter until the commit would prevent that, but whoever
changes several requests at once (a batch, a merge) would then wait for counters and requests in every order, and end
in deadlocks. So a change is written without a sequence, and whoever reads numbers what is committed by then, one
reader of a platform at a time: what is committed later gets a higher number, and writers wait for nobody.

Nothing personal and no free text stands here: codes, our numbers, instants. What is merged hears of the main request.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    DateTime,
    Insert,
    Text,
    and_,
    any_,
    bindparam,
    case,
    func,
    insert,
    not_,
    or_,
    select,
    update,
)

from casebook import one_at_a_time
from casebook.engine import AsyncConnection
from casebook.errors import RejectedInput
from casebook.newest import unit_name
from casebook.open311_rules import PLATFORM_PREFIX
from casebook.platforms import OWN_DOORS
from casebook.schema import platform_status, requests

NUMBERED_MOST = 10_000  # at one reading; what is left is numbered at the next
OUTCOMES = ("done", "not_possible")
OF_ORDERS: Mapping[str, str] = {"sign_in": "dispatched", "handling": "handling"}
OF_ITSELF = frozenset({"received", "merged", "parted", "rated"})
OF_THE_MATTER = frozenset({"reopened", "withdrawn", "closed"})
OF_A_PLATFORM = and_(
    requests.c.platform.not_in(list(OWN_DOORS)), not_(requests.c.platform.startswith(PLATFORM_PREFIX, autoescape=True))
)


class AheadOfUs(RejectedInput):
    """A platform has read further than there is: one of both sides was set back to an earlier day."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """What an entry of the audit trail means to the platform: a state and its codes."""

    state: str
    unit: str | None = None
    outcome: str | None = None
    main_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a platform asks for: what follows the sequence `after`, in these of our states."""

    platform: str
    after: int
    most: int
    states: Collection[str]


def change_of(action: str, details: Mapping[str, Any]) -> Change | None:
    """Return what an entry of the audit trail tells a platform, or None: most of them concern us alone."""
    kind, outcome = details.get("kind", ""), details.get("outcome")
    if action == "work_order_issued" and kind in OF_ORDERS:
        return Change(state=OF_ORDERS[kind], unit=details["unit"])
    if action in ("redispatched", "redispatch_undone") and kind in OF_ORDERS:
        return Change(state=OF_ORDERS[kind], unit=details["to_unit"])
    if action == "work_reported" and kind == "handling" and outcome in OUTCOMES:
        return Change(state="done", outcome=outcome)
    if action == "merged":
        return Change(state="merged", main_id=details["merged_into"])
    return Change(state=action) if action in OF_ITSELF | OF_THE_MATTER else None


async def note_all(
    casebook: AsyncConnection, action: str, about: Sequence[Mapping[str, Any]], *, now: datetime
) -> None:
    """Keep what entries of the audit trail tell the platforms of their requests, and of those merged into them."""
    numbers: dict[Change, list[str]] = defaultdict(list)
    for details in about:
        if change := change_of(action, details):
            numbers[change].append(details["request_id"])
    for change, those in numbers.items():
        statement = TO_ITSELF if change.state in OF_ITSELF else TO_ALL_OF_THE_MATTER
        values = {f"{name}_told": value for name, value in vars(change).items()}
        await casebook.execute(statement, values | {"numbers": those, "now": now})


def _telling(*, all_of_the_matter: bool) -> Insert:
    """Return the statement, made once: each row of a platform's export goes through it."""
    numbers = bindparam("numbers", type_=ARRAY(Text))
    state, unit, outcome, main_id = (
        bindparam(f"{name}_told", type_=Text) for name in ("state", "unit", "outcome", "main_id")
    )
    itself: ColumnElement[bool] = requests.c.request_id == any_(numbers)
    joined: ColumnElement[bool] = requests.c.merged_into == any_(numbers)
    columns = {
        "platform": requests.c.platform,
        "request_id": requests.c.request_id,
        "state": state,
        "unit": unit,
        "outcome": outcome,
        "main_id": case((itself, main_id), else_=requests.c.merged_into),
        "changed_at": bindparam("now", type_=DateTime(timezone=True)),
    }
    concerned = or_(itself, joined) if all_of_the_matter else itself
    rows = select(*columns.values()).where(concerned, OF_A_PLATFORM).order_by(requests.c.request_id)
    return insert(platform_status).from_select(list(columns), rows)


TO_ITSELF, TO_ALL_OF_THE_MATTER = _telling(all_of_the_matter=False), _telling(all_of_the_matter=True)


async def read_on(casebook: AsyncConnection, wanted: Wanted) -> list[dict[str, Any]]:
    """Return what follows, of what is committed by now; AheadOfUs when nothing can follow.

    The transaction is to be committed before anything is answered, so that a number that was told stays.
    """
    await _number(casebook, wanted.platform)
    mine = platform_status.c.platform == wanted.platform
    last = (await casebook.execute(select(func.max(platform_status.c.sequence)).where(mine))).scalar_one()
    if wanted.after > (last or 0):
        raise AheadOfUs(f"序号 {wanted.after} 比我们发出过的都大，可能有一方恢复过备份。请从 after=0 重新读取。")
    main = requests.alias("main")
    columns = ("sequence", "request_id", "state", "outcome", "main_id", "changed_at")
    rows = await casebook.execute(
        select(
            *(platform_status.c[name] for name in columns),
            requests.c.external_id,
            unit_name(platform_status.c.unit, at=platform_status.c.changed_at),
            case((main.c.platform == wanted.platform, main.c.external_id)).label("main_external_id"),
        )
        .join(requests, requests.c.request_id == platform_status.c.request_id)
        .outerjoin(main, main.c.request_id == platform_status.c.main_id)
        .where(mine, platform_status.c.sequence > wanted.after, platform_status.c.state.in_(wanted.states))
        .order_by(platform_status.c.sequence)
        .limit(wanted.most)
    )
    return [dict(row) for row in rows.mappings()]


async def _number(casebook: AsyncConnection, platform: str) -> None:
    """Give the committed changes of a platform their numbers; nobody else does so until this transaction ends."""
    key = f"platform_status/{platform}"
    await one_at_a_time.hold(casebook, {key})
    numbered = platform_status.alias("numbered")
    last = select(func.coalesce(func.max(numbered.c.sequence), 0)).where(numbered.c.platform == platform)
    fresh = platform_status.alias("fresh")
    waiting = (
        select(fresh.c.change_id, func.row_number().over(order_by=fresh.c.change_id).label("place"))
        .where(fresh.c.platform == platform, fresh.c.sequence.is_(None))
        .order_by(fresh.c.change_id)
        .limit(NUMBERED_MOST)
        .subquery("waiting")
    )
    await casebook.execute(
        update(platform_status)
        .where(platform_status.c.change_id == waiting.c.change_id)
        .values(sequence=last.scalar_subquery() + waiting.c.place)
    )
