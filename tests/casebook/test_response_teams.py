"""Whom a lead may call in: response teams, members and forces as the directory knows them at an instant."""

from datetime import datetime, timedelta

from casebook import co_units, enforcement
from casebook.district import District
from casebook.engine import AsyncConnection
from tests.casebook.rows import COMMUNITY, changed, decree, only

TEAM, MEMBER, FORCE = "street_002_team", "street_002_order", "street_002_posted_market"


async def codes_of_teams(casebook: AsyncConnection, at: datetime) -> list[str]:
    return [team["code"] for team in await co_units.teams_for(casebook, COMMUNITY, at=at)]


async def codes_of_members(casebook: AsyncConnection, at: datetime) -> list[str]:
    return [unit["code"] for unit in await co_units.team_members(casebook, TEAM, at=at)]


async def test_the_streets_team_comes_first_and_no_other_streets(casebook: AsyncConnection, now: datetime) -> None:
    first, *others = await codes_of_teams(casebook, now)
    assert TEAM == first
    assert others
    assert not [code for code in others if code.startswith("street_")]


async def test_a_team_that_has_lost_its_members_is_not_offered_from_then_on(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    left = tuple(entry for entry in district.team_members if entry.team != TEAM)
    later = now + timedelta(hours=1)
    await decree(casebook, only(district).model_copy(update={"team_members": left}), valid_from=later, now=now)
    assert [True, False] == [TEAM in await codes_of_teams(casebook, at) for at in (now, later)]
    assert [5, 0] == [len(await codes_of_members(casebook, at)) for at in (now, later)]


async def test_a_member_with_a_new_name_is_one_member_and_an_abolished_force_is_not_called(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    later = now + timedelta(hours=1)
    renamed = changed(district, "units", MEMBER, name="大智街道平安办")
    await decree(casebook, changed(renamed, "units", FORCE), valid_from=later, now=now)
    for at, name in ((now, "大智街道平安建设办"), (later, "大智街道平安办")):
        members = await co_units.team_members(casebook, TEAM, at=at)
        assert [name] == [unit["name"] for unit in members if unit["code"] == MEMBER]
    forces = [
        [force["code"] for force in await enforcement.forces_for(casebook, COMMUNITY, at=at)] for at in (now, later)
    ]
    assert [True, False] == [FORCE in each for each in forces]
    assert len(forces[0]) - 1 == len(forces[1])
