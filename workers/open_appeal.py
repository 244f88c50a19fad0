"""Open an appeal (申诉) in the engine: note its process, and say who decides and what may steer it.

Safe to run twice: the process instance is written once; a second process for the same appeal is refused and ends as an
incident instead of asking the centre a second time.
"""

from datetime import datetime

from casebook import appeals, requests
from casebook.district import District
from casebook.engine import AsyncConnection
from workers.errors import NeedsOperator, refuse_second_process
from workers.job import EngineJob
from workers.variables import Variables

CHINESE_NAME = "受理申诉"
LEVEL_OF_A_STREET = "B"  # a request scored before levels were noted may have none


class OpenAppeal(Variables):
    """The appeal by its number, and its request."""

    request_id: str
    appeal_id: str


class AppealOpened(Variables):
    """Who decides, whose score it is about, and what limits and messages depend on; never a text."""

    office: str
    unit: str
    level: str
    round: int


async def open_appeal(
    read: OpenAppeal, *, casebook: AsyncConnection, now: datetime, district: District, job: EngineJob
) -> AppealOpened:
    """Note the process instance of an appeal and return what the model needs."""
    key = job.process_instance_key
    appeal = await appeals.open_with(casebook, read.appeal_id, process_instance_key=key)
    refuse_second_process(f"申诉 {read.appeal_id}", noted=appeal["process_instance_key"], own=key)
    office = await appeals.office_for(casebook, appeal, district=district, at=now)
    if office is None:
        rule = district.scoring.appeal
        raise NeedsOperator(
            f"申诉 {read.appeal_id}：单位目录里没有角色 {rule.decided_by} 或 {rule.decided_else_by} 的其他单位来决定。"
            "请补全单位目录，或更正 config/scoring.toml 的 [appeal] 并重启 worker 后重试。"
        )
    request = await requests.get(casebook, read.request_id)
    return AppealOpened(
        office=office, unit=appeal["unit"], level=request["level"] or LEVEL_OF_A_STREET, round=appeal["round"]
    )
