"""How a machine is: gathered from the processes, the engine, the workers and the casebook."""

import asyncio
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import requests
from sqlalchemy.exc import SQLAlchemyError

from casebook import facts, messages, responsibility, views
from casebook.clock import clock_from
from casebook.engine import open_casebook
from launcher import engine
from launcher.incidents import count_incidents
from launcher.machine import LOOPBACK
from launcher.parts import health_port, is_worker
from launcher.stack import Machine

TIMEOUT_SECONDS = 5
Counts = dict[str, int] | None


@dataclass(frozen=True)
class Wellbeing:
    """What `./minhu status --json` prints; None means that it could not be found out."""

    engine: dict[str, Any]
    incidents: int | None
    workers: list[dict[str, Any]]
    open_requests: dict[str, int] | None
    outbox: dict[str, int] | None
    unanswered: int | None
    processes: dict[str, bool]

    @property
    def ok(self) -> bool:
        """Whether all is well: everything runs, the engine is ready and healthy, workers poll, no incident is open."""
        engine_well = bool(self.engine["ready"] and self.engine["healthy"])
        workers_well = bool(self.workers) and all(worker.get("ok") for worker in self.workers)
        known = self.open_requests is not None and self.outbox is not None
        nothing_amiss = self.incidents == 0 and self.unanswered == 0
        return engine_well and workers_well and known and nothing_amiss and all(self.processes.values())

    def as_dict(self) -> dict[str, Any]:
        """Return one JSON object."""
        return {"ok": self.ok, **asdict(self)}


def wellbeing(machine: Machine) -> Wellbeing:
    """Ask everybody; whoever does not answer is reported, never raised."""
    running = machine.running_parts()
    now = clock_from(machine.clock_file)()
    open_requests, outbox, unanswered = asyncio.run(_casebook(machine.database_url, now=now))
    return Wellbeing(
        engine={
            "version": _engine_version(machine),
            "ready": engine.is_ready(machine.ports),
            "healthy": machine.engine_is_healthy(),
        },
        incidents=count_incidents(machine),
        workers=[_worker(machine, name) for name in running if is_worker(name)],
        open_requests=open_requests,
        outbox=outbox,
        unanswered=unanswered,
        processes={name: name in running for name in machine.expected_parts()},
    )


def _engine_version(machine: Machine) -> str | None:
    answer = _json(f"{engine.management_url(machine.ports)}/actuator/info")
    return answer.get("build", {}).get("version") if answer else None


def _worker(machine: Machine, name: str) -> dict[str, Any]:
    return _json(f"http://{LOOPBACK}:{machine.ports[health_port(name)]}/healthz") or {"ok": False}


def _json(url: str) -> dict[str, Any] | None:
    try:
        return dict(requests.get(url, timeout=TIMEOUT_SECONDS).json())
    except (requests.RequestException, ValueError):
        return None


async def _casebook(database_url: str, *, now: datetime) -> tuple[Counts, Counts, int | None]:
    casebook = open_casebook(database_url)
    try:
        async with casebook.connect() as connection:
            lights = await views.open_requests_by_light(connection)
            outbox = {"facts": await facts.pending(connection), **await messages.counts(connection)}
            return lights, outbox, await responsibility.unanswered(connection, at=now)
    except SQLAlchemyError:
        return None, None, None
    finally:
        await casebook.dispose()
