"""Traces of requests (OpenTelemetry), off unless an address is set: one trace for each request, from intake to score.

The trace's id is derived from the request's number, which every job knows. So no variable has to carry it through the
models, a request that began before tracing was on is traced too, and an operator finds the trace by the number alone.
"""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, set_span_in_context

ROOT_SPAN = "request_received"
EXPORT_LIMIT_MS = 5000
Attributes = Mapping[str, str | int | None]
_beginning: ContextVar[SpanContext | None] = ContextVar("_beginning", default=None)


def trace_of(request_id: str) -> SpanContext:
    """Return the trace of a request and the span with which it begins."""
    digest = hashlib.sha256(request_id.encode()).digest()
    trace_id, span_id = int.from_bytes(digest[:16], "big"), int.from_bytes(digest[16:24], "big")
    return SpanContext(trace_id, span_id, is_remote=True, trace_flags=TraceFlags(TraceFlags.SAMPLED))


class _Ids(RandomIdGenerator):
    """Random ids, except for the span with which a request begins."""

    def generate_trace_id(self) -> int:
        beginning = _beginning.get()
        return beginning.trace_id if beginning else super().generate_trace_id()

    def generate_span_id(self) -> int:
        beginning = _beginning.get()
        return beginning.span_id if beginning else super().generate_span_id()


class Tracing:
    """Sends spans to an OTLP endpoint over HTTP; without one it costs nothing and sends nothing."""

    def __init__(self, endpoint: str | None = None) -> None:
        """Take e.g. `http://127.0.0.1:4318/v1/traces`, or nothing."""
        self._provider = None
        if endpoint:
            exporter = OTLPSpanExporter(endpoint=endpoint, timeout=EXPORT_LIMIT_MS / 1000)
            self._provider = TracerProvider(resource=Resource.create({"service.name": "minhu"}), id_generator=_Ids())
            self._provider.add_span_processor(BatchSpanProcessor(exporter))

    @contextmanager
    def job(self, name: str, request_id: str | None, *, attributes: Attributes) -> Iterator[dict[str, str | int]]:
        """Trace a job; what the block puts into the given dictionary is added to the span."""
        found: dict[str, str | int] = {}
        if self._provider is None or not request_id:
            yield found
            return
        context = set_span_in_context(NonRecordingSpan(trace_of(request_id)))
        tracer = self._provider.get_tracer("minhu.workers")
        with tracer.start_as_current_span(
            name, context, attributes={key: value for key, value in attributes.items() if value is not None}
        ) as span:
            yield found
            span.set_attributes(found)

    def fact(self, name: str, request_id: str, *, written_at: datetime, published_at: datetime) -> None:
        """Trace a fact's way from the casebook to the engine; the first one begins the request's trace."""
        if self._provider is None:
            return
        beginning = trace_of(request_id)
        is_first = name == ROOT_SPAN
        context = None if is_first else set_span_in_context(NonRecordingSpan(beginning))
        token = _beginning.set(beginning if is_first else None)
        try:
            tracer = self._provider.get_tracer("minhu.relay")
            span = tracer.start_span(name, context, attributes={"request_id": request_id}, start_time=_ns(written_at))
        finally:
            _beginning.reset(token)
        span.end(_ns(published_at))

    def close(self) -> None:
        """Send what is left."""
        if self._provider is not None:
            self._provider.shutdown()


def _ns(at: datetime) -> int:
    return round(at.timestamp() * 1_000_000_000)
