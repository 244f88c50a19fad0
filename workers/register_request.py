"""Open the file of a request in the engine: note its process, and say what may route it.

Safe to run twice: the process instance is written once; a second process for the same request is
refused by the casebook and ends as an incident instead of doing the work a second time.
"""

from datetime import datetime

from casebook import requests
from casebook.engine import AsyncConnection
from workers.errors import NeedsOperator
from workers.job import EngineJob
from workers.variables import Variables

CHINESE_NAME = "登记诉求"


class RegisterRequest(Variables):
    """The request by its number."""

    request_id: str


class RequestRegistered(Variables):
    """What the models may decide by; never a name, a number or a text."""

    category: str
    community: str
    urgency: str
    round: int


async def register_request(
    read: RegisterRequest, *, casebook: AsyncConnection, now: datetime, job: EngineJob
) -> RequestRegistered:
    """Note the process instance of a request and return its routing facts."""
    key = job.process_instance_key
    await requests.note_facts(casebook, read.request_id, process_instance_key=key, registered_at=now)
    row = await requests.get(casebook, read.request_id)
    if row["process_instance_key"] != key:
        raise NeedsOperator(
            f"诉求 {read.request_id} 已有流程实例 {row['process_instance_key']} 在办理，"
            f"本实例 {key} 是重复的。请在 Operate 中取消本实例。"
        )
    return RequestRegistered(
        category=row["category"], community=row["community"], urgency=row["urgency"], round=row["round"]
    )
