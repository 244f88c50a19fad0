"""What the door tells: the course of a request in codes to everybody, its words only to who sent them."""

import itertools
import json
import secrets
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from casebook import requests, work_orders
from casebook.district import District, load_district
from casebook.engine import AsyncEngine, open_casebook
from casebook.work_orders import NewWorkOrder, Report
from launcher.stack import Machine
from tests.open311.door import APP_KEY, DEMO_KEY, PNG, Door

INSTANCES = itertools.count(3 * 10**9)
UNIT = "street_002_service"


@pytest_asyncio.fixture
async def engine(machine: Machine) -> AsyncIterator[AsyncEngine]:
    engine = open_casebook(machine.database_url, key=machine.personal_key)
    yield engine
    await engine.dispose()


@pytest.fixture
def district(machine: Machine) -> District:
    return load_district(machine.settings.config)


async def worked(engine: AsyncEngine, number: str, *, kind: str, outcome: str) -> None:
    """A unit is asked and reports."""
    now = datetime.now(UTC)
    wanted = NewWorkOrder(
        request_id=number,
        process_instance_key=next(INSTANCES),
        kind=kind,
        unit=UNIT,
        level="B",
        form="handling_report",
        round=1,
    )
    async with engine.begin() as casebook:
        order = await work_orders.issue(casebook, wanted, now=now)
        await work_orders.report(casebook, order, Report(outcome=outcome, person=UNIT, note="内部说明"), now=now)


def told(door: Door, number: str) -> tuple[str, str]:
    row = door.seen(number, extensions="true")
    return row["status"], row["extended_status"]


@pytest.mark.parametrize(("outcome", "ending"), [("done", "FIXED"), ("not_possible", "NO_FURTHER_ACTION")])
async def test_the_course_of_a_request_is_told_step_by_step(
    door: Door, engine: AsyncEngine, outcome: str, ending: str
) -> None:
    number = door.sent()
    assert ("open", "OPEN") == told(door, number)
    await worked(engine, number, kind="sign_in", outcome="accepted")
    assert ("open", "IN_PROGRESS") == told(door, number)
    await worked(engine, number, kind="handling", outcome=outcome)
    assert ("open", "ACTION_SCHEDULED") == told(door, number)
    async with engine.begin() as casebook:
        await requests.note_facts(casebook, number, closed_at=datetime.now(UTC))
    assert ("closed", ending) == told(door, number)
    updates = door.get("servicerequestupdates.json", service_request_id=number).json()
    assert ["OPEN", "IN_PROGRESS", "ACTION_SCHEDULED", ending] == [update["status"] for update in updates]
    assert 4 == len({update["update_id"] for update in updates})
    assert "内部说明" not in json.dumps(updates, ensure_ascii=False)


async def test_a_withdrawn_and_a_merged_request_are_told(door: Door, engine: AsyncEngine) -> None:
    phone = f"998{secrets.randbelow(10**8):08d}"
    first, second = door.sent(phone=phone), door.sent(phone=phone)
    assert [("open", "OPEN"), ("closed", "DUPLICATE")] == [told(door, first), told(door, second)]
    async with engine.begin() as casebook:
        await requests.note_facts(casebook, first, withdrawn_at=datetime.now(UTC))
    assert ("closed", "CLOSED") == told(door, first)
    (update,) = door.get("servicerequestupdates.json", service_request_id=second).json()
    assert ("DUPLICATE", second) == (update["status"], update["service_request_id"])


def test_updates_are_fetched_by_time_each_once(door: Door) -> None:
    before = datetime.now(UTC)
    numbers = [door.sent() for _ in range(5)]
    after = datetime.now(UTC) + timedelta(seconds=1)
    span = {"start_date": before.isoformat(), "end_date": after.isoformat(), "page_size": 2}
    pages = [door.get("servicerequestupdates.json", page=page, **span).json() for page in (1, 2, 3, 4)]
    assert numbers == [update["service_request_id"] for page in pages for update in page]


def test_nothing_personal_and_no_words_leave_but_to_who_sent_them(door: Door, machine: Machine) -> None:
    mark = secrets.token_hex(6)
    phone = f"998{secrets.randbelow(10**8):08d}"
    words = {
        "description": f"描述{mark}",
        "first_name": f"名{mark}",
        "address_string": f"保成社区{mark}号",
        "email": f"{mark}@example.cn",
        "device_id": f"device-{mark}",
        "account_id": f"account-{mark}",
        "media_url": f"https://pictures.example/{mark}.jpg",
        "external_id": f"id-{mark}",
    }
    number = door.sent(**words, phone=phone, lat=30.6012345, long=114.3054321, files=[("media", ("a", PNG, ""))])
    added = {"api_key": DEMO_KEY, "service_request_id": number, "description": f"补充{mark}"}
    assert 201 == door.post("servicerequestupdates.json", added).status_code
    for params in ({}, {"api_key": APP_KEY}):
        for path in ("requests", f"requests/{number}", "servicerequestupdates"):
            for form in ("json", "xml"):
                shown = door.get(f"{path}.{form}", extensions="true", **params).text
                assert number in shown
                assert [] == [secret for secret in (mark, phone, "30.601", "114.305") if secret in shown]
    own = door.seen(number, api_key=DEMO_KEY, extensions="true")
    assert (words["description"], words["address_string"]) == (own["description"], own["address"])
    assert (30.6012345, 114.3054321, 2) == (own["lat"], own["long"], len(own["media_urls"]))
    assert [] == [secret for secret in (mark, phone) if secret in json.dumps(own) and secret == phone]
    logs = "".join(path.read_text("utf-8", "replace") for path in machine.settings.state.rglob("*desk*.log"))
    assert mark not in logs


def test_an_addition_is_kept_once_and_only_from_who_reported(door: Door, engine: AsyncEngine) -> None:
    number = door.sent()
    said = {"service_request_id": number, "description": "还没有人来。", "update_id": "u-1", "status": "OPEN"}
    first = door.post("servicerequestupdates.xml", said | {"api_key": DEMO_KEY})
    again = door.post("servicerequestupdates.xml", said | {"api_key": DEMO_KEY})
    assert (201, first.text) == (first.status_code, again.text)
    assert 404 == door.post("servicerequestupdates.json", said | {"api_key": APP_KEY}).status_code
    assert 403 == door.post("servicerequestupdates.json", said).status_code
    for wrong in ({"service_request_id": ""}, {"description": ""}, {"description": "长" * 4001}):
        assert 400 == door.post("servicerequestupdates.json", said | {"api_key": DEMO_KEY} | wrong).status_code


def test_an_unknown_number_is_told_from_a_misread_one(door: Door) -> None:
    assert "校验位" in door.get("requests/JA20261123-000001-0.json").json()[0]["description"]
    assert 404 == door.get("requests/nothing.xml").status_code


@pytest.mark.parametrize("path", ["nothing.json", "services.txt", "requests/1/2.xml", "services"])
def test_any_other_address_is_refused_in_the_doors_own_form(door: Door, path: str) -> None:
    answer = door.get(path)
    assert 404 == answer.status_code
    assert answer.headers["content-type"].startswith("application/json" if path.endswith("json") else "text/xml")
    deleted = door.session.delete(f"{door.url}/requests.json", timeout=20)
    assert (405, "GET, POST") == (deleted.status_code, deleted.headers["Allow"])
