"""What a platform writes is what we read, whatever people typed; or the row is refused with its field."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from casebook.district import load_district
from casebook.reports import RequestReport, Withdrawal
from desk.intake import Rejected, Row, read_export
from desk.intake.mapping import NOT_TEXT
from launcher.machine import ROOT
from launcher.sample_exports.files import write_export
from launcher.sample_exports.matters import Matter
from launcher.sample_exports.recipe import read_recipe
from launcher.sample_exports.records import Clerk

DISTRICT = load_district(ROOT / "config")
RECIPE = read_recipe(ROOT / "config/samples", district=DISTRICT)
PLATFORMS = list(DISTRICT.platforms)
QUIET = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
TYPED = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co")), min_size=1, max_size=60)
COMMUNITIES = st.sampled_from(sorted(DISTRICT.communities))
CATEGORIES = st.sampled_from(sorted(DISTRICT.catalogue))
INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)).map(lambda at: at.replace(microsecond=0))  # noqa: DTZ001 - local time
TO_THE_MINUTE = {"%Y/%m/%d %H:%M": 60}


def matter(category: str, community: str, *, text: str, at: datetime) -> Matter:
    streets = {place.code: place.name for place in DISTRICT.places}
    return Matter(
        category=DISTRICT.catalogue[category],
        community=community,
        street=streets[DISTRICT.communities[community].street],
        at=at,
        text=text,
        address="样例地址",
        lat=30.6,
        lon=114.3,
        channel="",
        caller_kind="",
        name="样例·王女士",
        phone="99912345678",
        urgent=False,
    )


def plain_matter(text: str) -> Matter:
    return matter("010101", "420102002003", text=text, at=datetime(2026, 11, 2, 9))  # noqa: DTZ001 - local time


MATTERS = st.builds(matter, CATEGORIES, COMMUNITIES, text=TYPED, at=INSTANTS)


def through(folder: Path, code: str, found: Matter, *, change: Callable[[Clerk, dict], None] | None = None) -> Row:  # type: ignore[type-arg]
    """Write one matter as a platform does, and read it as we do."""
    platform, export = DISTRICT.platforms[code], RECIPE.platforms[code]
    plain = export.model_copy(update={"openings": ("",), "endings": ("",)})
    clerk = Clerk(district=DISTRICT, platform=platform, export=plain, dice=Random(1))  # noqa: S311 - no secret
    record = clerk.record(found, number=1)
    clerk.put(record, "channel", cell=next(iter(export.channels)))
    if change:
        change(clerk, record)
    [row] = read_export(write_export(folder, [record], platform=platform), platform=platform, district=DISTRICT)
    return row


@pytest.mark.parametrize("code", PLATFORMS)
@QUIET
@given(found=MATTERS)
@example(found=plain_matter("=1+1"))
@example(found=plain_matter('引号"，逗号,分号;<标签>&'))
def test_what_is_written_is_read(tmp_path: Path, code: str, found: Matter) -> None:
    text, row = found.text, through(tmp_path, code, found)
    if not text.strip() or NOT_TEXT.search(text):
        assert isinstance(row, Rejected)
        return
    assert isinstance(row, RequestReport), row
    unit = TO_THE_MINUTE.get(DISTRICT.platforms[code].time_format, 1)
    local = row.received_at.astimezone(DISTRICT.zone).replace(tzinfo=None)
    assert (row.category, row.community) == (found.category.code, found.community)
    assert 0 <= (found.at - local).total_seconds() < unit
    assert row.text.partition("\n附图：")[0] == text.strip()


@pytest.mark.parametrize("code", PLATFORMS)
def test_a_withdrawn_row_of_every_platform_is_a_withdrawal(tmp_path: Path, code: str) -> None:
    def withdraw(clerk: Clerk, record: dict) -> None:  # type: ignore[type-arg]
        states = clerk.platform.states
        clerk.put(record, "state", cell=next(theirs for theirs, ours in states.items() if ours == "withdrawn"))

    assert isinstance(through(tmp_path, code, plain_matter("垃圾"), change=withdraw), Withdrawal)


@pytest.mark.parametrize("code", PLATFORMS)
@QUIET
@given(text=TYPED)
def test_a_refused_row_is_kept_so_that_it_can_be_read_again(tmp_path: Path, code: str, text: str) -> None:
    row = through(tmp_path, code, plain_matter(text), change=lambda clerk, record: clerk.retire(record))
    assert isinstance(row, Rejected)
    source = DISTRICT.platforms[code].fields.text
    assert row.record[str(source)].strip() == text.strip()
    assert row.field
