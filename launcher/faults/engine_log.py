"""What the engine itself says: its exporter's records, kept by a small HTTP sink in OpenSearch's place.

The exporter repeats what it is not sure of, also after the broker was killed; a record is known by its position.
Only two kinds of record are asked for: a process that was started by a message, and an incident.
"""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from launcher.engine import EXPORTED, NOT_EXPORTED
from launcher.machine import LOOPBACK

WANTED = ("incident", "messageStartEventSubscription")
EXPORTER = "zeebe.broker.exporters.books"
CLASS_NAME = "io.camunda.zeebe.exporter.opensearch.OpensearchExporter"


class EngineLog:
    """Hears the exporter; answers what was started and which incidents stand."""

    def __init__(self) -> None:
        """Listen on a free port of loopback at once."""
        self.roots: dict[str, set[int]] = {}
        self.records = 0
        self._open_incidents: set[int] = set()
        self._ended_incidents: set[int] = set()
        self._seen: set[tuple[int, int]] = set()
        self._turn = threading.Lock()
        self._server = ThreadingHTTPServer((LOOPBACK, 0), _handler_of(self))
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def java_options(self) -> str:
        """Return what makes a broker export to this log."""
        index = f"{EXPORTER}.args.index"
        options = {
            f"{EXPORTER}.className": CLASS_NAME,
            f"{EXPORTER}.args.url": f"http://{LOOPBACK}:{self._server.server_port}",
            f"{EXPORTER}.args.bulk.delay": "1",
            f"{index}.prefix": "zeebe-record",
            f"{index}.createTemplate": "false",
            **{f"{index}.{kind}": str(kind in WANTED).lower() for kind in (*EXPORTED, *NOT_EXPORTED)},
        }
        return " ".join(f"-D{key}={value}" for key, value in options.items())

    @property
    def incidents(self) -> int:
        """How many incidents stand now, as far as the exporter has told."""
        return len(self._open_incidents - self._ended_incidents)

    def hear(self, lines: list[bytes]) -> None:
        """Take in one bulk: an action and a document alternate."""
        with self._turn:
            for document in lines[1::2]:
                self._note(json.loads(document))

    def _note(self, record: dict[str, object]) -> None:
        where = (int(str(record["partitionId"])), int(str(record["position"])))
        if where in self._seen:
            return
        self._seen.add(where)
        self.records += 1
        value = record["value"]
        kind, intent = record["valueType"], record["intent"]
        if kind == "MESSAGE_START_EVENT_SUBSCRIPTION" and intent == "CORRELATED" and isinstance(value, dict):
            self.roots.setdefault(str(value["correlationKey"]), set()).add(int(value["processInstanceKey"]))
        elif kind == "INCIDENT":
            ended = self._open_incidents if intent == "CREATED" else self._ended_incidents
            ended.add(int(str(record["key"])))

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()


def _handler_of(log: EngineLog) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            """Take in a bulk, then say so."""
            length = int(self.headers.get("Content-Length", 0))
            log.hear([line for line in self.rfile.read(length).split(b"\n") if line])
            self._answer({"took": 1, "errors": False, "items": []})

        def do_DELETE(self) -> None:
            """Say yes: the exporter begins by removing a policy that nobody made."""
            self._answer({"acknowledged": True})

        def _answer(self, content: dict[str, object]) -> None:
            body = json.dumps(content).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            """Say nothing."""

    return Handler
