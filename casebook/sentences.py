"""A deadline, a score, a work order's name: each said in one Chinese sentence that gives its reasons."""

from datetime import date, timedelta, tzinfo
from decimal import Decimal
from itertools import groupby
from typing import Any

from casebook import words
from casebook.district import District

ONE_DAY = timedelta(days=1)


def deadline_sentence(entry: dict[str, Any], *, zone: tzinfo) -> str:
    """Return why a deadline is what it is: the rule, the start, the skipped days, the extensions."""
    basis = words.word(words.BASES, entry["basis"])
    rule = f"{words.word(words.LIMITS, entry['limit_name'])} {words.hours(entry['limit_hours'])} {basis}"
    if entry["extended_hours"]:
        rule += f"，另批准延期 {words.hours(entry['extended_hours'])} {basis}"
    skipped = skipped_days(entry["skipped"])
    instants = (
        f"{words.moment(entry['yellow_at'], zone)} 亮黄灯，"
        f"{words.moment(entry['red_at'], zone)} 到期，"
        f"{words.moment(entry['inspect_at'], zone)} 移交督查"
    )
    doubt = "其中有年份的工作日历尚未确认，期限暂定。" if entry["provisional"] else ""
    start = words.moment(entry["started_at"], zone)
    return f"{rule}，从 {start} 起算，{f'跳过 {skipped}，' if skipped else ''}{instants}。{doubt}"


def total_sentence(entry: dict[str, Any], *, zone: tzinfo) -> str:
    """Return when the request as a whole is due and why; no return and no report up has moved it."""
    basis = words.word(words.BASES, entry["basis"])
    rule = f"总时限 {words.hours(entry['limit_hours'])} {basis}"
    if entry["extended_hours"]:
        rule += f"，随批准的延期加 {words.hours(entry['extended_hours'])} {basis}"
    skipped = skipped_days(entry["skipped"])
    start, due = words.moment(entry["started_at"], zone), words.moment(entry["red_at"], zone)
    doubt = "其中有年份的工作日历尚未确认，期限暂定。" if entry["provisional"] else ""
    left_out = f"跳过 {skipped}，" if skipped else ""
    return f"{rule}，从收到诉求 {start} 起算，{left_out}{due} 到期；退单、上报不重新起算。{doubt}"


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


def score_sentence(score: dict[str, Any]) -> str:
    """Return the arithmetic of a score: each degree, its fact, its weight."""
    parts = []
    for degree in score["degrees"]:
        weight = Decimal(score["weights"][degree["aspect"]]) * 100
        aspect, fact = words.word(words.ASPECTS, degree["aspect"]), words.word(words.FACTS, degree["fact"])
        parts.append(f"{aspect} {Decimal(degree['degree']):f}（{fact}）× {weight:f}%".replace(".00%", "%"))
    return f"{' + '.join(parts)} = {score['score']:f} 分"


def work_order_name(district: District, work_order_id: str, *, kind: str) -> str:
    """Return how a work order is called within its request: `02 号工单（牵头办理）`."""
    return f"{work_order_id.rpartition('-')[2]} 号工单（{words.word(district.kinds, kind)}）"
