"""Joint work in sentences: co-units called in, released and in dispute; posted forces called, on their way, there."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from casebook import words
from casebook.views import RequestFile

Event = tuple[datetime, str]


def events(file: RequestFile) -> Iterator[Event]:
    """Yield what happened between lead, co-units and posted forces; the caller sorts."""
    for task in file.co_tasks:
        yield from _of_task(file, task)
    for call in file.enforcement_calls:
        yield from _of_call(file, call)


def task_state(task: dict[str, Any]) -> str:
    """Return where a co-task stands, in words."""
    if task["ending"]:
        return words.word(words.CO_TASK_ENDINGS, task["ending"])
    if task["disagreed_at"] and not task["ruled_at"]:
        return f"有异议（{words.word(words.JOINT_REASONS, task['disagreement'])}），等上级裁定"
    return "按裁定协办中" if task["ruled_at"] else "协办中"


def call_state(call: dict[str, Any]) -> str:
    """Return where a call of a force stands, in words."""
    if call["ending"]:
        reason = f"（{words.word(words.JOINT_REASONS, call['refusal'])}）" if call["refusal"] else ""
        return words.word(words.CALL_ENDINGS, call["ending"]) + reason
    if call["arrived_at"]:
        return "已到场" + place_of_arrival(call)
    return "已确认，在途" if call["confirmed_at"] else "等待确认"


def place_of_arrival(call: dict[str, Any]) -> str:
    """Return how far from the request's place a force arrived, as far as is known: `（距诉求地点 120 米）`."""
    if call["arrived_metres"] is None:
        return ""
    too_far = "，偏远，请核实" if call["far"] else ""
    return f"（距诉求地点 {call['arrived_metres']:.0f} 米{too_far}）"


def _of_task(file: RequestFile, task: dict[str, Any]) -> Iterator[Event]:
    unit, number = words.word(file.unit_names, task["unit"]), task["co_task_id"]
    if task["called_by"]:
        team = f"（{words.word(file.unit_names, task['team'])}成员）" if task["team"] else ""
        yield task["called_at"], f"{words.word(file.unit_names, task['called_by'])}请{unit}{team}协办，{number}。"
    if task["disagreed_at"]:
        why = words.word(words.JOINT_REASONS, task["disagreement"])
        yield task["disagreed_at"], f"协办任务 {number} 有异议（{why}），提请上级裁定。"
    if task["ruled_at"]:
        yield task["ruled_at"], f"上级裁定 {number}：{words.word(words.OUTCOMES, task['ruling'])}，裁定为最终。"
    if task["ended_at"] and task["ending"] in ("released", "not_in"):
        yield task["ended_at"], f"{unit}的协办任务 {number}：{words.word(words.CO_TASK_ENDINGS, task['ending'])}。"


def _of_call(file: RequestFile, call: dict[str, Any]) -> Iterator[Event]:
    force, number = words.word(file.unit_names, call["force"]), call["enforcement_id"]
    caller = words.word(file.unit_names, call["called_by"])
    yield call["called_at"], f"{caller}呼叫{force}到场执法（{words.URGENCIES[call['urgency']]}），{number}。"
    if call["confirmed_at"]:
        yield call["confirmed_at"], f"{force}确认出动。"
    if call["arrived_at"]:
        yield call["arrived_at"], f"{force}已到场{place_of_arrival(call)}。"
    if call["ended_at"]:
        yield call["ended_at"], f"执法呼叫 {number}：{call_state(call)}。"
