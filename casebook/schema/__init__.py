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
from casebook.schema.directory import (
    absences,
    directory_imports,
    people,
    places,
    redispatched_orders,
    redispatches,
    rosters,
    substitutes,
    team_members,
    unit_codes,
    units,
)
from casebook.schema.outboxes import fact_outbox, messages, receipts
from casebook.schema.register import callers, deadlines, extensions, request_numbers, requests, work_orders

__all__ = [
    "absences",
    "audit_trail",
    "callers",
    "deadlines",
    "directory_imports",
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
    "redispatched_orders",
    "redispatches",
    "reopenings",
    "request_numbers",
    "requests",
    "returns",
    "reworks",
    "rosters",
    "scores",
    "substitutes",
    "supervision_orders",
    "team_members",
    "unit_codes",
    "units",
    "work_orders",
]
