"""./minhu deploy: all models in one deployment, or what that would change."""

import argparse

from launcher.errors import LauncherError
from launcher.incidents import running_instances
from launcher.models import changes
from launcher.stack import Machine

HELP = "把 bpmn/ 中的全部模型作为一次部署发布到引擎。"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--plan", action="store_true", help="只列出会改变什么、涉及多少在办实例，不部署")


def run(args: argparse.Namespace) -> int:
    """Deploy, or show the plan."""
    machine = Machine.found()
    if args.plan:
        return _plan(machine)
    if machine.processes.running("camunda") is None:
        raise LauncherError("流程引擎没有运行。请先 ./minhu up --detach。")
    for name, version in sorted(machine.deploy().items()):
        print(f"{name}  第 {version} 版")
    return 0


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
    return 0
