"""Who answers for what: units, people, places."""

from sqlalchemy import Column, ForeignKey, Index, Table, Text

from casebook.schema.columns import instant, metadata

units = Table(
    "units",
    metadata,
    Column("code", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("area", Text, nullable=False),
    Column("superior", Text),
    instant("valid_from", required=True),
    instant("valid_to"),
    Index("ix_units_role_area", "role", "area"),
)


people = Table(
    "people",
    metadata,
    Column("person", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("unit", Text, ForeignKey("units.code"), nullable=False),
    Column("duty", Text, nullable=False),
    Column("phone", Text, nullable=False),
    instant("valid_from", required=True),
    instant("valid_to"),
    Index("ix_people_unit_duty", "unit", "duty"),
)


places = Table(
    "places",
    metadata,
    Column("code", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("street", Text, nullable=False),
)
