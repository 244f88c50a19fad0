"""A machine of one's own, for tests: a temporary folder, free ports, nothing left behind.

    with private_machine("postgres", "camunda", "smsc") as machine:
        machine.deploy()

The engine is broker-only with a movable clock unless `options` say otherwise, and texts leave at any hour, so that a
test at night sees what one by day does. MINHU_CACHE is shared, so that nothing is fetched twice.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from launcher.machine import PORT_FIELDS, SHORT_LIVED, MachineSettings
from launcher.parts import MachineOptions
from launcher.ports import RANGES, free_ports, write_json
from launcher.stack import Machine

BROKER_ONLY = MachineOptions(operate=False, movable_clock=True)
SMALL_HEAP = "600m"


def kill(machine: Machine, name: str) -> None:
    """Do what a power cut does to one part: kill -9, and wait until it is gone."""
    process = machine.processes.running(name)
    if process is not None:
        process.kill()
        machine.processes.clear(name)


@contextmanager
def private_machine(*names: str, options: MachineOptions = BROKER_ONLY, **settings: object) -> Iterator[Machine]:
    """Start the named parts (none by default) of a fresh machine; stop and remove everything at the end."""
    state = Path(tempfile.mkdtemp(prefix="minhu-"))
    state.chmod(0o755)  # PostgreSQL may run under another account
    environment = {"MINHU_QUIET_HOURS": "false", **options.environment}
    machine = Machine(_settings(state, settings), options=replace(options, environment=environment))
    try:
        if names:
            machine.start(*names)
        yield machine
    finally:
        machine.stop()
        machine.destroy()


def _settings(state: Path, chosen: dict[str, object]) -> MachineSettings:
    """Free ports are noted as if chosen before, so that one which is taken meanwhile still gives way."""
    names = [name for name in PORT_FIELDS if name not in RANGES]
    write_json(state / "ports.json", dict(zip(names, free_ports(len(names)), strict=True)))
    own = {"state": state, "heap_camunda": SMALL_HEAP, "database_url": None}
    return MachineSettings.model_validate(SHORT_LIVED | own | chosen)
