"""The parts of a machine by name, the ports each needs, and how it is run."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from launcher import engine, python_parts, search
from launcher.engine import EngineOptions
from launcher.engine_files import EngineFiles, engine_files
from launcher.errors import LauncherError
from launcher.machine import MachineSettings
from launcher.ports import Ports, write_json
from launcher.postgres import Postgres
from launcher.process import Part

BEFORE_WORKERS = ("opensearch", "camunda", "postgres", "smsc", "city")
AFTER_WORKERS = ("desk",)
ENGINE_PARTS = ("opensearch", "camunda")
PORTS = {
    "postgres": ("postgres",),
    "opensearch": ("opensearch", "opensearch_transport"),
    "camunda": ("zeebe", "command", "internal", "operate", "management"),
    "smsc": ("smsc",),
    "city": ("city",),
    "desk": ("desk",),
}
WORKERS = "workers"
WORKERS_MOST = 32


@dataclass(frozen=True)
class MachineOptions:
    """How a machine is run: with Operate or broker only, with a movable clock, with so many worker processes.

    `smsc`, `city` and `environment` are for tests: misbehaving counterparts, settings of the Python processes.
    """

    operate: bool = True
    movable_clock: bool = False
    workers: int = 1
    smsc: tuple[str, ...] = ()
    city: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)


def order(workers: int) -> tuple[str, ...]:
    """Return all parts in the order of their start: `workers`, `workers_2`, … are alike and compete."""
    return (*BEFORE_WORKERS, *(_worker_name(number) for number in range(1, workers + 1)), *AFTER_WORKERS)


def is_worker(name: str) -> bool:
    """Whether a part is one of the worker processes."""
    return name == WORKERS or name.startswith(f"{WORKERS}_")


def health_port(name: str) -> str:
    """Return the name of the port on which a worker process answers probes."""
    return name.replace(WORKERS, "health", 1)


def ports_of(name: str) -> tuple[str, ...]:
    """Return the names of the ports that a part listens on."""
    return (health_port(name),) if is_worker(name) else PORTS[name]


def _worker_name(number: int) -> str:
    return WORKERS if number == 1 else f"{WORKERS}_{number}"


class Surroundings(Protocol):
    """What a part needs to know of its machine."""

    settings: MachineSettings
    options: MachineOptions
    ports: Ports
    postgres: Postgres

    @property
    def movable_clock(self) -> bool:
        """Whether the clock is movable."""

    def environment(self) -> dict[str, str]:
        """Return the environment of Python processes."""


def make_part(name: str, *, machine: Surroundings) -> Part:
    """Return how to start a part of this machine on the ports chosen by now."""
    settings, ports = machine.settings, machine.ports
    if is_worker(name):
        return python_parts.workers(name, port=ports[health_port(name)], environment=machine.environment())
    mode = EngineOptions(operate=machine.options.operate, movable_clock=machine.movable_clock)
    makers: dict[str, Callable[[], Part]] = {
        "opensearch": lambda: search.part(settings, files=_files(machine), ports=ports),
        "camunda": lambda: engine.part(settings, files=_files(machine), ports=ports, options=mode),
        "postgres": lambda: machine.postgres.part(ports["postgres"], wait_for_disk=settings.wait_for_disk),
        "smsc": lambda: python_parts.smsc(ports, environment=machine.environment(), misbehave=machine.options.smsc),
        "city": lambda: python_parts.city(ports, environment=machine.environment(), misbehave=machine.options.city),
        "desk": lambda: python_parts.desk(ports, environment=machine.environment()),
    }
    return makers[name]()


def note_mode(state: Path, *, operate: bool, movable_clock: bool, workers: int) -> None:
    """Note how the machine of this state folder is run."""
    write_json(state / "mode.json", {"operate": operate, "movable_clock": movable_clock, "workers": workers})


def noted_mode(state: Path) -> MachineOptions | None:
    """Return how the machine of this state folder was started last; None when it never was."""
    try:
        mode = json.loads((state / "mode.json").read_text(encoding="utf-8"))
        operate, movable_clock = bool(mode["operate"]), bool(mode["movable_clock"])
        return MachineOptions(operate=operate, movable_clock=movable_clock, workers=int(mode.get("workers", 1)))
    except (FileNotFoundError, ValueError, KeyError):
        return None


def check_mode(machine: Surroundings, missing: list[str]) -> None:
    """Note how this machine is run; an engine that runs in another way must be stopped first."""
    operate, movable, state = machine.options.operate, machine.movable_clock, machine.settings.state
    noted = noted_mode(state)
    if "camunda" not in missing and noted and (noted.operate, noted.movable_clock) != (operate, movable):
        raise LauncherError("流程引擎正以另一种方式运行（有无 Operate、时钟能否拨动）。请先 ./minhu down，再启动。")
    note_mode(state, operate=operate, movable_clock=movable, workers=machine.options.workers)


def _files(machine: Surroundings) -> EngineFiles:
    return engine_files(machine.settings.cache, with_opensearch=machine.options.operate)
