"""Quiet hours hold back until their end, over midnight too; some texts go at any hour."""

from datetime import datetime, time, timedelta
from pathlib import Path
from shutil import copytree
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casebook.district import load_district
from casebook.errors import ConfigurationError
from casebook.rules import QuietHours

ZONE = ZoneInfo("Asia/Shanghai")
CONFIG = Path(__file__).resolve().parents[2] / "config"
NIGHT = QuietHours(begins=time(21, 30), ends=time(7, 30))
NOON = QuietHours(begins=time(12), ends=time(13, 30))
MINUTES = st.integers(0, 24 * 60 - 1).map(lambda minute: time(minute // 60, minute % 60))


def at(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, 12, day, hour, minute, second, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("quiet", "instant", "until"),
    [
        (NIGHT, at(31, 21, 29, 59), None),
        (NIGHT, at(31, 21, 30), datetime(2027, 1, 1, 7, 30, tzinfo=ZONE)),
        (NIGHT, at(3, 0), at(3, 7, 30)),
        (NIGHT, at(3, 7, 29, 59), at(3, 7, 30)),
        (NIGHT, at(3, 7, 30), None),
        (NOON, at(3, 12), at(3, 13, 30)),
        (NOON, at(3, 11, 59, 59), None),
        (NOON, at(3, 13, 30), None),
        (NOON, at(3, 0), None),
    ],
)
def test_what_falls_into_the_quiet_hours_waits_for_their_end(
    quiet: QuietHours, instant: datetime, until: datetime | None
) -> None:
    assert until == quiet.until(instant)


@given(begins=MINUTES, ends=MINUTES, minutes=st.integers(0, 2 * 366 * 24 * 60), micros=st.integers(0, 59_999_999))
def test_the_end_of_quiet_hours_is_the_first_instant_that_is_not_quiet(
    begins: time, ends: time, minutes: int, micros: int
) -> None:
    if begins == ends:
        return
    quiet = QuietHours(begins=begins, ends=ends)
    local = at(2, 0) + timedelta(minutes=minutes, microseconds=micros)
    is_quiet = begins <= local.time() < ends if begins < ends else not ends <= local.time() < begins
    until = quiet.until(local)
    assert is_quiet == (until is not None)
    if until is not None:
        assert local < until <= local + timedelta(days=1)
        assert ends == until.time()
        assert quiet.until(until) is None
        assert quiet.until(until - timedelta(microseconds=1)) == until


def test_the_district_says_what_goes_at_any_hour() -> None:
    rules = load_district(CONFIG).sms
    assert rules.quiet == NIGHT
    assert rules.goes_at_once("supervision", urgency="normal")
    assert rules.goes_at_once("yellow", urgency="urgent")
    assert not rules.goes_at_once("red", urgency="normal")
    assert not rules.model_copy(update={"urgent_at_once": False}).goes_at_once("yellow", urgency="urgent")


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('begins = "21:30"', 'begins = "07:30"', ("district.toml", "sms.quiet", "不能相同")),
        ('ends = "07:30"', 'ends = "24:30"', ("district.toml", "sms.quiet.ends", "应为时刻")),
        ('"supervision_obstacle"', '"supervison"', ("district.toml", "sms.at_once", "supervison")),
        ("per_number_a_day = 30", "per_number_a_day = 0", ("district.toml", "sms.per_number_a_day", "数太小")),
        ("digest_minutes = 60", "digest_minuets = 60", ("district.toml", "sms.digest_minuets", "没有这个配置项")),
    ],
)
def test_what_is_wrong_is_said_with_its_key(tmp_path: Path, old: str, new: str, named: tuple[str, ...]) -> None:
    folder = copytree(CONFIG, tmp_path / "config")
    text = (folder / "district.toml").read_text(encoding="utf-8")
    assert old in text
    (folder / "district.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigurationError) as refused:
        load_district(folder)
    assert [] == [word for word in named if word not in str(refused.value)]


def test_a_digest_needs_its_text(tmp_path: Path) -> None:
    folder = copytree(CONFIG, tmp_path / "config")
    lines = (folder / "texts.toml").read_text(encoding="utf-8").splitlines(keepends=True)
    kept = "".join(line for line in lines if not line.startswith("digest ="))
    (folder / "texts.toml").write_text(kept, encoding="utf-8")
    with pytest.raises(ConfigurationError, match="per_number_a_day"):
        load_district(folder)
