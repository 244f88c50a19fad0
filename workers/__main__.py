"""Starts a worker process: jobs, relay, SMS sender and probes; SIGTERM drains it."""

import argparse
import asyncio
import contextlib
import signal
import sys
from collections.abc import Coroutine, Iterator
from functools import partial
from typing import Any

import structlog

from casebook import city, facts, messages, responsibility
from casebook.clock import Clock, clock_from
from casebook.district import District, load_district
from casebook.engine import AsyncEngine, open_casebook
from casebook.errors import MinhuError
from casebook.settings import Settings
from casebook.sparing import Sparing
from workers.catalogue import JobType, job_types
from workers.city_sender import CitySender
from workers.crash_points import CrashPoints
from workers.flash_watch import FlashWatch
from workers.gateways import open_gateways
from workers.health import Health, probes
from workers.job import EngineJob
from workers.log import configure_log
from workers.poller import Poller
from workers.relay import Relay
from workers.runner import Runner
from workers.sms_sender import SmsSender
from workers.tracing import Tracing
from workers.zeebe import EngineRefused, engine

DRAIN_SECONDS = 20
log = structlog.get_logger()


def main() -> int:
    """Run until SIGTERM or SIGINT; exit code 1 when the engine or the configuration refuses."""
    configure_log()
    parser = argparse.ArgumentParser(prog="python -m workers")
    parser.add_argument("--only", help="job types to serve, separated by commas (default: all)")
    arguments = parser.parse_args()
    refused: list[str] = []
    try:
        asyncio.run(serve(Settings.from_environment(), only=arguments.only))
    except* (MinhuError, EngineRefused) as errors:
        refused = [str(error) for error in errors.exceptions]
    for reason in refused:
        log.error("worker_ended", reason=reason)
    return 1 if refused else 0


async def serve(settings: Settings, *, only: str | None = None) -> None:
    """Wire the parts of a worker and run them until a signal asks to stop."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    clock, health = clock_from(settings.clock_file), Health()
    crash, tracing = CrashPoints.parse(settings.crash), Tracing(settings.otlp)
    url = settings.database_url.get_secret_value()
    casebook, district = open_casebook(url, key=settings.personal_key), load_district(settings.config)
    async with engine(settings.zeebe) as connected:
        runner = Runner(
            engine=connected,
            casebook=casebook,
            district=district,
            clock=clock,
            base_url=settings.base_url,
            health=health,
            crash=crash,
            tracing=tracing,
        )
        server = probes(health, partial(_waiting, casebook, clock), host=settings.bind, port=settings.health_port)
        loops = [
            Relay(
                engine=connected, casebook=casebook, clock=clock, database_url=url, crash=crash, tracing=tracing
            ).run(),
            _sender(casebook, district, settings=settings, clock=clock, crash=crash).run(),
            CitySender(
                url=settings.city_url, secret=settings.city_secret, casebook=casebook, clock=clock, database_url=url
            ).run(),
            FlashWatch(casebook=casebook, district=district, clock=clock, database_url=url).run(),
            _probe_until(server),
            *_serve_types(runner, only=only, job_timeout_seconds=settings.job_timeout_seconds),
        ]
        await _run_until(stop, [asyncio.create_task(loop) for loop in loops])
    await casebook.dispose()
    await asyncio.to_thread(tracing.close)


def _sender(
    casebook: AsyncEngine, district: District, *, settings: Settings, clock: Clock, crash: CrashPoints
) -> SmsSender:
    return SmsSender(
        gateways=open_gateways(district.gateways, settings, clock=clock, crash=crash),
        casebook=casebook,
        sparing=Sparing(
            rules=district.sms if settings.quiet_hours else district.sms.model_copy(update={"quiet": None}),
            texts=district.texts,
            zone=district.zone,
        ),
        clock=clock,
        database_url=settings.database_url.get_secret_value(),
        crash=crash,
        on_failure=district.gateways.on_failure,
    )


def _serve_types(
    runner: Runner, *, only: str | None, job_timeout_seconds: float
) -> Iterator[Coroutine[Any, Any, None]]:
    for job_type in _chosen(only):
        yield _serve_type(runner, job_type, job_timeout_seconds=job_timeout_seconds)


def _chosen(only: str | None) -> list[JobType]:
    known = job_types()
    if not only:
        return list(known.values())
    unknown = [name for name in only.split(",") if name not in known]
    if unknown:
        raise MinhuError(f"没有任务类型 {'、'.join(unknown)}。可用的有：{'、'.join(known)}。")
    return [known[name] for name in only.split(",")]


async def _serve_type(runner: Runner, job_type: JobType, *, job_timeout_seconds: float) -> None:
    async def handle(job: EngineJob, variables: dict[str, object]) -> None:
        await runner.run(job_type, job, variables=variables)

    await Poller(
        source=runner.engine,
        job_type=job_type.name,
        variables=job_type.reads_names(),
        handler=handle,
        watch=runner.health,
        job_timeout_seconds=job_timeout_seconds,
    ).run()


async def _waiting(casebook: AsyncEngine, clock: Clock) -> tuple[dict[str, int], int]:
    async with casebook.begin() as connection:
        waiting = {"facts": await facts.pending(connection), "messages": await messages.waiting(connection)}
        waiting |= {"city": await city.waiting(connection)}
        return waiting, await responsibility.unanswered(connection, at=clock())


async def _probe_until(server: object) -> None:
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    await server.serve()  # type: ignore[attr-defined]


async def _run_until(stop: asyncio.Event, tasks: list[asyncio.Task[None]]) -> None:
    """Wait for a signal or for the first loop that ends, then drain the others within a limit."""
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait([*tasks, stopping], return_when=asyncio.FIRST_COMPLETED)
    ended = [task for task in tasks if task.done()]
    log.info("worker_draining")
    for task in tasks:
        task.cancel()
    _, left = await asyncio.wait(tasks, timeout=DRAIN_SECONDS)
    log.info("worker_stopped", left=len(left))
    stopping.cancel()
    for task in ended:
        with contextlib.suppress(asyncio.CancelledError):
            task.result()


if __name__ == "__main__":
    sys.exit(main())
