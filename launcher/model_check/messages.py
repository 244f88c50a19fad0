"""The messages the casebook's facts become: their key and what they carry. A test compares them with `casebook/`."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class KnownMessage:
    """Which variable is the correlation key, and which variables arrive with the message."""

    key: str
    carries: frozenset[str] = frozenset()


MESSAGES = {
    "request_received": KnownMessage(key="request_id", carries=frozenset({"request_id"})),
    "request_withdrawn": KnownMessage(key="request_id"),
    "request_merged": KnownMessage(key="request_id"),
    "request_supplemented": KnownMessage(key="request_id", carries=frozenset({"request_id", "supplement"})),
    "supervision_ordered": KnownMessage(key="supervision_id", carries=frozenset({"request_id", "supervision_id"})),
    "supervision_recalled": KnownMessage(key="supervision_id"),
    "inspection_pushed": KnownMessage(key="inspection_id", carries=frozenset({"request_id", "inspection_id"})),
    "inspection_recalled": KnownMessage(key="inspection_id"),
    "appeal_filed": KnownMessage(key="appeal_id", carries=frozenset({"request_id", "appeal_id"})),
    "work_reported": KnownMessage(key="work_order_id", carries=frozenset({"outcome", "assigned_unit"})),
    "deadline_changed": KnownMessage(key="work_order_id"),
    "work_order_recalled": KnownMessage(key="work_order_id", carries=frozenset({"outcome", "assigned_unit"})),
    "rating_received": KnownMessage(key="rating_id"),
    "co_unit_called": KnownMessage(key="request_id", carries=frozenset({"co_task_id", "co_unit"})),
    "enforcement_called": KnownMessage(key="enforcement_id", carries=frozenset({"request_id", "enforcement_id"})),
    "enforcement_recalled": KnownMessage(key="enforcement_id"),
    "report_requested": KnownMessage(key="report_id", carries=frozenset({"report_id", "kind", "asked_at"})),
    "report_decided": KnownMessage(key="report_id", carries=frozenset({"decision"})),
}
