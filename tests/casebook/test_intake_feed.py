"""A feed that breaks off is gone on with where it broke, and asked with our signature."""

import asyncio
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from casebook import city
from casebook.district import District, load_district
from casebook.engine import open_casebook
from casebook.errors import RejectedInput
from casebook.platforms import Pull
from desk.intake.http_feed import HttpFeed
from desk.intake.pull import Puller, Tally
from desk.intake.register import Door
from launcher.private import private_machine
from launcher.stack import Machine
from tests.casebook.intake_register import BOARD, clock, sample

pytestmark = pytest.mark.slow
SECRET = "样例密钥"


@pytest.fixture(scope="module")
def own_machine() -> Iterator[Machine]:
    with private_machine("postgres") as machine:
        yield machine


@pytest.fixture(scope="module")
def own_district(own_machine: Machine) -> District:
    return load_district(own_machine.settings.config)


class Board(ThreadingHTTPServer):
    """A feed on loopback with pages of ten; it answers a page only while it is well."""

    daemon_threads = True

    def __init__(self, items: list[Any]) -> None:
        super().__init__(("127.0.0.1", 0), Page)
        self.items = items
        self.asked: list[str] = []
        self.sick_at = ""
        self.signatures: list[bool] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/threads"


class Page(BaseHTTPRequestHandler):
    server: Board

    def do_GET(self) -> None:
        cursor = parse_qs(urlsplit(self.path).query).get("since", ["0"])[0]
        self.server.asked.append(cursor)
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.signatures.append(city.is_authentic(SECRET, headers, body=b"", now=clock()))
        begin = int(cursor)
        if cursor == self.server.sick_at:
            self.send_error(503)
            return
        more = str(begin + 10) if begin + 10 < len(self.server.items) else None
        page = {"data": {"items": self.server.items[begin : begin + 10], "next": more}}
        body = json.dumps(page).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def board(own_district: District) -> Iterator[Board]:
    document = json.loads(sample(own_district.platforms[BOARD]).read_text(encoding="utf-8"))
    server = Board(document["data"]["items"][:35])
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


async def from_feed(machine: Machine, district: District, board: Board) -> Tally:
    pull = Pull(url=board.url, cursor_parameter="since", cursor_at=("data", "next"))
    platform = district.platforms[BOARD].model_copy(update={"pull": pull})
    casebook, tally = open_casebook(machine.database_url, key=machine.personal_key), Tally()
    door = Door(platform=platform, source="接口", district=district)
    feed = HttpFeed(url=board.url, platform=platform, secret=SECRET, clock=clock)
    try:
        await Puller(casebook=casebook, clock=clock, door=door, tally=tally).feed(feed)
    finally:
        await casebook.dispose()
    return tally


def test_a_feed_that_breaks_off_is_gone_on_with_where_it_broke(
    own_machine: Machine, own_district: District, board: Board
) -> None:
    async def story() -> None:
        board.sick_at = "20"
        with pytest.raises(RejectedInput, match="接着收"):
            await from_feed(own_machine, own_district, board)
        assert board.asked == ["0", "10", "20"]
        board.sick_at = ""
        second = await from_feed(own_machine, own_district, board)
        assert (board.asked[3:], second.read) == (["20", "30"], 15)
        assert (await from_feed(own_machine, own_district, board)).read == 0
        board.items.append(board.items[0] | {"thread_id": "new"})
        last = await from_feed(own_machine, own_district, board)
        assert (last.read, last.results["already_known"]) == (6, 5), "the last page is looked at again"
        assert all(board.signatures)

    asyncio.run(story())
