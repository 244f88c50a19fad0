"""`./minhu pictures`: draw the models and tables for the documentation."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from launcher.designer_tools import BPMN
from launcher.pictures import PICTURES, draw

HELP = "把流程图和决策表画成图片（bpmn/pictures/），供文档使用"


def arguments(parser: ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="只画这些 .bpmn 或 .dmn 文件；不写则全部")
    parser.add_argument("--folder", type=Path, default=PICTURES, help="图片放在哪里")


def run(args: Namespace) -> int:
    """Draw, and say where each picture is."""
    files = args.files or [*sorted(BPMN.glob("*.bpmn")), *sorted(BPMN.glob("*.dmn"))]
    for picture in draw(files, folder=args.folder):
        print(picture)
    return 0
