"""Open a call of a posted force in the engine: note its process, and say what may steer it.

Safe to run twice: the process instance is written once; a second process for the same call is
refused and ends as an incident instead of asking the force a second time.
"""

from casebook import enforcement_calls, requests
from casebook.engine import AsyncConnection
from workers.errors import refuse_second_process
from workers.job import EngineJob
from workers.variables import Variables

CHINESE_NAME = "登记执法呼叫"
LEVEL_OF_A_STREET = "B"  # the response list may not have spoken yet; the street calls, so the street's limits hold


class OpenEnforcement(Variables):
    """The call by its number."""

    enforcement_id: str
    request_id: str


class EnforcementOpened(Variables):
    """The force, and what limits and messages depend on; never a place or a text."""

    force: str
    level: str
    urgency: str
    round: int


async def open_enforcement(read: OpenEnforcement, *, casebook: AsyncConnection, job: EngineJob) -> EnforcementOpened:
    """Note the process instance of a call and return what the model needs."""
    key = job.process_instance_key
    call = await enforcement_calls.open_with(casebook, read.enforcement_id, process_instance_key=key)
    refuse_second_process(f"执法呼叫 {read.enforcement_id}", noted=call["process_instance_key"], own=key)
    request = await requests.get(casebook, read.request_id)
    return EnforcementOpened(
        force=call["force"],
        level=request["level"] or LEVEL_OF_A_STREET,
        urgency=call["urgency"],
        round=request["round"],
    )
