"""Moving the clock of a demonstration or test: the file that all Python processes read first, then the engine's.

The other way round a timer fires, and its job notes the light, before Python knows of the new time.
"""

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import requests

from launcher.errors import LauncherError

TIMEOUT_SECONDS = 30
QUICK_SECONDS, MOST_TRIES = 0.02, 3


class MovableClock:
    """The engine's clock and Python's, moved together. Never exists in production.

    Move it only when no job is in hand and no request waits for its answer: the embedded gateway shares the clock.
    """

    def __init__(self, management_url: str, *, file: Path) -> None:
        self._url = f"{management_url}/actuator/clock"
        self._file = file

    def now(self) -> datetime:
        """Return the moved time, aware, in UTC."""
        return datetime.now(UTC) + self.offset()

    def offset(self) -> timedelta:
        """Return how far the clock was moved."""
        try:
            return timedelta(milliseconds=int(self._file.read_text(encoding="ascii")))
        except FileNotFoundError:
            return timedelta()

    def advance(self, delta: timedelta) -> datetime:
        """Move all clocks forward; return the new time."""
        if delta < timedelta():
            raise LauncherError("时钟只能向前拨。")
        before = self.offset()
        self._write(before + delta)
        try:
            self._add(delta)
        except LauncherError:
            self._write(before)
            raise
        self._write(self._engine_offset())
        return self.now()

    def restore(self) -> None:
        """Move a freshly started engine, which began at wall time, to where the clock had been moved before."""
        missing = self.offset() - self._engine_offset()
        if missing > timedelta(milliseconds=50):
            self._add(missing)
        self._write(self._engine_offset())

    def _add(self, delta: timedelta) -> None:
        self._ask("POST", path="/add", json={"offsetMilli": round(delta / timedelta(milliseconds=1))})

    def _engine_offset(self) -> timedelta:
        """Return the engine's time minus wall time, wall time being taken in the middle of the quickest request.

        A request that waits on a busy machine is off by up to half of its time, and Python's clocks with it.
        """
        asked: list[tuple[float, float]] = []
        while len(asked) < MOST_TRIES and not (asked and min(asked)[0] < QUICK_SECONDS):
            before = time.time()
            engine_ms = int(self._ask("GET", path="").json()["epochMilli"])
            after = time.time()
            asked.append((after - before, engine_ms - (before + after) / 2 * 1000))
        return timedelta(milliseconds=round(min(asked)[1]))

    def _ask(self, method: str, *, path: str, json: dict[str, int] | None = None) -> requests.Response:
        try:
            answer = requests.request(method, self._url + path, json=json, timeout=TIMEOUT_SECONDS)
            answer.raise_for_status()
        except requests.RequestException as error:
            raise LauncherError("拨动引擎时钟没有成功：引擎没有运行，或不是以可拨时钟方式启动的。") from error
        return answer

    def _write(self, offset: timedelta) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        part = self._file.with_name(f"{self._file.name}.part")
        with part.open("w", encoding="ascii") as out:
            out.write(str(round(offset / timedelta(milliseconds=1))))
            out.flush()
            os.fsync(out.fileno())
        part.replace(self._file)
