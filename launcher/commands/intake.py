"""`./minhu intake`: platforms' rows into the register, from a file, a folder or a feed; and the rows refused."""

import json
from argparse import ArgumentParser, Namespace
from functools import partial
from pathlib import Path

from casebook.district import District, Platform, load_district
from casebook.errors import RejectedInput
from casebook.reports import RequestReport
from desk.intake import Rejected, read_export
from desk.intake.pull import Tally
from desk.intake.register import RESULTS
from launcher import intake_work
from launcher.errors import LauncherError
from launcher.machine import MachineSettings
from launcher.progress import say

HELP = "把平台的导出文件、文件夹或接口收进诉求登记；坏的行留着并说明原因，不影响其余各行；重复导入不会重复登记"
SHOWN_MOST = 20


def arguments(parser: ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("file", type=Path, nargs="?", metavar="FILE", help="平台导出的文件")
    parser.add_argument("--platform", metavar="NAME", help="平台编码：config/platforms 里的文件名")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--pull", action="store_true", help="从平台的文件夹或接口接着上次的位置收取（[pull] 或 --from）")
    what.add_argument("--rejected", action="store_true", help="列出还没收下的行：平台、文件、行、字段、原因")
    what.add_argument("--retake", action="store_true", help="改好 config/platforms 后，重新收取退回的行")
    what.add_argument("--dry-run", action="store_true", help="只检查每一行，不登记（不查数据库，不判断并案）")
    parser.add_argument("--from", dest="origin", metavar="DIR|URL", help="和 --pull 一起：从这个文件夹或地址收取")
    parser.add_argument("--output", type=Path, metavar="DIR", help="和 --rejected 一起：按平台的格式写出，供更正")
    parser.add_argument("--json", action="store_true", help="最后一行输出一个 JSON 对象")


def run(args: Namespace) -> int:
    """Do what was asked; exit code 1 when something could not be read to its end."""
    district = load_district(MachineSettings().config)
    platform = _platform(district, args.platform) if args.platform else None
    if args.rejected:
        return _list_refused(args, district=district, platform=platform)
    if args.retake:
        return _retake(args, district=district, platform=platform)
    if platform is None:
        raise LauncherError("请用 --platform 说明是哪个平台。", exit_code=2)
    if args.pull == bool(args.file):
        raise LauncherError("请给出一个文件，或者用 --pull 收取。", exit_code=2)
    return _take_in(args, district=district, platform=platform)


def _platform(district: District, code: str) -> Platform:
    if code not in district.platforms:
        known = "、".join(f"{platform.code}（{platform.name}）" for platform in district.platforms.values())
        raise RejectedInput(f"没有这个平台。可用的平台：{known}。")
    return district.platforms[code]


def _take_in(args: Namespace, *, district: District, platform: Platform) -> int:
    """Take in and report; a file that breaks off is reported after what was taken in before."""
    tally = Tally()
    try:
        if args.dry_run:
            _check(args.file, platform=platform, district=district, tally=tally)
        elif args.pull:
            work = partial(intake_work.pull, origin=args.origin, platform=platform, tally=tally)
            intake_work.in_casebook(work, district=district)
        else:
            take = partial(intake_work.take_file, file=args.file, platform=platform, tally=tally)
            intake_work.in_casebook(take, district=district)
    finally:
        if tally.read or tally.skipped or tally.broken:
            _show(tally)
        if args.json:
            print(json.dumps(tally.as_dict(), ensure_ascii=False))
    return 1 if tally.broken else 0


def _check(file: Path, *, platform: Platform, district: District, tally: Tally) -> None:
    seen: dict[str, str] = {}
    for row in read_export(file, platform=platform, district=district):
        if isinstance(row, RequestReport):
            before = seen.setdefault(row.external_id, row.text)
            first = before is row.text
            tally.note("accepted" if first else "already_known" if before == row.text else "supplemented", row)
        else:
            tally.note("rejected" if isinstance(row, Rejected) else "withdrawn", row)


def _show(tally: Tally) -> None:
    counts = "，".join(f"{name} {tally.results[result]}" for result, name in RESULTS.items())
    before = f"，上次已读过 {tally.skipped}" if tally.skipped else ""
    say(f"读到 {tally.read} 行：{counts}，退回 {len(tally.rejected)}{before}。")
    for refused in tally.rejected[:SHOWN_MOST]:
        say(f"  第 {refused['row']} 行 {refused['reason']}")
    if len(tally.rejected) > SHOWN_MOST:
        say(f"  其余 {len(tally.rejected) - SHOWN_MOST} 行见 ./minhu intake --rejected。")
    for broken in tally.broken:
        say(f"  {broken['file']}：{broken['reason']}")


def _list_refused(args: Namespace, *, district: District, platform: Platform | None) -> int:
    rows = intake_work.in_casebook(lambda here: intake_work.refused(here, platform=platform), district=district)
    for row in rows:
        print(f"{row['platform']}　{row['source']}　第 {row['row']} 行　{row['reason']}")
    say(f"共 {len(rows)} 行没有收下。改好 config/platforms 后用 --retake 重新收取；或用 --output 写出，更正后再导入。")
    if args.output:
        for path in intake_work.write_refused(rows, args.output, district=district):
            say(f"  写出 {path}")
    if args.json:
        shown = ("rejected_id", "platform", "source", "row", "field", "reason")
        print(json.dumps({"rejected": [{name: row[name] for name in shown} for row in rows]}, ensure_ascii=False))
    return 0


def _retake(args: Namespace, *, district: District, platform: Platform | None) -> int:
    tally = Tally()
    work = partial(intake_work.retake, platform=platform, tally=tally)
    intake_work.in_casebook(work, district=district)
    taken = tally.results.total()
    say(f"重读 {tally.read} 行：收下 {taken} 行，仍退回 {tally.read - taken} 行。")
    if args.json:
        counts = {name: tally.results[name] for name in RESULTS}
        print(json.dumps({"read": tally.read, **counts, "refused": tally.read - taken}, ensure_ascii=False))
    return 0
