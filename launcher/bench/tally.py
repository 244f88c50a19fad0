"""What every contender counts, the same way: seconds and CPU after a warm-up, and the hand-over of each job."""

import asyncio
import json
import time
from pathlib import Path


class Tally:
    """Counts jobs; the first `warm_up` completions start the clocks, `count` more stop them."""

    def __init__(self, *, warm_up: int, count: int) -> None:
        self._warm_up = warm_up
        self._last = warm_up + count
        self._latencies_ms: list[float] = []
        self._completed = 0
        self._began = self._began_cpu = 0.0
        self._ended = self._ended_cpu = 0.0
        self.done = asyncio.Event()

    def entered(self, sent_at_us: int) -> None:
        """Note that a handler was entered for a job of which the engine was told at `sent_at_us` (Unix time)."""
        self._latencies_ms.append(time.time() * 1000 - sent_at_us / 1000)

    def completed(self) -> None:
        """Note that the engine took a job's completion."""
        self._completed += 1
        if self._completed == self._warm_up:
            self._began, self._began_cpu = time.perf_counter(), time.process_time()
        if self._completed == self._last:
            self._ended, self._ended_cpu = time.perf_counter(), time.process_time()
            self.done.set()

    def write(self, file: Path) -> None:
        """Write the result as JSON."""
        result = {
            "seconds": self._ended - self._began,
            "cpu_seconds": self._ended_cpu - self._began_cpu,
            "latencies_ms": self._latencies_ms[self._warm_up : self._last],
        }
        file.write_text(json.dumps(result), encoding="utf-8")
