"""A worker dies where it was told to, at the wanted passage, and nowhere else."""

import signal
import subprocess
import sys

import pytest

from casebook.errors import ConfigurationError
from workers.catalogue import job_types
from workers.crash_points import OF_A_JOB, OF_SUPPORT, CrashPoints, every_point

PASSES_THREE_TIMES = """
import sys
from workers.crash_points import CrashPoints
crash = CrashPoints.parse(sys.argv[1])
for number in range(3):
    crash.reached("send_sms", "after_commit")
    print(number, flush=True)
"""


def passages(wanted: str) -> tuple[int, list[str]]:
    """Return how a process ended that passes one point three times, and which passages it survived."""
    command = [sys.executable, "-c", PASSES_THREE_TIMES, wanted]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    return ended.returncode, [line for line in ended.stdout.splitlines() if line.isdecimal()]


def test_every_job_of_the_catalogue_has_every_point() -> None:
    assert len(job_types()) * len(OF_A_JOB) + sum(map(len, OF_SUPPORT.values())) == len(set(every_point()))
    assert {f"{name}:after_commit" for name in job_types()} <= set(every_point())


def test_a_process_dies_at_the_wanted_passage() -> None:
    assert (-signal.SIGKILL, ["0"]) == passages("send_sms:after_commit:2")


def test_the_first_of_several_points_that_is_reached_kills() -> None:
    assert (-signal.SIGKILL, []) == passages("relay:after_publish:1,send_sms:after_commit:1")


@pytest.mark.parametrize("wanted", ["", "send_sms:after_commit:4", "send_sms:before_effect:1"])
def test_nothing_happens_where_nothing_was_asked_for(wanted: str) -> None:
    assert (0, ["0", "1", "2"]) == passages(wanted)


@pytest.mark.parametrize("wanted", ["send_sms:after_commit", "send_sms:somewhere:1", "nobody:after_commit:1", "x:0"])
def test_a_point_that_does_not_exist_is_refused(wanted: str) -> None:
    with pytest.raises(ConfigurationError, match="没有崩溃点"):
        CrashPoints.parse(wanted)
