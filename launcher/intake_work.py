"""What `./minhu intake` does in the casebook: take a file in, pull, list what was refused, take that again."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy.exc import OperationalError

from casebook import quarantine
from casebook.clock import Clock, clock_from
from casebook.district import District
from casebook.engine import AsyncEngine, open_casebook
from casebook.errors import RejectedInput
from casebook.platforms import Platform
from casebook.settings import Settings
from desk.intake.estimate import rows_about
from desk.intake.http_feed import HttpFeed
from desk.intake.pull import Puller, Tally
from desk.intake.records import UNREADABLE
from desk.intake.register import Door
from launcher.errors import LauncherError
from launcher.progress import say, step_bar
from launcher.sample_exports.files import write_export
from launcher.simulator.run import settings_of
from launcher.stack import Machine

Answer = TypeVar("Answer")
SAY_EVERY_ROWS = 1000
REASON = "退回原因"
Rows = list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Here:
    """The casebook of this machine, and the district whose rows come in."""

    casebook: AsyncEngine
    clock: Clock
    district: District
    settings: Settings

    def puller(self, door: Door, *, tally: Tally, say: Callable[[int], None]) -> Puller:
        """Return somebody who brings rows in through a platform's door."""
        return Puller(casebook=self.casebook, clock=self.clock, door=door, tally=tally, say=say)

    def door(self, platform: Platform, *, source: str) -> Door:
        """Return a platform's door, for what comes from a source."""
        return Door(platform=platform, source=source, district=self.district)


def in_casebook(work: Callable[[Here], Awaitable[Answer]], *, district: District) -> Answer:
    """Do something in the casebook of the running machine; LauncherError when it cannot be reached."""
    machine = Machine.found()
    if machine.settings.database_url is None and machine.processes.running("postgres") is None:
        raise LauncherError("数据库没有运行，诉求没有登记。请先执行 ./minhu up --detach，再重新导入。")
    settings = settings_of(machine)

    async def open_and_do() -> Answer:
        casebook = open_casebook(settings.database_url.get_secret_value(), key=settings.personal_key)
        clock = clock_from(settings.clock_file)
        try:
            return await work(Here(casebook=casebook, clock=clock, district=district, settings=settings))
        finally:
            await casebook.dispose()

    try:
        return asyncio.run(open_and_do())
    except OperationalError as error:
        raise LauncherError(
            "和数据库的连接断了。已登记的不会丢；请恢复数据库后重新导入同一个文件，不会重复登记。"
        ) from error


async def take_file(here: Here, file: Path, *, platform: Platform, tally: Tally) -> None:
    """Take one file in, with a bar."""
    door = here.door(platform, source=file.name)
    about = rows_about(file, platform=platform)
    if about is None:
        await here.puller(door, tally=tally, say=_say_rows).file(file)
        return
    with step_bar("诉求", total=about) as bar:
        await here.puller(door, tally=tally, say=lambda count: bar(min(count, about))).file(file)


async def pull(here: Here, origin: str | None, *, platform: Platform, tally: Tally) -> None:
    """Take in what a folder or a feed has that was not taken in before; `origin` goes before the configuration."""
    configured = platform.pull.url or platform.pull.folder if platform.pull else None
    place = origin or configured
    if not place:
        where = f"config/platforms/{platform.code}.toml"
        raise RejectedInput(f"没有写明从哪里收取。请在 {where} 里加 [pull]（folder 或 url），或用 --from 指明。")
    if place.startswith(("http://", "https://")):
        secret = here.settings.platform_secret(platform.code)
        feed = HttpFeed(url=place, platform=platform, secret=secret, clock=here.clock)
        await here.puller(here.door(platform, source="接口"), tally=tally, say=_say_rows).feed(feed)
    else:
        await here.puller(here.door(platform, source=""), tally=tally, say=_say_rows).folder(Path(place))


async def refused(here: Here, *, platform: Platform | None) -> Rows:
    """Return all rows that are still refused."""
    rows: Rows = []
    async with here.casebook.connect() as connection:
        while more := await quarantine.waiting(
            connection, platform=platform.code if platform else None, after=rows[-1]["rejected_id"] if rows else 0
        ):
            rows += more
    return rows


async def retake(here: Here, *, platform: Platform | None, tally: Tally) -> None:
    """Read all refused rows again with today's mapping, each in a transaction of its own."""
    for row in await refused(here, platform=platform):
        source = here.district.platforms.get(row["platform"])
        if source is None:
            continue
        door = here.door(source, source=row["source"])
        async with here.casebook.begin() as connection:
            result = await door.retake(connection, row["rejected_id"], now=here.clock())
        tally.read += 1
        if result != "rejected":
            tally.results[result] += 1


def write_refused(rows: Rows, folder: Path, *, district: District) -> list[Path]:
    """Write refused rows in their platforms' own formats with the reason in a field more; return the files.

    What never could be told apart into fields is in the platform's hands alone, and left out.
    """
    folder.mkdir(parents=True, exist_ok=True)
    by_platform: dict[str, Rows] = defaultdict(list)
    for row in rows:
        if row["platform"] in district.platforms and set(row["record"]) - {UNREADABLE}:
            by_platform[row["platform"]].append(row)
    return [
        write_export(folder, _alike([each["record"] | {REASON: each["reason"]} for each in mine]), platform=platform)
        for platform, mine in ((district.platforms[code], mine) for code, mine in by_platform.items())
    ]


def _alike(records: list[dict[str, str]]) -> list[dict[str, Any]]:
    """Give all records the same fields in the same order."""
    names = dict.fromkeys(name for record in records for name in record)
    return [{name: record.get(name, "") for name in names} for record in records]


def _say_rows(count: int) -> None:
    if count % SAY_EVERY_ROWS == 0:
        say(f"  已读 {count} 行")
