"""One row of a platform into the casebook: registered, known, kept as a supplement, withdrawn, or kept as refused.

Whoever brings rows (a file, a folder, a feed, a push, somebody who mended the mapping) brings them through here, each
in a transaction of its own; what of many rows concerns nothing known goes in together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from casebook import intake_chunks, quarantine, requests, supplements
from casebook.district import District
from casebook.engine import AsyncConnection
from casebook.platforms import Platform
from casebook.quarantine import RefusedRow
from casebook.reports import RequestReport, Withdrawal
from desk.intake.mapping import Reading
from desk.intake.records import UNREADABLE, Record, Rejected

Result = Literal["accepted", "already_known", "supplemented", "merged", "withdrawn", "rejected"]
Chunk = Sequence[tuple[int, RequestReport | Withdrawal | Rejected]]
RESULTS: Mapping[str, str] = {
    "accepted": "新登记",
    "already_known": "早已登记",
    "supplemented": "补充内容",
    "merged": "并入在办诉求",
    "withdrawn": "按平台撤回",
}
NOT_SENT_BEFORE = "平台说这一条已撤回，但从来没有收到过它。请先导入它原来的内容，再重新收取这一行。"
ENDED = ("closed_at", "merged_into", "withdrawn_at", "withdrawal_asked_at")


@dataclass(frozen=True, kw_only=True)
class Door:
    """Where rows come from: the platform, what a person would call the source, and the district they come to."""

    platform: Platform
    source: str
    district: District

    async def take(
        self, casebook: AsyncConnection, row: RequestReport | Withdrawal | Rejected, *, number: int, now: datetime
    ) -> Result:
        """Take one row in; what cannot be is kept with its reason. Safe to repeat: each row has its effect once."""
        if isinstance(row, Rejected):
            await quarantine.keep(casebook, [self._refused(row)], now=now)
            return "rejected"
        if isinstance(row, Withdrawal):
            result = await self._withdraw(casebook, row, now=now)
            if result == "rejected":
                await quarantine.keep(casebook, [self._refused(self.never_sent(row, number=number))], now=now)
                return result
        else:
            result = (await requests.receive(casebook, row, now=now, district=self.district)).result
        sent = {row.external_id}
        await quarantine.settle_corrected(casebook, row.platform, sent, state=self.state_field, now=now)
        return result

    @property
    def state_field(self) -> str:
        """The field in which the platform writes whether a row is withdrawn."""
        return str(self.platform.fields.state)

    async def take_together(self, casebook: AsyncConnection, chunk: Chunk, *, now: datetime) -> dict[int, Result]:
        """Do at once what in a chunk of rows concerns nothing else; return the results by the numbers of these rows.

        All others are for `take`, in their order. When this transaction fails, all of them are.
        """
        first = intake_chunks.first_of_their_kind(
            (number, row if isinstance(row, RequestReport) else None, self._external_id(row)) for number, row in chunk
        )
        alone = [(number, row) for number, row in chunk if number in first]
        refused = {number: row for number, row in alone if isinstance(row, Rejected)}
        await quarantine.keep(casebook, [self._refused(row) for row in refused.values()], now=now)
        reports = {number: row for number, row in alone if isinstance(row, RequestReport)}
        done = await intake_chunks.register_plain(
            casebook, list(reports.values()), state_field=self.state_field, district=self.district, now=now
        )
        results: dict[int, Result] = dict.fromkeys(refused, "rejected")
        return results | {
            number: done[report.external_id] for number, report in reports.items() if report.external_id in done
        }

    def never_sent(self, row: Withdrawal, *, number: int) -> Rejected:
        """Return a withdrawal of something unknown as a refused row that can be read again."""
        fields, platform = self.platform.fields, self.platform
        withdrawn = next(theirs for theirs, ours in platform.states.items() if ours == "withdrawn")
        record = {str(fields.external_id): row.external_id, str(fields.state): withdrawn}
        return Rejected(number, f"字段“{fields.state}”：{NOT_SENT_BEFORE}", field=str(fields.state), record=record)

    def _external_id(self, row: RequestReport | Withdrawal | Rejected) -> str | None:
        if not isinstance(row, Rejected):
            return row.external_id
        external = self.platform.fields.external_id
        return (isinstance(external, str) and row.record.get(external, "").strip()) or None

    def _refused(self, row: Rejected) -> RefusedRow:
        return RefusedRow(
            platform=self.platform.code,
            source=self.source,
            row=row.row,
            field=row.field,
            reason=row.reason,
            external_id=self._external_id(row),
            record=row.record,
        )

    async def _withdraw(self, casebook: AsyncConnection, row: Withdrawal, *, now: datetime) -> Result:
        known = await supplements.known(casebook, row.platform, row.external_id)
        if known is None:
            return "rejected"
        if any(known[column] for column in ENDED):
            return "already_known"
        await requests.ask_withdrawal(casebook, known["request_id"], now=now)
        return "withdrawn"

    async def retake(self, casebook: AsyncConnection, rejected_id: int, *, now: datetime) -> Result:
        """Read a refused row again with today's mapping, and take it in if it is good now: wholly or not at all."""
        held = await quarantine.hold(casebook, rejected_id)
        if held is None:
            return "already_known"
        row = self.read_again(held)
        if not isinstance(row, Rejected):
            result = await self.take(casebook, row, number=held["row"], now=now)
            if result != "rejected":
                await quarantine.settle(casebook, rejected_id, now=now)
            return result
        await quarantine.note_reason(casebook, rejected_id, field=row.field, reason=row.reason)
        return "rejected"

    def read_again(self, held: Mapping[str, Any]) -> RequestReport | Withdrawal | Rejected:
        """Return what a kept row says under today's mapping; one that never had fields stays refused."""
        record = dict(held["record"])
        if set(record) <= {UNREADABLE}:
            return Rejected(held["row"], held["reason"], field=held["field"], record=record)
        return Reading(Record(held["row"], record), self.platform, self.district).report()
