"""`./minhu bench intake`: a platform's export of many rows, with the mess of real ones, into the register.

The command that people type is run as a process of its own, on an export and on a tenth of it: seconds, rows a second
and the most memory of each, so that memory which grows with the file would show. With `serving` the engine takes the
requests up meanwhile, as fast as it can.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from casebook.district import District, load_district
from launcher.bench.serving import serving_machine
from launcher.machine import ROOT
from launcher.private import BROKER_ONLY, private_machine
from launcher.sample_exports.making import Making
from launcher.sample_exports.recipe import Export, read_recipe, read_stories
from launcher.stack import Machine

SAMPLES = ROOT / "config" / "samples"
SEED = 11
PLATFORM = "social_governance"
LOOK_SECONDS = 0.05
MEGABYTE = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Wish:
    """How many rows without the mess, of which platform, and whether an engine takes them up meanwhile."""

    rows: int
    platform: str = PLATFORM
    serving: bool = False


def measure(wish: Wish, *, say: Callable[[str], None]) -> dict[str, Any]:
    """Take a tenth of the rows in, and all into another register; return what became of them and what it cost."""
    district = load_district(ROOT / "config")
    figures = {}
    for name, rows in (("tenth", wish.rows // 10), ("whole", wish.rows)):
        with tempfile.TemporaryDirectory() as folder:
            file = write_export(Path(folder), rows, platform=wish.platform, district=district)
            say(f"  {file.name}，{file.stat().st_size / MEGABYTE:.1f} MB")
            with serving_machine(BROKER_ONLY) if wish.serving else private_machine("postgres") as machine:
                figures[name] = _take_in(machine, file, platform=wish.platform)
    memory = figures["whole"]["most_memory_mb"] / figures["tenth"]["most_memory_mb"]
    return {"platform": wish.platform, "engine": wish.serving} | figures | {"memory_whole_to_tenth": round(memory, 2)}


def write_export(folder: Path, rows: int, *, platform: str, district: District) -> Path:
    """Write a platform's export as the samples are, but with so many good rows and as much more mess."""
    recipe = read_recipe(SAMPLES, district=district)
    export = recipe.platforms[platform]
    recipe = recipe.model_copy(update={"platforms": {platform: _grown(export, rows)}, "echoes": 0})
    stories = read_stories(SAMPLES, district=district)
    made = Making(district=district, recipe=recipe, stories=stories, seed=SEED + rows)
    made.write(folder)
    return next(folder.iterdir())


def _grown(export: Export, rows: int) -> Export:
    times = max(1, rows // export.rows)
    mess = export.mess.model_copy(update={kind: count * times for kind, count in export.mess.model_dump().items()})
    return export.model_copy(update={"rows": rows, "mess": mess})


def _take_in(machine: Machine, file: Path, *, platform: str) -> dict[str, Any]:
    command = (sys.executable, "-m", "launcher", "intake", "--platform", platform, str(file), "--json")
    environment = os.environ | {"MINHU_STATE": str(machine.settings.state), "PYTHONPATH": str(ROOT)}
    environment.pop("DATABASE_URL", None)
    began = time.monotonic()
    with tempfile.TemporaryFile("w+") as output:
        with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.DEVNULL) as process:
            memory = _most_memory(process)
        seconds = time.monotonic() - began
        output.seek(0)
        taken = json.loads(output.read().splitlines()[-1])
    rejected = len(taken.pop("rejected"))
    return {
        **{name: count for name, count in taken.items() if count},
        "rejected": rejected,
        "seconds": round(seconds, 1),
        "rows_per_second": round(taken["read"] / seconds),
        "most_memory_mb": round(memory / MEGABYTE, 1),
    }


def _most_memory(process: "subprocess.Popen[bytes]") -> int:
    """Wait for a process to end; return the most bytes it was seen to hold."""
    seen, most = psutil.Process(process.pid), 0
    while process.poll() is None:
        try:
            most = max(most, seen.memory_info().rss)
        except psutil.NoSuchProcess:
            break
        try:
            process.wait(LOOK_SECONDS)
        except subprocess.TimeoutExpired:
            continue
    return most
