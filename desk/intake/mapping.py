"""One record in the platform's words becomes one report in ours, or a reason why not."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pydantic import ValidationError

from casebook.collecting import not_open
from casebook.datum import as_wgs84
from casebook.district import District
from casebook.platforms import Platform, Source
from casebook.reports import RequestReport, Withdrawal
from desk.intake.records import Record, Rejected

if TYPE_CHECKING:
    from collections.abc import Mapping

NO_POINT = {"0", "0.0", "0.000000"}  # platforms write zeros where nobody took the place down
AGAIN = "更正后重新导入这一行。"
TITLE_LETTERS = 30
YEARS = range(2000, 2100)
PICTURE = re.compile(r"[^/\\:\x00-\x1f.][^/\\:\x00-\x1f]{0,119}")
NOT_TEXT = re.compile("[\x00\ud800-\udfff\ufffd]")


class Refusal(Exception):
    """Why this row cannot be taken in, and which of the platform's fields is wrong."""

    def __init__(self, reason: str, *, field: str) -> None:
        super().__init__(f"字段“{field}”：{reason}")
        self.field = field


@dataclass(frozen=True)
class Reading:
    """One record under one platform's mapping."""

    record: Record
    platform: Platform
    district: District

    def report(self) -> RequestReport | Withdrawal | Rejected:
        """Return what the platform says: a report, that one was withdrawn, or the row with why it is refused."""
        try:
            if self._code("state", "states", default="open") == "withdrawn":
                return Withdrawal(platform=self.platform.code, external_id=self._required("external_id"))
            return RequestReport.model_validate(self._values())
        except Refusal as refusal:
            return self._rejected(refusal)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            ours = str(first["loc"][0]) if first["loc"] else ""
            return self._rejected(self._refusal(ours, f"长度或写法不符合要求。{AGAIN}"))

    def _rejected(self, refusal: Refusal) -> Rejected:
        written = {name: self._written(cell) for name, cell in self.record.fields.items()}
        return Rejected(self.record.row, str(refusal), field=refusal.field, record=written)

    def _written(self, cell: str | datetime) -> str:
        """Return a cell as the mapping can read it again."""
        return cell if isinstance(cell, str) else cell.strftime(self.platform.time_format)

    def _values(self) -> dict[str, object]:
        platform = self.platform
        category = self._code("category", "categories")
        lat, lon = self._point()
        text = self._required("text")
        return {
            "platform": platform.code,
            "external_id": self._required("external_id"),
            "channel": self._channel(),
            "received_at": self._received_at(),
            "category": category,
            "community": self._community(),
            "urgency": self._code("urgency", "urgencies", default=self.district.catalogue[category].urgency),
            "caller_kind": self._code("caller_kind", "caller_kinds", default=platform.default_caller_kind),
            "caller_name": self._personal("caller_name"),
            "caller_phone": self._personal("caller_phone"),
            "title": self._text("title") or text.splitlines()[0][:TITLE_LETTERS],
            "text": text + self._pictures(),
            "address": self._text("address") or None,
            "lat": lat,
            "lon": lon,
            "datum": None if lat is None else self.platform.datum,
        }

    def _source(self, ours: str) -> Source | None:
        source: Source | None = getattr(self.platform.fields, ours, None)
        return source

    def _label(self, ours: str) -> str:
        source = self._source(ours)
        return source if isinstance(source, str) else "、".join(source or (ours,))

    def _refusal(self, ours: str, reason: str) -> Refusal:
        return Refusal(reason, field=self._label(ours))

    def _text(self, ours: str) -> str:
        source = self._source(ours)
        names = () if source is None else (source,) if isinstance(source, str) else source
        values = [str(self.record.fields.get(name, "")).strip() for name in names]
        if any(NOT_TEXT.search(value) for value in values):
            raise self._refusal(ours, f"有无法识别的字符，编码可能不对。{AGAIN}")
        return self.platform.joiner.join(value for value in values if value)

    def _required(self, ours: str) -> str:
        value = self._text(ours)
        if not value:
            raise self._refusal(ours, "没有填写。补上后重新导入这一行。")
        return value

    def _code(self, ours: str, section: str, *, default: str = "") -> str:
        value = self._text(ours) if default else self._required(ours)
        if default and not value:
            return default
        codes: Mapping[str, str] = getattr(self.platform, section)
        if value not in codes:
            where = f"config/platforms/{self.platform.code}.toml 的 [{section}]"
            raise self._refusal(ours, f"平台的这个取值没有对应的编码。请更正，或在 {where} 中补一行后重新导入。")
        return codes[value]

    def _channel(self) -> str:
        """Return how it was collected; a row that names its level may use only what is open to it."""
        channel = self._code("channel", "channels", default=self.platform.default_channel)
        theirs = self._text("level")
        ours = self._code("level", "level_codes") if theirs else ""
        levels = tuple(each for each in self.platform.levels if ours in ("", each))
        if sentence := not_open(self.district, levels, channel=channel):
            raise self._refusal("channel", f"{sentence}请核对 config/channels.toml 的 levels。{AGAIN}")
        return channel

    def _community(self) -> str:
        value = self._required("community")[: self.platform.community_digits]
        if value not in self.district.community_codes:
            raise self._refusal("community", f"本区没有这个社区。请对照 config/directory/places.csv {AGAIN}")
        return self.district.community_codes[value]

    def _received_at(self) -> datetime:
        source = self._source("received_at")
        cell = self.record.fields.get(source) if isinstance(source, str) else None
        try:
            moment = cell if isinstance(cell, datetime) else self._parsed(self._required("received_at"))
            aware = moment if moment.tzinfo else moment.replace(tzinfo=self.district.zone)
            utc = aware.astimezone(UTC)
        except (ValueError, OverflowError, OSError) as error:
            raise self._refusal("received_at", f"日期时间的写法不对。{AGAIN}") from error
        if utc.year not in YEARS:
            raise self._refusal("received_at", f"年份不合理。{AGAIN}")
        return utc

    def _parsed(self, value: str) -> datetime:
        match self.platform.time_format:
            case "iso8601":
                return datetime.fromisoformat(value)
            case "epoch_milliseconds":
                return datetime.fromtimestamp(int(value) / 1000, tz=UTC)
            case written:
                return datetime.strptime(value, written)  # noqa: DTZ007 - the zone is added by the caller

    def _personal(self, ours: str) -> str | None:
        value = self._text(ours)
        return None if value in self.platform.anonymous else value or None

    def _point(self) -> tuple[float | None, float | None]:
        written = (self._text("lat"), self._text("lon"))
        if not any(written) or set(written) <= NO_POINT:
            return None, None
        try:
            lat, lon = (float(value) for value in written)
        except ValueError:
            lat = lon = float("nan")
        if not self.district.bounds.hold(lat, lon):
            named = f"{self._label('lat')}、{self._label('lon')}"
            raise Refusal(f"坐标不在本区，可能写反或缺了一个。{AGAIN}", field=named)
        return as_wgs84((lat, lon), datum=self.platform.datum)

    def _pictures(self) -> str:
        names = self._text("pictures").split()
        if not all(PICTURE.fullmatch(name) for name in names):
            raise self._refusal("pictures", f"图片名里有路径或不允许的字符。{AGAIN}")
        return f"\n附图：{'、'.join(names)}" if names else ""
