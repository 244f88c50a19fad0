"""What real exports are like: rows repeated, changed and withdrawn, fields missing, points wrong, letters broken."""

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from launcher.sample_exports.records import Clerk, Record

if TYPE_CHECKING:
    from collections.abc import Callable

REPLACEMENT = "\ufffd"
NO_SUCH_PLACE = "样例新村社区"
BYTES_BROKEN, TORN = "\U000f0001", "\U000f0002"  # letters of no script: the file writer turns them into damage
ADDED = ("补充：今天又来看过，还是没有人管。", "补充：照片已发到窗口。", "补充：现在比昨天更严重了。")
FORMULA = '=HYPERLINK("x","点这里")是市民原文，实际反映：'
WGS84_OFF = (-0.0023, 0.0055)  # about what lies between GCJ-02 and WGS-84 in this district
STRANGE = ("line_break", "formula", "no_pictures", "empty_pictures", "zero_point", "wgs84_point")
WRONG = (
    "no_category", "no_text", "no_time", "no_identifier", "unknown_community", "retired_category", "broken_letters",
    "broken_bytes", "torn", "swapped_point", "wicked_picture",
)  # fmt: skip
AGAIN = ("repeated", "changed", "withdrawn")


@dataclass(frozen=True, kw_only=True)
class Mischief:
    """Makes an orderly export into a real one."""

    clerk: Clerk
    dice: Random

    def spoil(self, records: list[Record], *, spare: list[Record]) -> list[Record]:
        """Return the records with their mess; the wrong ones are made of the spare ones, so that none gets lost."""
        counts = self.clerk.export.mess
        calm = list(records)
        self.dice.shuffle(calm)
        for kind in STRANGE:
            for _ in range(getattr(counts, kind)):
                self._change(calm.pop(), kind)
        for kind in WRONG:
            for _ in range(getattr(counts, kind)):
                wrong = spare.pop()
                self._change(wrong, kind)
                records.insert(self.dice.randrange(1, len(records)), wrong)
        for kind in AGAIN:
            for _ in range(getattr(counts, kind)):
                self._again(records, calm.pop(), kind=kind)
        return records

    def _again(self, records: list[Record], first: Record, *, kind: str) -> None:
        """Let a record come once more, further down."""
        again = dict(first)
        if kind == "changed":
            self.clerk.put(again, "text", cell=self.clerk.text_of(first) + self.dice.choice(ADDED))
        elif kind == "withdrawn":
            states = self.clerk.platform.states
            self.clerk.put(again, "state", cell=next(theirs for theirs, ours in states.items() if ours == "withdrawn"))
        at = next(number for number, record in enumerate(records) if record is first)
        records.insert(self.dice.randint(at + 1, len(records)), again)

    def _change(self, record: Record, kind: str) -> None:
        clerk = self.clerk
        changes: dict[str, Callable[[], None]] = {
            "line_break": lambda: clerk.put(record, "text", cell=_broken(clerk.text_of(record))),
            "formula": lambda: clerk.put(record, "text", cell=FORMULA + clerk.text_of(record)),
            "no_pictures": lambda: clerk.put(record, "pictures", cell=[]),
            "empty_pictures": lambda: clerk.put(record, "pictures", cell=self.dice.choice(([""], ["", ""], None))),
            "zero_point": lambda: self._point(record, "0", "0"),
            "wgs84_point": lambda: self._point(record, *self._moved(record)),
            "no_category": lambda: clerk.put(record, "category", cell=""),
            "no_text": lambda: clerk.put(record, "text", cell=""),
            "no_time": lambda: clerk.put(record, "received_at", cell="待定"),
            "no_identifier": lambda: clerk.put(record, "external_id", cell=""),
            "unknown_community": lambda: self._nowhere(record),
            "retired_category": lambda: clerk.retire(record),
            "broken_letters": lambda: clerk.put(record, "text", cell=_replaced(clerk.text_of(record), REPLACEMENT)),
            "broken_bytes": lambda: clerk.put(record, "text", cell=_replaced(clerk.text_of(record), BYTES_BROKEN)),
            "torn": lambda: clerk.put(record, "text", cell=clerk.text_of(record) + TORN),
            "swapped_point": lambda: self._point(record, *reversed(self._written(record))),
            "wicked_picture": lambda: clerk.put(record, "pictures", cell=["../../etc/passwd"]),
        }
        changes[kind]()

    def _written(self, record: Record) -> tuple[str, str]:
        fields = self.clerk.platform.fields
        return str(record[str(fields.lat)]), str(record[str(fields.lon)])

    def _moved(self, record: Record) -> tuple[str, str]:
        lat, lon = self._written(record)
        return f"{float(lat) - WGS84_OFF[0]:.6f}", f"{float(lon) - WGS84_OFF[1]:.6f}"

    def _point(self, record: Record, lat: str, *rest: str) -> None:
        self.clerk.put(record, "lat", cell=lat)
        self.clerk.put(record, "lon", cell=rest[0])

    def _nowhere(self, record: Record) -> None:
        source = self.clerk.platform.fields.community
        nowhere = "420102999999" if self.clerk.export.community_as != "name" else NO_SUCH_PLACE
        record[source if isinstance(source, str) else source[-1]] = nowhere


def _broken(text: str) -> str:
    middle = text.find("，") + 1 or len(text) // 2
    return f"{text[:middle]}\n{text[middle:]}"


def _replaced(text: str, letter: str) -> str:
    return text[:3] + letter + text[4:]
