"""Whether a worker is alive, and what it has done: /healthz, /readyz and /metrics."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from workers.zeebe import PollWatch

POLL_TOO_OLD_SECONDS = 60.0


class Health(PollWatch):
    """Counts jobs and polls. Alive means: every job type was polled successfully of late."""

    def __init__(self) -> None:
        """Start counting; the first successful poll makes the worker ready."""
        self.registry = CollectorRegistry()
        self._last_poll: dict[str, float] = {}
        self._idle_since = time.monotonic()
        self._in_hand = 0
        self._started = time.monotonic()
        self._seconds = Histogram(
            "minhu_job_seconds", "Time of one job", ["job_type", "outcome"], registry=self.registry
        )
        self._hand = Gauge("minhu_jobs_in_hand", "Jobs being run", ["job_type"], registry=self.registry)
        self._failed_polls = Counter(
            "minhu_polls_failed", "Polls the engine did not answer", ["job_type"], registry=self.registry
        )
        self._answered = Counter(
            "minhu_polls_answered", "Polls the engine answered", ["job_type"], registry=self.registry
        )

    def polled(self, job_type: str) -> None:
        """Note a poll that the engine answered."""
        self._last_poll[job_type] = time.monotonic()
        self._answered.labels(job_type).inc()

    def poll_failed(self, job_type: str) -> None:
        """Note a poll that it did not answer."""
        self._failed_polls.labels(job_type).inc()

    @contextmanager
    def in_hand(self, job_type: str) -> Iterator[None]:
        """Count a job while it runs."""
        self._in_hand += 1
        self._hand.labels(job_type).inc()
        try:
            yield
        finally:
            self._in_hand -= 1
            self._hand.labels(job_type).dec()
            self._idle_since = time.monotonic()

    def finished(self, job_type: str, *, outcome: str, seconds: float) -> None:
        """Note how a job ended and how long it took."""
        self._seconds.labels(job_type, outcome).observe(seconds)

    def report(self) -> dict[str, float | int | bool]:
        """Return the worker's state; ages in seconds."""
        now = time.monotonic()
        oldest = max((now - at for at in self._last_poll.values()), default=now - self._started)
        return {
            "ok": oldest < POLL_TOO_OLD_SECONDS,
            "ready": bool(self._last_poll),
            "last_poll_age_seconds": round(oldest, 3),
            "jobs_in_hand": self._in_hand,
            "idle_seconds": 0.0 if self._in_hand else round(now - self._idle_since, 3),
        }


def probes(health: Health, *, host: str, port: int) -> uvicorn.Server:
    """Return the server of the probes; run it with `serve()`."""
    app = FastAPI(openapi_url=None)

    @app.get("/healthz")
    def healthz(response: Response) -> dict[str, float | int | bool]:
        report = health.report()
        response.status_code = 200 if report["ok"] else 503
        return report

    @app.get("/readyz")
    def readyz(response: Response) -> dict[str, float | int | bool]:
        report = health.report()
        response.status_code = 200 if report["ok"] and report["ready"] else 503
        return report

    @app.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(health.registry), media_type=CONTENT_TYPE_LATEST)

    return uvicorn.Server(uvicorn.Config(app, host=host, port=port, log_level="warning", lifespan="off"))
