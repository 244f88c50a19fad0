"""Our own processes: the short-message centre, the city, the workers, the desk, and the one that watches over all."""

import sys
from collections.abc import Mapping

import requests

from launcher.machine import LOOPBACK, ROOT
from launcher.ports import Ports, answers
from launcher.process import Part

READY_WITHIN_SECONDS = 60.0
DRAIN_SECONDS = 30.0


def smsc(ports: Ports, *, environment: Mapping[str, str], misbehave: tuple[str, ...] = ()) -> Part:
    """Return how to start the short-message centre; `misbehave` are its options for tests."""
    clock = environment.get("MINHU_CLOCK_FILE")
    options = ("--port", str(ports["smsc"]), "--journal", environment["MINHU_SMSC_JOURNAL"], *misbehave)
    return Part(
        name="smsc",
        title="短信中心",
        command=_python("launcher.smsc", *options, *(("--clock-file", clock) if clock else ())),
        ready=lambda: answers(ports["smsc"]),
        ready_within_seconds=READY_WITHIN_SECONDS,
        environment=environment,
        folder=ROOT,
    )


def city(ports: Ports, *, environment: Mapping[str, str], misbehave: tuple[str, ...] = ()) -> Part:
    """Return how to start the city's platform on loopback; `misbehave` are its options for tests."""
    journal = f"{environment['MINHU_STATE']}/city.jsonl"
    return Part(
        name="city",
        title="市级平台（本机）",
        command=_python("launcher.city", "--port", str(ports["city"]), "--journal", journal, *misbehave),
        ready=lambda: answers(ports["city"]),
        ready_within_seconds=READY_WITHIN_SECONDS,
        environment=environment,
        folder=ROOT,
    )


def workers(name: str, *, port: int, environment: Mapping[str, str]) -> Part:
    """Return how to start one of the worker processes, with its port for probes; it drains on SIGTERM."""
    return Part(
        name=name,
        title=name.replace("workers", "作业进程", 1).replace("_", " "),
        command=_python("workers"),
        ready=lambda: _ok(f"http://{LOOPBACK}:{port}/readyz"),
        ready_within_seconds=READY_WITHIN_SECONDS,
        environment={**environment, "MINHU_HEALTH_PORT": str(port)},
        folder=ROOT,
        stop_grace_seconds=DRAIN_SECONDS,
    )


def desk(ports: Ports, *, environment: Mapping[str, str]) -> Part:
    """Return how to start the desk."""
    return Part(
        name="desk",
        title="工作台",
        command=_python("desk"),
        ready=lambda: answers(ports["desk"]),
        ready_within_seconds=READY_WITHIN_SECONDS,
        environment=environment,
        folder=ROOT,
    )


def supervisor(*, environment: Mapping[str, str], speed: float) -> Part:
    """Return how to start the process that restarts what died and moves the clock."""
    return Part(
        name="supervisor",
        title="守护进程",
        command=_python("launcher.supervisor", "--speed", str(speed)),
        ready=lambda: True,
        ready_within_seconds=READY_WITHIN_SECONDS,
        environment=environment,
        folder=ROOT,
    )


def _python(module: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", module, *arguments)


def _ok(url: str) -> bool:
    try:
        return requests.get(url, timeout=3).ok
    except requests.RequestException:
        return False
