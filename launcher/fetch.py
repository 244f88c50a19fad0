"""Bring the engine's files into the cache: resumable, verified, and needed only once.

A file stands in the cache under its final name only after its SHA-256 was right, so what is there can be used offline.
"""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from time import sleep

import requests

from launcher.errors import LauncherError
from launcher.lock import Artifact
from launcher.progress import Bytes, byte_bar, say

TRIES_WITHOUT_PROGRESS = 5
BACK_OFF_SECONDS = 0.5
TIMEOUT_SECONDS = 60
BLOCK = 1 << 16
DISK_NEEDED = 1_500_000_000
LICENCE = (
    "许可说明：Camunda 8.6 及以后的版本可免费用于开发、测试和演示；用于生产须向 Camunda 公司取得许可。"
    "本项目不附带 Camunda，现从公共软件仓库下载。"
)


def default_source() -> str:
    """Return the repository's address, known to jgo."""
    from jgo.constants import MAVEN_CENTRAL_URL  # noqa: PLC0415 - slow; only a download needs it

    return str(MAVEN_CENTRAL_URL)


def fetch(artifacts: Sequence[Artifact], *, cache: Path, source: str | None = None) -> None:
    """Put every artifact into the cache, or raise LauncherError with the reason."""
    cache.mkdir(parents=True, exist_ok=True)
    with only_one(cache / "fetching"):
        missing = [artifact for artifact in artifacts if not _present(artifact, cache=cache)]
        if not missing:
            return
        require_disk(cache, needed=sum(artifact.size for artifact in missing) * 2)
        _say_licence_once(missing, cache=cache)
        address = source or default_source()
        with requests.Session() as session, byte_bar("下载引擎", total=_size(missing)) as note:
            done = 0
            for artifact in missing:
                _Download(artifact, session=session, cache=cache, address=address).run(_from(note, start=done))
                done += artifact.size


def require_disk(folder: Path, *, needed: int = DISK_NEEDED) -> None:
    """Raise when the folder's disk has not enough room."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise LauncherError(
            f"磁盘空间不足：{folder} 所在磁盘剩 {free // 1_000_000} MB，需要约 {needed // 1_000_000} MB。"
            "请清理，或用 MINHU_CACHE、MINHU_STATE 指定别的目录。"
        )


class _Download:
    """One file: continues a .part file, tries again while bytes still arrive, verifies, then renames."""

    def __init__(self, artifact: Artifact, *, session: requests.Session, cache: Path, address: str) -> None:
        self._artifact = artifact
        self._session = session
        self._url = f"{address.rstrip('/')}/{artifact.path}"
        self._file = cache / artifact.path
        self._part = self._file.with_name(self._file.name + ".part")

    def run(self, note: Bytes) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        tries = 0
        while (before := self._have()) != self._artifact.size:
            try:
                self._request(note)
            except (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError) as error:
                tries = 0 if self._have() > before else tries + 1
                if tries >= TRIES_WITHOUT_PROGRESS:
                    raise LauncherError(_NO_NETWORK.format(name=self._artifact.file_name)) from error
                sleep(BACK_OFF_SECONDS * tries)
            if self._have() > self._artifact.size:
                self._refuse()
        note(self._artifact.size)
        self._verify()

    def _have(self) -> int:
        return self._part.stat().st_size if self._part.exists() else 0

    def _request(self, note: Bytes) -> None:
        start = self._have()
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={start}-"} if start else {})
        with self._session.get(self._url, headers=headers, stream=True, timeout=TIMEOUT_SECONDS) as answer:
            if answer.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                self._part.unlink()
                raise requests.ConnectionError("the part file is not a part of this file")
            if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
                raise requests.ConnectionError(f"{answer.status_code}")
            if answer.status_code not in (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT):
                raise LauncherError(f"软件仓库没有提供 {self._artifact}（HTTP {answer.status_code}）。请稍后重试。")
            self._write(answer, start=start, note=note)

    def _write(self, answer: requests.Response, *, start: int, note: Bytes) -> None:
        resumed = answer.headers.get("Content-Range", "").startswith(f"bytes {start}-")
        if answer.status_code == HTTPStatus.PARTIAL_CONTENT and not resumed:
            self._part.unlink(missing_ok=True)
            raise requests.ConnectionError("the answer starts elsewhere than asked")
        with self._part.open("ab" if resumed else "wb") as out:
            for block in answer.iter_content(BLOCK):
                out.write(block)
                note(min(out.tell(), self._artifact.size))
                if out.tell() > self._artifact.size:
                    return
        if self._have() < self._artifact.size:
            raise requests.ConnectionError("the answer ended early")

    def _verify(self) -> None:
        with self._part.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            os.fsync(file.fileno())
        if digest != self._artifact.sha256:
            self._refuse()
        self._part.replace(self._file)

    def _refuse(self) -> None:
        self._part.unlink(missing_ok=True)
        raise LauncherError(
            f"{self._artifact.file_name} 的内容与 engine.lock 中的 SHA-256 不符，已拒绝并删除。"
            "请检查网络或软件仓库镜像，再运行一次。"
        )


_NO_NETWORK = "下载 {name} 时网络一直不通。已下载的部分保留，请检查网络后再运行一次，会从断点继续。"


def _size(artifacts: Sequence[Artifact]) -> int:
    return sum(artifact.size for artifact in artifacts)


def _present(artifact: Artifact, *, cache: Path) -> bool:
    file = cache / artifact.path
    return file.is_file() and file.stat().st_size == artifact.size


def _from(note: Bytes, *, start: int) -> Bytes:
    def shifted(done: int) -> None:
        note(start + done)

    return shifted


def _say_licence_once(missing: Sequence[Artifact], *, cache: Path) -> None:
    said = cache / "licence-note-shown"
    if not said.exists() and any(artifact.group.startswith("io.camunda") for artifact in missing):
        say(LICENCE)
        said.touch()


@contextmanager
def only_one(file: Path) -> Iterator[None]:
    """Let one process at a time fill a cache; the others wait at this lock and then find everything there."""
    with file.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
