"""Level D goes to the city's platform: handed over once, acknowledged in any way, and never waited for in vain."""

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import requests
from sqlalchemy import select

from casebook import city, explain
from casebook.schema import city_hand_overs, city_replies
from launcher import city as loopback
from launcher.city_secret import shared_secret
from launcher.stack import Machine
from tests.process.town import COMMUNITY, Town, until

METRO = "060202"


@dataclass(frozen=True, kw_only=True)
class TheCity:
    """The city as a test plays it: it signs as the real one does."""

    town: Town
    url: str
    secret: str

    def says(self, key: str, kind: str, **more: Any) -> requests.Response:
        body = json.dumps({"key": key, "kind": kind, **more}).encode()
        return loopback.reply(self.url, body, secret=self.secret, now=self.town.clock())

    def hears(self, body: bytes, headers: dict[str, str]) -> int:
        """Return how the desk answers what anybody may send."""
        return requests.post(self.url, data=body, headers=headers, timeout=9).status_code


@pytest.fixture(scope="module")
def with_desk(machine: Machine) -> Iterator[Machine]:
    machine.start("desk")
    yield machine
    machine.stop("desk", "city")


@pytest.fixture
async def the_city(with_desk: Machine, town: Town) -> TheCity:
    with_desk.stop("city")
    secret = shared_secret(with_desk.settings.state)
    return TheCity(town=town, url=f"{with_desk.desk_url}/api/city/replies", secret=secret)


async def hand_overs(town: Town, request_id: str) -> list[dict[str, Any]]:
    mine = select(city_hand_overs).where(city_hand_overs.c.request_id == request_id)
    async with town.casebook.connect() as connection:
        found = (await connection.execute(mine.order_by(city_hand_overs.c.work_order_id))).mappings().all()
    return [dict(row) for row in found]


async def test_the_city_accepts_in_its_answer_and_is_heard_of_again_when_done(town: Town, with_desk: Machine) -> None:
    request_id = await town.receive(METRO)
    assert "district_centre" == (await town.waiting(request_id, "city_report"))["unit"]
    with_desk.start("city")

    async def accepted() -> bool:
        async with town.casebook.connect() as connection:
            retry = city_hand_overs.update().where(city_hand_overs.c.delivered_at.is_(None))
            await connection.execute(retry.values(send_after=town.clock()))
            await connection.commit()
        return bool((await hand_overs(town, request_id))[0]["answer"] == "accepted")

    await until(accepted)
    await town.forward.settle()
    assert "city_platform" == (await town.waiting(request_id, "handling"))["unit"]
    request = await town.request(request_id)
    assert ("city_platform", "district_centre") == (request["lead_unit"], request["responsible_unit"])
    journal = [json.loads(line) for line in (with_desk.settings.state / "city.jsonl").read_text("utf-8").splitlines()]
    [arrived] = [matter for matter in journal if matter["request_id"] == request_id]
    assert {"key", "community"} <= arrived.keys()
    assert "样例来电人" not in json.dumps(arrived, ensure_ascii=False)
    await town.pass_time(town.clock() + timedelta(hours=21))

    async def done() -> bool:
        return (await hand_overs(town, request_id))[0]["done_at"] is not None

    await until(done)
    await town.forward.settle()
    assert "district_centre" == (await town.waiting(request_id, "verification"))["unit"]


async def test_what_the_city_refuses_falls_back_to_the_districts_centre(town: Town, the_city: TheCity) -> None:
    request_id = await town.receive(METRO)
    key = (await town.waiting(request_id, "city_report"))["work_order_id"]
    assert 200 == the_city.says(key, "refused", reason="属区级事项").status_code
    await town.forward.settle()
    assert "C" == (await town.request(request_id))["level"]
    assert "district_centre" == (await town.waiting(request_id, "assignment"))["unit"]
    async with town.casebook.connect() as connection:
        life = await explain.life_of(connection, request_id, district=town.district)
    assert [sentence for sentence in life if "市级平台不受理" in sentence]


async def test_a_result_that_overtakes_the_acknowledgement_is_kept_for_it(town: Town, the_city: TheCity) -> None:
    request_id = await town.receive(METRO)
    key = (await town.waiting(request_id, "city_report"))["work_order_id"]
    assert {"effect": "kept"} == the_city.says(key, "done", city_number="WH1").json()
    assert {"effect": "already_known"} == the_city.says(key, "accepted", city_number="WH1").json()
    assert {"effect": "already_known"} == the_city.says(key, "done").json()
    assert {"effect": "contradicts"} == the_city.says(key, "refused").json()
    await town.forward.settle()
    assert "district_centre" == (await town.waiting(request_id, "verification"))["unit"]
    async with town.casebook.connect() as connection:
        kept = select(city_replies.c.effect).where(city_replies.c.work_order_id == key)
        effects = list((await connection.execute(kept)).scalars())
    assert ["already_known", "already_known", "contradicts", "kept"] == sorted(effects)
    await town.report(request_id, "verification", "failed")
    assert 2 == len(await hand_overs(town, request_id))


async def test_forged_stale_and_replayed_messages_change_nothing(town: Town, the_city: TheCity) -> None:
    request_id = await town.receive(METRO)
    key = (await town.waiting(request_id, "city_report"))["work_order_id"]
    body = json.dumps({"key": key, "kind": "accepted"}).encode()
    now = town.clock()
    assert 401 == loopback.reply(the_city.url, body, secret="guessed", now=now).status_code
    assert 401 == loopback.reply(the_city.url, body, secret=the_city.secret, now=now - timedelta(hours=1)).status_code
    assert 401 == the_city.hears(body, {})
    assert 422 == the_city.says(key, "perhaps").status_code
    assert 404 == the_city.says("JA20261123-000000-0-01", "accepted").status_code
    assert "city_report" == (await town.orders(request_id))[-1]["kind"]
    timestamp, nonce = now.isoformat(), secrets.token_hex(8)
    signed = city.signature(the_city.secret, timestamp=timestamp, nonce=nonce, body=body)
    headers = {"X-Minhu-Timestamp": timestamp, "X-Minhu-Nonce": nonce, "X-Minhu-Signature": signed}
    answers = [the_city.hears(body, headers) for _ in range(2)]
    assert [200, 409] == answers
    assert 401 == the_city.hears(body + b" ", headers)


async def test_a_city_that_is_down_for_hours_leaves_a_red_light_and_a_person_acts(
    town: Town, the_city: TheCity
) -> None:
    request_id = await town.receive(METRO)
    order = await town.waiting(request_id, "city_report")
    due = await town.deadline(order["work_order_id"])
    await town.pass_time(due["red_at"])
    assert "red" in await town.lights(order["work_order_id"])
    assert "district_centre_deputy_head" in await town.texts(request_id, "red")

    async def tried() -> bool:
        return bool((await hand_overs(town, request_id))[0]["attempts"] > 0)

    await until(tried)
    await town.report(request_id, "city_report", "accepted", note="电话受理，市级编号 WH9。")
    assert "city_platform" == (await town.waiting(request_id, "handling"))["unit"]
    assert {"effect": "kept"} == the_city.says(order["work_order_id"], "accepted").json()
    assert {"effect": "taken"} == the_city.says(order["work_order_id"], "done").json()


async def test_what_is_the_citys_is_in_the_outbox_with_its_work_order(town: Town, the_city: TheCity) -> None:
    request_id = await town.take_in(METRO, community=COMMUNITY)
    await town.forward.settle()
    order = await town.waiting(request_id, "city_report")
    [sent] = await hand_overs(town, request_id)
    assert (order["work_order_id"], order["issued_at"]) == (sent["work_order_id"], sent["written_at"])
