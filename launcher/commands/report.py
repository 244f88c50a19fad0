"""`./minhu report`: the files of a report, or a month's open data, straight from the casebook, without the engine."""

import asyncio
import hashlib
import json
from argparse import ArgumentParser, Namespace
from datetime import datetime, tzinfo
from pathlib import Path

from casebook.clock import clock_from
from casebook.district import District, load_district
from casebook.open_data import open_rows
from casebook.report_making import STEPS, make_figures
from casebook.report_periods import Period, as_of_for, last_whole, parse
from casebook.report_rules import Kind
from launcher.casebook_at_hand import casebook_at_hand
from launcher.errors import LauncherError
from launcher.machine import MachineSettings
from launcher.progress import say
from launcher.stack import Machine
from workers.bulletin.files import write_files
from workers.bulletin.open_data_files import open_data_files

HELP = "写周动态、月通报、实时快报（Word 和 PDF），或一个月的开放数据（CSV）。同一统计期、同一截至时刻，逐字节相同。"
KINDS: dict[str, Kind] = {"week": "weekly_report", "month": "monthly_report", "flash": "flash_report"}


def arguments(parser: ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("--kind", choices=KINDS, default="month", help="week 周动态，month 月通报（默认），flash 快报")
    parser.add_argument("--open-data", metavar="MONTH", help="不写通报，写这个月的开放数据和数据字典，例如 2026-10")
    parser.add_argument("--period", metavar="P", help="2026-10、2026-W44 或 2026-10-12；默认上一个整月、整周，或当天")
    parser.add_argument("--as-of", metavar="T", help="只计这一时刻以前已知的事实，如 2026-11-01T08:00；默认统计期末")
    parser.add_argument("--output", type=Path, default=Path(), metavar="DIR", help="写到哪个文件夹（默认当前文件夹）")
    parser.add_argument("--json", action="store_true", help="最后一行输出一个 JSON 对象")


def run(args: Namespace) -> int:
    """Write the files and say where they are."""
    settings = MachineSettings()
    district, machine = load_district(settings.config), Machine.found(settings)
    now = clock_from(machine.clock_file)()
    kind, label, zone = KINDS[args.kind], args.period, district.zone
    if args.open_data:
        kind, label = "monthly_report", args.open_data
    period = parse(kind, label, zone=zone) if label else last_whole(kind, now, zone=zone)
    as_of = as_of_for(period, _instant(args.as_of, zone), now=now)
    make = _open_data if args.open_data else _report
    files = asyncio.run(make(machine, period, as_of=as_of, district=district))
    stem = f"{'open_data' if args.open_data else kind}-{period.label}"
    paths = _written(args.output, files, stem=stem)
    for path in paths:
        say(f"已写好 {path}")
    if args.json:
        digests = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}
        told: dict[str, object] = {"kind": "open_data" if args.open_data else kind, "period": period.label}
        told |= {"as_of": as_of.astimezone(zone).isoformat(), "files": digests}
        print(json.dumps(told, ensure_ascii=False))
    return 0


async def _report(machine: Machine, period: Period, *, as_of: datetime, district: District) -> dict[str, bytes]:
    steps = iter(range(1, len(STEPS) + 1))

    def progress(step: str) -> None:
        say(f"  [{next(steps)}/{len(STEPS)}] 正在统计{step}")

    async with casebook_at_hand(machine) as casebook, casebook.begin() as connection:
        figures = await make_figures(connection, period, as_of=as_of, district=district, progress=progress)
    say("  正在排版")
    return write_files(figures, district=district)


async def _open_data(machine: Machine, period: Period, *, as_of: datetime, district: District) -> dict[str, bytes]:
    async with casebook_at_hand(machine) as casebook, casebook.begin() as connection:
        rows = await open_rows(connection, period, as_of=as_of, district=district)
    return open_data_files(rows, as_of=as_of, district=district)


def _written(folder: Path, files: dict[str, bytes], *, stem: str) -> list[Path]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        paths = {ending: folder / f"{stem}.{ending}" for ending in sorted(files)}
        for ending, path in paths.items():
            path.write_bytes(files[ending])
    except OSError as error:
        raise LauncherError(f"文件夹 {folder} 写不进去（{error.strerror}）。请换一个文件夹后重试。") from error
    return list(paths.values())


def _instant(text: str | None, zone: tzinfo) -> datetime | None:
    """Return an instant of the command line; without an offset it is the district's time."""
    if text is None:
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise LauncherError(f"时刻“{text}”写法不对，应如 2026-11-01T08:00。") from None
    return instant if instant.tzinfo else instant.replace(tzinfo=zone)
