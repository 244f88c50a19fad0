"""Starts worker processes quickly, by forking one that has loaded everything: `python -m launcher.faults.nursery`.

A campaign lets workers die every few seconds, and loading the code takes longer than dying. Each line on standard
input is a JSON object with `environment` and `log`; each is answered by the number of the new process.
"""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

from launcher.machine import ROOT
from workers.__main__ import main as work

NURSERY = "launcher.faults.nursery"
CLOSE_WITHIN_SECONDS = 10


class Nursery:
    """The hand on a nursery process."""

    def __init__(self, module: str) -> None:
        """Begin to load at once; the first worker waits for it."""
        command = (sys.executable, "-m", module)
        self._turn = threading.Lock()
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, start_new_session=True
        )

    def start(self, environment: Mapping[str, str], *, log: Path) -> int:
        """Start a worker with an environment of its own; return its process number."""
        with self._turn:
            if self._process.stdin is None or self._process.stdout is None:
                return 0
            wish = {"environment": dict(environment), "log": str(log)}
            self._process.stdin.write(json.dumps(wish) + "\n")
            self._process.stdin.flush()
            return int(self._process.stdout.readline())

    def close(self) -> None:
        """End the nursery; its workers have been ended before."""
        self._process.communicate(timeout=CLOSE_WITHIN_SECONDS)


def main() -> None:
    """Fork a worker for each wish, until standard input ends."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries the dead
    while line := sys.stdin.readline():
        wish = json.loads(line)
        child = os.fork()
        if child == 0:
            _become_worker(wish["environment"], Path(wish["log"]))
        print(child, flush=True)


def _become_worker(environment: dict[str, str], log: Path) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    with log.open("ab") as out, Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
        os.dup2(out.fileno(), 1)
        os.dup2(out.fileno(), 2)
    os.environ.update(environment)
    sys.argv = ["workers"]
    code = work()
    sys.stdout.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
