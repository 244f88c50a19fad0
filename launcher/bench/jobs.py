"""`./minhu bench jobs`: the same no-op job by three workers on one broker, taking turns.

Backlog: so many jobs wait, then a worker starts; counted from the end of its warm-up to the last completion. Steady: a
worker waits, then the engine is told of a new job at a fixed rate; the hand-over of a job is the time from telling the
engine of it until its handler is entered. Creating shares the machine with the worker in the steady flow only.
"""

import asyncio
import itertools
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from casebook.facts import Fact
from launcher.bench.java_client import java_worker
from launcher.bench.serving import IN_SERVICE
from launcher.errors import LauncherError
from launcher.machine import ROOT, MachineSettings
from launcher.private import private_machine
from launcher.stack import Machine
from workers import zeebe
from workers.zeebe import Engine, EngineError, engine

MODEL = Path(__file__).with_name("no_op.bpmn")
OURS, JAVA, STOCK = "ours", "java", "stock_pyzeebe"
AT_ONCE = 32
TRIES_MOST = 300
SLOWER = 10  # pyzeebe as shipped gets so many times fewer jobs, or a round would take minutes
WORKER_LIMIT_SECONDS = 300.0
Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Wish:
    """How much to measure: rounds, jobs of a backlog, jobs a second and seconds of the steady flow."""

    rounds: int = 3
    backlog: int = 4000
    rate: float = 150.0
    steady_seconds: float = 10.0


class Bench:
    """One broker, and contenders that take turns on it."""

    def __init__(self, gateway: str, *, folder: Path, wish: Wish) -> None:
        self._gateway = gateway
        self._folder = folder
        self._wish = wish
        self._numbers = itertools.count(1)
        self._commands: dict[str, tuple[str, ...]] = {
            OURS: (sys.executable, "-m", "launcher.bench.seam_worker"),
            STOCK: (sys.executable, "-m", "launcher.bench.stock_worker"),
            JAVA: java_worker(MachineSettings().cache, folder=folder),
        }

    async def run(self, say: Say) -> dict[str, dict[str, list[dict[str, Any]]]]:
        """Return every round's result by kind and contender."""
        found: dict[str, dict[str, list[dict[str, Any]]]] = {"backlog": {}, "steady": {}}
        turns = (OURS, JAVA, STOCK)
        async with engine(self._gateway) as connected:
            for turn in range(self._wish.rounds):
                for name in turns[turn % 3 :] + turns[: turn % 3]:
                    say(f"  第 {turn + 1} 轮 {name}")
                    found["backlog"].setdefault(name, []).append(await self._backlog(connected, name))
                    found["steady"].setdefault(name, []).append(await self._steady(connected, name))
        return found

    async def _backlog(self, connected: Engine, name: str) -> dict[str, Any]:
        count = self._wish.backlog // (SLOWER if name == STOCK else 1)
        warm_up, job_type = max(count // 4, 1), f"backlog_{next(self._numbers)}"
        await self._tell(connected, job_type, count=warm_up + count)
        worker = self._start(name, job_type, warm_up=warm_up, count=count)
        return await asyncio.to_thread(self._result, worker, job_type) | {"count": count}

    async def _steady(self, connected: Engine, name: str) -> dict[str, Any]:
        count = round(self._wish.rate * self._wish.steady_seconds)
        if name == STOCK:
            count //= SLOWER
        warm_up, job_type = max(count // 5, 1), f"steady_{next(self._numbers)}"
        worker = self._start(name, job_type, warm_up=warm_up, count=count)
        await self._tell(connected, job_type, count=warm_up + count, rate=self._wish.rate)
        return await asyncio.to_thread(self._result, worker, job_type) | {"count": count}

    async def _tell(self, connected: Engine, job_type: str, *, count: int, rate: float | None = None) -> None:
        """Tell the engine of so many jobs, as fast as it takes them or at a rate a second."""
        slots, began = asyncio.Semaphore(AT_ONCE), time.monotonic()

        async def one(number: int) -> None:
            async with slots:
                await _publish(connected, _told(job_type, number=number))

        async with asyncio.TaskGroup() as telling:
            for index in range(count):
                if rate:
                    await asyncio.sleep(max(began + index / rate - time.monotonic(), 0))
                elif index % AT_ONCE == 0:
                    await asyncio.sleep(0)
                telling.create_task(one(next(self._numbers)))

    def _start(self, name: str, job_type: str, *, warm_up: int, count: int) -> "subprocess.Popen[bytes]":
        numbers = (self._gateway, job_type, str(warm_up), str(count), str(self._folder / f"{job_type}.json"))
        with (self._folder / f"{job_type}.log").open("wb") as log:
            return subprocess.Popen(self._commands[name] + numbers, cwd=ROOT, stdout=log, stderr=log)

    def _result(self, worker: "subprocess.Popen[bytes]", job_type: str) -> dict[str, Any]:
        try:
            worker.wait(WORKER_LIMIT_SECONDS)
        except subprocess.TimeoutExpired as error:
            worker.kill()
            raise LauncherError(f"{job_type}：{WORKER_LIMIT_SECONDS:.0f} 秒内没有完成。") from error
        if worker.returncode:
            log = (self._folder / f"{job_type}.log").read_text(encoding="utf-8", errors="replace")
            raise LauncherError(f"{job_type}：参赛进程以 {worker.returncode} 退出。{log[-500:]}")
        return dict(json.loads((self._folder / f"{job_type}.json").read_text(encoding="utf-8")))


async def _publish(connected: Engine, told: Fact) -> None:
    """Tell the engine, again and again while it is under pressure; a repeat is refused by the message's id."""
    for _ in range(TRIES_MOST):
        try:
            return await connected.publish(told)
        except EngineError:
            await asyncio.sleep(random.uniform(0.02, 0.2))  # noqa: S311 - jitter
    raise LauncherError("引擎一直没有接受新的任务，测量无法进行。")


def measure(wish: Wish, *, say: Say) -> dict[str, Any]:
    """Run all rounds on a broker of our own; return the summary of `summarise`."""
    with private_machine("camunda", **IN_SERVICE) as machine:
        return measure_on(machine, wish, say=say)


def measure_on(machine: Machine, wish: Wish, *, say: Say) -> dict[str, Any]:
    """Do the same on a machine whose engine runs already."""
    zeebe.deploy(machine.zeebe, [MODEL])
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(Bench(machine.zeebe, folder=Path(folder), wish=wish).run(say))
    return summarise(found)


def summarise(found: dict[str, dict[str, list[dict[str, Any]]]]) -> dict[str, Any]:
    """Return medians and spreads of all rounds, and the ratios that matter."""
    backlog = {name: _backlog_of(rounds) for name, rounds in found["backlog"].items()}
    steady = {name: _steady_of(rounds) for name, rounds in found["steady"].items()}
    ours = [entry["jobs_per_second"] for entry in backlog[OURS]["rounds"]]

    def ratio_to(name: str) -> float:
        theirs = [entry["jobs_per_second"] for entry in backlog[name]["rounds"]]
        return float(round(statistics.median(mine / other for mine, other in zip(ours, theirs, strict=True)), 3))

    cpu = backlog[OURS]["cpu_seconds_per_1000"] / backlog[STOCK]["cpu_seconds_per_1000"]
    return {
        "backlog": {
            **backlog,
            "ratio_to_java": ratio_to(JAVA),
            "ratio_to_stock_pyzeebe": ratio_to(STOCK),
            "cpu_ratio_to_stock_pyzeebe": round(cpu, 3),
        },
        "steady": steady,
    }


def _backlog_of(rounds: list[dict[str, Any]]) -> dict[str, Any]:
    each = [
        {
            "jobs_per_second": round(entry["count"] / entry["seconds"], 1),
            "cpu_seconds_per_1000": round(entry["cpu_seconds"] / entry["count"] * 1000, 3),
        }
        for entry in rounds
    ]
    return _medians(each) | {"rounds": each}


def _steady_of(rounds: list[dict[str, Any]]) -> dict[str, Any]:
    each = []
    for entry in rounds:
        latencies = statistics.quantiles(entry["latencies_ms"], n=100)
        cpu = entry["cpu_seconds"] / entry["count"] * 1000
        each.append(
            {
                "p50_ms": round(latencies[49], 2),
                "p99_ms": round(latencies[98], 2),
                "cpu_seconds_per_1000": round(cpu, 3),
            }
        )
    return _medians(each) | {"rounds": each}


def _medians(each: list[dict[str, float]]) -> dict[str, Any]:
    return {key: round(statistics.median(entry[key] for entry in each), 3) for key in each[0]}


def _told(job_type: str, *, number: int) -> Fact:
    sent_at_us = time.time_ns() // 1000
    variables = {"job_type": job_type, "sent_at_us": sent_at_us}
    return Fact(
        name="bench_told", request_id="", correlation_key=f"{job_type}/{number}", variables=variables, fact_id=number
    )
