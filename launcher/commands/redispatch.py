"""`./minhu redispatch`: when a unit is abolished or a boundary moves, open work orders change hands in one batch."""

import asyncio
import json
from argparse import ArgumentParser, Namespace
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from casebook import redispatch, views
from casebook.clock import clock_from
from casebook.district import load_district
from casebook.engine import AsyncConnection
from casebook.redispatch import Move, Undone
from launcher.casebook_at_hand import casebook_at_hand
from launcher.errors import LauncherError
from launcher.progress import say
from launcher.simulator.run import settings_of
from launcher.stack import Machine

HELP = "单位撤销或界线调整后，把在办工单整批改派给接续单位；先看清单，限时可撤销"
SHOWN_MOST = 200
WRONG_USE = 2
Deed = Callable[[AsyncConnection, Namespace], Awaitable[dict[str, Any]]]


def arguments(parser: ArgumentParser) -> None:
    """Declare what the command takes."""
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--from", dest="from_unit", metavar="UNIT", help="从哪个单位改派（单位编码）")
    which.add_argument("--undo", metavar="BATCH", help="撤销一个批次，例如 GP20261201-01；已经回单的不动")
    parser.add_argument("--to", metavar="UNIT", help="改派给谁；不写则按角色和地点，找现在承担同一角色的单位")
    parser.add_argument("--dry-run", action="store_true", help="只列出会动哪些工单，不改派")
    parser.add_argument("--json", action="store_true", help="最后一行输出一个 JSON 对象")


def run(args: Namespace) -> int:
    """Look, move or undo, in one transaction."""
    if args.undo and (args.to or args.dry_run):
        raise LauncherError("--undo 不能和 --to、--dry-run 一起用。", exit_code=WRONG_USE)
    machine = Machine.found()
    args.district = load_district(machine.settings.config)
    deed = _undo if args.undo else _preview if args.dry_run else _move
    args.now = clock_from(settings_of(machine).clock_file)()
    record = asyncio.run(_in_one_transaction(machine, args, deed=deed))
    if args.json:
        print(json.dumps(record, ensure_ascii=False))
    return 0


async def _in_one_transaction(machine: Machine, args: Namespace, *, deed: Deed) -> dict[str, Any]:
    async with casebook_at_hand(machine) as casebook, casebook.begin() as connection:
        return await deed(connection, args)


async def _preview(connection: AsyncConnection, args: Namespace) -> dict[str, Any]:
    moves, stays = await redispatch.preview(connection, args.from_unit, to_unit=args.to, now=args.now)
    await _list(connection, moves, stays=stays)
    say(f"试运行：会改派 {len(moves)} 张工单，{len(stays)} 张不动。没有写入。")
    return {"batch_id": None, **_record(moves, stays), "undo_until": None}


async def _move(connection: AsyncConnection, args: Namespace) -> dict[str, Any]:
    batch = await redispatch.redispatch(
        connection, args.from_unit, to_unit=args.to, district=args.district, now=args.now
    )
    if batch is None:
        _, stays = await redispatch.preview(connection, args.from_unit, to_unit=args.to, now=args.now)
        await _list(connection, [], stays=stays)
        say("没有要改派的工单，什么都没有变。")
        return {"batch_id": None, **_record([], stays), "undo_until": None}
    await _list(connection, batch.moves, stays=batch.stays)
    until = f"{batch.undo_until.astimezone(args.district.zone):%Y-%m-%d %H:%M}"
    say(f"已改派 {len(batch.moves)} 张工单，批次 {batch.batch_id}。{until} 前可撤销：")
    say(f"  ./minhu redispatch --undo {batch.batch_id}")
    record = _record(batch.moves, batch.stays)
    return {"batch_id": batch.batch_id, **record, "undo_until": batch.undo_until.isoformat()}


async def _undo(connection: AsyncConnection, args: Namespace) -> dict[str, Any]:
    undone: Undone = await redispatch.undo(connection, args.undo, district=args.district, now=args.now)
    say(f"批次 {undone.batch_id} 已撤销：退回 {len(undone.restored)} 张工单。")
    if undone.kept:
        say(f"  {len(undone.kept)} 张已经回单、收回或又改派，不动：{'、'.join(undone.kept[:SHOWN_MOST])}")
    return {"batch_id": undone.batch_id, "restored": list(undone.restored), "kept": list(undone.kept)}


async def _list(connection: AsyncConnection, moves: Sequence[Move], *, stays: Sequence[Move]) -> None:
    names = await views.unit_names(connection)
    for move in [*moves, *stays][:SHOWN_MOST]:
        to = f"→ {names.get(move.to_unit, move.to_unit)}" if move.to_unit else "不动（该角色在当地没有别的单位）"
        say(f"  {move.work_order_id}　{names.get(move.from_unit, move.from_unit)} {to}")
    if len(moves) + len(stays) > SHOWN_MOST:
        say(f"  其余 {len(moves) + len(stays) - SHOWN_MOST} 张见 --json。")


def _record(moves: Sequence[Move], stays: Sequence[Move]) -> dict[str, Any]:
    return {"count": len(moves), "moves": [vars(move) for move in moves], "stays": [vars(move) for move in stays]}
