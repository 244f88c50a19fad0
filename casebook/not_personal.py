"""Columns that could hold personal data by their type and do not: codes, numbers of ours, digests, our own sentences.

A name here is a promise: nobody's name, number, address or words are written there. Persons are meant by the code of
the directory (`person`, `…_by`, `recipient`), never by name.
"""

LEDGER = "limit_name limit_hours inspect_hours basis extended_hours skipped changes unit_hours"
NOT_PERSONAL = frozenset(
    f"{table}.{column}"
    for table, columns in {
        "absences": "person",
        "accountabilities": "accountability_id inspection_id request_id unit office finding ending",
        "appeals": "appeal_id request_id unit reason_code contested filed_by decision corrected",
        "audit_trail": "actor action request_id work_order_id details",
        "citizen_links": "request_id token_sha256",
        "category_models": "counts",
        "city_hand_overs": "work_order_id request_id answer city_number",
        "city_replies": "nonce work_order_id kind city_number effect",
        "co_tasks": "co_task_id request_id unit origin team called_by disagreement ruling ending",
        "callback_calls": "request_id rating_id outcome resolved reason called_by",
        "callback_samples": "month",
        "callbacks": "request_id month stratum unit",
        "callers": "request_id",
        "deadlines": f"work_order_id {LEDGER}",
        "different_matters": "one_id other_id judged_by",
        "directory_imports": "source digest",
        "district_reports": "report_id kind period origin cause cause_key asked_by",
        "door_calls": "client",
        "enforcement_calls": "enforcement_id request_id force called_by urgency refusal arrived_metres ending",
        "extensions": "work_order_id hours approver decided_by",
        "fact_outbox": "request_id name correlation_key variables",
        "inspections": "inspection_id work_order_id request_id unit about_unit cause decision ending",
        "intake_cursors": "platform source position digest",
        "lights": "work_order_id light",
        "merges": "request_id main_id merged_by undone_by",
        "messages": "dedupe_key request_id work_order_id event recipient template channel state smsc_id step",
        "mutual_ratings": "work_order_id about_unit request_id by_unit outcome reason",
        "open311_additions": "request_id client external_id status",
        "open311_reports": "request_id client",
        "people": "person unit duty",
        "picture_contents": "sha256 media_type",
        "pictures": "picture_id request_id sha256",
        "places": "code name street",
        "platform_status": "platform request_id state unit outcome main_id",
        "ratings": "rating_id request_id main_id token token_sha256 way unit resolved reason rated_by",
        "receipts": "smsc_id status",
        "redispatched_orders": "batch_id work_order_id request_id from_unit to_unit",
        "redispatches": "batch_id from_unit to_unit ordered_by",
        "rejected_rows": "platform digest source field reason external_id settled_by",
        "reopenings": "request_id",
        "replans": "request_id work_order_id replanned_by limit_hours inspect_hours basis",
        "report_versions": "report_id word pdf word_sha256 pdf_sha256 decision decided_by",
        "requests": "request_id platform external_id channel category community urgency caller_kind datum level "
        "lead_unit route_reason first_receiver responsible_unit merged_into",
        "return_reasons": "code name outcomes",
        "returns": "work_order_id request_id outcome level",
        "reworks": "request_id",
        "rosters": "unit duty person weekdays",
        "routing_decisions": "work_order_id request_id kind category community street situation unit role decided_by",
        "routing_verdicts": "category role verdict said_by",
        "score_adjustments": "request_id unit source source_number reason rules_version corrected",
        "score_rules": "version content digest",
        "scores": "request_id unit degrees weights rules_version",
        "speed_ups": "work_order_id hours ordered_by",
        "substitutes": "person substitute",
        "supervision_orders": "supervision_id request_id ordered_by unit ending",
        "supplements": "request_id digest changed written_by",
        "suspensions": "work_order_id reason_code suspended_by resumed_by",
        "team_members": "team unit part",
        "total_deadlines": f"request_id {LEDGER}",
        "unit_codes": "code",
        "unit_scores": "request_id unit part response cooperation completion satisfaction degrees weights grounds "
        "rules_version person",
        "units": "code name kind level role area superior hours",
        "work_orders": "work_order_id request_id kind unit level form about outcome reason_code assigned_unit person",
    }.items()
    for column in columns.split()
)
