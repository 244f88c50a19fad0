"""Columns that could hold personal data by their type and do not: codes, numbers of ours, digests, our own sentences.

A name here is a promise: nobody's name, number, address or words are written there. Persons are meant by the code of
the directory (`person`, `…_by`, `recipient`), never by name.
"""

LEDGER = "limit_name limit_hours inspect_hours basis extended_hours skipped changes unit_hours"
NOT_PERSONAL = frozenset(
    f"{table}.{column}"
    for table, columns in {
        "absences": "person",
        "audit_trail": "actor action request_id work_order_id details",
        "citizen_links": "request_id token_sha256",
        "city_hand_overs": "work_order_id request_id answer city_number",
        "city_replies": "nonce work_order_id kind city_number effect",
        "co_tasks": "co_task_id request_id unit origin team called_by disagreement ruling ending",
        "callers": "request_id",
        "deadlines": f"work_order_id {LEDGER}",
        "directory_imports": "source digest",
        "door_calls": "client",
        "enforcement_calls": "enforcement_id request_id force called_by urgency refusal arrived_metres ending",
        "extensions": "work_order_id hours approver decided_by",
        "fact_outbox": "request_id name correlation_key variables",
        "inspections": "work_order_id request_id unit",
        "intake_cursors": "platform source position digest",
        "lights": "work_order_id light",
        "messages": "dedupe_key request_id work_order_id event recipient template channel state smsc_id step",
        "open311_additions": "request_id client external_id status",
        "open311_reports": "request_id client",
        "people": "person unit duty",
        "picture_contents": "sha256 media_type",
        "pictures": "picture_id request_id sha256",
        "places": "code name street",
        "ratings": "rating_id request_id token resolved",
        "receipts": "smsc_id status",
        "redispatched_orders": "batch_id work_order_id request_id from_unit to_unit",
        "redispatches": "batch_id from_unit to_unit ordered_by",
        "rejected_rows": "platform digest source field reason external_id settled_by",
        "reopenings": "request_id",
        "replans": "request_id work_order_id replanned_by limit_hours inspect_hours basis",
        "requests": "request_id platform external_id channel category community urgency caller_kind level lead_unit "
        "route_reason first_receiver responsible_unit merged_into",
        "return_reasons": "code name outcomes",
        "returns": "work_order_id request_id outcome level",
        "reworks": "request_id",
        "rosters": "unit duty person weekdays",
        "routing_decisions": "work_order_id request_id kind category community street situation unit role decided_by",
        "routing_verdicts": "category role verdict said_by",
        "scores": "request_id unit degrees weights rules_version",
        "speed_ups": "work_order_id hours ordered_by",
        "substitutes": "person substitute",
        "supervision_orders": "supervision_id request_id ordered_by unit ending",
        "supplements": "request_id digest changed written_by",
        "suspensions": "work_order_id reason_code suspended_by resumed_by",
        "team_members": "team unit part",
        "total_deadlines": f"request_id {LEDGER}",
        "unit_codes": "code",
        "units": "code name kind level role area superior hours",
        "work_orders": "work_order_id request_id kind unit level form about outcome reason_code assigned_unit person",
    }.items()
    for column in columns.split()
)
