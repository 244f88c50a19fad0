"""The tables of the casebook. Only facts stand here; the order of work belongs to the engine."""

from casebook.schema.city import city_hand_overs, city_replies
from casebook.schema.columns import metadata
from casebook.schema.course import (
    audit_trail,
    lights,
    ratings,
    reopenings,
    return_reasons,
    returns,
    reworks,
    score_rules,
    scores,
    supervision_orders,
    unit_scores,
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
from casebook.schema.inspection import accountabilities, appeals, inspections, score_adjustments
from casebook.schema.intake import citizen_links, intake_cursors, rejected_rows, supplements
from casebook.schema.joint import co_tasks, enforcement_calls
from casebook.schema.judging import callback_calls, callback_samples, callbacks, mutual_ratings
from casebook.schema.memory import routing_decisions, routing_verdicts
from casebook.schema.merging import different_matters, merges
from casebook.schema.open311 import door_calls, open311_additions, open311_reports, picture_contents, pictures
from casebook.schema.outboxes import fact_outbox, messages, receipts
from casebook.schema.register import (
    callers,
    deadlines,
    extensions,
    replans,
    request_numbers,
    requests,
    speed_ups,
    suspensions,
    total_deadlines,
    work_orders,
)
from casebook.schema.reporting import district_reports, report_versions
from casebook.schema.suggestion import category_models
from casebook.schema.telling import platform_status

__all__ = [
    "absences",
    "accountabilities",
    "appeals",
    "audit_trail",
    "callback_calls",
    "callback_samples",
    "callbacks",
    "callers",
    "category_models",
    "citizen_links",
    "city_hand_overs",
    "city_replies",
    "co_tasks",
    "deadlines",
    "different_matters",
    "directory_imports",
    "district_reports",
    "door_calls",
    "enforcement_calls",
    "extensions",
    "fact_outbox",
    "inspections",
    "intake_cursors",
    "lights",
    "merges",
    "messages",
    "metadata",
    "mutual_ratings",
    "open311_additions",
    "open311_reports",
    "people",
    "picture_contents",
    "pictures",
    "places",
    "platform_status",
    "ratings",
    "receipts",
    "redispatched_orders",
    "redispatches",
    "rejected_rows",
    "reopenings",
    "replans",
    "report_versions",
    "request_numbers",
    "requests",
    "return_reasons",
    "returns",
    "reworks",
    "rosters",
    "routing_decisions",
    "routing_verdicts",
    "score_adjustments",
    "score_rules",
    "scores",
    "speed_ups",
    "substitutes",
    "supervision_orders",
    "supplements",
    "suspensions",
    "team_members",
    "total_deadlines",
    "unit_codes",
    "unit_scores",
    "units",
    "work_orders",
]
