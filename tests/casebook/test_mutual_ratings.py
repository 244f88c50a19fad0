"""谁应评谁: lead and co-units judge each other with their reports, once, about each other alone, before the score."""

from datetime import datetime

import pytest
from sqlalchemy import insert

from casebook import co_tasks, mutual_ratings, unit_scores, work_orders
from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.errors import RejectedInput
from casebook.explain import life_of
from casebook.mutual_ratings import Judgement
from casebook.schema import scores
from casebook.work_orders import Report
from tests.casebook import rows

pytestmark = pytest.mark.asyncio
LEAD, CO_UNIT, OTHER = "dept_water", "dept_urban", "dept_market"
POOR = Judgement(about_unit=CO_UNIT, outcome="poor", reason="pushed_away")


async def handled(casebook: AsyncConnection, district: District, *, now: datetime) -> tuple[str, str, str]:
    """A lead and a co-unit have reported; return the numbers of the request, the lead's order, the co-unit's."""
    number = await rows.request(casebook, district, now=now)
    lead = await rows.order(casebook, number, LEAD, now=now)
    task = co_tasks.NewCoTask(request_id=number, round=1, unit=CO_UNIT, origin="rule")
    about = await co_tasks.begin(casebook, task, now=now)
    wanted = work_orders.NewWorkOrder(
        request_id=number,
        process_instance_key=next(rows.INSTANCES),
        kind="co_handling",
        unit=CO_UNIT,
        level="B",
        form="co_report",
        round=1,
        about=about,
    )
    co_order = await work_orders.issue(casebook, wanted, now=now)
    for order, unit in ((co_order, CO_UNIT), (lead, LEAD)):
        await work_orders.report(casebook, order, Report(outcome="done", person=unit), now=now)
    return number, lead, co_order


async def give(casebook: AsyncConnection, district: District, number: str, said: Judgement, *, now: datetime) -> None:
    order = await work_orders.get(casebook, number)
    await mutual_ratings.give(casebook, order, [said], rules=district.rating.mutual, now=now)


async def test_lead_and_co_unit_judge_each_other_and_the_file_tells_it(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    number, lead, co_order = await handled(casebook, district, now=now)
    asked = [
        await mutual_ratings.to_judge(casebook, await work_orders.get(casebook, each)) for each in (lead, co_order)
    ]
    assert [[CO_UNIT], [LEAD]] == asked
    await give(casebook, district, lead, POOR, now=now)
    await give(casebook, district, co_order, Judgement(about_unit=LEAD, outcome="good"), now=now)
    round_ = await unit_scores.round_of(casebook, number, round_=1, lead=LEAD, district=district)
    assert {(LEAD, "poor"), (CO_UNIT, "good")} == {(row["by_unit"], row["outcome"]) for row in round_.mutual}
    told = "\n".join(await life_of(casebook, number, district=district))
    assert "评价江岸区城市管理执法局配合差：推诿" in told


@pytest.mark.parametrize(
    "said",
    [
        Judgement(about_unit=OTHER, outcome="good"),
        Judgement(about_unit=LEAD, outcome="good"),
        Judgement(about_unit=CO_UNIT, outcome="excellent"),
        Judgement(about_unit=CO_UNIT, outcome="poor"),
        Judgement(about_unit=CO_UNIT, outcome="fair", reason="unheard_of"),
    ],
    ids=("of a stranger", "of oneself", "no such mark", "without a reason", "with an unknown reason"),
)
async def test_a_judgement_that_does_not_fit_is_refused(
    casebook: AsyncConnection, district: District, now: datetime, said: Judgement
) -> None:
    _, lead, _ = await handled(casebook, district, now=now)
    with pytest.raises(RejectedInput):
        await give(casebook, district, lead, said, now=now)


async def test_a_unit_judges_once_after_its_report_and_before_the_score(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    number, lead, co_order = await handled(casebook, district, now=now)
    await give(casebook, district, lead, POOR, now=now)
    with pytest.raises(RejectedInput, match="已经提交"):
        await give(casebook, district, lead, POOR, now=now)
    verification = await rows.order(casebook, number, "district_centre", now=now, kind="verification")
    assert [] == await mutual_ratings.to_judge(casebook, await work_orders.get(casebook, verification))
    again = await rows.order(casebook, number, LEAD, now=now)
    with pytest.raises(RejectedInput, match="还没有回单"):
        await give(casebook, district, again, POOR, now=now)
    score = {"score": 80, "degrees": [], "weights": {}, "rules_version": "1", "reopen": False, "scored_at": now}
    await casebook.execute(insert(scores).values(request_id=number, round=1, unit=LEAD, **score))
    with pytest.raises(RejectedInput, match="已经计分"):
        await give(casebook, district, co_order, Judgement(about_unit=LEAD, outcome="good"), now=now)
