"""Open an inspection (督查) in the engine: note its process, and say what may steer it.

Safe to run twice: the process instance is written once; a second process for the same inspection is
refused and ends as an incident instead of asking the office a second time.
"""

from casebook import inspections, requests
from casebook.engine import AsyncConnection
from workers.errors import refuse_second_process
from workers.job import EngineJob
from workers.variables import Variables

CHINESE_NAME = "登记督查事项"
LEVEL_OF_A_STREET = "B"  # the response list may not have spoken yet


class OpenInspection(Variables):
    """The inspection by its number, and its request."""

    request_id: str
    inspection_id: str


class InspectionOpened(Variables):
    """The office that decides, whom it is about, and what limits and messages depend on; never a text."""

    office: str
    unit: str
    cause: str
    level: str
    urgency: str
    round: int


async def open_inspection(read: OpenInspection, *, casebook: AsyncConnection, job: EngineJob) -> InspectionOpened:
    """Note the process instance of an inspection and return what the model needs."""
    key = job.process_instance_key
    inspection = await inspections.open_with(casebook, read.inspection_id, process_instance_key=key)
    refuse_second_process(f"督查事项 {read.inspection_id}", noted=inspection["process_instance_key"], own=key)
    request = await requests.get(casebook, read.request_id)
    return InspectionOpened(
        office=inspection["unit"],
        unit=inspection["about_unit"],
        cause=inspection["cause"],
        level=request["level"] or LEVEL_OF_A_STREET,
        urgency=request["urgency"],
        round=inspection["round"],
    )
