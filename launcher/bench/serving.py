"""A machine to be measured: private, with the memory it has in service, its models deployed and its workers running."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from launcher.parts import MachineOptions
from launcher.private import private_machine
from launcher.stack import Machine

PARTS = ("postgres", "camunda", "smsc")
IN_SERVICE: dict[str, Any] = {
    "java_options": "",
    "heap_camunda": "1g",
}  # tests want a quick start instead


@contextmanager
def serving_machine(options: MachineOptions, **settings: object) -> Iterator[Machine]:
    """Start it for the block; `settings` are those of `private_machine`, before those in service."""
    with private_machine(*PARTS, options=options, **(IN_SERVICE | settings)) as machine:
        machine.deploy()
        machine.start("workers")
        yield machine
