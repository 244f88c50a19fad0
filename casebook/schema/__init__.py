"""The tables of the casebook. Only facts stand here; the order of work belongs to the engine."""

from casebook.schema.city import city_hand_overs, city_replies
from casebook.schema.columns import metadata
from casebook.schema.course import (
    audit_trail,
    inspections,
    lights,
    ratings,
    reopenings,
    return_reasons,
    returns,
    reworks,
    scores,
    supervision_orders,
)
from casebook.schema.directory import people, places, units
from casebook.schema.memory import routing_decisions, routing_verdicts
from casebook.schema.outboxes import fact_outbox, messages, receipts
from casebook.schema.register import (
    callers,
    deadlines,
    extensions,
    request_numbers,
    requests,
    total_deadlines,
    work_orders,
)

__all__ = [
    "audit_trail",
    "callers",
    "city_hand_overs",
    "city_replies",
    "deadlines",
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
    "return_reasons",
    "returns",
    "reworks",
    "routing_decisions",
    "routing_verdicts",
    "scores",
    "supervision_orders",
    "total_deadlines",
    "units",
    "work_orders",
]
