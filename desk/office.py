"""What every page needs: the casebook, the district, the clock; and how a page reads, acts and fails."""

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import structlog
from nicegui import ui

from casebook.clock import Clock
from casebook.district import District
from casebook.engine import AsyncConnection, AsyncEngine
from casebook.errors import MinhuError, RejectedInput
from casebook.settings import Settings

Deed = Callable[[AsyncConnection, datetime], Awaitable[object]]
REFERENCE_BYTES = 4
BROKEN = 500

log = structlog.get_logger("desk")


@dataclass(frozen=True, kw_only=True)
class Office:
    """One desk's surroundings; built once at the start."""

    casebook: AsyncEngine
    district: District
    clock: Clock
    settings: Settings

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Open a connection for looking only."""
        async with self.casebook.connect() as connection:
            yield connection

    @asynccontextmanager
    async def redrawing(self) -> AsyncIterator[None]:
        """Draw something that draws itself again later: a failure stands in its place until then."""
        try:
            yield
        except MinhuError:
            raise
        except Exception as error:  # noqa: BLE001 - a person sees a sentence, whatever broke
            ui.context.client.status_code = BROKEN
            ui.label(unexpected(error)).classes("late")

    @property
    def centre(self) -> str:
        """The district's command centre, in whose name the command page acts."""
        return next(unit.code for unit in self.district.units if unit.role == "district_centre")

    async def attempt(self, deed: Deed, *, done: str) -> bool:
        """Let a person's deed happen in one transaction and say how it went; tell whether it happened."""
        kind: Literal["positive", "warning", "negative"]
        client = ui.context.client  # the button itself may be redrawn before we are done
        try:
            async with self.casebook.begin() as connection:
                await deed(connection, self.clock())
        except RejectedInput as refusal:
            kind, sentence = "warning", str(refusal)
        except Exception as error:  # noqa: BLE001 - a person sees a sentence, whatever broke
            kind, sentence = "negative", unexpected(error)
        else:
            kind, sentence = "positive", done
        with client:
            ui.notify(sentence, type=kind, multi_line=True)
        return kind == "positive"


def unexpected(error: Exception) -> str:
    """Log an unexpected error by its kind alone (its words may hold personal data); return what a person reads."""
    reference = secrets.token_hex(REFERENCE_BYTES).upper()
    log.error("unexpected error", reference=reference, kind=type(error).__name__, where=_where(error))
    return f"系统暂时没能完成这一步，请稍后再试。若仍不行，请把参考号 {reference} 告诉系统管理员。"


def _where(error: Exception) -> str:
    """Return the file and line in which it arose, for the one who looks the reference up."""
    step = error.__traceback__
    while step is not None and step.tb_next is not None:
        step = step.tb_next
    return f"{step.tb_frame.f_code.co_filename.rpartition('/')[2]}:{step.tb_lineno}" if step else ""
