"""`./minhu erase`: personal data whose term is over is erased; what is counted stays."""

import asyncio
import json
from argparse import ArgumentParser, Namespace
from datetime import date, datetime, time, timedelta

from casebook import erasure
from casebook.clock import clock_from
from casebook.district import District, load_district
from casebook.errors import MinhuError
from launcher.casebook_at_hand import casebook_at_hand
from launcher.errors import LauncherError
from launcher.progress import say
from launcher.simulator.run import settings_of
from launcher.stack import Machine

HELP = "清除已过保存期限的个人信息（姓名、电话、地址、文字、图片），统计不变（先用 --dry-run 看数量）"


def arguments(parser: ArgumentParser) -> None:
    """Declare what the command takes."""
    words = "只清除在这一天（例如 2025-11-02）之前办结的；不能晚于保存期限（district.toml 的 privacy.keep_days）"
    parser.add_argument("--before", type=date.fromisoformat, metavar="DATE", help=words)
    parser.add_argument("--dry-run", action="store_true", help="只数一数，不清除")
    parser.add_argument("--json", action="store_true", help="最后一行输出一个 JSON 对象")


def run(args: Namespace) -> int:
    """Count and, unless it is a dry run, erase; may be stopped and started again at any time."""
    machine = Machine.found()
    try:
        district = load_district(machine.settings.config)
        now = clock_from(settings_of(machine).clock_file)()
        before = _before(district, asked=args.before, now=now)
        found = asyncio.run(_erase(machine, before=before, now=now, dry_run=args.dry_run))
    except MinhuError as error:
        raise LauncherError(str(error)) from error
    day = f"{before.astimezone(district.zone):%Y-%m-%d}"
    done = "应清除（试运行，没有清除）" if args.dry_run else "已清除"
    say(f"{day} 之前结束的：{done}诉求 {found.requests} 件、退回的行 {found.rejected_rows} 行。统计不变。")
    if args.json:
        print(json.dumps({"before": before.isoformat(), "dry_run": args.dry_run} | vars(found)))
    return 0


def _before(district: District, *, asked: date | None, now: datetime) -> datetime:
    """Return the instant before which something must have ended: the term's, or the beginning of an earlier day."""
    last = now - timedelta(days=district.privacy.keep_days)
    if asked is None:
        return last
    before = datetime.combine(asked, time(), district.zone)
    if before > last:
        raise LauncherError(
            f"{asked} 之后办结的还在保存期限内（办结后 {district.privacy.keep_days} 天），什么都没有清除。"
            f"最晚可以写 {last.astimezone(district.zone):%Y-%m-%d}。",
            exit_code=2,
        )
    return before


async def _erase(machine: Machine, *, before: datetime, now: datetime, dry_run: bool) -> erasure.Erased:
    async with casebook_at_hand(machine) as casebook:
        if dry_run:
            async with casebook.connect() as connection:
                return await erasure.due(connection, before=before)
        return await erasure.erase(casebook, before=before, now=now)
