"""Named crash points: where a worker can be made to die, to prove that dying there costs nothing.

A point is `place:point`; a place is a job type, `relay` or `sms_sender`. Only a process that was started with
MINHU_CRASH has any (`send_sms:after_commit:1,relay:after_publish:3`): the first of them that is reached for its n-th
time kills it, as a power cut would. Everywhere else `reached` does nothing.
"""

import os
import signal
from collections.abc import Mapping

import structlog

from casebook.errors import ConfigurationError
from workers.catalogue import job_types

OF_A_JOB = ("before_effect", "after_commit", "before_completion", "after_completion")
OF_SUPPORT = {
    "relay": ("after_publish",),
    "sms_sender": ("before_claim", "after_claim", "after_sending", "after_answer"),
}
log = structlog.get_logger()


class CrashPoints:
    """The points at which this process dies, each with the number of times that it is still passed."""

    def __init__(self, wanted: Mapping[str, int] | None = None) -> None:
        """Die at the n-th passage of a point, for each `place:point` with its n; without any, never."""
        self._left = dict(wanted or {})

    @classmethod
    def parse(cls, text: str) -> "CrashPoints":
        """Read `place:point:n,…`; ConfigurationError when a point is not known."""
        wanted = {}
        for part in filter(None, text.split(",")):
            name, _, times = part.rpartition(":")
            if name not in every_point() or not times.isdecimal() or int(times) < 1:
                raise ConfigurationError(f"MINHU_CRASH：没有崩溃点“{part}”。写法是“任务类型:位置:第几次”。")
            wanted[name] = int(times)
        return cls(wanted)

    def reached(self, place: str, point: str) -> None:
        """Die here if this is the wanted passage of this point."""
        name = f"{place}:{point}"
        if name not in self._left:
            return
        self._left[name] -= 1
        if self._left[name] == 0:
            log.warning("crash_point_reached", point=name)
            os.kill(os.getpid(), signal.SIGKILL)


def every_point() -> list[str]:
    """Return all crash points: those of every job in the catalogue, of the relay and of the sender."""
    places = dict.fromkeys(job_types(), OF_A_JOB) | OF_SUPPORT
    return [f"{place}:{point}" for place, points in places.items() for point in points]
