"""A deadline, a score, a work order's name: each said in one Chinese sentence that gives its reasons."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta, tzinfo
from itertools import groupby
from typing import Any

from casebook import audit_words, words
from casebook.district import District

ONE_DAY = timedelta(days=1)
HELD_BACK_FROM = timedelta(minutes=2)  # less is a text that is tried again in a moment
NOBODY: Mapping[str, str] = {}


def deadline_sentence(entry: dict[str, Any], *, zone: tzinfo, names: Mapping[str, str] = NOBODY) -> str:
    """Return why a deadline is what it is: the rule, the start, the skipped days, what moved it, and by whom.

    `names`: see `names_for`; a code without a name stands for itself.
    """
    basis = words.word(words.BASES, entry["basis"])
    rule = f"{words.word(words.LIMITS, entry['limit_name'])} {words.hours(entry['limit_hours'])} {basis}"
    rule += f"（按{names.get(entry['unit_hours'], entry['unit_hours'])}计时）" if entry["unit_hours"] else ""
    rule += _changes(entry, zone=zone, names=names)
    skipped = skipped_days(entry["skipped"])
    instants = (
        f"{words.moment(entry['yellow_at'], zone)} 亮黄灯，"
        f"{words.moment(entry['red_at'], zone)} 到期，"
        f"{words.moment(entry['inspect_at'], zone)} 移交督查"
    )
    doubt = "其中有年份的工作日历尚未确认，期限暂定。" if entry["provisional"] else ""
    start = words.moment(entry["started_at"], zone)
    return f"{rule}，从 {start} 起算，{f'跳过 {skipped}，' if skipped else ''}{instants}。{doubt}"


def total_sentence(entry: dict[str, Any], *, zone: tzinfo, names: Mapping[str, str] = NOBODY) -> str:
    """Return when the request as a whole is due and why; no return and no report up has moved it."""
    basis = words.word(words.BASES, entry["basis"])
    rule = f"总时限 {words.hours(entry['limit_hours'])} {basis}{_changes(entry, zone=zone, names=names)}"
    skipped = skipped_days(entry["skipped"])
    start, due = words.moment(entry["started_at"], zone), words.moment(entry["red_at"], zone)
    doubt = "其中有年份的工作日历尚未确认，期限暂定。" if entry["provisional"] else ""
    left_out = f"跳过 {skipped}，" if skipped else ""
    return f"{rule}，从收到诉求 {start} 起算，{left_out}{due} 到期；退单、上报不重新起算。{doubt}"


def names_for(units: Mapping[str, str], district: District) -> dict[str, str]:
    """Return the names that a deadline's sentence may need: units, reasons of suspensions, named hours."""
    hours = {code: hours.name for code, hours in district.hours.items()}
    return hours | dict(district.clock.suspension.reasons) | audit_words.ACTORS | dict(units)


def _changes(entry: dict[str, Any], *, zone: tzinfo, names: Mapping[str, str]) -> str:
    """Return what moved a deadline, each with who and when; of an old entry only the sum of its extensions is known."""
    basis = words.word(words.BASES, entry["basis"])
    if entry["extended_hours"] and not any(change["kind"] == "extension" for change in entry["changes"]):
        return f"，另批准延期 {words.hours(entry['extended_hours'])} {basis}"
    return "".join(f"，{_change(change, zone=zone, names=names, basis=basis)}" for change in entry["changes"])


def _change(change: dict[str, Any], *, zone: tzinfo, names: Mapping[str, str], basis: str) -> str:
    by, at = names.get(change["by"], change["by"]), words.moment(datetime.fromisoformat(change["at"]), zone)
    if change["kind"] == "extension":
        return f"另批准延期 {words.hours(change['hours'])} {basis}（{by} {at} 批准）"
    if change["kind"] == "speed_up":
        return f"缩短 {words.hours(change['hours'])} {basis}（{by} {at} 要求）"
    if change["kind"] == "suspension":
        until, why = words.moment(datetime.fromisoformat(change["until"]), zone), words.word(names, change["reason"])
        resumed = f"，{words.word(names, change['resumed_by'])}恢复" if change.get("resumed_by") else ""
        return f"{at} 至 {until} 暂停计时（{why}，{by}提出{resumed}）"
    return f"{at} 按{'改动后的时限表' if change['kind'] == 'limits' else '更新的工作日历'}重新计算"


def skipped_days(days: list[dict[str, str]]) -> str:
    """Put neighbouring days with the same reason together: `11月28日至29日（周末）`."""
    dated = [(date.fromisoformat(day["day"]), day["why"]) for day in days]
    numbered = enumerate(dated)
    runs = groupby(numbered, key=lambda item: (item[1][0] - item[0] * ONE_DAY, item[1][1]))
    return "、".join(_run([day for _, (day, _) in run], why) for (_, why), run in runs)


def _run(days: list[date], why: str) -> str:
    first, last = days[0], days[-1]
    text = f"{first.month}月{first.day}日"
    if last != first:
        text += f"至{f'{last.month}月' if last.month != first.month else ''}{last.day}日"
    return f"{text}（{why}）"


def message_state(message: dict[str, Any], *, zone: tzinfo) -> str:
    """Return how far a short message is; of one that is held back, until when."""
    state = words.word(words.MESSAGE_STATES, message["state"])
    if message["state"] == "queued" and message["send_after"] - message["queued_at"] > HELD_BACK_FROM:
        return f"{state}，{words.moment(message['send_after'], zone)}以后发"
    return state


def work_order_name(district: District, work_order_id: str, *, kind: str) -> str:
    """Return how a work order is called within its request: `02 号工单（牵头办理）`."""
    return f"{work_order_id.rpartition('-')[2]} 号工单（{words.word(district.kinds, kind)}）"


def merge_sentence(entry: dict[str, Any]) -> str:
    """Return what an entry of the audit trail says about merging and parting; empty when it is about something else."""
    details = entry["details"]
    if entry["action"] == "merged" and details.get("merged_into"):
        return f"与 {details['merged_into']} 是同一件事，并案办理。"
    if entry["action"] == "joined":
        return f"{details['joined']} 反映同一件事，并入本诉求。"
    return "撤销并案，单独办理。" if entry["action"] == "parted" else ""
