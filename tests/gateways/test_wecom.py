"""WeCom over real sockets: a token for a while, a text once, and what each code means."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import uvicorn
from pydantic import SecretStr

from casebook.clock import Clock, wall_clock
from casebook.gateways import WecomRules
from launcher.machine import LOOPBACK
from launcher.ports import any_free_port
from launcher.sms_journal import SmsJournal
from launcher.wecom import WecomPlatform, make_app
from tests.gateways.outbox import LONG, SHORT, taken, until
from workers.http_call import Heard
from workers.sms_gateway import Answer, Refused, SmsText, Taken, Unknown
from workers.wecom import WecomGateway, answer_of

SECRET = "wecom-secret"
TEXT = SmsText(phone="yangli.deputy", text=SHORT, reference="1/1")


def gateway(port: int, *, secret: str = SECRET, clock: Clock = wall_clock) -> WecomGateway:
    rules = WecomRules(url=f"http://{LOOPBACK}:{port}", corp_id="ww", agent_id=1000002, at_once=())
    return WecomGateway(rules=rules, secret=SecretStr(secret), clock=clock)


@asynccontextmanager
async def listening(platform: WecomPlatform) -> AsyncIterator[int]:
    """The platform on loopback."""
    app = make_app(platform)
    server = uvicorn.Server(uvicorn.Config(app, host=LOOPBACK, port=0, log_level="warning", lifespan="off"))
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    serving = asyncio.create_task(server.serve())

    async def started() -> bool:
        return server.started

    try:
        await until(started)
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await serving


async def test_one_token_serves_many_texts_at_once(journal: SmsJournal) -> None:
    platform = WecomPlatform(journal, SECRET, wall_clock)
    async with listening(platform) as port:
        way = gateway(port)
        texts = [replace(TEXT, text=f"{SHORT}{number}") for number in range(8)]
        answers = await asyncio.gather(*(way.send(text) for text in texts))
    assert {Taken} == {type(answer) for answer in answers}
    assert {(TEXT.phone, text.text): 1 for text in texts} == taken(journal.file)
    assert 1 == len(platform.tokens)


async def test_a_token_is_renewed_before_it_ends(journal: SmsJournal) -> None:
    now = datetime(2026, 11, 23, 9, tzinfo=UTC)

    def clock() -> datetime:
        return now

    platform = WecomPlatform(journal, SECRET, clock)
    async with listening(platform) as port:
        way = gateway(port, clock=clock)
        for minutes in (0, 110, 116, 120):
            now = datetime(2026, 11, 23, 9, tzinfo=UTC) + timedelta(minutes=minutes)
            assert isinstance(await way.send(TEXT), Taken)
    assert 2 == len(platform.tokens)


async def test_a_token_that_is_refused_is_renewed_once(journal: SmsJournal) -> None:
    platform = WecomPlatform(journal, SECRET, wall_clock)
    async with listening(platform) as port:
        way = gateway(port)
        assert isinstance(await way.send(TEXT), Taken)
        platform.tokens.clear()  # revoked on the other side
        assert isinstance(await way.send(TEXT), Taken)
        platform.refusal = 42001  # whatever token we bring
        asked = len(platform.tokens)
        assert Refused("wecom_42001", for_now=True) == await way.send(TEXT)
        assert asked + 1 == len(platform.tokens)


async def test_a_wrong_secret_gets_no_token(journal: SmsJournal) -> None:
    async with listening(WecomPlatform(journal, SECRET, wall_clock)) as port:
        assert Refused("no_token", for_now=True) == await gateway(port, secret="wrong").send(TEXT)
    assert Refused("no_token", for_now=True) == await gateway(any_free_port(LOOPBACK)).send(TEXT)


async def test_an_account_that_nobody_has_is_refused_for_good(journal: SmsJournal) -> None:
    async with listening(WecomPlatform(journal, SECRET, wall_clock, accounts=frozenset({"other"}))) as port:
        assert Refused("wecom_81013", for_now=False) == await gateway(port).send(TEXT)


async def test_a_text_beyond_the_limit_is_not_sent() -> None:
    assert Refused("too_long", for_now=False) == await gateway(1).send(replace(TEXT, text=LONG * 5))


@pytest.mark.parametrize(
    ("content", "answer"),
    [
        ({"errcode": 0, "msgid": "m1"}, Taken("wecom/m1")),
        ({"errcode": 0, "msgid": "m1", "invaliduser": ""}, Taken("wecom/m1")),
        ({"errcode": 0, "msgid": "m1", "invaliduser": "yangli"}, Refused("invalid_user", for_now=False)),
        ({"errcode": 0}, Unknown("not_understood")),
        ({"errcode": 45009}, Refused("wecom_45009", for_now=True)),
        ({"errcode": 40003}, Refused("wecom_40003", for_now=False)),
        ({"errcode": 999999}, Unknown("not_understood")),
        ({"errcode": [0]}, Unknown("not_understood")),
        ({}, Unknown("not_understood")),
    ],
)
def test_what_wecom_answers(content: dict[str, object], answer: Answer) -> None:
    assert answer == answer_of(Heard(200, content))
