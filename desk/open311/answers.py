"""Answers in both formats, and refusals in the standard's form; the JSON is the XML by the Spark convention."""

import html
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any

from starlette.responses import Response

FORMATS = {"xml": "text/xml; charset=utf-8", "json": "application/json; charset=utf-8"}
ITEMS = {
    "additions": "addition",
    "attributes": "attribute",
    "communities": "community",
    "endpoints": "endpoint",
    "errors": "error",
    "formats": "format",
    "media_urls": "media_url",
    "service_request_updates": "request_update",
    "service_requests": "request",
    "services": "service",
    "values": "value",
}
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
BAD_REQUEST, FORBIDDEN, NOT_FOUND, TOO_LARGE, WRONG_TYPE, TOO_MANY, BROKEN = 400, 403, 404, 413, 415, 429, 500


class Refused(Exception):
    """A call that cannot be answered: what is wrong, in Chinese and in English, one sentence for each mistake."""

    def __init__(self, status: int, *sentences: str, retry_after: int | None = None) -> None:
        super().__init__(" ".join(sentences))
        self.status = status
        self.sentences = sentences
        self.retry_after = retry_after


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What goes out: the name of the XML's root, and a list of rows or one."""

    root: str
    content: list[dict[str, Any]] | dict[str, Any]
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self, form: str) -> Response:
        """Return the answer in a format."""
        text = json.dumps(self.content, ensure_ascii=False) if form == "json" else in_xml(self.root, self.content)
        headers = {**self.headers, "Content-Type": FORMATS[form], "Cache-Control": "no-store"}
        return Response(text.encode(), self.status, headers=headers)


def refusal(refused: Refused) -> Answer:
    """Return the standard's body of errors."""
    headers = {} if refused.retry_after is None else {"Retry-After": str(refused.retry_after)}
    rows = [{"code": refused.status, "description": sentence} for sentence in refused.sentences]
    return Answer(root="errors", content=rows, status=refused.status, headers=headers)


def both(chinese: str, english: str) -> str:
    """Return one sentence for those who read Chinese and those who read English."""
    return f"{chinese} {english}"


def instant(at: datetime | None, *, zone: tzinfo) -> str | None:
    """Return an instant in the standard's form, with the district's offset."""
    return at.astimezone(zone).isoformat(timespec="seconds") if at else None


def in_xml(root: str, content: Any) -> str:
    """Return XML with its declaration; what XML cannot hold is left out."""
    return '<?xml version="1.0" encoding="utf-8"?>\n' + "".join(_element(root, content)) + "\n"


def _element(name: str, content: Any) -> Iterable[str]:
    yield f"<{name}>"
    match content:
        case dict():
            for key, value in content.items():
                yield from _element(key, value)
        case list():
            for value in content:
                yield from _element(ITEMS[name], value)
        case bool():
            yield str(content).lower()
        case None:
            pass
        case _:
            yield html.escape(NOT_XML.sub("", str(content)), quote=False)
    yield f"</{name}>"
