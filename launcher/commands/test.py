"""`./minhu test`: the whole test suite, after setting up whatever it needs; what CI runs."""

import subprocess
import sys
from argparse import REMAINDER, ArgumentParser, Namespace

from launcher.debian import require_debian
from launcher.machine import ROOT
from launcher.side_by_side import whole_suite

HELP = "运行全部测试：代码检查、纯函数、模型、真实引擎、真实浏览器、故障"


def arguments(parser: ArgumentParser) -> None:
    """Declare what the command takes: anything that pytest takes, a folder of tests for one level."""
    parser.add_argument("rest", nargs=REMAINDER, metavar="ARGS", help="交给 pytest 的参数，例如 tests/pure")


def run(args: Namespace) -> int:
    """Run everything, two pieces at a time, or pytest with the arguments given; the counts are the last line."""
    require_debian()
    if not args.rest:
        return whole_suite()
    return subprocess.run((sys.executable, "-m", "pytest", *args.rest), cwd=ROOT, check=False).returncode
