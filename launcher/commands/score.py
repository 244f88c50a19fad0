"""`./minhu score`: a period under any version of the rules, the annual table, signals for inspectors."""

import asyncio
import json
from argparse import ArgumentParser, Namespace
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

from casebook import assessment, periods, recomputation, score_rules
from casebook.assessment import Scope
from casebook.district import District, load_district
from casebook.engine import AsyncConnection
from casebook.errors import RejectedInput
from casebook.periods import Period
from casebook.recomputation import Move
from casebook.score_rules import Rules
from launcher.casebook_at_hand import casebook_at_hand
from launcher.machine import MachineSettings
from launcher.progress import say
from launcher.stack import Machine

HELP = "考核：按任一版评分规则重算一个周期、看谁会变动（--as），或列出考核结果；不改动已有的得分"
KINDS = ("month", "quarter", "year")
Answer = TypeVar("Answer")


def arguments(parser: ArgumentParser) -> None:
    """Declare what the command takes."""
    when = parser.add_mutually_exclusive_group(required=True)
    when.add_argument("--month", metavar="YYYY-MM", help="月，例如 2026-11")
    when.add_argument("--quarter", metavar="YYYY-QN", help="季，例如 2026-Q4")
    when.add_argument("--year", metavar="YYYY", help="年，例如 2026")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--as", dest="version", metavar="VERSION", help="按这一版评分规则重算，看各单位会怎样变动")
    parser.add_argument("--level", choices=tuple(assessment.LEVELS), default="unit", help="考核到哪一级（默认 unit）")
    parser.add_argument("--json", action="store_true", help="最后一行输出一个 JSON 对象")


def run(args: Namespace) -> int:
    """Answer; nothing is written."""
    district = load_district(MachineSettings().config)
    kind = next(name for name in KINDS if getattr(args, name) is not None)
    period = periods.of_kind(getattr(args, kind), kind, zone=district.zone)
    record = _recompute(args, district, period=period) if args.version else _standings(args, district, period=period)
    if args.json:
        print(json.dumps(record, ensure_ascii=False))
    return 0


def _ask(question: Callable[[AsyncConnection, Machine], Awaitable[Answer]]) -> Answer:
    machine = Machine.found()

    async def ask() -> Answer:
        async with casebook_at_hand(machine) as casebook, casebook.connect() as connection:
            return await question(connection, machine)

    return asyncio.run(ask())


def _recompute(args: Namespace, district: District, *, period: Period) -> dict[str, Any]:
    async def ask(casebook: AsyncConnection, machine: Machine) -> list[Move]:
        rules = await _rules(casebook, args.version, district=district, bpmn=machine.settings.bpmn)
        return await recomputation.recompute(casebook, rules, period=period, ranking=district.scoring.ranking)

    moves = _ask(ask)
    changed, rounds = sum(move.changed for move in moves), sum(move.count for move in moves)
    say(f"{period.name}按评分规则 {args.version} 重算：{rounds} 个得分，{changed} 个会变。没有写入。")
    for move in moves:
        say(f"  {_sentence(move)}")
    return {
        "version": args.version,
        "period": period.code,
        "scores": rounds,
        "changed": changed,
        "units": [vars(move) | {"old_mean": float(move.old_mean), "new_mean": float(move.new_mean)} for move in moves],
    }


async def _rules(casebook: AsyncConnection, version: str, *, district: District, bpmn: Path) -> Rules:
    """Return a kept version; what the folders say under a version that is not kept yet can be tried before it is."""
    if version == district.rules_version and version not in await score_rules.versions(casebook):
        return score_rules.of_folders(district, bpmn)
    return await score_rules.get(casebook, version)


def _sentence(move: Move) -> str:
    places = [str(rank) if rank else "样本不足" for rank in (move.old_rank, move.new_rank)]
    place = f"第 {places[0]} 名 → 第 {places[1]} 名" if move.old_rank else "样本不足"
    return f"{move.name}：{move.count} 个得分，平均 {move.old_mean} → {move.new_mean}，{place}"


def _standings(args: Namespace, district: District, *, period: Period) -> dict[str, Any]:
    scope = Scope(period=period, level=args.level)
    found = _ask(lambda casebook, _: assessment.standings(casebook, scope, ranking=district.scoring.ranking))
    if not found:
        raise RejectedInput(f"{period.name}没有已评分的诉求。请换一个周期。")
    say(f"{period.name}考核（{assessment.LEVELS[args.level]}）：{len(found)} 个。")
    for each in found:
        place = f"第 {each.rank} 名" if each.rank else "样本不足"
        within = f"（{each.interval[0]:.2f}–{each.interval[1]:.2f}）" if each.interval else ""
        say(f"  {place}　{each.name}　平均 {each.mean}{within}　{each.count} 个得分")
    return {"period": period.code, "level": args.level, "standings": [as_record(each) for each in found]}


def as_record(each: assessment.Standing) -> dict[str, Any]:
    """Return a line as JSON can say it."""
    rates = {name: vars(getattr(each, name)) for name in ("answered", "completed", "satisfied")}
    return vars(each) | {"mean": float(each.mean)} | rates
