"""One clock for everybody: wall time, moved by a shared offset in demonstrations and tests."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

Clock = Callable[[], datetime]


def wall_clock() -> datetime:
    """Return the present instant, aware, in UTC."""
    return datetime.now(UTC)


def moved_clock(offset_file: Path) -> Clock:
    """Return a clock that adds the milliseconds written in `offset_file` to wall time.

    The launcher replaces the file atomically whenever it moves the engine's clock. A missing
    file means that nothing has been moved yet.
    """

    def now() -> datetime:
        try:
            offset_ms = int(offset_file.read_text(encoding="ascii"))
        except FileNotFoundError:
            offset_ms = 0
        return wall_clock() + timedelta(milliseconds=offset_ms)

    return now


def clock_from(offset_file: Path | None) -> Clock:
    """Return the moved clock when a file is named, else wall time (production)."""
    return moved_clock(offset_file) if offset_file else wall_clock
