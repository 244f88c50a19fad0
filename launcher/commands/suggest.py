"""`./minhu suggest`: which categories a text would be suggested; with `--train`, learnt anew from the register."""

import asyncio
import json
import re
from argparse import ArgumentParser, Namespace

from casebook import suggestions, words
from casebook.clock import clock_from
from casebook.district import District, load_district
from casebook.suggestions import Suggestion
from launcher.casebook_at_hand import casebook_at_hand
from launcher.errors import LauncherError
from launcher.progress import say
from launcher.sample_exports.recipe import read_stories
from launcher.simulator.run import settings_of
from launcher.stack import Machine

HELP = "类别建议：从卷宗里已有的诉求学习（--train），或看一段话会建议哪三个类别；只是建议，由人决定"
BLANKS = re.compile(r"\{.*?\}")
WRONG_USE = 2


def arguments(parser: ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("text", nargs="?", metavar="TEXT", help="一段诉求内容")
    parser.add_argument("--train", action="store_true", help="重新学习：样例内容、类别名称和卷宗里最新的诉求")
    parser.add_argument("--json", action="store_true", help="最后一行输出一个 JSON 对象")


def run(args: Namespace) -> int:
    """Learn, suggest, or both."""
    if not args.train and not args.text:
        raise LauncherError("请给出一段内容，或用 --train 重新学习。", exit_code=WRONG_USE)
    machine = Machine.found()
    district = load_district(machine.settings.config)
    record = asyncio.run(_run(machine, args, district=district))
    if args.json:
        print(json.dumps(record, ensure_ascii=False))
    return 0


async def _run(machine: Machine, args: Namespace, *, district: District) -> dict[str, object]:
    record: dict[str, object] = {}
    async with casebook_at_hand(machine) as casebook, casebook.begin() as connection:
        if args.train:
            now = clock_from(settings_of(machine).clock_file)()
            stories = read_stories(machine.settings.config / "samples", district=district)
            samples = [(story.category, BLANKS.sub(" ", story.text)) for story in stories]
            _, count = await suggestions.train(connection, district, samples=samples, now=now)
            say(f"已学习：卷宗里 {count} 件诉求，另加 {len(samples)} 条样例。工作台下次打开“登记诉求”时使用。")
            record |= {"requests": count, "samples": len(samples)}
        if args.text:
            found = (await suggestions.newest(connection, district)).suggest(args.text)
            record["suggestions"] = [_told(each, district) for each in found]
    return record


def _told(each: Suggestion, district: District) -> dict[str, object]:
    say(f"  {each.category} {words.category(district, each.category)}　{each.share:.0%}")
    return {"category": each.category, "share": round(each.share, 3)}
