"""./minhu deploy: all models in one deployment, or what that would change."""

import argparse
import asyncio
from collections import Counter

from casebook import changed_limits, score_rules, words
from casebook.clock import clock_from
from casebook.district import load_district
from casebook.errors import MinhuError
from casebook.preview import read_tables
from launcher.casebook_at_hand import casebook_at_hand
from launcher.errors import LauncherError
from launcher.incidents import running_instances
from launcher.models import changes
from launcher.simulator.run import settings_of
from launcher.stack import Machine

HELP = "把 bpmn/ 中的全部模型作为一次部署发布到引擎。"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--plan", action="store_true", help="只列出会改变什么、涉及多少在办实例、多少在办期限会不同，不部署"
    )


def run(args: argparse.Namespace) -> int:
    """Deploy, or show the plan."""
    machine = Machine.found()
    if args.plan:
        return _plan(machine)
    if machine.processes.running("camunda") is None:
        raise LauncherError("流程引擎没有运行。请先 ./minhu up --detach。")
    asyncio.run(_keep_rules(machine))
    for name, version in sorted(machine.deploy().items()):
        print(f"{name}  第 {version} 版")
    return 0


async def _keep_rules(machine: Machine) -> None:
    """Keep the rules of scoring before a table of theirs is deployed; changed ones need a version of their own."""
    rules = score_rules.of_folders(load_district(machine.settings.config), machine.settings.bpmn)
    now = clock_from(settings_of(machine).clock_file)()
    async with casebook_at_hand(machine) as casebook, casebook.begin() as connection:
        await score_rules.keep(connection, rules, now=now)


def _plan(machine: Machine) -> int:
    found = changes(folder=machine.settings.bpmn, state=machine.settings.state)
    if not found:
        print("与上次部署相同，没有变化。")
    for change in found:
        print(f"{change.what}  {change.file}")
        for process in change.processes:
            count = running_instances(machine, process=process)
            known = "在办实例数未知（Operate 没有运行）" if count is None else f"在办实例 {count} 个，继续按旧版本办完"
            print(f"      流程 {process}：{known}")
    print(_deadlines(machine))
    return 0


def _deadlines(machine: Machine) -> str:
    """Say how many running deadlines the limits of the folder would move; a deployment moves none."""
    if machine.settings.database_url is None and machine.processes.running("postgres") is None:
        return "在办期限：数据库没有运行，不知道新的时限会影响多少。"
    try:
        by_limit = asyncio.run(_moved(machine))
    except MinhuError as error:
        raise LauncherError(str(error)) from error
    if not by_limit:
        return "在办期限：都与时限表相符。"
    named = "，".join(f"{words.word(words.LIMITS, name)} {count}" for name, count in by_limit.most_common())
    return (
        f"在办期限：按新的时限表有 {by_limit.total()} 个会不同（{named}）；部署不改动它们。"
        "要一并改动，部署后执行 ./minhu replan --limits（先用 --dry-run 看清单）。"
    )


async def _moved(machine: Machine) -> Counter[str]:
    table, district = read_tables(machine.settings.bpmn).time_limit, load_district(machine.settings.config)
    async with casebook_at_hand(machine) as casebook, casebook.connect() as connection:
        return Counter(each.limit_name for each in await changed_limits.find(connection, table, district=district))
