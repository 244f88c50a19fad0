"""One edit of one file, as somebody may make it by mistake."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Slip:
    """One edit of one file, and what the finding must say."""

    file: str
    before: str
    after: str
    expected: tuple[str, ...]
    lint: bool = False
