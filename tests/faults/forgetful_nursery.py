"""Workers with a planted defect: a sender that takes over sends again what a dead sender may have sent."""

import sys

from sqlalchemy import update

from casebook import messages
from casebook.engine import AsyncConnection
from casebook.schema import messages as outbox
from launcher.faults import nursery


async def queue_again(casebook: AsyncConnection) -> int:
    """Do what `note_abandoned` must never do."""
    again = update(outbox).where(outbox.c.state == "sending").values(state="queued").returning(outbox.c.message_id)
    return len((await casebook.execute(again)).all())


if __name__ == "__main__":
    messages.note_abandoned = queue_again
    sys.exit(nursery.main())  # type: ignore[func-returns-value]
