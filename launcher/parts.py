"""The parts of a machine by name, the ports each needs, and how it is run."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from launcher import engine, python_parts, search
from launcher.engine import EngineOptions
from launcher.engine_files import EngineFiles, engine_files
from launcher.machine import MachineSettings
from launcher.ports import Ports, write_json
from launcher.postgres import Postgres
from launcher.process import Part

ORDER = ("opensearch", "camunda", "postgres", "smsc", "workers", "desk")
ENGINE_PARTS = ("opensearch", "camunda")
PORTS = {
    "postgres": ("postgres",),
    "opensearch": ("opensearch", "opensearch_transport"),
    "camunda": ("zeebe", "command", "internal", "operate", "management"),
    "smsc": ("smsc",),
    "workers": ("health",),
    "desk": ("desk",),
}


@dataclass(frozen=True)
class MachineOptions:
    """How a machine is run: with Operate or broker only, with a movable clock, with a misbehaving SMSC (tests)."""

    operate: bool = True
    movable_clock: bool = False
    smsc: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)


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
    mode = EngineOptions(operate=machine.options.operate, movable_clock=machine.movable_clock)
    makers: dict[str, Callable[[], Part]] = {
        "opensearch": lambda: search.part(settings, files=_files(machine), ports=ports),
        "camunda": lambda: engine.part(settings, files=_files(machine), ports=ports, options=mode),
        "postgres": lambda: machine.postgres.part(ports["postgres"], wait_for_disk=settings.wait_for_disk),
        "smsc": lambda: python_parts.smsc(ports, environment=machine.environment(), misbehave=machine.options.smsc),
        "workers": lambda: python_parts.workers(ports, environment=machine.environment()),
        "desk": lambda: python_parts.desk(ports, environment=machine.environment()),
    }
    return makers[name]()


def note_mode(state: Path, *, operate: bool, movable_clock: bool) -> None:
    """Note how the machine of this state folder is run."""
    write_json(state / "mode.json", {"operate": operate, "movable_clock": movable_clock})


def noted_mode(state: Path) -> MachineOptions | None:
    """Return how the machine of this state folder was started last; None when it never was."""
    try:
        mode = json.loads((state / "mode.json").read_text(encoding="utf-8"))
        return MachineOptions(operate=bool(mode["operate"]), movable_clock=bool(mode["movable_clock"]))
    except (FileNotFoundError, ValueError, KeyError):
        return None


def _files(machine: Surroundings) -> EngineFiles:
    return engine_files(machine.settings.cache, with_opensearch=machine.options.operate)
