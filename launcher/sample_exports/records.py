"""A matter in one platform's words and shape: the mapping of `config/platforms/`, read backwards."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

from casebook.district import District
from casebook.platforms import Platform
from launcher.sample_exports.matters import Matter
from launcher.sample_exports.recipe import Export

Cell = str | int | datetime | list[str] | None
Record = dict[str, Cell]
PICTURES_MOST = 3
CELL_DIGITS = 2


@dataclass(frozen=True, kw_only=True)
class Clerk:
    """Writes the matters of one platform down as the platform does."""

    district: District
    platform: Platform
    export: Export
    dice: Random

    def record(self, matter: Matter, *, number: int) -> Record:
        """Return the record of a matter; a field that the platform has is always there, if only empty."""
        export, platform = self.export, self.platform
        values: dict[str, Cell] = {
            "external_id": export.external_id.format(day=matter.at, number=number),
            "received_at": self._instant(matter.at),
            "title": matter.category.name,
            "text": self.dice.choice(export.openings) + matter.text + self.dice.choice(export.endings),
            "channel": matter.channel,
            "urgency": self._code(platform.urgencies, "urgent" if matter.urgent else "normal"),
            "caller_kind": matter.caller_kind or next(iter(export.caller_kinds)),
            "caller_name": matter.name or next(iter(platform.anonymous), ""),
            "caller_phone": matter.phone,
            "address": matter.address,
            "lat": f"{matter.lat:.6f}",
            "lon": f"{matter.lon:.6f}",
            "pictures": self._pictures(matter.at),
            "state": self._code(platform.states, "open"),
        }
        record: Record = {}
        for ours, cell in values.items():
            if (source := getattr(platform.fields, ours)) is not None:
                record[source] = cell
        record |= self._joined("category", self._code(platform.categories, matter.category.code))
        record |= self._community(matter)
        return record

    def put(self, record: Record, ours: str, *, cell: Cell) -> None:
        """Change what a record says about one of our fields, wherever the platform keeps it."""
        source = getattr(self.platform.fields, ours)
        for name in (source,) if isinstance(source, str) else source:
            record[name] = cell

    def text_of(self, record: Record) -> str:
        """Return the record's text."""
        return str(record[str(self.platform.fields.text)])

    def retire(self, record: Record) -> None:
        """Give a record a category that the platform has long abolished."""
        record |= self._joined("category", self.export.retired)

    def _code(self, codes: Mapping[str, str], ours: str) -> str:
        """Return one of the platform's values that lead to ours."""
        return self.dice.choice([theirs for theirs, leads_to in codes.items() if leads_to == ours] or [""])

    def _joined(self, ours: str, code: str) -> Record:
        """Return a code as the platform's fields, cut into the parts that the recipe names."""
        source = getattr(self.platform.fields, ours)
        if isinstance(source, str):
            return {source: code}
        parts: Record = {}
        for name, length in zip(source, self.export.category_parts, strict=True):
            parts[name], code = code[:length], code[length:]
        return parts

    def _community(self, matter: Matter) -> Record:
        source, name = self.platform.fields.community, self.district.communities[matter.community].name
        if not isinstance(source, str):
            return dict(zip(source, (matter.street, name), strict=True))
        match self.export.community_as:
            case "code":
                return {source: matter.community}
            case "cell":
                return {source: f"{matter.community}{self.dice.randrange(1, 30):0{CELL_DIGITS}d}"}
            case _:
                return {source: name if self.district.community_codes.get(name) else matter.street + name}

    def _instant(self, at: datetime) -> Cell:
        aware = at.replace(tzinfo=self.district.zone)
        if self.platform.format == "xlsx":
            return at
        match self.platform.time_format:
            case "iso8601":
                return aware.isoformat()
            case "epoch_milliseconds":
                return int(aware.astimezone(UTC).timestamp()) * 1000
            case written:
                return at.strftime(written)

    def _pictures(self, at: datetime) -> Cell:
        count = self.dice.randint(1, PICTURES_MOST)
        return [f"IMG_{at:%m%d}_{self.dice.randrange(1000, 9999)}.jpg" for _ in range(count)]
