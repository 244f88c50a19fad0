"""`./minhu replan`: running deadlines that calendar or limits no longer agree with are planned again."""

import asyncio
import json
from argparse import ArgumentParser, Namespace
from datetime import datetime
from typing import Any

from casebook import changed_limits, replanning, words
from casebook.clock import clock_from
from casebook.district import District, load_district
from casebook.errors import MinhuError
from casebook.preview import read_tables
from launcher.casebook_at_hand import casebook_at_hand
from launcher.errors import LauncherError
from launcher.progress import say
from launcher.simulator.run import settings_of
from launcher.stack import Machine

HELP = "工作日历改动或某年确认、时限表改动（--limits）后，重新计算受影响的在办期限并重新设灯（先用 --dry-run 看清单）"
SHOWN_MOST = 200


def arguments(parser: ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("--limits", action="store_true", help="按 bpmn/time_limit.dmn 现在的时限，而不是按工作日历")
    parser.add_argument("--dry-run", action="store_true", help="只列出哪些期限会变，不写入")
    parser.add_argument("--json", action="store_true", help="最后一行输出一个 JSON 对象")


def run(args: Namespace) -> int:
    """Look and, unless it is a dry run, plan again; all in one transaction."""
    machine = Machine.found()
    try:
        district = load_district(machine.settings.config)
        now = clock_from(settings_of(machine).clock_file)()
        moved = asyncio.run(_replan(machine, district, args=args, now=now))
    except MinhuError as error:
        raise LauncherError(str(error)) from error
    for each in moved[:SHOWN_MOST]:
        say(f"  {_sentence(each, district)}")
    if len(moved) > SHOWN_MOST:
        say(f"  其余 {len(moved) - SHOWN_MOST} 个见 --json。")
    done = "试运行，没有写入" if args.dry_run else "已重新计算，灯会重新设定"
    what = "时限表" if args.limits else "工作日历"
    say(f"{len(moved)} 个期限与现在的{what}不符：{done}。" if moved else f"在办期限都与现在的{what}相符。")
    if args.json:
        print(json.dumps({"count": len(moved), "moved": [_record(each) for each in moved]}, ensure_ascii=False))
    return 0


async def _replan(machine: Machine, district: District, *, args: Namespace, now: datetime) -> list[replanning.Moved]:
    async with casebook_at_hand(machine) as casebook, casebook.begin() as connection:
        if args.limits:
            table = read_tables(machine.settings.bpmn).time_limit
            moved = await changed_limits.find(connection, table, district=district)
        else:
            moved = await replanning.find(connection, district=district, only_provisional=False)
        if not args.dry_run:
            await replanning.plan_again(connection, moved, district=district, now=now)
        return moved


def _sentence(each: replanning.Moved, district: District) -> str:
    name = f"工单 {each.work_order_id}" if each.work_order_id else f"诉求 {each.request_id} 总时限"
    before, after = words.moment(each.red_before, district.zone), words.moment(each.red_at, district.zone)
    doubt = "，仍是暂定" if each.provisional else ""
    return f"{name}　{before} → {after}{doubt}"


def _record(each: replanning.Moved) -> dict[str, Any]:
    return vars(each) | {"red_before": each.red_before.isoformat(), "red_at": each.red_at.isoformat()}
