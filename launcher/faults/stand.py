"""The stand on which parts are made to fail: one private machine, two workers, a proxy before gateway and carrier."""

import contextlib
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil
import requests

from casebook.settings import Settings
from launcher.engine import management_url
from launcher.errors import LauncherError
from launcher.faults.engine_log import EngineLog
from launcher.faults.nursery import NURSERY, Nursery
from launcher.faults.proxy import Proxy
from launcher.machine import LOOPBACK, ROOT, SHORT_LIVED
from launcher.ports import free_ports
from launcher.private import private_machine
from launcher.simulator.run import settings_of
from launcher.stack import Machine

WORKERS = ("worker_1", "worker_2")
READY_WITHIN_SECONDS = 90.0
STOP_WITHIN_SECONDS = 30.0
LOOK_SECONDS = 0.1
PROBE_SECONDS = 3.0
LAST_WORDS = 500
CRASHED = '"point": "'
MEGABYTE = 1_000_000
SPARE_MB_MOST = 8000  # so much others may write to the disk before the engine's watermark is reached by accident
JOB_TIMEOUT_SECONDS = 12.0  # what a dead worker held, or the engine gave to nobody at a clock jump, comes back so soon
PAST_THE_JOB_TIMEOUT = timedelta(seconds=JOB_TIMEOUT_SECONDS + 2)


@dataclass(frozen=True, kw_only=True)
class Stand:
    """Everything that can fail."""

    machine: Machine
    gateway: Proxy
    carrier: Proxy
    engine_log: EngineLog
    nursery: Nursery
    health_ports: dict[str, int] = field(default_factory=dict)
    spare_mb: int = 0
    workers: dict[str, psutil.Process] = field(default_factory=dict)

    @property
    def settings(self) -> Settings:
        """The settings with which people work at the casebook; they never meet the proxies."""
        return settings_of(self.machine)

    @property
    def books_file(self) -> Path:
        """Where the campaign's own books are kept."""
        return self.machine.settings.state / "books.jsonl"

    def start_worker(self, name: str) -> None:
        """Start a worker without crash points and wait until it is ready."""
        self.launch_worker(name)
        limit = time.monotonic() + READY_WITHIN_SECONDS
        while not _ok(f"http://{LOOPBACK}:{self.health_ports[name]}/readyz"):
            if time.monotonic() > limit or self.running(name) is None:
                raise LauncherError(f"作业进程 {name} 没有就绪。日志最后写着：{self._log_of(name)[-LAST_WORDS:]}")
            time.sleep(LOOK_SECONDS)

    def launch_worker(self, name: str, *, crash: str = "") -> None:
        """Start a worker, which dies at the first of its crash points, and wait for nothing."""
        [port] = free_ports(1)  # the one it had may have been taken by others while it was dead
        self.health_ports[name] = port
        places = {"MINHU_ZEEBE": f"{LOOPBACK}:{self.gateway.port}", "MINHU_SMPP": f"{LOOPBACK}:{self.carrier.port}"}
        own = {
            "MINHU_HEALTH_PORT": str(port),
            "MINHU_CRASH": crash,
            "MINHU_JOB_TIMEOUT_SECONDS": str(JOB_TIMEOUT_SECONDS),
        }
        self._log(name).unlink(missing_ok=True)
        pid = self.nursery.start(self.machine.environment() | places | own, log=self._log(name))
        self.workers[name] = psutil.Process(pid)

    def stop_worker(self, name: str) -> None:
        """Ask a worker to stop, and kill it when it does not; one that is dead is fine."""
        process = self.running(name)
        if process is None:
            return
        with contextlib.suppress(psutil.NoSuchProcess):
            process.resume()
            process.terminate()
            if psutil.wait_procs([process], STOP_WITHIN_SECONDS)[1]:
                process.kill()

    def crashed_at(self, name: str) -> str | None:
        """Return the crash point at which the present run of a worker died, if it did."""
        if self.running(name):
            return None
        text = self._log_of(name)
        return text.rpartition(CRASHED)[2].partition('"')[0] if CRASHED in text else None

    def running(self, name: str) -> psutil.Process | None:
        """Return the process of a part, a worker included, while it lives."""
        if name not in WORKERS:
            return self.machine.processes.running(name)
        process = self.workers.get(name)
        try:
            return process if process and process.status() != psutil.STATUS_ZOMBIE else None
        except psutil.NoSuchProcess:
            return None

    def start(self, name: str) -> None:
        """Bring a part back and wait until it is ready; a worker comes by itself, without crash points."""
        if name in WORKERS:
            self.launch_worker(name)
        else:
            self.machine.start(name)

    def jobs_in_hand(self, name: str) -> int:
        """Return how many jobs a worker has in hand; 0 when it does not answer."""
        try:
            answer = requests.get(f"http://{LOOPBACK}:{self.health_ports[name]}/healthz", timeout=PROBE_SECONDS)
            return int(answer.json()["jobs_in_hand"])
        except (requests.RequestException, ValueError, KeyError):
            return 0

    def fill_disk(self) -> None:
        """Leave the engine less room on its disk than it wants, by one large file; it then works on nothing."""
        with self._filler.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, 2 * self.spare_mb * MEGABYTE)

    def empty_disk(self) -> None:
        """Give the room back."""
        self._filler.unlink(missing_ok=True)

    def engine_stands_still(self) -> bool:
        """Whether the engine says that it has paused its work, as it does without room on its disk."""
        url = f"{management_url(self.machine.ports)}/actuator/partitions"
        with contextlib.suppress(requests.RequestException):
            partitions = requests.get(url, timeout=PROBE_SECONDS).json()
            return any(entry["streamProcessorPhase"] == "PAUSED" for entry in partitions.values())
        return False

    @property
    def _filler(self) -> Path:
        return self.machine.settings.state / "filler"

    def pass_time(self, span: timedelta = PAST_THE_JOB_TIMEOUT) -> None:
        """Move all clocks; by default so far that jobs of a dead worker are handed out again."""
        self.machine.clock.advance(span)

    def _log_of(self, name: str) -> str:
        log = self._log(name)
        return log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""

    def _log(self, name: str) -> Path:
        return self.machine.processes.log_file(name)


@contextmanager
def open_stand(*, nursery: str = NURSERY, fills_disk: bool = False) -> Iterator[Stand]:
    """Start engine, casebook and short-message centre with the models deployed; the workers are still to come.

    `nursery` is the module from which workers are forked; a test of the oracles plants a defect there. Only who fills
    the disk has the engine want nearly all of it: what others write meanwhile would stop the engine, too.
    """
    engine_log = EngineLog()
    options = f"{SHORT_LIVED['java_options']} {engine_log.java_options()}"
    free_mb = shutil.disk_usage(tempfile.gettempdir()).free // MEGABYTE
    spare_mb = min(SPARE_MB_MOST, free_mb // 4)
    room = {"disk_watermark": f"{free_mb - spare_mb}MB"} if fills_disk else {}
    with _machine(java_options=options, **room) as machine:
        machine.deploy()
        gateway_port, carrier_port = free_ports(2)
        gateway = Proxy(listen=gateway_port, target=machine.ports["zeebe"])
        carrier = Proxy(listen=carrier_port, target=machine.ports["smsc"])
        stand = Stand(
            machine=machine,
            gateway=gateway,
            carrier=carrier,
            engine_log=engine_log,
            nursery=Nursery(nursery),
            spare_mb=spare_mb,
        )
        try:
            yield stand
        finally:
            for name in WORKERS:
                stand.stop_worker(name)
            stand.nursery.close()
            gateway.close()
            carrier.close()
    engine_log.close()


@contextmanager
def _machine(**settings: Any) -> Iterator[Machine]:
    with tempfile.TemporaryDirectory() as place:
        config = _with_short_waits(Path(place))
        with private_machine("postgres", "camunda", "smsc", config=config, **settings) as machine:
            yield machine


def _with_short_waits(place: Path) -> Path:
    """Copy the configuration with short waits for telephones: healing waits for every text, not for an hour."""
    config = place / "config"
    shutil.copytree(ROOT / "config", config, ignore=shutil.ignore_patterns("samples"))
    file = config / "district.toml"
    text = file.read_text(encoding="utf-8")
    for key, value in {"digest_minutes": 1, "per_number_a_minute": 600}.items():
        text = re.sub(rf"(?m)^{key} = \d+", f"{key} = {value}", text)
    file.write_text(text, encoding="utf-8")
    return config


def _ok(url: str) -> bool:
    try:
        return requests.get(url, timeout=PROBE_SECONDS).ok
    except requests.RequestException:
        return False
