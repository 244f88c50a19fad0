"""Whether a worker is alive, and what it has done: /healthz, /readyz and /metrics."""

import itertools
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager, suppress

import uvicorn
from fastapi import FastAPI, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from sqlalchemy.exc import SQLAlchemyError

POLL_TOO_OLD_SECONDS = 60.0
AWAY = frozenset({"UNAVAILABLE", "DEADLINE_EXCEEDED"})
SECONDS_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0)
Depths = Callable[[], Awaitable[tuple[Mapping[str, int], int]]]


class Health:
    """Counts jobs and polls. Alive means: every job type was polled successfully of late."""

    def __init__(self) -> None:
        """Start counting; the first successful poll makes the worker ready."""
        self.registry = CollectorRegistry()
        self._last_poll: dict[str, float] = {}
        self._away: set[str] = set()
        self._begun: dict[int, tuple[str, float]] = {}
        self._numbers = itertools.count()
        self._done = 0
        self._started = time.monotonic()
        self._make_job_metrics()
        self._make_poll_metrics()

    def _make_job_metrics(self) -> None:
        self._seconds = Histogram(
            "minhu_job_seconds",
            "Time of one job from its variables to the engine's answer, by how it ended",
            ["job_type", "outcome"],
            registry=self.registry,
            buckets=SECONDS_BUCKETS,
        )
        self._hand = Gauge("minhu_jobs_in_hand", "Jobs being run", ["job_type"], registry=self.registry)
        self._oldest = Gauge(
            "minhu_oldest_job_seconds", "Age of the oldest job in hand", ["job_type"], registry=self.registry
        )
        self._outbox = Gauge(
            "minhu_outbox_waiting", "Facts and messages not yet sent", ["kind"], registry=self.registry
        )
        self._unanswered = Gauge(
            "minhu_requests_unanswered", "Open requests without a responsible unit; must be 0", registry=self.registry
        )

    def _make_poll_metrics(self) -> None:
        self._answered = Counter(
            "minhu_polls_answered", "Polls the engine answered", ["job_type"], registry=self.registry
        )
        self._failed = Counter(
            "minhu_polls_failed",
            "Polls the engine did not answer, by gRPC status; RESOURCE_EXHAUSTED is back-pressure",
            ["job_type", "code"],
            registry=self.registry,
        )
        self._reconnects = Counter(
            "minhu_reconnects",
            "Times the engine answered again after it had been away",
            ["job_type"],
            registry=self.registry,
        )
        self._polled_at = Gauge(
            "minhu_last_poll_timestamp_seconds", "When a poll was last answered", ["job_type"], registry=self.registry
        )

    def polled(self, job_type: str) -> None:
        """Note a poll that the engine answered."""
        self._last_poll[job_type] = time.monotonic()
        self._answered.labels(job_type).inc()
        self._polled_at.labels(job_type).set_to_current_time()
        if job_type in self._away:
            self._away.discard(job_type)
            self._reconnects.labels(job_type).inc()

    def poll_failed(self, job_type: str, *, code: str) -> None:
        """Note a poll that it did not answer."""
        self._failed.labels(job_type, code).inc()
        if code in AWAY:
            self._away.add(job_type)

    @contextmanager
    def in_hand(self, job_type: str) -> Iterator[None]:
        """Count a job while it runs."""
        number = next(self._numbers)
        self._begun[number] = (job_type, time.monotonic())
        self._hand.labels(job_type).inc()
        try:
            yield
        finally:
            del self._begun[number]
            self._done += 1
            self._hand.labels(job_type).dec()

    def finished(self, job_type: str, *, outcome: str, seconds: float) -> None:
        """Note how a job ended and how long it took."""
        self._seconds.labels(job_type, outcome).observe(seconds)

    def waiting(self, depths: Mapping[str, int]) -> None:
        """Note how much waits in the outboxes, by kind."""
        for kind, count in depths.items():
            self._outbox.labels(kind).set(count)

    def unanswered(self, count: int) -> None:
        """Note how many open requests have nobody who answers for them."""
        self._unanswered.set(count)

    def report(self) -> dict[str, float | int | bool]:
        """Return the worker's state; ages in seconds."""
        now = time.monotonic()
        oldest = max((now - at for at in self._last_poll.values()), default=now - self._started)
        return {
            "ok": oldest < POLL_TOO_OLD_SECONDS,
            "ready": bool(self._last_poll),
            "last_poll_age_seconds": round(oldest, 3),
            "jobs_in_hand": len(self._begun),
            "jobs_done": self._done,
        }

    def exposition(self) -> bytes:
        """Return all metrics in Prometheus' text format."""
        now = time.monotonic()
        oldest = dict.fromkeys(self._last_poll, now)
        for job_type, since in self._begun.values():
            oldest[job_type] = min(oldest.get(job_type, now), since)
        for job_type, since in oldest.items():
            self._oldest.labels(job_type).set(now - since)
        return generate_latest(self.registry)


def probes(health: Health, depths: Depths, *, host: str, port: int) -> uvicorn.Server:
    """Return the server of the probes; run it with `serve()`. `depths`: what waits, and who is unanswered."""
    app = FastAPI(openapi_url=None)

    @app.get("/healthz")
    async def healthz(response: Response) -> dict[str, float | int | bool]:
        report = health.report()
        response.status_code = 200 if report["ok"] else 503
        return report

    @app.get("/readyz")
    async def readyz(response: Response) -> dict[str, float | int | bool]:
        report = health.report()
        response.status_code = 200 if report["ok"] and report["ready"] else 503
        return report

    @app.get("/metrics")
    async def metrics() -> Response:
        with suppress(SQLAlchemyError, TimeoutError):  # a lost casebook must not hide the rest
            waiting, unanswered = await depths()
            health.waiting(waiting)
            health.unanswered(unanswered)
        return Response(health.exposition(), media_type=CONTENT_TYPE_LATEST)

    return uvicorn.Server(uvicorn.Config(app, host=host, port=port, log_level="warning", lifespan="off"))
