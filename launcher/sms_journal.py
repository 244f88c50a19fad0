"""What a gateway on loopback took, in the carrier's place: one JSON object a line, on disk before anything is answered.

All gateways write the same form, so that the duplicates of any of them are counted by the same oracle.
"""

import json
import os
from pathlib import Path

from casebook.clock import Clock
from launcher.segments import Submitted, WholeMessage


class SmsJournal:
    """Appends whole texts to a file."""

    def __init__(self, file: Path, *, clock: Clock) -> None:
        """Open the file, which may have lines already."""
        self.file = file
        file.parent.mkdir(parents=True, exist_ok=True)
        self._lines = file.open("a", encoding="utf-8")
        self._clock = clock

    def note(self, submitted: Submitted, whole: WholeMessage) -> None:
        """Write a text down and wait until the disk has it."""
        entry = {
            "at": self._clock().isoformat(),
            "message_id": whole.part_ids[0],
            "part_ids": whole.part_ids,
            "source": submitted.source_addr,
            "destination": submitted.destination_addr,
            "text": whole.text,
            "data_coding": submitted.data_coding,
        }
        self._lines.write(json.dumps(entry, ensure_ascii=False) + "\n")
        self._lines.flush()
        os.fsync(self._lines.fileno())

    def close(self) -> None:
        """Close the file."""
        self._lines.close()
