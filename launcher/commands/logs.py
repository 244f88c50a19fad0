"""./minhu logs NAME: what a process said."""

import argparse
from collections import deque

from launcher.errors import LauncherError
from launcher.parts import ORDER
from launcher.stack import Machine

HELP = "显示某个服务日志的最后若干行。"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("name", choices=[*ORDER, "supervisor"], help="服务名")
    parser.add_argument("--lines", type=int, default=50, metavar="N", help="行数（默认 50）")


def run(args: argparse.Namespace) -> int:
    """Print the last lines."""
    log = Machine.found().processes.log_file(args.name)
    if not log.exists():
        raise LauncherError(f"还没有 {args.name} 的日志：它没有在这里启动过。")
    with log.open(encoding="utf-8", errors="replace") as file:
        print("".join(deque(file, maxlen=args.lines)), end="")
    return 0
