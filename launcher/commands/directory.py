"""`./minhu directory`: who answers for what, out to a spreadsheet and back in, whole or not at all."""

import asyncio
import json
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from datetime import datetime
from pathlib import Path

from casebook.clock import clock_from
from casebook.directory_changes import directory_at
from casebook.directory_imports import Imported, begins, change_record, change_sentence
from casebook.directory_review import Demands
from casebook.directory_sheets import write_book
from casebook.directory_sheets_reading import read_book
from casebook.directory_words import CHANGES
from casebook.district import load_district
from casebook.errors import RejectedInput
from launcher.casebook_at_hand import casebook_at_hand
from launcher.directory_import import Wish, bring_in, roles_of_the_response_list
from launcher.progress import say
from launcher.simulator.run import settings_of
from launcher.stack import Machine

HELP = "单位目录：导出为电子表格，改好再整体导入（可先试、可定生效日期、历史保留）"
SHOWN_MOST = 200


def arguments(parser: ArgumentParser) -> None:
    """Declare what the command takes."""
    deeds = parser.add_subparsers(dest="deed", required=True, metavar="export|import")
    export = deeds.add_parser("export", help="把现在生效的目录导出为电子表格")
    export.add_argument("file", type=Path, metavar="FILE.xlsx", help="导出到哪个文件（不覆盖已有的文件）")
    export.set_defaults(deed=_export)
    bring = deeds.add_parser("import", help="用电子表格整体更新目录；有一处不对就什么都不改")
    bring.add_argument("file", type=Path, metavar="FILE.xlsx", help="由 export 导出、改好的文件")
    bring.add_argument("--from", dest="day", type=_day, metavar="DATE", help="生效日期，例如 2026-12-01（默认立即）")
    bring.add_argument("--dry-run", action="store_true", help="只说明会新增、变更、终止哪些，不写入")
    bring.add_argument("--json", action="store_true", help="最后一行输出一个 JSON 对象")
    bring.set_defaults(deed=_import)


def _day(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%d")  # noqa: DTZ007 - a day in the district's zone, which is not known yet
    except ValueError as error:
        raise ArgumentTypeError(f"“{text}”不是日期，请写成 2026-12-01 这样") from error


def run(args: Namespace) -> int:
    """Export, or import and report; exit code 1 when the import is refused."""
    return int(args.deed(args))


def _export(args: Namespace) -> int:
    machine = Machine.found()
    district = load_district(machine.settings.config)

    async def read() -> None:
        async with casebook_at_hand(machine) as casebook, casebook.connect() as connection:
            directory = await directory_at(connection, clock_from(settings_of(machine).clock_file)())
            write_book(directory, args.file, district=district)

    asyncio.run(read())
    say(f"已导出到 {args.file}。改好后先试：./minhu directory import {args.file} --dry-run")
    return 0


def _import(args: Namespace) -> int:
    machine = Machine.found()
    district = load_district(machine.settings.config)
    now = clock_from(settings_of(machine).clock_file)()
    valid_from = begins(args.day, now=now, zone=district.zone)
    if valid_from is None:
        raise RejectedInput("--from 不能早于今天：已经过去的日子的目录和统计不再改动。请改用今天或以后的日期。")
    book, wrong = read_book(args.file, district=district)
    roles = roles_of_the_response_list(machine.settings.bpmn)
    demands = Demands.of(district, needed_roles=roles, day=valid_from.astimezone(district.zone).date())
    wish = Wish(book=book, cells=wrong, demands=demands, valid_from=valid_from, now=now, dry_run=args.dry_run)
    imported = asyncio.run(bring_in(machine, wish))
    since = f"{valid_from.astimezone(district.zone):%Y-%m-%d %H:%M}"
    _show(imported, args=args, since=since)
    if args.json:
        print(json.dumps(_record(imported, args=args, since=valid_from.isoformat()), ensure_ascii=False))
    return 1 if imported.refused else 0


def _show(imported: Imported, *, args: Namespace, since: str) -> None:
    for each in imported.wrong:
        say(each.sentence())
    if imported.refused:
        count = sum(each.refuses for each in imported.wrong)
        say(f"有 {count} 处要改，目录没有变动。改好后再导入。")
        return
    for change in imported.plan.changes[:SHOWN_MOST]:
        say(f"  {change_sentence(change)}")
    if len(imported.plan.changes) > SHOWN_MOST:
        say(f"  其余 {len(imported.plan.changes) - SHOWN_MOST} 处见 --json。")
    counts = [sum(each[what] for each in imported.plan.counts().values()) for what in CHANGES]
    told = "，".join(f"{word} {count}" for word, count in zip(CHANGES.values(), counts, strict=True))
    say(f"{'试运行，没有写入' if args.dry_run else '已导入'}：从 {since} 起，{told}。")


def _record(imported: Imported, *, args: Namespace, since: str) -> dict[str, object]:
    return {
        "file": args.file.name,
        "from": since,
        "dry_run": args.dry_run,
        "imported": not args.dry_run and not imported.refused,
        "wrong": [each.as_dict() for each in imported.wrong],
        "counts": imported.plan.counts(),
        "changes": [change_record(change) for change in imported.plan.changes],
    }
