"""`./minhu score`: a period under any version of the rules, the annual table, signals for inspectors."""

import asyncio
import json
from argparse import ArgumentParser, Namespace
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

from casebook import assessment, gaming_signals, periods, recomputation, score_rules, views, words
from casebook.assessment import Scope
from casebook.assessment_sheets import Heading, Level, write_annual
from casebook.clock import clock_from
from casebook.district import District, load_district
from casebook.engine import AsyncConnection
from casebook.errors import RejectedInput
from casebook.periods import Period
from casebook.recomputation import Move
from casebook.score_rules import Rules
from casebook.scoring_rules import SignalRules
from casebook.sheet_cells import must_be_new
from launcher.casebook_at_hand import casebook_at_hand
from launcher.machine import MachineSettings
from launcher.progress import say
from launcher.simulator.run import settings_of
from launcher.stack import Machine

HELP = "考核结果；按任一版评分规则重算（--as）；年度考核表（--xlsx）；供督查核对的异常（--signals）。不改动已有的得分"
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
    what.add_argument("--xlsx", type=Path, metavar="FILE", help="和 --year 一起：写出年度考核表（不覆盖已有的文件）")
    what.add_argument("--signals", action="store_true", help="列出可能有人为做分的地方，供督查核对；不影响得分")
    parser.add_argument("--level", choices=tuple(assessment.LEVELS), default="unit", help="考核到哪一级（默认 unit）")
    parser.add_argument("--json", action="store_true", help="最后一行输出一个 JSON 对象")


def run(args: Namespace) -> int:
    """Answer; nothing is written."""
    district = load_district(MachineSettings().config)
    kind = next(name for name in KINDS if getattr(args, name) is not None)
    period = periods.of_kind(getattr(args, kind), kind, zone=district.zone)
    record = _deed(args)(args, district, period=period)
    if args.json:
        print(json.dumps(record, ensure_ascii=False))
    return 0


def _deed(args: Namespace) -> Callable[..., dict[str, Any]]:
    if args.version is not None:
        return _recompute
    if args.xlsx is not None:
        return _annual
    return _signals if args.signals else _standings


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
        left_out = f"，另有 {each.excluded} 个不计入" if each.excluded else ""
        say(f"  {place}　{each.name}　平均 {each.mean}{within}　{each.count} 个得分{left_out}")
    return {"period": period.code, "level": args.level, "standings": [as_record(each) for each in found]}


def _annual(args: Namespace, district: District, *, period: Period) -> dict[str, Any]:
    if args.year is None:
        raise RejectedInput("年度考核表按年生成。请写 --year 2026 --xlsx 文件名。")
    must_be_new(args.xlsx)
    quarters = {number: periods.period(f"{period.code}-Q{number}", zone=district.zone) for number in (1, 2, 3, 4)}

    async def ask(casebook: AsyncConnection, machine: Machine) -> Heading:
        levels = {}
        for level in assessment.LEVELS:
            year = await _lines(casebook, Scope(period=period, level=level), district=district)
            parts = {
                number: {
                    each.key: each
                    for each in await _lines(casebook, Scope(period=quarter, level=level), district=district)
                }
                for number, quarter in quarters.items()
            }
            levels[level] = Level(standings=year, quarters=parts)
        if not levels["unit"].standings:
            raise RejectedInput(f"{period.name}没有已评分的诉求，没有生成考核表。请换一个年份。")
        now = clock_from(settings_of(machine).clock_file)().astimezone(district.zone)
        heading = Heading(
            district=district.name,
            year=period.code,
            versions=await assessment.versions(casebook, period),
            made_at=f"{now:%Y-%m-%d %H:%M}",
            ranking=district.scoring.ranking,
        )
        write_annual(levels, args.xlsx, heading=heading)
        return heading

    heading = _ask(ask)
    say(f"{period.name}考核表已写到 {args.xlsx}。")
    return {"file": args.xlsx.name, "period": period.code, "versions": list(heading.versions)}


async def _lines(casebook: AsyncConnection, scope: Scope, *, district: District) -> list[assessment.Standing]:
    return await assessment.standings(casebook, scope, ranking=district.scoring.ranking)


def _signals(_args: Namespace, district: District, *, period: Period) -> dict[str, Any]:
    rules = district.scoring.signals
    found, names = _ask(lambda casebook, _: _found(casebook, period, rules=rules))
    say(f"{period.name}：{len(found)} 处供核对，都没有影响得分。")
    for each in found:
        at = words.moment(each.at, district.zone)
        say(f"  {at}　{gaming_signals.KINDS[each.kind]}　{words.word(names, each.unit)}：{each.what}")
    signals = [vars(each) | {"at": each.at.isoformat(), "request_ids": list(each.request_ids)} for each in found]
    return {"period": period.code, "count": len(found), "signals": signals}


async def _found(
    casebook: AsyncConnection, period: Period, *, rules: SignalRules
) -> tuple[list[gaming_signals.Signal], dict[str, str]]:
    return await gaming_signals.find(casebook, period, rules=rules), await views.unit_names(casebook)


def as_record(each: assessment.Standing) -> dict[str, Any]:
    """Return a line as JSON can say it."""
    rates = {name: vars(getattr(each, name)) for name in ("answered", "completed", "satisfied")}
    return vars(each) | {"mean": float(each.mean)} | rates
