"""./minhu logs NAME: what a process said."""

import argparse
from collections import deque

from launcher.errors import LauncherError
from launcher.parts import WORKERS_MOST, order
from launcher.stack import Machine

HELP = "显示某个服务日志的最后若干行。"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    names = [*order(WORKERS_MOST), "supervisor"]
    about = f"服务名：{'、'.join([*order(1), 'supervisor'])}；更多作业进程为 workers_2、workers_3……"
    parser.add_argument("name", choices=names, metavar="NAME", help=about)
    parser.add_argument("--lines", type=int, default=50, metavar="N", help="行数（默认 50）")


def run(args: argparse.Namespace) -> int:
    """Print the last lines."""
    log = Machine.found().processes.log_file(args.name)
    if not log.exists():
        raise LauncherError(f"还没有 {args.name} 的日志：它没有在这里启动过。")
    with log.open(encoding="utf-8", errors="replace") as file:
        print("".join(deque(file, maxlen=args.lines)), end="")
    return 0
