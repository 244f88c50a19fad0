"""./minhu down: stop everything that was started from this state folder."""

import argparse

from launcher.progress import say
from launcher.stack import every_machine

HELP = "停止全部服务，不留任何进程；数据保留。"


def arguments(_parser: argparse.ArgumentParser) -> None:
    """There are no options."""


def run(_args: argparse.Namespace) -> int:
    """Stop in reverse order."""
    for machine in every_machine():
        machine.stop()
    say("全部服务已停止。")
    return 0
