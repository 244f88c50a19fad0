"""`./minhu route`: which unit would get a request, by which row of which table, and who is on duty."""

import asyncio
import json
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.exc import OperationalError

from casebook import words
from casebook.district import District, load_district
from casebook.engine import AsyncConnection, open_casebook
from casebook.errors import MinhuError
from casebook.preview import Case, Preview, Tables, limit_sentence, preview, read_case, read_tables
from launcher.case_rows import BadRow
from launcher.errors import LauncherError
from launcher.machine import MachineSettings
from launcher.private import private_machine
from launcher.progress import say
from launcher.route_cases import read_cases
from launcher.stack import Machine

HELP = "派单预演：这类事项在这个社区会派给谁、按哪张表的哪一行、谁在值班（不登记，也不需要先启动系统）"


def arguments(parser: ArgumentParser) -> None:
    """Declare what the command takes."""
    asked = parser.add_mutually_exclusive_group(required=True)
    asked.add_argument("--category", metavar="CODE", help="事项类别，六位编码")
    asked.add_argument("--csv", type=Path, metavar="FILE", help="一批情形：列 category,community，可加 at、urgency")
    asked.add_argument("--list", action="store_true", help="列出类别和社区")
    parser.add_argument("--community", metavar="CODE", help="社区，编码或名称")
    parser.add_argument("--at", metavar="ISO", help="什么时候，例如 2026-11-23T09:30；不写是现在")
    parser.add_argument("--urgency", choices=list(words.URGENCIES), help="紧急程度；不写取类别的默认值")
    parser.add_argument("--live", action="store_true", help="用正在运行的卷宗里的单位目录，而不是 config/ 里的")
    parser.add_argument("--json", action="store_true", help="最后一行输出一个 JSON 对象")


def run(args: Namespace) -> int:
    """Answer; exit code 1 when something could not be answered."""
    settings = MachineSettings()
    try:
        district = load_district(settings.config)
        if args.list:
            return _list(district, as_json=args.json)
        tables = read_tables(settings.bpmn)
        now = datetime.now(UTC)
        if args.csv:
            return _many(args, district=district, tables=tables, now=now)
        asked = {name: getattr(args, name) for name in ("category", "community", "at", "urgency")}
        case = read_case(asked, district=district, now=now)
        with _directory(live=args.live) as url:
            [(_, answer)] = asyncio.run(_answers(url, [(0, case)], tables=tables, district=district))
    except MinhuError as error:
        raise LauncherError(str(error)) from error
    if isinstance(answer, BadRow):
        raise LauncherError(answer.reason)
    for sentence in _sentences(answer, district):
        print(sentence)
    if args.json:
        print(json.dumps(answer.as_dict(), ensure_ascii=False))
    return 0


def _many(args: Namespace, *, district: District, tables: Tables, now: datetime) -> int:
    """Print one JSON line a case, in the order of the file; what cannot be answered has `error` and its `row`."""
    cases = list(read_cases(args.csv, district=district, now=now))
    with _directory(live=args.live) as url:
        answers = asyncio.run(_answers(url, cases, tables=tables, district=district))
    wrong = 0
    for row, answer in answers:
        if isinstance(answer, BadRow):
            wrong += 1
            say(f"  第 {row} 行：{answer.reason}")
            print(json.dumps({"row": row, "error": f"第 {row} 行：{answer.reason}"}, ensure_ascii=False))
        else:
            print(json.dumps({"row": row, **answer.as_dict()}, ensure_ascii=False))
    say(f"共 {len(answers)} 行，答出 {len(answers) - wrong} 行，{wrong} 行有误。")
    return 1 if wrong else 0


@contextmanager
def _directory(*, live: bool) -> Iterator[str]:
    """Give the address of a casebook with the directory: a passing one made from `config/`, or the running one."""
    if not live:
        with private_machine("postgres") as machine:
            yield machine.database_url
        return
    machine = Machine.found()
    if machine.settings.database_url is None and machine.processes.running("postgres") is None:
        raise LauncherError("数据库没有运行。请先执行 ./minhu up --detach，或去掉 --live。")
    try:
        yield machine.database_url
    except OperationalError as error:
        raise LauncherError("连不上卷宗数据库。请检查 ./minhu status 或 DATABASE_URL。") from error


async def _answers(
    url: str, cases: list[tuple[int, Case | BadRow]], *, tables: Tables, district: District
) -> list[tuple[int, Preview | BadRow]]:
    casebook = open_casebook(url)
    try:
        async with casebook.connect() as connection:
            return [(row, await _answer(connection, case, tables=tables, district=district)) for row, case in cases]
    finally:
        await casebook.dispose()


async def _answer(
    casebook: AsyncConnection, case: Case | BadRow, *, tables: Tables, district: District
) -> Preview | BadRow:
    if isinstance(case, BadRow):
        return case
    try:
        return await preview(casebook, case, tables=tables, district=district)
    except MinhuError as error:
        return BadRow(row=0, reason=str(error))


def _sentences(answer: Preview, district: District) -> Iterator[str]:
    names = {unit.code: unit.name for unit in district.units}
    where, what = words.place(district, answer.community), words.category(district, answer.category)
    yield f"{where}　{what}　{words.URGENCIES[answer.urgency]}　{words.moment(answer.at, district.zone)}"
    yield f"  级别　{words.word(words.LEVELS, answer.level)}"
    assigned = f"权责不清，由{words.word(names, answer.assigned_by)}指定派单"
    yield f"  牵头　{words.word(names, answer.lead_unit) or assigned}"
    if answer.co_units:
        yield f"  协办　{'、'.join(words.word(names, unit) for unit in answer.co_units)}"
    for limit in answer.limits.values():
        yield f"  {words.word(words.LIMITS, limit['limit'])}　{limit_sentence(limit)}"
    for duty in answer.on_duty:
        person = f"{duty['name']}（{duty['why']}）" if duty["name"] else "没有值班人员，请补全单位目录"
        yield f"  值班　{duty['unit_name']}：{person}"
    yield f"  依据　response_list.dmn {answer.rule or '没有条目'}：{answer.reason}"


def _list(district: District, *, as_json: bool) -> int:
    categories = [
        {"code": each.code, "major": each.major, "minor": each.minor, "name": each.name, "urgency": each.urgency}
        for each in district.catalogue.values()
    ]
    communities = [{"code": code, "name": words.place(district, code)} for code in district.communities]
    print(f"类别（{len(categories)}）")
    for each in categories:
        print(f"  {each['code']}　{each['major']}／{each['minor']}／{each['name']}")
    print(f"社区（{len(communities)}）")
    for place in communities:
        print(f"  {place['code']}　{place['name']}")
    if as_json:
        print(json.dumps({"categories": categories, "communities": communities}, ensure_ascii=False))
    return 0
