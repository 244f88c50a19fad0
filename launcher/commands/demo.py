"""`./minhu demo`: the whole loop on real input, weeks in minutes, ending with balanced books."""

import asyncio
import json
import time
from argparse import ArgumentParser, Namespace
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.table import Table

from launcher.errors import LauncherError
from launcher.incidents import count_incidents
from launcher.machine import MachineSettings
from launcher.progress import say
from launcher.simulator.run import Wish, play
from launcher.stack import Machine, demo_machine
from launcher.turn import alone

HELP = "演示：五个平台的样例诉求在真实引擎上走完收集、派单、督办、评价，几分钟过完几周"
REQUESTS = 210
ROWS = (
    ("received", "收到诉求"),
    ("closed", "已办结"),
    ("open", "在办"),
    ("withdrawn", "已撤回"),
    ("merged", "已并案"),
    ("yellow", "亮黄灯的工单"),
    ("red", "亮红灯的工单"),
    ("pushed_to_inspection", "推送督查"),
    ("returned", "退单与上报"),
    ("arbitrated", "上级裁定"),
    ("extended", "延期"),
    ("reopened", "重办"),
    ("scored", "已评分"),
    ("mean_score", "平均得分"),
    ("incidents", "引擎异常"),
)


def arguments(parser: ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument(
        "--requests", type=int, default=REQUESTS, metavar="N", help=f"诉求件数（默认 {REQUESTS}；0 为全部样例）"
    )
    parser.add_argument("--days", type=int, default=21, metavar="D", help="模拟的天数（默认 21）")
    parser.add_argument("--seed", type=int, default=20191028, metavar="S", help="随机种子；同一种子重复同一场演示")
    parser.add_argument("--json", action="store_true", help="最后一行输出一个 JSON 对象")
    parser.add_argument("--keep", action="store_true", help="演示后保留 Operate 和工作台，直到 ./minhu down")


def run(args: Namespace) -> int:
    """Play, report, and end with 0 only when the books balance and nothing went wrong."""
    if args.requests < 0 or args.days < 1:
        raise LauncherError("--requests 不能为负数，--days 至少为 1。", exit_code=2)
    with alone(MachineSettings().state / "demo.lock", otherwise="另一场演示正在进行。请等它结束，或先停止它，再演示。"):
        machine, summary = _perform(args)
    _show(summary)
    if args.keep:
        say(f"工作台 {machine.desk_url} ，Operate {machine.operate_url} （demo/demo）。结束请执行 ./minhu down")
    if args.json:
        print(json.dumps(summary, ensure_ascii=False))
    return 0 if _is_sound(summary) else 1


def _perform(args: Namespace) -> tuple[Machine, dict[str, Any]]:
    started = time.monotonic()
    machine = demo_machine()
    kept = False
    try:
        summary = _play(machine, Wish(requests=args.requests, days=args.days, seed=args.seed))
        summary["seconds"] = round(time.monotonic() - started, 1)
        kept = args.keep
    finally:
        if not kept:
            machine.stop()
    return machine, summary


def _play(machine: Machine, wish: Wish) -> dict[str, Any]:
    machine.start()
    summary = asyncio.run(play(machine, wish, progress=_Progress()))
    return summary | {"incidents": count_incidents(machine)}


class _Progress:
    """Says once for each simulated day how far the district is."""

    def __init__(self) -> None:
        self._day = ""

    def __call__(self, now: datetime, until: datetime) -> None:
        day = f"{now.astimezone():%m-%d}"
        if day != self._day:
            self._day = day
            say(f"  模拟日期 {day}，到 {until.astimezone():%m-%d} 为止")


def _show(summary: dict[str, Any]) -> None:
    table = Table(title="民呼我应 · 演示结果", show_header=False)
    for key, title in ROWS:
        table.add_row(title, str(summary[key]))
    levels = "  ".join(f"{level} {count}" for level, count in summary["by_level"].items())
    sms = summary["sms"]
    table.add_row("响应级别", levels)
    counts = f"发出 {sms['sent']}，送达 {sms['delivered']}，重复 {sms['duplicates']}，不明 {sms['uncertain']}"
    table.add_row("短信", counts)
    table.add_row("用时（秒）", str(summary["seconds"]))
    Console(stderr=True).print(table)


def _is_sound(summary: dict[str, Any]) -> bool:
    books = summary["received"] == sum(summary[end] for end in ("closed", "open", "withdrawn", "merged"))
    return bool(books and summary["incidents"] == 0 and summary["sms"]["duplicates"] == 0)
