"""`./minhu bench`: measurements as ratios within one run; results are kept in bench/RESULTS.md."""

import json
from argparse import ArgumentParser, Namespace, _SubParsersAction
from pathlib import Path
from typing import Any

from launcher.bench import faults, jobs, loop, reports, routing, scale, timers
from launcher.bench.picture import backlog_picture
from launcher.progress import say

HELP = "测量：同一次运行内的比值（jobs、loop、timers、scale、routing、report、faults）；结果存于 bench/RESULTS.md"


def arguments(parser: ArgumentParser) -> None:
    """Declare what is measured and how much of it."""
    kinds = parser.add_subparsers(dest="kind", required=True, metavar="KIND")
    about_jobs = kinds.add_parser("jobs", help="空任务：积压与稳定流量，三种 worker 轮流")
    about_jobs.add_argument("--rounds", type=int, default=3, metavar="N", help="轮数（默认 3）")
    about_jobs.add_argument("--backlog", type=int, default=4000, metavar="N", help="积压的任务数（默认 4000）")
    about_jobs.add_argument("--rate", type=float, default=60.0, metavar="R", help="稳定流量，每秒任务数（默认 60）")
    about_jobs.add_argument("--json", action="store_true", help="最后一行输出一个 JSON 对象")
    about_jobs.add_argument("--picture", type=Path, metavar="FILE", help="另存一张积压速度的图（SVG）")
    about_jobs.set_defaults(measure=_jobs)

    about_loop = kinds.add_parser("loop", help="整件诉求：引擎、卷宗、短信都是真的，单位和来电人即时应答")
    about_loop.add_argument("--requests", type=int, default=400, metavar="N", help="诉求件数（默认 400）")
    about_loop.add_argument("--workers", type=int, default=1, metavar="N", help="作业进程个数（默认 1）")
    about_loop.add_argument("--json", action="store_true", help="最后一行输出一个 JSON 对象")
    about_loop.set_defaults(measure=_loop)

    about_timers = kinds.add_parser("timers", help="许多工单的红灯同一分钟到期：从到期到短信中心收下")
    about_timers.add_argument("--count", type=int, default=1000, metavar="N", help="工单数（默认 1000）")
    about_timers.add_argument("--json", action="store_true", help="最后一行输出一个 JSON 对象")
    about_timers.set_defaults(measure=_timers)

    _about_full_casebooks(kinds)


def _about_full_casebooks(kinds: "_SubParsersAction[ArgumentParser]") -> None:
    about_scale = kinds.add_parser("scale", help="许多工单在等待时：每件诉求的代价，引擎占用的内存与磁盘")
    about_scale.add_argument(
        "--waiting", type=int, nargs="+", default=[4000, 40_000], metavar="N", help="在等待的工单数（默认 4000 40000）"
    )
    about_scale.add_argument("--requests", type=int, default=200, metavar="N", help="每一步办结的诉求件数（默认 200）")
    about_scale.add_argument("--json", action="store_true", help="最后一行输出一个 JSON 对象")
    about_scale.set_defaults(measure=_scale)

    about_routing = kinds.add_parser("routing", help="确定承办单位：卷宗里已有许多诉求时，一次要多久")
    about_routing.add_argument("--requests", type=int, default=400_000, metavar="N", help="已有的诉求（默认 400000）")
    about_routing.add_argument("--jobs", type=int, default=2000, metavar="N", help="测多少次（默认 2000）")
    about_routing.add_argument("--json", action="store_true", help="最后一行输出一个 JSON 对象")
    about_routing.set_defaults(measure=_routing)

    _more(kinds)


def _more(kinds: "_SubParsersAction[ArgumentParser]") -> None:
    about_report = kinds.add_parser("report", help="写一份月通报：卷宗里已有许多诉求时，统计和排版各要多久")
    about_report.add_argument("--requests", type=int, default=400_000, metavar="N", help="已有的诉求（默认 400000）")
    about_report.add_argument("--json", action="store_true", help="最后一行输出一个 JSON 对象")
    about_report.set_defaults(measure=_report)

    about_faults = kinds.add_parser("faults", help="故障试验：各部分随机出错，账目仍须一一相符")
    faults.arguments(about_faults)
    about_faults.set_defaults(measure=faults.run)


def run(args: Namespace) -> int:
    """Measure and tell."""
    return int(args.measure(args))


def _jobs(args: Namespace) -> int:
    wish = jobs.Wish(rounds=args.rounds, backlog=args.backlog, rate=args.rate)
    summary = jobs.measure(wish, say=say)
    for kind, names in summary.items():
        for name, value in names.items():
            shown = (
                {key: entry for key, entry in value.items() if key != "rounds"} if isinstance(value, dict) else value
            )
            say(f"{kind}  {name}  {shown}")
    if args.picture:
        args.picture.write_text(backlog_picture(summary["backlog"]), encoding="utf-8")
    if args.json:
        print(json.dumps(summary, ensure_ascii=False))
    return 0


def _loop(args: Namespace) -> int:
    return _tell(args, loop.measure(args.requests, workers=args.workers, say=say))


def _timers(args: Namespace) -> int:
    return _tell(args, timers.measure(args.count, say=say))


def _scale(args: Namespace) -> int:
    return _tell(args, scale.measure(args.waiting, count=args.requests, say=say))


def _routing(args: Namespace) -> int:
    return _tell(args, routing.measure(args.requests, jobs=args.jobs, say=say))


def _report(args: Namespace) -> int:
    return _tell(args, reports.measure(args.requests, say=say))


def _tell(args: Namespace, summary: dict[str, Any]) -> int:
    for name, value in summary.items():
        say(f"{name}  {value}")
    if args.json:
        print(json.dumps(summary, ensure_ascii=False))
    return 0
