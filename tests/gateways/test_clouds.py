"""The HTTP gateways over real sockets and the real outbox: signed, once, and never again when nobody knows."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import uvicorn
from pydantic import SecretStr

from casebook.clock import wall_clock
from casebook.gateways import AliyunRules, MasRules, TencentRules
from launcher.machine import LOOPBACK
from launcher.ports import any_free_port
from launcher.sms_clouds import Clouds, make_app
from launcher.sms_journal import SmsJournal
from tests.gateways.outbox import SHORT, Outbox, taken, until
from workers.aliyun import AliyunGateway
from workers.mas import MasGateway
from workers.sms_gateway import Refused, SmsGateway, SmsText, Taken, Unknown
from workers.tencent import TencentGateway

SECRETS = {"aliyun": "aliyun-secret", "tencent": "tencent-secret", "mas": "mas-secret"}
NAMES = list(SECRETS)
FOR_GOOD = {
    "aliyun": "isv.MOBILE_NUMBER_ILLEGAL",
    "tencent": "FailedOperation.PhoneNumberInBlacklist",
    "mas": "InvalidMessage",
}
LATER = {
    "aliyun": "isv.BUSINESS_LIMIT_CONTROL",
    "tencent": "LimitExceeded.PhoneNumberOneHourLimit",
    "mas": "NoSignId",
}
FIELDS = {"unit": "样例单位", "work_order_id": "JA20261123-000123-7-01"}
WRITTEN = {
    "aliyun": 'SMS_1 {"unit": "样例单位", "work_order_id": "JA20261123-000123-7-01"}',
    "tencent": "1001 样例单位 JA20261123-000123-7-01",
    "mas": SHORT.removeprefix("【江岸民呼我应】"),
}


def gateway(name: str, port: int, *, secret: str = "") -> SmsGateway:
    url, key = f"http://{LOOPBACK}:{port}", SecretStr(secret or SECRETS[name])
    if name == "aliyun":
        cloud = AliyunRules(url=url, access_key_id="id", sign_name="江岸民呼我应", templates={"red": "SMS_1"})
        return AliyunGateway(rules=cloud, secret=key, clock=wall_clock)
    if name == "tencent":
        other = TencentRules(
            url=url,
            region="ap-guangzhou",
            secret_id="id",
            app_id="1400000000",
            sign_name="江岸民呼我应",
            templates={"red": "1001"},
        )
        return TencentGateway(rules=other, secret=key, clock=wall_clock)
    rules = MasRules(url=f"{url}/sms/norsubmit", enterprise="样例", account="demo", sign="4sEuJxDpC", extension="")
    return MasGateway(rules=rules, secret=key)


def sms(reference: str = "1/1") -> SmsText:
    return SmsText(phone="99900000001", text=SHORT, reference=reference, template="red", fields=FIELDS)


@asynccontextmanager
async def listening(journal: SmsJournal) -> AsyncIterator[tuple[Clouds, int]]:
    """The clouds on loopback."""
    clouds = Clouds(journal, secrets=SECRETS, clock=wall_clock)
    server = uvicorn.Server(
        uvicorn.Config(make_app(clouds), host=LOOPBACK, port=0, log_level="warning", lifespan="off")
    )
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    serving = asyncio.create_task(server.serve())

    async def started() -> bool:
        return server.started

    try:
        await until(started)
        yield clouds, server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await serving


@pytest.mark.parametrize("name", NAMES)
async def test_what_is_signed_rightly_is_taken_once(outbox: Outbox, journal: SmsJournal, name: str) -> None:
    async with listening(journal) as (_, port), outbox.sender(gateway(name, port)):
        phone = await outbox.queue(SHORT, template="red", fields=tuple(FIELDS.items()))
        await outbox.becomes(phone, "sent")
    assert {(phone, WRITTEN[name]): 1} == taken(journal.file)


@pytest.mark.parametrize("name", NAMES)
async def test_what_is_signed_wrongly_is_not_taken_and_tried_again(journal: SmsJournal, name: str) -> None:
    async with listening(journal) as (_, port):
        answer = await gateway(name, port, secret="wrong").send(sms())
    assert isinstance(answer, Refused)
    assert answer.for_now
    assert {} == taken(journal.file)


@pytest.mark.parametrize("name", NAMES)
async def test_each_refusal_has_its_consequence(outbox: Outbox, journal: SmsJournal, name: str) -> None:
    async with listening(journal) as (clouds, port), outbox.sender(gateway(name, port)):
        clouds.behaviour.refusal = FOR_GOOD[name]
        phone = await outbox.queue(SHORT, template="red", fields=tuple(FIELDS.items()))
        await outbox.becomes(phone, "failed")
        clouds.behaviour.refusal = LATER[name]
        assert Refused(LATER[name], for_now=True) == await gateway(name, port).send(sms())
    assert {} == taken(journal.file)


@pytest.mark.parametrize("name", NAMES)
async def test_an_answer_that_cannot_be_read_leaves_the_message_uncertain(
    outbox: Outbox, journal: SmsJournal, name: str
) -> None:
    async with listening(journal) as (clouds, port), outbox.sender(gateway(name, port)):
        clouds.behaviour.broken = True
        phone = await outbox.queue(SHORT, template="red", fields=tuple(FIELDS.items()))
        await outbox.becomes(phone, "uncertain")
    assert {(phone, WRITTEN[name]): 1} == taken(journal.file)


@pytest.mark.parametrize("name", NAMES)
async def test_nobody_listens_so_nothing_was_sent(name: str) -> None:
    answer = await gateway(name, any_free_port(LOOPBACK)).send(sms())
    assert Refused("not_connected", for_now=True) == answer


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "said", [b"", b"HTTP/1.1 200 OK\r\n\r\n[]", b"HTTP/1.1 302 Found\r\nLocation: /x\r\n\r\n", b"\0"]
)
async def test_a_gateway_that_hangs_up_or_talks_nonsense_leaves_it_unknown(name: str, said: bytes) -> None:
    calls = 0

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal calls
        calls += 1
        await reader.readuntil(b"\r\n\r\n")
        writer.write(said)
        writer.close()

    server = await asyncio.start_server(answer, LOOPBACK, 0)
    told = await gateway(name, server.sockets[0].getsockname()[1]).send(sms())
    server.close()
    await server.wait_closed()
    assert isinstance(told, Unknown)
    assert 1 == calls  # nothing underneath tries again


async def test_an_old_signature_counts_for_nothing(journal: SmsJournal) -> None:
    async with listening(journal) as (clouds, port):
        assert isinstance(await gateway("aliyun", port).send(sms()), Taken)
        clouds.clock = lambda: wall_clock().replace(year=2030)
        for name in ("aliyun", "tencent"):
            assert isinstance(await gateway(name, port).send(sms()), Refused)


@pytest.mark.parametrize("name", ["aliyun", "tencent"])
async def test_a_text_without_an_approved_template_is_refused_before_anything_is_sent(name: str) -> None:
    text = SmsText(phone="99900000001", text=SHORT, reference="1/1", template="unknown")
    assert Refused("no_template", for_now=False) == await gateway(name, 1).send(text)
