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
from casebook.schema.joint import co_tasks, enforcement_calls
from casebook.schema.memory import routing_decisions, routing_verdicts
from casebook.schema.open311 import door_calls, open311_additions, open311_reports, picture_contents, pictures
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
    "absences",
    "audit_trail",
    "callers",
    "city_hand_overs",
    "city_replies",
    "co_tasks",
    "deadlines",
    "directory_imports",
    "door_calls",
    "enforcement_calls",
    "extensions",
    "fact_outbox",
    "inspections",
    "lights",
    "messages",
    "metadata",
    "open311_additions",
    "open311_reports",
    "people",
    "picture_contents",
    "pictures",
    "places",
    "ratings",
    "receipts",
    "redispatched_orders",
    "redispatches",
    "reopenings",
    "request_numbers",
    "requests",
    "return_reasons",
    "returns",
    "reworks",
    "rosters",
    "routing_decisions",
    "routing_verdicts",
    "scores",
    "substitutes",
    "supervision_orders",
    "team_members",
    "total_deadlines",
    "unit_codes",
    "units",
    "work_orders",
]
