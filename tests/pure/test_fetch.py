"""The engine's download, against a real HTTP server that can be told to behave badly."""

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from launcher import fetch as fetching
from launcher.errors import LauncherError
from launcher.fetch import fetch
from launcher.lock import Artifact, engine, read_lock

CONTENT = bytes(range(256)) * 4096
CUT_AT = 4 * fetching.BLOCK


class Repository(ThreadingHTTPServer):
    """Serves one artifact; notes what was asked for."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.content = CONTENT
        self.cuts = 0
        self.honours_range = True
        self.missing = False
        self.asked: list[str | None] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Answer(BaseHTTPRequestHandler):
    server: Repository

    def do_GET(self) -> None:
        wanted = self.headers.get("Range")
        self.server.asked.append(wanted)
        if self.server.missing:
            self.send_error(404)
            return
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and self.server.honours_range else 0
        body = self.server.content[start:]
        self.send_response(206 if start else 200)
        if start:
            total = len(self.server.content)
            self.send_header("Content-Range", f"bytes {start}-{total - 1}/{total}")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.server.cuts:
            self.server.cuts -= 1
            body = body[:CUT_AT]
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Stay silent."""


@pytest.fixture
def repository() -> Iterator[Repository]:
    server = Repository()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "BACK_OFF_SECONDS", 0.001)


def artifact(content: bytes = CONTENT) -> Artifact:
    return Artifact("example.group", "thing", "1.0", "jar", len(content), hashlib.sha256(content).hexdigest())


def cached(cache: Path) -> Path:
    return cache / "example/group/thing/1.0/thing-1.0.jar"


def test_a_cut_download_continues_where_it_broke(repository: Repository, tmp_path: Path) -> None:
    repository.cuts = 2

    fetch([artifact()], cache=tmp_path, source=repository.address)

    assert repository.asked == [None, f"bytes={CUT_AT}-", f"bytes={2 * CUT_AT}-"]
    assert cached(tmp_path).read_bytes() == CONTENT


def test_a_later_run_continues_what_an_interrupted_one_left(repository: Repository, tmp_path: Path) -> None:
    part = cached(tmp_path).with_name("thing-1.0.jar.part")
    part.parent.mkdir(parents=True)
    part.write_bytes(CONTENT[:1000])

    fetch([artifact()], cache=tmp_path, source=repository.address)

    assert repository.asked == ["bytes=1000-"]
    assert cached(tmp_path).read_bytes() == CONTENT
    assert not part.exists()


def test_a_server_that_ignores_range_still_gives_a_whole_file(repository: Repository, tmp_path: Path) -> None:
    repository.honours_range = False
    repository.cuts = 1

    fetch([artifact()], cache=tmp_path, source=repository.address)

    assert cached(tmp_path).read_bytes() == CONTENT


@pytest.mark.parametrize("content", [CONTENT[:-1] + b"x", CONTENT + b"more"])
def test_wrong_content_is_refused_and_removed(repository: Repository, tmp_path: Path, content: bytes) -> None:
    repository.content = content

    with pytest.raises(LauncherError, match="SHA-256 不符，已拒绝并删除"):
        fetch([artifact()], cache=tmp_path, source=repository.address)

    assert not cached(tmp_path).exists()
    assert not cached(tmp_path).with_name("thing-1.0.jar.part").exists()


def test_what_is_cached_needs_no_network(repository: Repository, tmp_path: Path) -> None:
    fetch([artifact()], cache=tmp_path, source=repository.address)

    fetch([artifact()], cache=tmp_path, source="http://127.0.0.1:9")

    assert len(repository.asked) == 1


def test_without_a_network_one_sentence_says_so_and_the_part_is_kept(tmp_path: Path) -> None:
    part = cached(tmp_path).with_name("thing-1.0.jar.part")
    part.parent.mkdir(parents=True)
    part.write_bytes(CONTENT[:1000])

    with pytest.raises(LauncherError, match=r"网络一直不通.*从断点继续"):
        fetch([artifact()], cache=tmp_path, source="http://127.0.0.1:9")

    assert part.read_bytes() == CONTENT[:1000]


def test_a_full_disk_is_said_before_anything_is_fetched(repository: Repository, tmp_path: Path) -> None:
    huge = Artifact("example.group", "thing", "1.0", "jar", 1 << 60, "0" * 64)

    with pytest.raises(LauncherError, match="磁盘空间不足"):
        fetch([huge], cache=tmp_path, source=repository.address)

    assert repository.asked == []


def test_a_missing_artifact_is_named(repository: Repository, tmp_path: Path) -> None:
    repository.missing = True

    with pytest.raises(LauncherError, match=r"没有提供 example\.group:thing:1\.0（HTTP 404）"):
        fetch([artifact()], cache=tmp_path, source=repository.address)


def test_the_licence_is_said_once(repository: Repository, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    digest = hashlib.sha256(CONTENT).hexdigest()
    for version in ("1", "2"):
        fetch(
            [Artifact("io.camunda", "thing", version, "jar", len(CONTENT), digest)],
            cache=tmp_path,
            source=repository.address,
        )

    assert capsys.readouterr().err.count("用于生产须向 Camunda 公司取得许可") == 1


def test_the_lock_names_the_engine_and_no_address() -> None:
    artifacts = read_lock()

    assert (engine(artifacts).name, engine(artifacts).version) == ("camunda-zeebe", "8.6.0")
    assert all(len(artifact.sha256) == 64 for artifact in artifacts)
    assert "://" not in Path("launcher/engine.lock").read_text(encoding="utf-8")


def test_a_malformed_line_of_the_lock_is_named(tmp_path: Path) -> None:
    lock = tmp_path / "engine.lock"
    lock.write_text("# comment\na:b:1 jar many 00\n", encoding="utf-8")

    with pytest.raises(LauncherError, match=r"engine\.lock 第 2 行"):
        read_lock(lock)
