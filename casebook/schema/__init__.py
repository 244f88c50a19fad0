"""The tables of the casebook. Only facts stand here; the order of work belongs to the engine."""

from casebook.schema.columns import metadata
from casebook.schema.course import (
    audit_trail,
    inspections,
    lights,
    ratings,
    reopenings,
    returns,
    reworks,
    scores,
    supervision_orders,
)
from casebook.schema.directory import people, places, units
from casebook.schema.joint import co_tasks, enforcement_calls, team_members
from casebook.schema.outboxes import fact_outbox, messages, receipts
from casebook.schema.register import callers, deadlines, extensions, request_numbers, requests, work_orders

__all__ = [
    "audit_trail",
    "callers",
    "co_tasks",
    "deadlines",
    "enforcement_calls",
    "extensions",
    "fact_outbox",
    "inspections",
    "lights",
    "messages",
    "metadata",
    "people",
    "places",
    "ratings",
    "receipts",
    "reopenings",
    "request_numbers",
    "requests",
    "returns",
    "reworks",
    "scores",
    "supervision_orders",
    "team_members",
    "units",
    "work_orders",
]
