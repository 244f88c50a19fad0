"""`./minhu callback`: draw the month's sample of callers to ring, once; or list the one that was drawn."""

import asyncio
import csv
import json
from argparse import ArgumentParser, Namespace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from casebook import callback_samples, periods, words
from casebook.callback_samples import Sample
from casebook.clock import clock_from
from casebook.district import District, load_district
from casebook.errors import RejectedInput
from casebook.sheet_cells import must_be_new
from launcher.casebook_at_hand import casebook_at_hand
from launcher.machine import MachineSettings
from launcher.progress import say
from launcher.simulator.run import settings_of
from launcher.stack import Machine

HELP = (
    "抽样回访：从一个月办结的诉求里抽出要打电话的（每月抽一次，同样的月份、数据总是抽出同样的）；在工作台“回访”页办理"
)
COLUMNS = ("诉求编号", "街道", "承办单位", "类别", "办结时间", "回访结果", "已打次数")


def arguments(parser: ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("--month", required=True, metavar="YYYY-MM", help="哪个月办结的，例如 2026-10")
    parser.add_argument("--share", metavar="0.1", help="抽多少（默认、也是最少：config/rating.toml 的 share_least）")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="写成清单（没有姓名和电话；不覆盖已有的文件）")
    parser.add_argument("--json", action="store_true", help="最后一行输出一个 JSON 对象")


def run(args: Namespace) -> int:
    """Draw or list."""
    district = load_district(MachineSettings().config)
    period = periods.of_kind(args.month, "month", zone=district.zone)
    share = _share(args.share, least=district.rating.callback.share_least)
    if args.csv:
        must_be_new(args.csv)
    machine = Machine.found()

    async def draw() -> Sample:
        async with casebook_at_hand(machine) as casebook, casebook.begin() as connection:
            now = clock_from(settings_of(machine).clock_file)()
            return await callback_samples.draw(connection, period, share=share, now=now)

    sample = asyncio.run(draw())
    reached = sum(row["outcome"] == "reached" for row in sample.rows)
    say(f"{period.name}办结 {sample.closed} 件，其中有电话的 {sample.callable} 件。")
    say(f"按 {sample.share:.1%} 抽 {len(sample.rows)} 件，已接通 {reached} 件。在工作台“回访”页办理。")
    if args.csv:
        _write(args.csv, sample, district=district)
        say(f"清单已写到 {args.csv}。")
    if args.json:
        print(json.dumps(_record(sample), ensure_ascii=False))
    return 0


def _share(written: str | None, *, least: Decimal) -> Decimal:
    try:
        share = Decimal(written) if written is not None else least
    except InvalidOperation:
        share = Decimal(0)
    if not least <= share <= 1 or share != round(share, 3):
        raise RejectedInput(f"--share 应在 {least} 到 1 之间，最多三位小数。请更正后重试。")
    return share


def _write(path: Path, sample: Sample, *, district: District) -> None:
    streets = {place.code: place.name for place in district.places}
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(COLUMNS)
        for row in sample.rows:
            at = row["closed_at"].astimezone(district.zone)
            what = words.category(district, row["category"])
            outcome = words.word(words.CALLBACKS, row["outcome"])
            street = words.word(streets, row["stratum"])
            lines.writerow(
                (row["request_id"], street, row["unit_name"], what, f"{at:%Y-%m-%d %H:%M}", outcome, row["calls"])
            )


def _record(sample: Sample) -> dict[str, Any]:
    told = {"month": sample.month, "share": float(sample.share), "closed": sample.closed, "callable": sample.callable}
    return told | {"drawn": [row["request_id"] for row in sample.rows]}
