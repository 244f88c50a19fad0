"""./minhu up: start everything, or what died of it."""

import argparse
import contextlib
import time

from launcher import engine
from launcher.errors import LauncherError
from launcher.parts import WORKERS_MOST, MachineOptions
from launcher.progress import say
from launcher.stack import Machine

HELP = "启动全部服务；已在运行的保留，退出了的重新启动。"
POLL_SECONDS = 0.5


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--detach", action="store_true", help="启动后返回，服务留在后台（./minhu down 停止）")
    parser.add_argument("--speed", type=float, default=1.0, metavar="X", help="演示用：时钟每秒走 X 秒")
    parser.add_argument(
        "--workers", type=int, default=1, metavar="N", help="作业进程的个数（默认 1），它们互相竞争任务"
    )
    parser.add_argument("--no-operate", action="store_true", help="不启动 Operate 和 OpenSearch")


def run(args: argparse.Namespace) -> int:
    """Start, deploy, watch; without --detach stay until Ctrl-C and stop everything then."""
    if args.speed < 1:
        raise LauncherError("--speed 不能小于 1。", exit_code=2)
    if not 1 <= args.workers <= WORKERS_MOST:
        raise LauncherError(f"--workers 应为 1 到 {WORKERS_MOST}。", exit_code=2)
    options = MachineOptions(operate=not args.no_operate, movable_clock=args.speed > 1, workers=args.workers)
    machine = Machine(options=options)
    started = time.monotonic()
    say("正在启动……")
    machine.start()
    machine.watch(speed=args.speed)
    say(f"全部就绪，用时 {time.monotonic() - started:.0f} 秒。")
    say(f"  工作台   {machine.desk_url}")
    if machine.options.operate:
        say(f"  Operate  {machine.operate_url}/operate（{engine.OPERATE_USER} / {engine.OPERATE_PASSWORD}）")
    if args.detach:
        return 0
    say("按 Ctrl-C 停止全部服务。")
    with contextlib.suppress(KeyboardInterrupt):
        while machine.processes.running("supervisor"):
            time.sleep(POLL_SECONDS)
    say("正在停止……")
    machine.stop()
    return 0
