"""One matter, several reporters, on the real engine: work is taken back, everybody rates, a mistake is undone."""

from pathlib import Path

from sqlalchemy import select

from casebook import rating_links, ratings, requests, scores, supervision_orders, supplements
from casebook.decision_tables import read_table
from casebook.schema import merges
from casebook.schema import ratings as invitations
from tests.process.town import BAD, GOOD, Town

BPMN = Path(__file__).resolve().parents[2] / "bpmn"
NEIGHBOURS, QUIET = "070101", "010105"  # the other is not raised by one caller's repeated calls
SAME_PHONE = "99887650001"


async def token_of(town: Town, request_id: str) -> str:
    """Return the link that the newest invitation of a reporter carries."""
    statement = select(invitations).where(invitations.c.request_id == request_id)
    async with town.casebook.begin() as connection:
        invited = (await connection.execute(statement)).mappings().one()
        return str(rating_links.token_of(connection, dict(invited)))


async def rate_by_link(town: Town, request_id: str, answer: dict[str, object]) -> None:
    token = await token_of(town, request_id)
    async with town.casebook.begin() as connection:
        await ratings.rate(connection, token, answer, now=town.clock())
    await town.forward.settle()


async def test_a_merged_requests_work_is_taken_back_and_parting_starts_it_again(town: Town) -> None:
    main_id, other_id = await town.receive(NEIGHBOURS), await town.receive(NEIGHBOURS)
    async with town.casebook.begin() as connection:
        await supervision_orders.order(connection, other_id, person="district_centre", note="催办", now=town.clock())
    await town.forward.settle()
    first_process = (await town.request(other_id))["process_instance_key"]
    await town.merge(other_id, into=main_id)
    assert ["recalled"] * 2 == [order["outcome"] for order in await town.orders(other_id)]
    assert main_id == (await town.request(other_id))["merged_into"]
    await town.part(other_id)
    again = await town.request(other_id)
    assert again["merged_into"] is None
    assert again["process_instance_key"] not in (None, first_process)
    async with town.casebook.begin() as connection:
        kept = select(merges.c.process_instance_key).where(merges.c.request_id == other_id)
        assert first_process == (await connection.execute(kept)).scalar_one()
        books = await requests.account(connection)
    assert books["received"] == books["closed"] + books["open"] + books["withdrawn"] + books["merged"]
    for request_id in (other_id, main_id):
        await town.handle(request_id)
        await town.rate(request_id, GOOD)
        assert (await town.request(request_id))["closed_at"]


async def test_every_reporter_is_invited_and_the_matter_closes_when_all_have_rated(town: Town) -> None:
    main_id, other_id = await town.receive(NEIGHBOURS), await town.receive(NEIGHBOURS)
    await town.merge(other_id, into=main_id)
    await town.handle(main_id)
    assert [["caller"]] * 2 == [await town.texts(each, "rating_invited") for each in (main_id, other_id)]
    await town.rate(main_id, GOOD)
    assert (await town.request(main_id))["closed_at"] is None
    await rate_by_link(town, other_id, {"resolved": "partly", "satisfaction": 3, "comment": ""})
    assert (await town.request(main_id))["closed_at"]
    assert (await town.request(other_id))["closed_at"] is None
    async with town.casebook.begin() as connection:
        score = (await scores.of_request(connection, main_id))[-1]
    assert "neutral" == {degree["aspect"]: degree["fact"] for degree in score["degrees"]}["satisfaction"]


async def test_what_is_issued_after_many_calls_has_the_limits_of_an_urgent_request(town: Town) -> None:
    table = read_table(BPMN / "time_limit.dmn")
    assert table is not None
    main_id = await town.receive(QUIET, phone=SAME_PHONE)
    signed = await town.waiting(main_id, "sign_in")
    for _ in range(town.district.same_matter.urgent_from - 1):
        await town.take_in(QUIET, phone=SAME_PHONE)
    await town.report(main_id, "sign_in", "accepted")
    handled = await town.waiting(main_id, "handling")
    for order, urgency in ((signed, "normal"), (handled, "urgent")):
        limit = await town.deadline(order["work_order_id"])
        row = table.decide(limit=limit["limit_name"], level=order["level"], urgency=urgency)
        assert row is not None
        assert row.says("limit_hours") == limit["limit_hours"]
    assert "urgent" == (await town.request(main_id))["urgency"]
    await town.finish(main_id)
    await town.rate(main_id, GOOD)


async def test_a_supplement_reaches_whoever_works_on_the_request_by_a_process_of_its_own(town: Town) -> None:
    request_id = await town.receive(NEIGHBOURS)
    async with town.casebook.begin() as connection:
        await supplements.add_words(connection, request_id, "又吵起来了。", now=town.clock())
    await town.forward.settle()
    [told] = await town.texts(request_id, "request_supplemented")
    assert told
    await town.handle(request_id)
    await town.rate(request_id, GOOD)


async def test_when_the_main_caller_withdraws_the_others_matter_goes_on(town: Town) -> None:
    main_id, other_id = await town.receive(NEIGHBOURS), await town.receive(NEIGHBOURS)
    await town.merge(other_id, into=main_id)
    async with town.casebook.begin() as connection:
        await requests.ask_withdrawal(connection, main_id, now=town.clock())
    await town.forward.settle()
    assert (await town.request(main_id))["withdrawn_at"]
    await town.handle(other_id)
    await town.rate(other_id, BAD)
    assert 2 == (await town.request(other_id))["round"]
    await town.finish(other_id)
    await town.rate(other_id, GOOD, round_=2)
    assert (await town.request(other_id))["closed_at"]
