"""One at a time: whoever starts parts of a machine waits while another process (the supervisor) does."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from launcher.errors import LauncherError

TURN_SECONDS = 240.0
LOOK_SECONDS = 0.5


@contextmanager
def alone(file: Path, *, otherwise: str, within_seconds: float = 0.0) -> Iterator[None]:
    """Hold the lock `file` for the block; LauncherError with the sentence `otherwise` when it does not come free."""
    file.parent.mkdir(parents=True, exist_ok=True)
    limit = time.monotonic() + within_seconds
    with file.open("w") as handle:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError as error:
                if time.monotonic() >= limit:
                    raise LauncherError(otherwise) from error
                time.sleep(LOOK_SECONDS)
        yield


def turn(file: Path) -> AbstractContextManager[None]:
    """Hold the lock `file` for the block; LauncherError when it does not come free within TURN_SECONDS."""
    sentence = "另一个 ./minhu 一直在启动同一套服务。请等它完成后再试。"
    return alone(file, otherwise=sentence, within_seconds=TURN_SECONDS)
