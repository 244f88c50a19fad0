"""A caller is told once what is promised, and sees on a page of their own where the request is."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from casebook import citizen_view, erasure, rating_links, ratings, requests, supplements, work_orders
from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.errors import RejectedInput
from casebook.schema import audit_trail, citizen_links, fact_outbox, messages
from casebook.work_orders import Report
from tests.casebook.disk import report
from tests.casebook.rows import order
from workers.note_supplement import NoteSupplement, note_supplement
from workers.plan_total_deadline import PlanTotalDeadline, plan_total_deadline

PHONE, UNIT, BASE = "99871119901", "street_002_order", "https://minhu.example"
LIMIT = {"limit": "total", "limit_hours": 70, "inspect_hours": 140, "basis": "working"}


@pytest.fixture
async def number(casebook: AsyncConnection, district: District, now: datetime) -> str:
    one = report(PHONE, name="赵样例", address="样例路1号")
    return (await requests.receive(casebook, one, now=now, district=district)).request_id


async def promised(
    casebook: AsyncConnection, number: str, *, district: District, now: datetime
) -> list[dict[str, Any]]:
    """The total clock starts; return the texts that the caller gets."""
    read = PlanTotalDeadline.model_validate({"request_id": number, **LIMIT})
    await plan_total_deadline(read, casebook=casebook, now=now, district=district, base_url=BASE)
    asked = select(messages).where(messages.c.request_id == number, messages.c.event == "request_registered")
    return [dict(row) for row in (await casebook.execute(asked)).mappings()]


def token_of(text: dict[str, Any]) -> str:
    return str(text["text"].rpartition("/q/")[2])


async def test_the_promise_is_told_once_with_a_link_that_nobody_can_guess(
    casebook: AsyncConnection, district: District, now: datetime, number: str
) -> None:
    [text] = await promised(casebook, number, district=district, now=now)
    assert [text] == await promised(casebook, number, district=district, now=now)
    view = await citizen_view.behind(casebook, token_of(text), now=now)
    assert view.promised_at
    when = view.promised_at.astimezone(district.zone)
    assert (PHONE, "caller", False) == (text["phone"], text["recipient"], text["at_any_hour"])
    assert f"承诺{when:%m月%d日%H:%M}前办结" in text["text"]
    assert 22 == len(token_of(text))  # 128 bits
    kept = (await casebook.execute(select(citizen_links.c.token_sha256))).scalars().all()
    assert not any(token_of(text) in digest for digest in kept)


async def test_who_left_no_number_or_has_withdrawn_is_not_told(
    casebook: AsyncConnection, district: District, now: datetime, number: str
) -> None:
    silent = report(PHONE).model_copy(update={"caller_phone": None})
    unknown = (await requests.receive(casebook, silent, now=now, district=district)).request_id
    assert [] == await promised(casebook, unknown, district=district, now=now)
    await requests.ask_withdrawal(casebook, number, now=now)
    assert [] == await promised(casebook, number, district=district, now=now)


async def test_a_district_without_the_text_tells_nobody(
    casebook: AsyncConnection, district: District, now: datetime, number: str
) -> None:
    left = {name: text for name, text in district.texts.templates.items() if name != "request_registered"}
    quiet = district.model_copy(update={"texts": district.texts.model_copy(update={"templates": left})})
    assert [] == await promised(casebook, number, district=quiet, now=now)


async def test_the_page_says_in_plain_words_where_the_request_is(
    casebook: AsyncConnection, district: District, now: datetime, number: str
) -> None:
    [text] = await promised(casebook, number, district=district, now=now)
    seen: list[str] = []

    async def look() -> None:
        seen.append((await citizen_view.behind(casebook, token_of(text), now=now)).standing.partition("：")[0])

    await look()
    for hours, (kind, outcome) in enumerate((("sign_in", "accepted"), ("handling", "done")), 1):
        asked, later = await order(casebook, number, UNIT, now=now, kind=kind), now + timedelta(hours=hours)
        await work_orders.report(casebook, asked, Report(outcome=outcome, person=UNIT, note="内部"), now=later)
        await look()
    invitation = {"rating_id": f"{number}-R1", "request_id": number, "round": 1, "way": "link"}
    invited = await ratings.invite(casebook, invitation | {"due_at": now + timedelta(days=3)}, now=now)
    assert (
        rating_links.token_of(casebook, invited)
        == (await citizen_view.behind(casebook, token_of(text), now=now)).rating_token
    )
    await requests.note_facts(casebook, number, closed_at=now)
    await look()
    assert ["正在转办", "正在办理", "已办理，正在核查", "已办结"] == seen
    steps = (await citizen_view.behind(casebook, token_of(text), now=now)).steps
    assert {"收到您的诉求", "办理单位已接单", "办结"} < {sentence for _, sentence in steps}
    assert "内部" not in str(steps)


async def test_a_link_that_is_not_ours_or_whose_request_was_erased_leads_nowhere(
    casebook: AsyncConnection, district: District, now: datetime, number: str
) -> None:
    [text] = await promised(casebook, number, district=district, now=now)
    for token in ("", "x" * 22, token_of(text)[:-1], token_of(text) + "A"):
        with pytest.raises(RejectedInput, match="链接无效"):
            await citizen_view.behind(casebook, token, now=now)
    await requests.note_facts(casebook, number, closed_at=now)
    await erasure.erase_requests(casebook, [number], now=now)
    with pytest.raises(RejectedInput, match="链接无效"):
        await citizen_view.behind(casebook, token_of(text), now=now)


async def test_a_caller_adds_something_once_and_not_without_end(
    casebook: AsyncConnection, district: District, now: datetime, number: str
) -> None:
    for _ in range(2):
        await supplements.add_words(casebook, number, " 现在更严重了。 ", now=now)
    noted = select(audit_trail.c.actor).where(
        audit_trail.c.request_id == number, audit_trail.c.action == "supplemented"
    )
    assert ["caller"] == list((await casebook.execute(noted)).scalars())
    for text in ("", " \n", "长" * (supplements.WORDS_MOST + 1)):
        with pytest.raises(RejectedInput, match="补充内容"):
            await supplements.add_words(casebook, number, text, now=now)
    for count in range(supplements.A_DAY_MOST - 1):
        await supplements.add_words(casebook, number, f"第 {count} 次", now=now)
    with pytest.raises(RejectedInput, match="明天"):
        await supplements.add_words(casebook, number, "还有", now=now)
    await supplements.add_words(casebook, number, "还有", now=now + timedelta(days=1, minutes=1))


async def engine_hears(casebook: AsyncConnection, number: str, *, district: District, now: datetime) -> int:
    """The engine hears of the supplements of a request, each twice; return of how many."""
    mine = select(fact_outbox.c.variables).where(
        fact_outbox.c.request_id == number, fact_outbox.c.name == "request_supplemented"
    )
    heard = list((await casebook.execute(mine)).scalars())
    for variables in [*heard, *heard]:
        read = NoteSupplement.model_validate(variables)
        await note_supplement(read, casebook=casebook, now=now, district=district)
    return len(heard)


async def test_what_is_added_to_a_merged_report_reaches_who_works_on_the_main_one(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    first, again = report(PHONE), report(PHONE)
    main = (await requests.receive(casebook, first, now=now, district=district)).request_id
    joined = await requests.receive(casebook, again, now=now, district=district)
    assert "merged" == joined.result
    asked = await order(casebook, main, UNIT, now=now)
    await supplements.add_words(casebook, joined.request_id, "还有一处", now=now)
    assert 1 == await engine_hears(casebook, joined.request_id, district=district, now=now)
    texts = select(messages).where(messages.c.request_id == main, messages.c.event == "request_supplemented")
    [told] = (await casebook.execute(texts)).mappings().all()
    assert told["work_order_id"] == asked
    assert joined.request_id in told["text"]
    await requests.note_facts(casebook, main, closed_at=now)
    await supplements.add_words(casebook, main, "办结以后", now=now)
    assert 0 == await engine_hears(casebook, main, district=district, now=now)


async def test_each_unit_that_works_on_it_is_told_of_a_supplement_once(
    casebook: AsyncConnection, district: District, now: datetime
) -> None:
    one = report(PHONE)
    number = (await requests.receive(casebook, one, now=now, district=district)).request_id
    closed = await order(casebook, number, "street_002_urban", now=now)
    await work_orders.close(casebook, closed, now=now)
    asked = [await order(casebook, number, UNIT, now=now) for _ in range(2)]
    later = one.model_copy(update={"text": "样例内容，更严重了"})
    for _ in range(2):
        await requests.receive(casebook, later, now=now, district=district)
    await engine_hears(casebook, number, district=district, now=now)
    texts = select(messages).where(messages.c.request_id == number, messages.c.event == "request_supplemented")
    [told] = (await casebook.execute(texts)).mappings().all()
    assert (asked[-1], False) == (told["work_order_id"], told["at_any_hour"])
    await supplements.add_words(casebook, number, "还有一处", now=now)
    await engine_hears(casebook, number, district=district, now=now)
    assert 2 == len((await casebook.execute(texts)).all())
    assert "样例内容" not in told["text"]
