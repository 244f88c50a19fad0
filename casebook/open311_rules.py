"""What the district decided about its Open311 door: who may use it, how much, and what it asks beyond the standard."""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from typing import Annotated, Literal

from pydantic import Field, StrictBool, StrictInt, StringConstraints, model_validator

from casebook.agreement import must_be_open
from casebook.configuration import Configured, Folder, Text, validated, wrong
from casebook.reports import CallerKind
from casebook.rules import Channel, Sender

FILE, QUESTIONS_FILE = "open311.toml", "questions.toml"
PLATFORM_PREFIX = "open311_"
LISTS = frozenset({"singlevaluelist", "multivaluelist"})
DEMO_KEY = "demo"
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
PerMinute = Annotated[StrictInt, Field(ge=1, le=100_000)]


class Client(Configured):
    """One party that holds a key; only the key's SHA-256 is written down, but for the demonstration's `demo`.

    `level`: whose reports it carries; `channel`: how they are collected, if not as the door as a whole says.
    """

    code: Code
    name: Text
    key_sha256: Digest | None = None
    key: Literal["demo"] | None = None
    per_minute: PerMinute
    level: Sender = "public"
    channel: Text | None = None

    @property
    def platform(self) -> str:
        """The platform under which the register keeps what this client sends."""
        return PLATFORM_PREFIX + self.code

    @property
    def digest(self) -> str:
        """The SHA-256 of the key."""
        return self.key_sha256 or digest_of(self.key or "")

    @model_validator(mode="after")
    def _has_one_key(self) -> "Client":
        if (self.key_sha256 is None) == (self.key is None):
            raise ValueError('应写 key_sha256（密钥的 SHA-256）；只有本机演示可以改写 key = "demo"，二者择一')
        return self


class Open311(Configured):
    """The door as a whole."""

    jurisdiction_id: Text
    contact: Text
    channel: Text
    caller_kind: CallerKind
    public_per_minute: PerMinute
    days_most: Annotated[StrictInt, Field(ge=1, le=366)]
    page_most: Annotated[StrictInt, Field(ge=1, le=1000)]
    pictures_most: Annotated[StrictInt, Field(ge=0, le=10)]
    picture_kb_most: Annotated[StrictInt, Field(ge=1, le=20_480)]
    clients: Mapping[str, Client]

    def channel_of(self, client: Client) -> str:
        """Return as what the reports of a client are collected."""
        return client.channel or self.channel

    def client_with(self, key: str, *, on_loopback: bool) -> Client | None:
        """Return the client whose key it is; the key `demo` opens nothing on a desk that others can reach."""
        offered = digest_of(key)
        found = None
        for client in self.clients.values():  # all are compared, so that the time taken tells nothing
            if hmac.compare_digest(client.digest, offered) and (client.key is None or on_loopback):
                found = client
        return found

    @model_validator(mode="after")
    def _keys_differ(self) -> "Open311":
        if len({client.digest for client in self.clients.values()}) < len(self.clients):
            raise ValueError("两个接入方用了同一个密钥，请给每一方单独的密钥")
        return self


class Question(Configured):
    """One question that a category asks beyond the standard fields (an attribute, in the words of GeoReport)."""

    code: Code
    question: Text
    datatype: Literal["string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"] = "string"
    required: StrictBool = False
    only_shown: StrictBool = False
    hint: str = ""
    values: Mapping[str, Text] = {}

    @model_validator(mode="after")
    def _can_be_answered(self) -> "Question":
        if (self.datatype in LISTS) != bool(self.values):
            raise ValueError("singlevaluelist、multivaluelist 要有 values（选项），其他类型不能有，请更正")
        if self.only_shown and self.required:
            raise ValueError("only_shown（只显示的说明）不能同时 required（必答），请删去一个")
        return self


Questions = Mapping[str, tuple[Question, ...]]


def digest_of(key: str) -> str:
    """Return the SHA-256 of a key, in hexadecimal. Keys are long and random, so that no slow hash is needed."""
    return hashlib.sha256(key.encode()).hexdigest()


def read_open311(files: Folder, *, channels: Mapping[str, Channel]) -> Open311:
    """Read `open311.toml`; each client's way of collecting must be there and open to its level."""
    data = files.toml(FILE)
    clients = data.get("clients", {})
    if not isinstance(clients, dict) or not all(isinstance(table, dict) for table in clients.values()):
        raise wrong(FILE, key="clients", what="应为若干节，例如 [clients.demo]")
    named = {code: {"code": code} | table for code, table in clients.items()}
    read = validated(Open311, data | {"clients": named}, name=FILE)
    own = {f"clients.{code}.channel": client.channel for code, client in read.clients.items() if client.channel}
    for key, channel in ({"channel": read.channel} | own).items():
        if channel not in channels:
            raise wrong(FILE, key=key, what=f"没有渠道“{channel}”，请对照 channels.toml 更正")
    for code, client in read.clients.items():
        must_be_open(channels, (client.level,), channel=read.channel_of(client), where=(FILE, f"clients.{code}"))
    return read


def read_questions(files: Folder, *, categories: Iterable[str]) -> Questions:
    """Read `questions.toml`: a section for each question, `[category.code]`, in the order in which they are asked."""
    known = frozenset(categories)
    questions: dict[str, tuple[Question, ...]] = {}
    for category, sections in files.toml(QUESTIONS_FILE).items():
        if category not in known:
            raise wrong(QUESTIONS_FILE, key=category, what="没有这个事项类别，请对照 catalogue.csv 更正")
        if not isinstance(sections, dict) or not all(isinstance(table, dict) for table in sections.values()):
            raise wrong(QUESTIONS_FILE, key=category, what=f"应为一节，例如 [{category}.size]")
        questions[category] = tuple(
            validated(Question, {"code": code} | table, name=QUESTIONS_FILE, at=f"{category}.{code}")
            for code, table in sections.items()
        )
    return questions
