"""The command `templates`."""

import argparse
import sys

from casebook.district import load_district
from launcher.machine import MachineSettings
from launcher.templates import FOLDER, outdated, write

HELP = "按任务类型、配置和时限表生成 Modeler 用的元素模板。"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--check", action="store_true", help="只说有没有过时的模板，不写文件；有则退出码为 1")


def run(args: argparse.Namespace) -> int:
    """Write what changed, or only say so."""
    settings = MachineSettings()
    changes = outdated(settings.bpmn, kinds=load_district(settings.config).kinds)
    for name, template in sorted(changes.items()):
        done = "应当更新" if args.check else "已更新"
        gone = "应当删去" if args.check else "已删去"
        sys.stdout.write(f"{FOLDER.as_posix()}/{name}：{gone if template is None else done}\n")
    if not args.check:
        write(settings.bpmn, changes)
    elif changes:
        sys.stdout.write("请运行 ./minhu templates 重新生成。\n")
    if not changes:
        sys.stdout.write("元素模板都是最新的。\n")
    return 1 if args.check and changes else 0
