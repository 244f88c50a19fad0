"""The directory has a memory: who answered last month is still who answered last month."""

from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from casebook import directory, work_orders
from casebook.directory_changes import digest_of, directory_at, import_files, plan
from casebook.directory_imports import import_book
from casebook.directory_review import Demands, book_of
from casebook.directory_tables import Absence, Shift
from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.schema import units
from casebook.views import unit_names, units_with_work
from tests.casebook.rows import COMMUNITY, changed, decree, local, only, order, request

ORDER_OFFICE = "street_002_order"


def demands(district: District, day: date = date(2026, 11, 23)) -> Demands:
    return Demands.of(district, needed_roles=frozenset({"street_order", "community"}), day=day)


async def test_the_files_of_a_fresh_machine_are_the_directory(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    assert digest_of(only(district)) == digest_of(await directory_at(casebook, now))
    assert "same" == await import_files(casebook, district, now=now)


async def test_the_unit_of_last_month_stays_in_last_month(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    later = now + timedelta(days=30)
    renamed = changed(district, "units", ORDER_OFFICE, name="大智街道平安办", superior="district_centre")
    await decree(casebook, renamed, valid_from=later, now=now)
    before = await directory.unit(casebook, ORDER_OFFICE, at=later - timedelta(seconds=1))
    after = await directory.unit(casebook, ORDER_OFFICE, at=later)
    assert before is not None
    assert after is not None
    assert ("大智街道平安建设办", "street_002_centre") == (before["name"], before["superior"])
    assert ("大智街道平安办", "district_centre") == (after["name"], after["superior"])
    kept = select(func.count()).where(units.c.code == ORDER_OFFICE, units.c.valid_to.is_(None))
    assert 1 == (await casebook.execute(kept)).scalar_one()


async def test_a_report_shows_the_name_that_the_unit_had(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    request_id = await request(casebook, district, now=now)
    await order(casebook, request_id, ORDER_OFFICE, now=now)
    renamed = changed(district, "units", ORDER_OFFICE, name="大智街道平安办")
    await decree(casebook, renamed, valid_from=now + timedelta(hours=1), now=now)
    await order(casebook, request_id, ORDER_OFFICE, now=now + timedelta(hours=2))
    orders = await work_orders.of_request(casebook, request_id)
    assert ["大智街道平安建设办", "大智街道平安办"] == [each["unit_name"] for each in orders]
    assert "大智街道平安办" == (await unit_names(casebook))[ORDER_OFFICE]


async def test_a_role_is_looked_up_at_an_instant(casebook: AsyncConnection, district: District, now: datetime) -> None:
    later = now + timedelta(days=7)
    moved = changed(district, "places", COMMUNITY, street="420102003")
    await decree(casebook, moved, valid_from=later, now=now)
    found = [
        await directory.unit_for(casebook, "street_order", community=COMMUNITY, at=at) for at in (now, later, None)
    ]
    assert ["street_002_order", "street_003_order", "street_003_order"] == found
    centres = [await directory.centre_for(casebook, "street", community=COMMUNITY, at=at) for at in (now, later)]
    assert ["street_002_centre", "street_003_centre"] == centres


async def test_a_unit_that_ended_keeps_its_work_in_sight(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    await order(casebook, await request(casebook, district, now=now), ORDER_OFFICE, now=now)
    later = now + timedelta(hours=1)
    await decree(casebook, changed(district, "units", ORDER_OFFICE), valid_from=later, now=now)
    assert await directory.unit_for(casebook, "street_order", community=COMMUNITY, at=later) is None
    listed = {each["code"]: each for each in await units_with_work(casebook, at=later)}
    assert (1, False) == (listed[ORDER_OFFICE]["open_orders"], listed[ORDER_OFFICE]["in_force"])


async def test_who_is_on_duty_follows_roster_holder_substitute_officer_superior(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    zone = district.zone
    base = only(district)
    away = (Absence(person="dept_police_duty_officer", begins=date(2027, 1, 4), ends=date(2027, 1, 4)),)
    none_left = changed(base, "people", "street_002_order_deputy_head")
    for person in ("duty_officer", "principal_head"):
        none_left = changed(none_left, "people", f"street_002_urban_{person}")
    none_left = changed(none_left, "people", "street_002_urban_deputy_head")
    await decree(casebook, none_left.model_copy(update={"absences": away}), valid_from=now, now=now)

    async def found(unit: str, duty: str, moment: str) -> tuple[str, str, bool]:
        answer = await directory.person_on_duty(casebook, unit, duty=duty, at=local(moment, zone), zone=zone)
        assert answer is not None
        assert answer["why"].endswith("。")
        return answer["person"], answer["step"], answer["climbed"]

    day, night = "2027-01-05T12:00", "2027-01-05T23:30"
    assert ("dept_police_duty_officer", "roster", False) == await found("dept_police", "duty_officer", day)
    assert ("dept_police_night_officer", "roster", False) == await found("dept_police", "duty_officer", night)
    early = "2027-01-06T07:59"
    assert ("dept_police_night_officer", "roster", False) == await found("dept_police", "duty_officer", early)
    sick = "2027-01-04T12:00"
    assert ("dept_police_night_officer", "substitute", False) == await found("dept_police", "duty_officer", sick)
    assert ("dept_water_deputy_head", "holder", False) == await found("dept_water", "deputy_head", day)
    officer = "street_002_order_duty_officer"
    assert (officer, "holder", False) == await found("street_002_order", "deputy_head", day)
    centre = "street_002_centre_principal_head"
    assert (centre, "holder", True) == await found("street_002_urban", "principal_head", day)


async def test_a_dated_row_of_the_roster_goes_before_the_weekly_one(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    base = only(district)
    special = Shift.model_validate(
        {
            "unit": "dept_fire",
            "person": "dept_fire_deputy_head",
            "from_time": "08:00",
            "to_time": "20:00",
            "begins": "2027-02-06",
            "ends": "2027-02-06",
        }
    )
    await decree(casebook, base.model_copy(update={"rosters": (*base.rosters, special)}), valid_from=now, now=now)
    for day, expected in (("2027-02-06", "dept_fire_deputy_head"), ("2027-02-07", "dept_fire_duty_officer")):
        at = local(f"{day}T09:00", district.zone)
        answer = await directory.person_on_duty(casebook, "dept_fire", duty="duty_officer", at=at, zone=district.zone)
        assert answer is not None
        assert expected == answer["person"]


async def test_a_start_does_not_undo_what_a_spreadsheet_said(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    edited = changed(district, "units", ORDER_OFFICE, name="改过的名称")
    imported = await import_book(casebook, book_of(edited), demands=demands(district), valid_from=now, now=now)
    assert not imported.refused
    assert [("units", "changed", ("name",))] == [
        (change.table, change.what, change.columns) for change in imported.plan.changes
    ]
    assert "same" == await import_files(casebook, district, now=now + timedelta(hours=1))
    files = district.model_copy(update={"units": changed(district, "units", ORDER_OFFICE, name="文件里的名称").units})
    assert "owned" == await import_files(casebook, files, now=now + timedelta(hours=1))
    assert digest_of(edited) == digest_of(await directory_at(casebook, now + timedelta(hours=2)))


async def test_the_files_are_taken_in_again_while_they_own_the_directory(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    wanted = changed(district, "units", ORDER_OFFICE, name="文件里的名称")
    files = district.model_copy(update={"units": wanted.units})
    assert "imported" == await import_files(casebook, files, now=now)
    assert digest_of(wanted) == digest_of(await directory_at(casebook, now))
    assert digest_of(only(district)) == digest_of(await directory_at(casebook, now - timedelta(seconds=1)))


async def test_importing_the_same_again_changes_nothing(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    for minutes in range(2):
        at = now + timedelta(minutes=minutes)
        again = await import_book(casebook, book_of(only(district)), demands=demands(district), valid_from=at, now=at)
        assert ((), ()) == (again.plan.changes, tuple(again.wrong))


async def test_a_change_for_later_can_be_corrected_but_not_overtaken(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    later = now + timedelta(days=10)
    await decree(casebook, changed(district, "units", ORDER_OFFICE, name="甲"), valid_from=later, now=now)
    wanted = changed(district, "units", ORDER_OFFICE, name="乙")
    sooner = await import_book(casebook, book_of(wanted), demands=demands(district), valid_from=now, now=now)
    assert sooner.refused
    assert ["已有定在更晚生效的变更" in each.what for each in sooner.wrong] == [True]
    corrected = await import_book(casebook, book_of(wanted), demands=demands(district), valid_from=later, now=now)
    assert not corrected.refused
    names = [(await directory.unit(casebook, ORDER_OFFICE, at=at) or {})["name"] for at in (now, later)]
    assert ["大智街道平安建设办", "乙"] == names
    kept = select(units.c.name).where(units.c.code == ORDER_OFFICE).order_by(units.c.valid_from)
    assert ["大智街道平安建设办", "乙"] == list((await casebook.execute(kept)).scalars())
    assert (await plan(casebook, wanted, valid_from=later)).changes == ()


async def test_a_change_for_later_that_leaves_nobody_refuses_the_import_of_today(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    """Two imports, each sound by itself, may not leave a street without its office together."""
    later = now + timedelta(days=10)
    without = changed(district, "units", "street_003_order", area="420102002")
    await decree(casebook, without, valid_from=later, now=now)
    again = await import_book(casebook, book_of(only(district)), demands=demands(district), valid_from=now, now=now)
    assert again.refused
    assert any("一元街道" in each.what for each in again.wrong)


async def test_an_ended_unit_with_open_work_is_worth_a_word(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    await order(casebook, await request(casebook, district, now=now), "team_water", now=now)
    wanted = changed(changed(district, "units", "team_water"), "team_members", "team_water")
    for duty in ("duty_officer", "deputy_head", "principal_head"):
        wanted = changed(wanted, "people", f"team_water_{duty}")
    imported = await import_book(casebook, book_of(wanted), demands=demands(district), valid_from=now, now=now)
    assert not imported.refused
    [told] = imported.wrong
    assert "1 张在办工单" in told.what
    assert "./minhu redispatch --from team_water" in told.action
