"""`./minhu intake FILE --platform NAME`: one platform's export into the register, row by row."""

import asyncio
import json
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.exc import OperationalError

from casebook import requests
from casebook.clock import clock_from
from casebook.district import District, Platform, load_district
from casebook.engine import open_casebook
from casebook.errors import RejectedInput
from casebook.reports import RequestReport
from casebook.settings import Settings
from desk.intake import Rejected, Row, read_export
from launcher.errors import LauncherError
from launcher.machine import MachineSettings
from launcher.progress import say
from launcher.simulator.run import settings_of
from launcher.stack import Machine

HELP = "把一个平台的导出文件收进诉求登记；坏的行说明原因，不影响其余各行；重复导入不会重复登记"
RESULTS = {"accepted": "新登记", "already_known": "早已登记", "merged": "并入在办诉求"}
SHOWN_MOST = 20
SAY_EVERY_ROWS = 1000


@dataclass
class Tally:
    """What became of the rows."""

    read: int = 0
    results: Counter[str] = field(default_factory=Counter)
    rejected: list[dict[str, int | str]] = field(default_factory=list)

    def as_dict(self) -> dict[str, object]:
        """Return the contract's object."""
        return {"read": self.read, **{name: self.results[name] for name in RESULTS}, "rejected": self.rejected}


def arguments(parser: ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("file", type=Path, metavar="FILE", help="平台导出的文件")
    parser.add_argument("--platform", required=True, metavar="NAME", help="平台编码：config/platforms 里的文件名")
    parser.add_argument("--dry-run", action="store_true", help="只检查每一行，不登记（不查数据库，不判断并案）")
    parser.add_argument("--json", action="store_true", help="最后一行输出一个 JSON 对象")


def run(args: Namespace) -> int:
    """Take the file in and report; a file that breaks off is reported after what was taken in before."""
    district = load_district(MachineSettings().config)
    rows = read_export(args.file, platform=_platform(district, args.platform), district=district)
    tally = Tally()
    try:
        if args.dry_run:
            _check(rows, tally=tally)
        else:
            _take_in(rows, district=district, tally=tally)
    finally:
        if tally.read:
            _show(tally)
        if args.json:
            print(json.dumps(tally.as_dict(), ensure_ascii=False))
    return 0


def _platform(district: District, code: str) -> Platform:
    if code not in district.platforms:
        known = "、".join(f"{platform.code}（{platform.name}）" for platform in district.platforms.values())
        raise RejectedInput(f"没有这个平台。可用的平台：{known}。")
    return district.platforms[code]


def _reports(rows: Iterator[Row], *, tally: Tally) -> Iterator[RequestReport]:
    for row in rows:
        tally.read += 1
        if tally.read % SAY_EVERY_ROWS == 0:
            say(f"  已读 {tally.read} 行")
        if isinstance(row, RequestReport):
            yield row
        elif isinstance(row, Rejected):
            tally.rejected.append({"row": row.row, "reason": row.reason})


def _check(rows: Iterator[Row], *, tally: Tally) -> None:
    seen: set[str] = set()
    for report in _reports(rows, tally=tally):
        tally.results["already_known" if report.external_id in seen else "accepted"] += 1
        seen.add(report.external_id)


def _take_in(rows: Iterator[Row], *, district: District, tally: Tally) -> None:
    machine = Machine.found()
    if machine.settings.database_url is None and machine.processes.running("postgres") is None:
        raise LauncherError("数据库没有运行，诉求没有登记。请先执行 ./minhu up --detach，再重新导入。")
    try:
        asyncio.run(
            _receive(_reports(rows, tally=tally), settings=settings_of(machine), district=district, tally=tally)
        )
    except OperationalError as error:
        raise LauncherError(
            "和数据库的连接断了。已登记的不会丢；请恢复数据库后重新导入同一个文件，不会重复登记。"
        ) from error


async def _receive(reports: Iterator[RequestReport], *, settings: Settings, district: District, tally: Tally) -> None:
    """Write each report in its own transaction: what was taken in stays when a later row fails."""
    casebook = open_casebook(settings.database_url.get_secret_value())
    clock = clock_from(settings.clock_file)
    try:
        for report in reports:
            async with casebook.begin() as connection:
                taken = await requests.receive(connection, report, now=clock(), district=district)
            tally.results[taken.result] += 1
    finally:
        await casebook.dispose()


def _show(tally: Tally) -> None:
    counts = "，".join(f"{name} {tally.results[result]}" for result, name in RESULTS.items())
    say(f"读到 {tally.read} 行：{counts}，退回 {len(tally.rejected)}。")
    for refused in tally.rejected[:SHOWN_MOST]:
        say(f"  第 {refused['row']} 行 {refused['reason']}")
    if len(tally.rejected) > SHOWN_MOST:
        say(f"  其余 {len(tally.rejected) - SHOWN_MOST} 行见 --json。")
