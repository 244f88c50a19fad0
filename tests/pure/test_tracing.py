"""One trace for each request, found by its number alone; off unless somebody asks for it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from casebook.numbers import request_of
from workers.tracing import Tracing, trace_of

REQUEST = "JA20261123-000123-7"
WRITTEN = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


class Collector(ThreadingHTTPServer):
    """What an OpenTelemetry collector does with OTLP over HTTP: take it and say yes."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.spans: list[Any] = []

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1/traces"


class _Handler(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        sent = ExportTraceServiceRequest()
        sent.ParseFromString(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.spans += [
            span for resource in sent.resource_spans for scope in resource.scope_spans for span in scope.spans
        ]
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_trace_goes_from_intake_through_each_job(collector: Collector) -> None:
    tracing = Tracing(collector.endpoint)
    tracing.fact("request_received", REQUEST, written_at=WRITTEN, published_at=WRITTEN + timedelta(seconds=2))
    with tracing.job("route_request", REQUEST, attributes={"request_id": REQUEST, "job_key": 4711}) as traced:
        traced["outcome"] = "completed"
    tracing.fact("work_reported", REQUEST, written_at=WRITTEN, published_at=WRITTEN)
    tracing.close()

    named = {span.name: span for span in collector.spans}
    first, job, later = (named[name] for name in ("request_received", "route_request", "work_reported"))
    assert {span.trace_id for span in collector.spans} == {trace_of(REQUEST).trace_id.to_bytes(16, "big")}
    assert first.span_id == trace_of(REQUEST).span_id.to_bytes(8, "big")
    assert (first.parent_span_id, job.parent_span_id, later.parent_span_id) == (b"", first.span_id, first.span_id)
    assert 2_000_000_000 == first.end_time_unix_nano - first.start_time_unix_nano
    attributes = {entry.key: entry.value.string_value or entry.value.int_value for entry in job.attributes}
    assert attributes == {"request_id": REQUEST, "job_key": 4711, "outcome": "completed"}


def test_requests_have_traces_of_their_own() -> None:
    assert trace_of(REQUEST).trace_id != trace_of("JA20261123-000124-4").trace_id
    assert trace_of(REQUEST) == trace_of(REQUEST)


def test_without_an_address_nothing_is_traced() -> None:
    tracing = Tracing()
    with tracing.job("route_request", REQUEST, attributes={}) as traced:
        traced["outcome"] = "completed"
    tracing.fact("request_received", REQUEST, written_at=WRITTEN, published_at=WRITTEN)
    tracing.close()


@pytest.mark.parametrize("number", [REQUEST, f"{REQUEST}-02", f"{REQUEST}-r1"])
def test_a_work_orders_number_names_its_request(number: str) -> None:
    assert REQUEST == request_of(number)


@pytest.mark.parametrize("number", [None, "", "13800000000", "community_002003"])
def test_other_numbers_name_no_request(number: str | None) -> None:
    assert request_of(number) is None
