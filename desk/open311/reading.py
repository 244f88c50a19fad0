"""A call as it came: its parameters, its files, who calls; read within limits, refused with a sentence."""

import re
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl

from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from casebook.open311_rules import Client
from desk.office import Office
from desk.open311.answers import BAD_REQUEST, TOO_LARGE, WRONG_TYPE, Refused, both

FIELDS_MOST = 200
WORDS_KB = 64
KB = 1024
END_BYTES = 16
FORM, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
NOT_A_FORM = both("内容不是有效的表单，或不是 UTF-8。", "The body is not a valid form in UTF-8.")
NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
Pairs = list[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call: where it goes, what it says, who makes it (None: without a key)."""

    office: Office
    request: Request
    form: str
    given: dict[str, tuple[str, ...]]
    uploads: tuple[bytes, ...]
    client: Client | None
    now: datetime

    def one(self, name: str) -> str | None:
        """Return the last value of a parameter; an empty one is as good as none (the standard says so)."""
        return next((value for value in reversed(self.given.get(name, ())) if value.strip()), None)

    def several(self, name: str) -> tuple[str, ...] | None:
        """Return the values of a parameter, each perhaps a list with commas; None when nothing is given."""
        parts = [part.strip() for value in self.given.get(name, ()) for part in value.split(",")]
        return tuple(part for part in parts if part) or None


def gathered(pairs: Pairs) -> dict[str, tuple[str, ...]]:
    """Return the values by name, in order; what no text holds is refused."""
    found: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        if NOT_TEXT.search(name + value):
            raise Refused(BAD_REQUEST, both("参数里有控制字符。", "A parameter holds control characters."))
        found[name] = (*found.get(name, ()), value)
    return found


def query_of(request: Request) -> Pairs:
    """Return what stands behind the question mark."""
    return _pairs(request.scope["query_string"])


async def form_of(request: Request, office: Office) -> tuple[Pairs, tuple[bytes, ...]]:
    """Return the fields and pictures of a body, urlencoded or multipart."""
    kind = request.headers.get("content-type", FORM).split(";")[0].strip().lower()
    if kind not in {FORM, MULTIPART}:
        sentence = both(
            f"请用 {FORM} 或 {MULTIPART} 提交。", f"Send {FORM} or {MULTIPART}; the answer's format is the extension's."
        )
        raise Refused(WRONG_TYPE, sentence)
    rules = office.district.open311
    uploads = rules.pictures_most * rules.picture_kb_most if kind == MULTIPART else 0
    end = bytearray()
    stream = _limited(request, most=(WORDS_KB + uploads) * KB, end=end)
    if kind == FORM:
        return _pairs(b"".join([part async for part in stream])), ()
    read = await _multipart(request.headers, stream, office=office)
    if not end.rstrip().endswith(b"--"):  # the parser takes what is there; a part that broke off would be lost
        raise Refused(BAD_REQUEST, NOT_A_FORM)
    return read


async def _limited(request: Request, *, most: int, end: bytearray) -> AsyncGenerator[bytes, None]:
    """Yield the body's pieces up to a size; `end` holds the last bytes."""
    size = 0
    async for part in request.stream():
        size += len(part)
        end[:] = (end + part)[-END_BYTES:]
        if size > most:
            raise Refused(TOO_LARGE, both(f"内容超过 {most // KB} KB。", f"The body exceeds {most // KB} KB."))
        yield part


def _pairs(raw: bytes) -> Pairs:
    try:
        found = parse_qsl(
            raw.decode(), keep_blank_values=True, errors="strict", max_num_fields=FIELDS_MOST, separator="&"
        )
    except ValueError:
        raise Refused(BAD_REQUEST, NOT_A_FORM) from None
    return found


async def _multipart(
    headers: Headers, stream: AsyncGenerator[bytes, None], *, office: Office
) -> tuple[Pairs, tuple[bytes, ...]]:
    # read as Latin-1, which loses nothing, so that what is not UTF-8 is found below instead of guessed at
    typed = Headers({"content-type": f"{headers['content-type']}; charset=latin-1"})
    rules = office.district.open311
    parser = MultiPartParser(
        typed, stream, max_files=rules.pictures_most, max_fields=FIELDS_MOST, max_part_size=WORDS_KB * KB
    )
    try:
        form = await parser.parse()
        pairs: Pairs = []
        found: list[bytes] = []
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                found += await _picture(value, most=rules.picture_kb_most)
            else:
                pairs.append((name, value.encode("latin-1").decode()))
        await form.close()
    except MultiPartException as error:
        if error.message.startswith("Too many files"):
            sentence = both(f"图片最多 {rules.pictures_most} 张。", f"At most {rules.pictures_most} pictures.")
            raise Refused(BAD_REQUEST, sentence) from None
        raise Refused(BAD_REQUEST, NOT_A_FORM) from None
    except (KeyError, UnicodeError):
        raise Refused(BAD_REQUEST, NOT_A_FORM) from None
    return pairs, tuple(found)


async def _picture(upload: UploadFile, *, most: int) -> list[bytes]:
    content = await upload.read(most * KB + 1)
    if not content:
        return []  # a browser sends an empty part for a file that nobody chose
    if len(content) > most * KB:
        raise Refused(TOO_LARGE, both(f"一张图片不能超过 {most} KB。", f"A picture may have {most} KB."))
    return [content]
