"""Rows brought in from files, folders and feeds, a chunk at a time; behind each chunk the cursor is moved.

Who is stopped in the middle, or runs twice at once, leaves the same register: a row whose cursor has passed is not
read again, and one that is read again has its effect once.
"""

import asyncio
import hashlib
import itertools
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from sqlalchemy.exc import DataError, IntegrityError

from casebook import intake_cursors
from casebook.clock import Clock
from casebook.engine import AsyncEngine
from casebook.errors import RejectedInput
from casebook.intake_cursors import Page
from desk.intake import Row, read_export
from desk.intake.records import Rejected
from desk.intake.register import RESULTS, Chunk, Door, Result

FEED = "feed"
PAGES_MOST = 100_000
CHUNK_BYTES = 1 << 20
CHUNK_ROWS = 100


@dataclass
class Tally:
    """What became of the rows; `skipped` are those whose cursor had passed already."""

    read: int = 0
    skipped: int = 0
    results: Counter[str] = field(default_factory=Counter)
    rejected: list[dict[str, int | str]] = field(default_factory=list)
    broken: list[dict[str, str]] = field(default_factory=list)

    def as_dict(self) -> dict[str, object]:
        """Return the contract's object."""
        counts = {name: self.results[name] for name in RESULTS}
        return {"read": self.read, **counts, "rejected": self.rejected, "skipped": self.skipped, "broken": self.broken}

    def note(self, result: str, row: Row) -> None:
        """Count one row."""
        self.read += 1
        if isinstance(row, Rejected):
            self.rejected.append({"row": row.row, "field": row.field, "reason": row.reason})
        else:
            self.results[result] += 1


class Feed(Protocol):
    """Where pages come from, one at a time."""

    def page(self, position: str) -> tuple[bytes, str]:
        """Return a page and where the next begins; the same position or none at the end. RejectedInput when away."""
        ...


@dataclass(frozen=True, kw_only=True)
class Puller:
    """Brings in what one platform has, through one door."""

    casebook: AsyncEngine
    clock: Clock
    door: Door
    tally: Tally
    say: Callable[[int], None] = lambda _: None
    chunk_rows: int = CHUNK_ROWS

    async def file(self, path: Path) -> None:
        """Take one file in, without a cursor: as often as somebody asks."""
        for chunk in self._chunks(path):
            await self._take(chunk)

    async def folder(self, folder: Path) -> None:
        """Take in every file of the platform's format, by name; one that cannot be read does not stop the others."""
        for path in _exports_in(folder, self.door.platform.format):
            digest = await asyncio.to_thread(_digest_of, path)
            page = Page(platform=self.door.platform.code, source=path.name, position="", digest=digest)
            try:
                await self._page(page, path=path)
            except RejectedInput as refusal:
                self.tally.broken.append({"file": path.name, "reason": str(refusal)})

    async def feed(self, feed: Feed) -> None:
        """Take in page by page from where the last pull ended, until the feed says there is no more."""
        async with self.casebook.connect() as connection:
            position = await intake_cursors.position_of(connection, self.door.platform.code, FEED)
        for _ in range(PAGES_MOST):
            body, then = await asyncio.to_thread(feed.page, position)
            digest = hashlib.sha256(body).hexdigest()
            page = Page(platform=self.door.platform.code, source=FEED, position=position, digest=digest)
            with as_file(body) as path:
                await self._page(page, path=path, then=then)
            if then in {"", position}:
                return
            position = then

    async def _page(self, page: Page, *, path: Path, then: str = "") -> None:
        async with self.casebook.begin() as connection:
            if await intake_cursors.is_finished(connection, page):
                return
            done = await intake_cursors.rows_done(connection, page, now=self.clock())
        for chunk in self._chunks(path):
            fresh = [(number, row) for number, row in chunk if number > done]
            self.tally.skipped += len(chunk) - len(fresh)
            if not fresh:
                continue
            await self._take(fresh)
            async with self.casebook.begin() as connection:
                await intake_cursors.move(connection, page, rows=fresh[-1][0], now=self.clock())
        async with self.casebook.begin() as connection:
            await intake_cursors.finish(connection, page, then=then, now=self.clock())

    async def _take(self, chunk: Chunk) -> None:
        """Take in a chunk: together what can be, the other rows each in a transaction of its own."""
        together = await self._together(chunk)
        for number, row in chunk:
            result = together.get(number)
            if result is None:
                async with self.casebook.begin() as connection:
                    result = await self.door.take(connection, row, number=number, now=self.clock())
            self._note(result, row)

    async def _together(self, chunk: Chunk) -> dict[int, Result]:
        """Take in what concerns nothing else; when PostgreSQL refuses one of the rows, nothing."""
        try:
            async with self.casebook.begin() as connection:
                return await self.door.take_together(connection, chunk, now=self.clock())
        except (DataError, IntegrityError):
            return {}

    def _chunks(self, path: Path) -> Iterator[Chunk]:
        rows = enumerate(self._rows(path), start=1)
        while chunk := list(itertools.islice(rows, self.chunk_rows)):
            yield chunk

    def _rows(self, path: Path) -> Iterator[Row]:
        return read_export(path, platform=self.door.platform, district=self.door.district)

    def _note(self, result: str, row: Row) -> None:
        self.tally.note(result, row)
        self.say(self.tally.read)


@contextmanager
def as_file(content: bytes) -> Iterator[Path]:
    """Give what came over the network as a file, for as long as it is read."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        yield Path(file.name)


def _exports_in(folder: Path, ending: str) -> list[Path]:
    if not folder.is_dir():
        raise RejectedInput(f"找不到文件夹 {folder}。请检查 config/platforms 里的 [pull] 或 --from 后重试。")
    return sorted(folder.glob(f"*.{ending}"))


def _digest_of(path: Path) -> str:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                digest.update(chunk)
    except OSError as error:
        raise RejectedInput(f"文件 {path.name} 打不开。请检查读取权限后重试。") from error
    return digest.hexdigest()
