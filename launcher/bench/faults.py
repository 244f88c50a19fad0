"""A campaign of faults from the command line: a verdict with its counts, as a table and on request as JSON."""

import json
import time
from argparse import ArgumentParser, Namespace

from launcher.faults import campaign

EXIT_CODES = {"PASSED": 0, "FAILED": 1, "INVALID": 2}


def arguments(parser: ArgumentParser) -> None:
    """Declare how long parts fail, and the seed of people and faults."""
    parser.add_argument("--minutes", type=float, default=2.0, metavar="N", help="故障持续的分钟数（默认 2）")
    parser.add_argument("--seed", type=int, metavar="S", help="种子（默认取当前时间，会写在结论里）")
    parser.add_argument("--json", action="store_true", help="最后一行输出一个 JSON 对象")


def run(args: Namespace) -> int:
    """Run a campaign; exit code 0 passed, 1 failed, 2 nothing proven."""
    report = campaign.run(campaign.Length(minutes=args.minutes), int(time.time()) if args.seed is None else args.seed)
    report.show()
    if args.json:
        print(json.dumps(report.as_dict(), ensure_ascii=False))
    return EXIT_CODES[report.verdict]
