"""Who answers for what: units, people, places, who stands in for whom, who is on duty, and since when.

Every row but a unit's code is one version: it is in force from `valid_from` until `valid_to`, or until it is ended.
"""

from sqlalchemy import BigInteger, Column, Date, ForeignKey, Identity, Index, Table, Text, Time, text
from sqlalchemy.dialects.postgresql import JSONB

from casebook.schema.columns import instant, metadata

STILL_IN_FORCE = text("valid_to is null")


def _version() -> tuple[Column[object], ...]:
    return (
        Column("version_id", BigInteger, Identity(), primary_key=True),
        instant("valid_from", required=True),
        instant("valid_to"),
    )


def unit_key(name: str, *, required: bool = True, primary: bool = False) -> Column[object]:
    """Return a column that names a unit by its code, whatever the unit was called when."""
    return Column(name, Text, ForeignKey("unit_codes.code"), nullable=not required, primary_key=primary)


def _newest(*columns: str) -> Index:
    """Let each thing have one version that has not been ended."""
    return Index(None, *columns, unique=True, postgresql_where=STILL_IN_FORCE)


unit_codes = Table(
    "unit_codes",
    metadata,
    Column("code", Text, primary_key=True),
    comment="Every code that was ever a unit's; what is kept for good refers to it.",
)


units = Table(
    "units",
    metadata,
    *_version(),
    unit_key("code"),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("area", Text, nullable=False),
    Column("superior", Text),
    Column("hours", Text, nullable=False),
    _newest("code"),
    Index("ix_units_code_valid_from", "code", "valid_from"),
    Index("ix_units_role_area", "role", "area"),
)


people = Table(
    "people",
    metadata,
    *_version(),
    Column("person", Text, nullable=False),
    Column("name", Text, nullable=False),
    unit_key("unit"),
    Column("duty", Text, nullable=False),
    Column("phone", Text, nullable=False),
    Column("wecom", Text),
    Column("second_phone", Text),
    _newest("person"),
    Index("ix_people_person_valid_from", "person", "valid_from"),
    Index("ix_people_unit_duty", "unit", "duty"),
)


places = Table(
    "places",
    metadata,
    *_version(),
    Column("code", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("street", Text, nullable=False),
    _newest("code"),
    Index("ix_places_code_valid_from", "code", "valid_from"),
)


team_members = Table(
    "team_members",
    metadata,
    *_version(),
    unit_key("team"),
    unit_key("unit"),
    Column("part", Text, nullable=False),
    _newest("team", "unit"),
)


substitutes = Table(
    "substitutes",
    metadata,
    *_version(),
    Column("person", Text, nullable=False, index=True),
    Column("substitute", Text, nullable=False),
    Column("begins", Date),
    Column("ends", Date),
    comment="AB 角: who stands in when a person is absent; without dates always.",
)


absences = Table(
    "absences",
    metadata,
    *_version(),
    Column("person", Text, nullable=False, index=True),
    Column("begins", Date, nullable=False),
    Column("ends", Date, nullable=False),
)


rosters = Table(
    "rosters",
    metadata,
    *_version(),
    unit_key("unit"),
    Column("duty", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("weekdays", Text, nullable=False),
    Column("from_time", Time, nullable=False),
    Column("to_time", Time, nullable=False),
    Column("begins", Date),
    Column("ends", Date),
    Index("ix_rosters_unit_duty", "unit", "duty"),
    comment="Who is on duty on which weekdays from when to when, in the district's zone; with dates only between them.",
)


directory_imports = Table(
    "directory_imports",
    metadata,
    Column("import_id", BigInteger, Identity(), primary_key=True),
    Column("source", Text, nullable=False),
    Column("digest", Text, nullable=False),
    instant("valid_from", required=True),
    instant("imported_at", required=True),
    Column("changes", JSONB, nullable=False),
    comment="Who owns the directory: the configuration's files until the first spreadsheet, from then on the casebook.",
)


redispatches = Table(
    "redispatches",
    metadata,
    Column("batch_id", Text, primary_key=True),
    unit_key("from_unit"),
    unit_key("to_unit", required=False),
    Column("ordered_by", Text, nullable=False),
    instant("done_at", required=True),
    instant("undo_until", required=True),
    instant("undone_at"),
    Index("ix_redispatches_from_unit", "from_unit"),
)


redispatched_orders = Table(
    "redispatched_orders",
    metadata,
    Column("batch_id", Text, ForeignKey("redispatches.batch_id"), primary_key=True),
    Column("work_order_id", Text, ForeignKey("work_orders.work_order_id"), primary_key=True),
    Column("request_id", Text, ForeignKey("requests.request_id"), nullable=False, index=True),
    unit_key("from_unit"),
    unit_key("to_unit"),
    instant("moved_at", required=True),
    instant("undone_at"),
    Index("ix_redispatched_orders_work_order_id", "work_order_id"),
)
