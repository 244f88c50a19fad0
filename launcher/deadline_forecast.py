"""When the lights of a limit would burn: read what is asked, answer with the instants and the reason."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from casebook import words
from casebook.errors import RejectedInput
from casebook.rules import Calendar
from casebook.sentences import skipped_days
from casebook.working_calendar import OutsideCalendar, WorkingCalendar, WorkTime, whole_second

HOURS = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6})?")
PERIOD = re.compile(r"\s*([0-9]{1,2}):([0-9]{2})\s*[-–—~]\s*([0-9]{1,2}):([0-9]{2})\s*")
HOURS_MOST = 87_600
FIRST_YEAR, LAST_YEAR = 2000, 2100
WEEKDAYS = "一二三四五六日"
ONE_SECOND = timedelta(seconds=1)
MICROSECONDS_AN_HOUR = 3_600_000_000
MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True, kw_only=True)
class Question:
    """A limit that begins at an instant."""

    start: datetime
    hours: Decimal

    @property
    def span(self) -> timedelta:
        """The limit as a duration."""
        return _span(self.hours)


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """When yellow and red would burn, the days that would not count, and why, in a sentence."""

    start: datetime
    hours: Decimal
    basis: str
    yellow_at: datetime
    red_at: datetime
    skipped: list[dict[str, str]]
    provisional: bool
    sentences: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the forecast as JSON can say it."""
        instants = {name: getattr(self, name).isoformat() for name in ("start", "yellow_at", "red_at")}
        values = {name: getattr(self, name) for name in ("basis", "skipped", "provisional")}
        return instants | values | {"hours": float(self.hours), "reason": "".join(self.sentences)}


@dataclass(frozen=True, kw_only=True)
class Clock:
    """How time is counted: on the district's days, at office hours, or without a stop (`calendar`)."""

    settings: Calendar
    office_hours: tuple[tuple[time, time], ...]
    basis: str
    zone: tzinfo

    def forecast(self, question: Question) -> Forecast:
        """Return when the lights would burn; RejectedInput when the calendar does not reach so far."""
        calendar = WorkingCalendar.keeping(WorkTime(self.office_hours), self.settings, zone=self.zone)
        start, basis = question.start, self.basis
        try:
            yellow_at = whole_second(calendar.after(start, question.span / 2, basis=basis))
            red_at = whole_second(calendar.after(start, question.span, basis=basis))
            begins_at = calendar.after(start, ONE_SECOND, basis=basis) - ONE_SECOND
        except OutsideCalendar as outside:
            raise RejectedInput(str(outside)) from outside
        skipped = calendar.skipped(start, red_at, basis=basis)
        provisional = calendar.is_provisional(start, red_at, basis=basis)
        made_up = calendar.make_up_days(start, red_at, basis=basis)
        return Forecast(
            start=start,
            hours=question.hours,
            basis=basis,
            yellow_at=yellow_at,
            red_at=red_at,
            skipped=skipped,
            provisional=provisional,
            sentences=(
                self._rule(question, begins_at),
                f"{_moment(yellow_at)} 用满一半，此后亮黄灯。",
                f"{_moment(red_at)} 到期，未办结亮红灯。",
                *([f"跳过 {skipped_days(skipped)}。"] if skipped else []),
                *([f"调休上班、照常计时：{'、'.join(map(_day, made_up))}。"] if made_up else []),
                *(["其中有年份的放假安排尚未确认，期限暂定，确认后可能变动。"] if provisional else []),
            ),
        )

    def _rule(self, question: Question, begins_at: datetime) -> str:
        limit = (
            f"时限 {words.hours(float(question.hours))} {words.BASES[self.basis]}，从 {_moment(question.start)} 起算"
        )
        if self.basis == "calendar":
            return f"{limit}，昼夜不停。"
        periods = "、".join(
            f"{begin:%H:%M}–{'24:00' if end == time(0) else f'{end:%H:%M}'}" for begin, end in self.office_hours
        )
        later = f"，起点不在办公时间内，实际从 {_moment(begins_at)} 开始计时" if begins_at > question.start else ""
        return f"{limit}，工作日 {periods} 计时{later}。"


def read_question(start: str, hours: str, *, zone: tzinfo) -> Question:
    """Return what is asked; RejectedInput names the field that cannot be read."""
    count = hours.strip()
    if not HOURS.fullmatch(count) or _span(Decimal(count)) < ONE_SECOND:
        raise RejectedInput(f"hours“{count}”不对。请填大于 0 的小时数，例如 8 或 0.5，不带单位。")
    if Decimal(count) > HOURS_MOST:
        raise RejectedInput(f"hours“{count}”太长。请填不超过 {HOURS_MOST} 的小时数。")
    return Question(start=_instant(start.strip(), zone=zone), hours=Decimal(count))


def _span(hours: Decimal) -> timedelta:
    return timedelta(microseconds=int(hours * MICROSECONDS_AN_HOUR))


def _instant(text: str, *, zone: tzinfo) -> datetime:
    try:
        at = datetime.fromisoformat(text)
        at = at.astimezone(zone) if at.tzinfo else at.replace(tzinfo=zone)
    except (ValueError, OverflowError):
        raise RejectedInput(f"start“{text}”不对。请按 2026-11-23T09:30 这样填写，可带时区。") from None
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise RejectedInput(f"start“{text}”不对：年份应在 {FIRST_YEAR} 到 {LAST_YEAR} 之间。")
    return at


def read_office_hours(text: str) -> tuple[tuple[time, time], ...]:
    """Return the periods of a day, such as `09:00-12:00,13:30-17:30`; an end of 24:00 becomes 00:00."""
    matches = [PERIOD.fullmatch(part) for part in text.replace("，", ",").split(",")]
    minutes = [_minutes(match.groups()) for match in matches if match]
    instants = [instant for period in minutes for instant in period]
    wrong = len(minutes) < len(matches) or -1 in instants or any(end <= begin for begin, end in minutes)
    if wrong or instants != sorted(instants):
        raise RejectedInput(
            f"办公时间“{text}”不对。请按 09:00-12:00,13:30-17:30 这样填写：每段先起后止，各段依次排列、互不重叠，"
            "最晚到 24:00；跨夜的请分成两段。"
        )
    return tuple((_clock(begin), _clock(end)) for begin, end in minutes)


def _minutes(groups: tuple[str | Any, ...]) -> tuple[int, int]:
    """Return begin and end in minutes since midnight; -1 for what is no time of day."""
    numbers = [int(group) for group in groups]
    ends = [
        hour * 60 + minute if minute < 60 and hour * 60 + minute <= MINUTES_A_DAY else -1  # noqa: PLR2004 - a clock
        for hour, minute in (numbers[:2], numbers[2:])
    ]
    return ends[0], ends[1]


def _clock(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日（周{WEEKDAYS[day.weekday()]}）"


def _moment(at: datetime) -> str:
    clock = f"{at:%H:%M:%S}" if at.second else f"{at:%H:%M}"
    return f"{at.year}年{_day(at)}{clock}"
