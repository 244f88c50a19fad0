"""What callers tell of themselves: unreadable on the disk, found again all the same, and gone when its term is over."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import select, text

from casebook import erasure, messages, quarantine, requests, resealing, scores, statistics, views
from casebook.district import District, load_district
from casebook.engine import AsyncConnection, AsyncEngine
from casebook.messages import NewMessage
from casebook.quarantine import RefusedRow
from casebook.schema import audit_trail, callers, open311_reports, rejected_rows
from casebook.schema import messages as outbox
from casebook.schema import requests as register
from casebook.sealing import Sealer
from launcher.__main__ import main
from launcher.private import private_machine
from launcher.stack import Machine
from tests.casebook.disk import NOW, dumped, on_disk, report, take_in, within
from tests.casebook.filled import filled_request

LONG_AGO = NOW - timedelta(days=500)
Command = Callable[..., tuple[int, dict[str, Any], str]]


@pytest.fixture(scope="module")
def own_machine() -> Iterator[Machine]:
    """A machine of this file's own: what is looked for on its disk must be written for good."""
    with private_machine("postgres") as machine:
        yield machine


@pytest.fixture(scope="module")
def own_district(own_machine: Machine) -> District:
    return load_district(own_machine.settings.config)


@pytest.fixture
def minhu(own_machine: Machine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    monkeypatch.setenv("MINHU_STATE", str(own_machine.settings.state))
    monkeypatch.delenv("DATABASE_URL", raising=False)

    def run(*arguments: object) -> tuple[int, dict[str, Any], str]:
        code = main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        record = json.loads(said.out.splitlines()[-1]) if "--json" in arguments and said.out else {}
        return code, record, said.out + said.err

    return run


def test_no_name_number_or_address_stands_on_the_disk(own_machine: Machine, own_district: District) -> None:
    name, phone, address, refused, title = "欧阳金丝雀", "99871234567", "金丝雀里九栋", "司徒金丝雀", "路灯金丝雀标题"
    row = RefusedRow(
        platform="mayor_line",
        source="a.xlsx",
        row=2,
        field="text",
        reason="空",
        external_id="1",
        record={"姓名": refused, "电话": phone},
    )

    async def write(casebook: AsyncEngine) -> None:
        async with casebook.begin() as connection:
            number = await take_in(connection, report(phone, name=name, address=address, title=title), own_district)
            message = NewMessage(
                dedupe_key=number,
                request_id=number,
                work_order_id=None,
                event="rating_invited",
                recipient="caller",
                phone=phone,
                text="样例短信",
            )
            await messages.queue(connection, message, now=NOW)
            await quarantine.keep(connection, [row], now=NOW)
        async with casebook.connect() as connection:
            caller = await requests.caller_of(connection, number)
            [waiting] = await quarantine.waiting(connection)
            [sent] = await messages.claim(connection, most=9, per_second=9, now=NOW + timedelta(minutes=1))
        assert (name, phone, address) == (caller["name"], caller["phone"], caller["address"])
        assert (refused, phone, phone) == (waiting["record"]["姓名"], waiting["record"]["电话"], sent.phone)

    within(own_machine, write)
    assert {title} == on_disk(own_machine, name, phone, address, refused, title)  # the title shows that looking works
    assert {title} == {word for word in (name, phone, address, refused, title) if word in dumped(own_machine)}


def test_rows_from_before_sealing_are_sealed_once_and_found_again(own_machine: Machine, own_district: District) -> None:
    phone, name = "99871110001", "旧行金丝雀"

    async def look(casebook: AsyncEngine) -> None:
        async with casebook.begin() as connection:
            old = await take_in(connection, report(phone, name=name), own_district)
            plain = {"number": old, "phone": phone, "name": name}
            await connection.execute(
                text("update callers set phone = :phone, name = :name, phone_index = null where request_id = :number"),
                plain,
            )
        assert {"callers": 1} == await resealing.reseal(casebook)
        assert {} == await resealing.reseal(casebook)
        async with casebook.begin() as connection:
            again = await requests.receive(connection, report(phone), now=NOW, district=own_district)
            caller = await requests.caller_of(connection, old)
        assert ("merged", phone, name) == (again.result, caller["phone"], caller["name"])

    within(own_machine, look)
    assert name not in dumped(own_machine)
    tables = (own_machine.postgres.home / "data" / "base").rglob("*")
    assert not any(name.encode() in file.read_bytes() for file in tables if file.is_file())


def test_a_new_key_opens_everything_and_the_old_one_nothing(
    own_machine: Machine, own_district: District, minhu: Command
) -> None:
    phone, old_key = "99871110002", own_machine.personal_key

    async def call(casebook: AsyncEngine) -> str:
        async with casebook.begin() as connection:
            return (await requests.receive(connection, report(phone), now=NOW, district=own_district)).result

    assert "accepted" == within(own_machine, call)
    code, _, said = minhu("reseal", "--new-key")
    assert (0, True) == (code, "旧密钥已丢掉" in said)
    assert old_key != own_machine.personal_key
    assert 0o600 == (own_machine.settings.state / "personal_key").stat().st_mode & 0o777
    assert "merged" == within(own_machine, call)
    prefix = Sealer(SecretStr(old_key.get_secret_value())).prefix
    assert prefix not in dumped(own_machine)


async def counted(casebook: AsyncConnection) -> dict[str, Any]:
    """Return all that is counted of the district."""
    return {
        "summary": await statistics.summary(casebook),
        "scores": await scores.summary(casebook),
        "books": await requests.account(casebook),
        "lights": await views.open_requests_by_light(casebook),
        "units": await views.units_with_work(casebook),
        "arrivals": await statistics.arrivals(casebook, street="420102002"),
    }


def test_what_is_over_is_erased_and_nothing_is_counted_otherwise(
    own_machine: Machine, own_district: District, minhu: Command
) -> None:
    gone, kept = "CANARY-GONE", "CANARY-KEPT"

    async def fill(casebook: AsyncEngine) -> tuple[str, str, dict[str, Any]]:
        async with casebook.begin() as connection:
            over = await filled_request(connection, own_district, gone, taken_in=LONG_AGO, closed=LONG_AGO)
            still_open = await filled_request(connection, own_district, kept, taken_in=LONG_AGO, closed=None)
            await connection.execute(text("update messages set state = 'delivered', settled_at = queued_at"))
            await connection.execute(rejected_rows.update().values(rejected_at=LONG_AGO))
            return over, still_open, await counted(connection)

    over, still_open, before = within(own_machine, fill)
    assert gone in dumped(own_machine)

    code, record, _ = minhu("erase", "--dry-run", "--json")
    assert (0, 1, 1, True) == (code, record["requests"], record["rejected_rows"], record["dry_run"])
    assert gone in dumped(own_machine)
    code, record, _ = minhu("erase", "--json")
    assert (0, 1, 1) == (code, record["requests"], record["rejected_rows"])
    code, record, _ = minhu("erase", "--json")
    assert (0, 0, 0) == (code, record["requests"], record["rejected_rows"])

    async def look(casebook: AsyncEngine) -> None:
        async with casebook.connect() as connection:
            assert before == await counted(connection)
            for number, there in ((over, False), (still_open, True)):
                caller = await requests.caller_of(connection, number)
                more = await connection.execute(select(open311_reports).where(open311_reports.c.request_id == number))
                values = [caller["name"], caller["phone"], caller["address"], more.mappings().one()["email"]]
                assert [kept if there else None] * 4 == values
            assert not [row for row in await quarantine.waiting(connection) if row["record"]]
            noted = select(audit_trail.c.details, audit_trail.c.request_id).where(audit_trail.c.action == "erased")
            assert [({}, over)] == [tuple(row) for row in await connection.execute(noted)]

    within(own_machine, look)
    dump = dumped(own_machine)
    assert (False, True) == (gone in dump, kept in dump)


def test_what_is_kept_still_is_not_erased_early(minhu: Command, own_district: District) -> None:
    inside = datetime.now(own_district.zone).date() - timedelta(days=own_district.privacy.keep_days - 2)
    code, _, said = minhu("erase", "--before", inside)
    assert (2, True) == (code, "还在保存期限内" in said)


async def test_an_erased_request_does_not_come_back_with_the_platform_s_next_export(
    casebook: AsyncConnection, district: District
) -> None:
    one = report("99871110003").model_copy(update={"received_at": LONG_AGO})
    number = (await requests.receive(casebook, one, now=LONG_AGO, district=district)).request_id
    await casebook.execute(register.update().where(register.c.request_id == number).values(closed_at=LONG_AGO))
    await erasure.erase_requests(casebook, [number], now=NOW)
    again = await requests.receive(casebook, one, now=NOW, district=district)
    assert ("already_known", number) == (again.result, again.request_id)
    row = (await casebook.execute(select(register).where(register.c.request_id == number))).mappings().one()
    assert "样例内容" not in str(dict(row))


async def test_a_request_that_was_merged_is_erased_with_the_one_it_is_part_of(
    casebook: AsyncConnection, district: District
) -> None:
    first, second = [
        (await requests.receive(casebook, report("99871110004"), now=LONG_AGO, district=district)).request_id
        for _ in range(2)
    ]
    assert erasure.Erased() == await erasure.due(casebook, before=NOW - timedelta(days=365))
    told = outbox.c.request_id == second  # that it was merged
    await casebook.execute(outbox.update().where(told).values(state="sent"))
    await casebook.execute(register.update().where(register.c.request_id == first).values(closed_at=LONG_AGO))
    assert erasure.Erased(requests=2) == await erasure.due(casebook, before=NOW - timedelta(days=365))
    found = await casebook.execute(select(callers.c.phone).where(callers.c.request_id == second))
    assert "99871110004" == found.scalar_one()
