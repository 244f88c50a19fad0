"""One process of ours: started in its own session, noted with its start time, signalled only when it is still ours."""

import contextlib
import json
import os
import pwd
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import psutil

from launcher.errors import LauncherError
from launcher.ports import write_json

POLL_SECONDS = 0.1
CREATE_TIME_TOLERANCE_SECONDS = 2.0
LINES_SHOWN = 15
LOG_TURNS_OVER_AT = 50_000_000
STOP_GRACE_SECONDS = 20.0
KILL_WAIT_SECONDS = 10.0


@dataclass(frozen=True)
class Part:
    """What is started: its command, how one knows that it is ready, how it is asked to stop."""

    name: str
    title: str
    command: tuple[str, ...]
    ready: Callable[[], bool]
    ready_within_seconds: float
    environment: Mapping[str, str] = field(default_factory=dict)
    account: str | None = None
    folder: Path | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    stop_grace_seconds: float = STOP_GRACE_SECONDS


class Processes:
    """The processes of one state folder, found again by any later launcher."""

    def __init__(self, state: Path) -> None:
        self._records = state / "run"
        self._logs = state / "log"

    def running(self, name: str) -> psutil.Process | None:
        """Return the process when it lives and is the one we started."""
        record = self._record(name)
        if record is None:
            return None
        _reap(record.pid)
        return record.living()

    def clear(self, name: str) -> None:
        """End what an earlier run left behind: children of a process that died, threads of one that is dying."""
        record = self._record(name)
        if record is not None:
            record.end_remains()
            self._wait_gone(name, within=KILL_WAIT_SECONDS)

    def start(self, part: Part) -> None:
        """Start the part; the caller has cleared what an earlier run left behind."""
        self._logs.mkdir(parents=True, exist_ok=True)
        log = self.log_file(part.name)
        if log.exists() and log.stat().st_size > LOG_TURNS_OVER_AT:
            log.replace(log.with_suffix(".log.1"))
        with log.open("ab") as out:
            start = out.tell()
            child = subprocess.Popen(
                part.command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env={**os.environ, **part.environment},
                cwd=part.folder,
                start_new_session=True,
                **_identity(part.account),
            )
        child.returncode = 0  # this object is done with the process, which may outlive us; `_reap` buries it
        created = psutil.Process(child.pid).create_time()
        record = _Record(child.pid, created, start, int(part.stop_signal), part.stop_grace_seconds)
        write_json(self._record_file(part.name), asdict(record))

    def wait_ready(self, part: Part) -> None:
        """Wait until the part is ready; a death or the limit is an error with the last lines of its log."""
        until = time.monotonic() + part.ready_within_seconds
        while time.monotonic() < until:
            if self.running(part.name) is None:
                raise LauncherError(f"{part.title}启动后退出了。{self.last_words(part.name)}")
            if part.ready():
                return
            time.sleep(POLL_SECONDS)
        raise LauncherError(
            f"{part.title}在 {part.ready_within_seconds:.0f} 秒内没有就绪。{self.last_words(part.name)}"
        )

    def stop(self, name: str) -> None:
        """Ask the process to stop, wait, then kill it and whatever is left of its group. Not running is fine."""
        record = self._record(name)
        if record is None:
            return
        process = self.running(name)
        if process is not None:
            _signal(process.pid, record.stop_signal)
            self._wait_gone(name, within=record.stop_grace_seconds)
        record.end_remains()
        self._wait_gone(name, within=KILL_WAIT_SECONDS)
        self._record_file(name).unlink(missing_ok=True)

    def names(self) -> list[str]:
        """Return the names of everything noted as started."""
        return sorted(file.stem for file in self._records.glob("*.json"))

    def log_file(self, name: str) -> Path:
        """Return the file with everything the process said."""
        return self._logs / f"{name}.log"

    def last_words(self, name: str) -> str:
        """Return the last lines of the log of the present run, introduced by a sentence."""
        record = self._record(name)
        log = self.log_file(name)
        if record is None or not log.exists():
            return "它没有留下日志。"
        with log.open("rb") as file:
            file.seek(max(record.log_start, log.stat().st_size - 20_000))
            lines = file.read().decode("utf-8", errors="replace").splitlines()[-LINES_SHOWN:]
        return f"日志 {log} 的最后几行：\n" + "\n".join(lines) if lines else f"日志 {log} 是空的。"

    def _wait_gone(self, name: str, *, within: float) -> None:
        """Wait until the process is gone altogether: a dying JVM is a zombie that still holds its ports."""
        until = time.monotonic() + within
        while self._lingers(name) and time.monotonic() < until:
            time.sleep(POLL_SECONDS)

    def _lingers(self, name: str) -> bool:
        record = self._record(name)
        if record is None:
            return False
        _reap(record.pid)
        return record.lingers()

    def _record_file(self, name: str) -> Path:
        return self._records / f"{name}.json"

    def _record(self, name: str) -> "_Record | None":
        try:
            return _Record(**json.loads(self._record_file(name).read_text(encoding="utf-8")))
        except (FileNotFoundError, ValueError, TypeError):
            return None


@dataclass(frozen=True)
class _Record:
    pid: int
    created: float
    log_start: int
    stop_signal: int
    stop_grace_seconds: float

    def present(self) -> psutil.Process | None:
        """Return our process, alive or still dying; a stranger who got its number is not it."""
        try:
            process = psutil.Process(self.pid)
            ours = abs(process.create_time() - self.created) < CREATE_TIME_TOLERANCE_SECONDS
            return process if ours and os.getpgid(self.pid) == self.pid else None
        except (psutil.NoSuchProcess, ProcessLookupError):
            return None

    def living(self) -> psutil.Process | None:
        try:
            process = self.present()
            return process if process and process.status() != psutil.STATUS_ZOMBIE else None
        except psutil.NoSuchProcess:
            return None

    def lingers(self) -> bool:
        """Whether something of it still runs: a zombie whose other threads have not ended yet does."""
        try:
            process = self.present()
            return process is not None and (process.status() != psutil.STATUS_ZOMBIE or process.num_threads() > 1)
        except psutil.NoSuchProcess:
            return False

    def end_remains(self) -> None:
        """Kill what is left of the group: the leader when it would not stop, children of a leader that died."""
        for process in self._group():
            _signal(process.pid, signal.SIGKILL)

    def _group(self) -> Iterator[psutil.Process]:
        for process in psutil.process_iter():
            try:
                member = os.getpgid(process.pid) == self.pid
                if member and process.create_time() >= self.created - CREATE_TIME_TOLERANCE_SECONDS:
                    yield process
            except (psutil.NoSuchProcess, ProcessLookupError):
                continue


def _identity(account: str | None) -> dict[str, Any]:
    if account is None:
        return {}
    entry = pwd.getpwnam(account)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _reap(pid: int) -> None:
    """Bury a dead child; what another launcher started is buried by init."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)


def _signal(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
