"""Watches over a running machine: starts again what died, and moves the clock. Run as `python -m launcher.supervisor`.

The broker is judged by its health, never by its readiness: after disk errors readiness still says yes.
"""

import argparse
import signal
import threading
import time
from collections import deque
from datetime import timedelta

from launcher.errors import LauncherError
from launcher.progress import say
from launcher.stack import Machine

CHECK_EVERY_SECONDS = 2.0
CLOCK_STEP_SECONDS = 0.2
SICK_CHECKS = 5
RESTARTS_MOST = 10
RESTARTS_WITHIN_SECONDS = 600.0


class Supervisor:
    """One watch over the parts that ran when it began."""

    def __init__(self, machine: Machine, *, speed: float) -> None:
        self._machine = machine
        self._speed = speed
        self._watched = machine.running_parts()
        self._stop = threading.Event()
        self._sick = 0
        self._restarts: deque[float] = deque()

    def end(self, *_: object) -> None:
        """Stop watching soon; for signal handlers."""
        self._stop.set()

    def run(self) -> None:
        """Watch until told to end, or until restarting does not help any more."""
        checked = moved = time.monotonic()
        while not self._stop.wait(CLOCK_STEP_SECONDS):
            now = time.monotonic()
            if now - checked >= CHECK_EVERY_SECONDS:
                self._check()
                checked = time.monotonic()
            if self._speed > 1:
                self._move(now - moved)
                moved = now

    def _move(self, seconds: float) -> None:
        try:
            self._machine.clock.advance(timedelta(seconds=seconds * (self._speed - 1)))
        except LauncherError:
            return  # the engine is away; the check will see to it

    def _check(self) -> None:
        dead = [name for name in self._watched if name not in self._machine.running_parts()]
        if "camunda" in self._watched and not dead:
            self._sick = 0 if self._machine.engine_is_healthy() else self._sick + 1
            if self._sick >= SICK_CHECKS:
                say("流程引擎不健康，正在重启。")
                self._machine.stop("camunda")
                dead = ["camunda"]
        if dead:
            self._restart(dead)

    def _restart(self, dead: list[str]) -> None:
        now = time.monotonic()
        self._restarts.append(now)
        while now - self._restarts[0] > RESTARTS_WITHIN_SECONDS:
            self._restarts.popleft()
        if len(self._restarts) > RESTARTS_MOST:
            raise LauncherError(f"{'、'.join(dead)} 反复退出，已停止重启。请查看 .minhu/log 中的日志。")
        say(f"{'、'.join(dead)} 已退出，正在重新启动。")
        try:
            self._machine.start(*self._watched)
            self._sick = 0
        except LauncherError as error:
            say(str(error))


def main() -> int:
    """Watch the machine of the environment's state folder."""
    parser = argparse.ArgumentParser(prog="python -m launcher.supervisor")
    parser.add_argument("--speed", type=float, default=1.0)
    supervisor = Supervisor(Machine.found(), speed=parser.parse_args().speed)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, supervisor.end)
    try:
        supervisor.run()
    except LauncherError as error:
        say(str(error))
        return error.exit_code
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
