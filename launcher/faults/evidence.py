"""Gathers the evidence by ways of its own: plain SQL, the carrier's journal, the engine's records."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

from casebook.sealing import Sealer
from launcher.faults.books import read_books
from launcher.faults.oracles import Evidence, Message, Request
from launcher.faults.stand import Stand

REGISTER = """
    select request_id, external_id, process_instance_key, array_remove(array[
        case when closed_at is not null then 'closed' end,
        case when withdrawn_at is not null then 'withdrawn' end,
        case when merged_into is not null then
            case when exists (select 1 from merges where merges.request_id = requests.request_id
                and undone_at is null and merged_by <> 'intake') then 'joined' else 'merged' end end], null) as ends
    from requests"""
CALLS = """
    select enforcement_id as request_id, enforcement_id as external_id, process_instance_key, array_remove(array[
        case when ending = 'recalled' then 'withdrawn' when ended_at is not null then 'closed' end], null) as ends
    from enforcement_calls
    union all
    select supervision_id, supervision_id, process_instance_key, array_remove(array[
        case when ending in ('withdrawn', 'merged', 'request_closed') then 'withdrawn'
            when ended_at is not null then 'closed' end
        ], null)
    from supervision_orders
    union all
    select inspection_id, inspection_id, process_instance_key, array_remove(array[
        case when ending in ('withdrawn', 'merged') then 'withdrawn' when ended_at is not null then 'closed' end], null)
    from inspections
    union all
    select appeal_id, appeal_id, process_instance_key, array_remove(array[
        case when ended_at is not null then 'closed' end], null)
    from appeals
    union all
    select correlation_key, correlation_key, null, array['told'] from fact_outbox where name = 'request_supplemented'
    union all
    select report_id, report_id, process_instance_key, array_remove(array[
        case when sent_at is not null then 'sent' when dropped_at is not null then 'dropped'
            when exists (select 1 from report_versions as made
                where made.report_id = district_reports.report_id and decision is null) then 'waits' end], null)
    from district_reports where origin <> 'schedule'"""
PHONE = "messages.phone"
OUTBOX = "select message_id, phone, text, state from messages"
UNPUBLISHED = "select count(*) as count from fact_outbox where published_at is null"
DONE = {
    "intake": "select external_id as about from requests",
    "withdrawal": "select request_id as about from requests where withdrawal_asked_at is not null",
    "merging": "select request_id as about from merges where merged_by <> 'intake'",
    "supervision": "select note as about from supervision_orders",
    "report": "select work_order_id || '=' || outcome as about from work_orders where reported_at is not null",
    "extension": "select reason as about from extensions",
    "decision": "select extension_id::text as about from extensions where decided_at is not null",
    "co_unit": "select call_reason as about from co_tasks where call_reason is not null",
    "enforcement": "select note as about from enforcement_calls",
    "appeal": "select request_id || '/' || round || '/' || unit as about from appeals",
    "district_report": "select period as about from district_reports where origin = 'demand'",
    "report_decision": "select report_id || '/' || version || '=' || decision as about"
    " from report_versions where decision is not null",
    "rating": "select rating_id as about from ratings where rated_at is not null",
}
STILL_DUE = """
    select (select count(*) from requests
            where closed_at is null and withdrawn_at is null and merged_into is null) as requests,
           (select count(*) from fact_outbox where published_at is null) as facts,
           (select count(*) from merges where taken_back_at is null) as merges,
           (select count(*) from enforcement_calls where ended_at is null) as calls,
           (select count(*) from supervision_orders where ended_at is null) as supervision_orders,
           (select count(*) from inspections where ended_at is null) as inspections,
           (select count(*) from appeals where ended_at is null) as appeals,
           (select count(*) from district_reports where sent_at is null and dropped_at is null
                and not exists (select 1 from report_versions as made
                    where made.report_id = district_reports.report_id and decision is null)) as reports,
           (select count(*) from messages where state in ('queued', 'sending')) as messages"""


def gather(stand: Stand, *, chosen: Iterable[str], faults: Mapping[str, int]) -> Evidence:
    """Return everything that the oracles want to see."""
    done: Counter[tuple[str, str]] = Counter()
    for kind, question in DONE.items():
        done.update((kind, row["about"]) for row in ask(stand, question))
    return Evidence(
        operations=read_books(stand.books_file),
        requests=_matters(stand, REGISTER),
        calls=_matters(stand, CALLS),
        done=done,
        roots=stand.engine_log.roots,
        messages=_messages(stand),
        arrived=arrived(stand.machine.smsc_journal),
        facts_unpublished=ask(stand, UNPUBLISHED)[0]["count"],
        incidents=stand.engine_log.incidents,
        chosen_faults=tuple(chosen),
        faults=faults,
    )


def _messages(stand: Stand) -> list[Message]:
    sealer = Sealer(stand.machine.personal_key)
    return [Message(**row | {"phone": sealer.open(row["phone"], column=PHONE)}) for row in ask(stand, OUTBOX)]


def _matters(stand: Stand, question: str) -> list[Request]:
    return [Request(**{**row, "ends": tuple(row["ends"])}) for row in ask(stand, question)]


def ask(stand: Stand, question: str) -> list[dict[str, Any]]:
    """Return the rows of one statement, over a connection of its own."""
    address = stand.machine.database_url.replace("+psycopg", "")
    with psycopg.connect(address, row_factory=dict_row) as connection:
        return connection.execute(question.encode()).fetchall()


def still_due(stand: Stand) -> dict[str, int]:
    """Return what has not come to its end yet, by kind."""
    return dict(ask(stand, STILL_DUE)[0])


def arrived(journal: Path) -> Counter[tuple[str, str]]:
    """Count what the carrier noted, by telephone and text; a line torn by a kill does not count."""
    counted: Counter[tuple[str, str]] = Counter()
    lines = journal.read_text(encoding="utf-8").splitlines() if journal.exists() else []
    for line in lines:
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        counted[entry["destination"], entry["text"]] += 1
    return counted
