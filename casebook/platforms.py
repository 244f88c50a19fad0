"""How a platform's export is read: fields, codes, times; `config/platforms/` is made of these."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, StrictInt, field_validator, model_validator

from casebook.configuration import Configured, Text
from casebook.reports import CallerKind, Urgency
from casebook.rules import Sender

Source = Text | Annotated[tuple[Text, ...], Field(min_length=1)]
State = Literal["open", "withdrawn"]
Told = Literal[
    "received", "dispatched", "handling", "done", "reopened", "withdrawn", "merged", "parted", "rated", "closed"
]
TOLD: Mapping[Told, str] = {
    "received": "已收到",
    "dispatched": "已派单",
    "handling": "办理中",
    "done": "已回单",
    "reopened": "重新办理",
    "withdrawn": "已撤回",
    "merged": "已并案",
    "parted": "撤销并案",
    "rated": "已评价",
    "closed": "已办结",
}
LARGEST_MB = 4096
DESK, ON_SITE = "desk", "on_site"
OWN_DOORS: Mapping[str, str] = {DESK: "工作台登记", ON_SITE: "现场登记"}  # our own pages: nobody reads on


class Fields(Configured):
    """Which of the platform's fields holds what; several fields are joined by the platform's `joiner`."""

    external_id: Source
    received_at: Source
    category: Source
    community: Source
    text: Source
    title: Source | None = None
    channel: Source | None = None
    urgency: Source | None = None
    caller_kind: Source | None = None
    caller_name: Source | None = None
    caller_phone: Source | None = None
    address: Source | None = None
    lat: Source | None = None
    lon: Source | None = None
    pictures: Source | None = None
    state: Source | None = None
    level: Source | None = None

    def needed(self) -> list[str]:
        """Return the platform's fields without which no row can be taken in."""
        sources = (self.external_id, self.received_at, self.category, self.community, self.text)
        return [name for source in sources for name in ((source,) if isinstance(source, str) else source)]


class Pull(Configured):
    """From where this platform's rows are fetched: a folder into which it writes, or an address with a cursor."""

    folder: Text | None = None
    url: Text | None = None
    cursor_parameter: Text = "cursor"
    cursor_at: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _is_one_of_both(self) -> "Pull":
        if (self.folder is None) == (self.url is None):
            raise ValueError("请在 folder（文件夹）和 url（接口地址）中写一个，且只写一个")
        return self


class Platform(Configured):
    """One of the platforms that send requests, and the shape of its export.

    `levels`: whose entries it carries; of several, `fields.level` and `level_codes` may say which.
    """

    code: Text
    name: Text
    format: Literal["xlsx", "csv", "json", "xml"]
    encoding: Text = "utf-8"
    rows_at: tuple[Text, ...] = ()
    largest_mb: Annotated[StrictInt, Field(ge=1, le=LARGEST_MB)] = 64
    default_channel: Text
    levels: Annotated[tuple[Sender, ...], Field(min_length=1)] = ("public",)
    default_caller_kind: CallerKind = "citizen"
    anonymous: tuple[Text, ...] = ()
    time_format: Text
    datum: Literal["wgs84", "gcj02"] = "wgs84"
    joiner: str = ""
    community_digits: Annotated[StrictInt, Field(ge=1)] | None = None
    pull: Pull | None = None
    fields: Fields
    categories: Mapping[str, Text]
    channels: Mapping[str, Text] = {}
    urgencies: Mapping[str, Urgency] = {}
    caller_kinds: Mapping[str, CallerKind] = {}
    states: Mapping[str, State] = {}
    level_codes: Mapping[str, Sender] = {}
    status: Mapping[Told, str] = {}

    @property
    def told(self) -> dict[str, str]:
        """Our states that this platform is told, to its own codes; an empty code means that it need not know."""
        return {ours: theirs for ours, theirs in self.status.items() if theirs}

    @field_validator("encoding")
    @classmethod
    def _is_known(cls, encoding: str) -> str:
        try:
            "".encode(encoding)
        except LookupError as error:
            raise ValueError("没有这种编码，例如 utf-8、gb18030") from error
        return encoding

    @model_validator(mode="after")
    def _levels_are_its_own(self) -> "Platform":
        for theirs, ours in self.level_codes.items():
            if ours not in self.levels:
                raise ValueError(f"level_codes 的“{theirs}”写成 {ours}，不在 levels 里，请对照更正")
        return self

    @model_validator(mode="after")
    def _records_are_somewhere(self) -> "Platform":
        if self.format in {"json", "xml"} and not self.rows_at:
            raise ValueError("json 和 xml 需要 rows_at（一条记录在文件中的路径），请补上")
        return self
