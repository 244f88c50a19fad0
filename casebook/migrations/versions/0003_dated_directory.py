"""The directory keeps its versions, its rosters and stand-ins; open work orders can change hands in batches."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

STILL_IN_FORCE = sa.text("valid_to is null")
POINTS_AT_A_UNIT = (("work_orders", "unit"), ("work_orders", "assigned_unit"), ("people", "unit"))


def upgrade() -> None:
    """Bring the casebook to this revision: what was in force stays in force, as the first version of each."""
    _codes_of_their_own()
    op.add_column("units", sa.Column("hours", sa.Text(), nullable=False, server_default="office"))
    op.alter_column("units", "hours", server_default=None)
    for column in ("valid_from", "valid_to"):
        op.add_column("places", sa.Column(column, sa.DateTime(timezone=True), nullable=True))
    op.execute("update places set valid_from = coalesce((select min(valid_from) from units), now())")
    op.alter_column("places", "valid_from", nullable=False)
    for table, key in (("units", "code"), ("people", "person"), ("places", "code")):
        op.drop_constraint(f"pk_{table}", table)
        op.add_column(table, sa.Column("version_id", sa.BigInteger(), sa.Identity(), nullable=False))
        op.create_primary_key(f"pk_{table}", table, ["version_id"])
        op.create_index(f"ix_{table}_{key}", table, [key], unique=True, postgresql_where=STILL_IN_FORCE)
        op.create_index(f"ix_{table}_{key}_valid_from", table, [key, "valid_from"])
    _new_tables()
    _redispatches()


def _codes_of_their_own() -> None:
    op.create_table(
        "unit_codes",
        sa.Column("code", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_unit_codes"),
        comment="Every code that was ever a unit's; what is kept for good refers to it.",
    )
    op.execute("insert into unit_codes (code) select code from units")
    for table, column in POINTS_AT_A_UNIT:
        op.drop_constraint(f"fk_{table}_{column}", table, type_="foreignkey")
        op.create_foreign_key(f"fk_{table}_{column}", table, "unit_codes", [column], ["code"])
    op.create_foreign_key("fk_units_code", "units", "unit_codes", ["code"], ["code"])


def _version() -> list[sa.Column[object]]:
    return [
        sa.Column("version_id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
    ]


def _unit(name: str, *, table: str, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Text(), sa.ForeignKey("unit_codes.code", name=f"fk_{table}_{name}"), nullable=nullable)


def _new_tables() -> None:
    op.create_table(
        "team_members",
        *_version(),
        _unit("team", table="team_members"),
        _unit("unit", table="team_members"),
        sa.Column("part", sa.Text(), nullable=False),
    )
    op.create_index(
        "ix_team_members_team_unit", "team_members", ["team", "unit"], unique=True, postgresql_where=STILL_IN_FORCE
    )
    op.create_table(
        "substitutes",
        *_version(),
        sa.Column("person", sa.Text(), nullable=False, index=True),
        sa.Column("substitute", sa.Text(), nullable=False),
        sa.Column("begins", sa.Date(), nullable=True),
        sa.Column("ends", sa.Date(), nullable=True),
        comment="AB 角: who stands in when a person is absent; without dates always.",
    )
    op.create_table(
        "absences",
        *_version(),
        sa.Column("person", sa.Text(), nullable=False, index=True),
        sa.Column("begins", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
    )
    op.create_table(
        "rosters",
        *_version(),
        _unit("unit", table="rosters"),
        sa.Column("duty", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("weekdays", sa.Text(), nullable=False),
        sa.Column("from_time", sa.Time(), nullable=False),
        sa.Column("to_time", sa.Time(), nullable=False),
        sa.Column("begins", sa.Date(), nullable=True),
        sa.Column("ends", sa.Date(), nullable=True),
        comment="Who is on duty on which weekdays from when to when, in the district's zone; "
        "with dates only between them.",
    )
    op.create_index("ix_rosters_unit_duty", "rosters", ["unit", "duty"])
    op.create_table(
        "directory_imports",
        sa.Column("import_id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changes", postgresql.JSONB(), nullable=False),
        comment="Who owns the directory: the configuration's files until the first spreadsheet, "
        "from then on the casebook.",
    )


def _redispatches() -> None:
    op.create_table(
        "redispatches",
        sa.Column("batch_id", sa.Text(), nullable=False),
        _unit("from_unit", table="redispatches"),
        _unit("to_unit", table="redispatches", nullable=True),
        sa.Column("ordered_by", sa.Text(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undo_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("batch_id", name="pk_redispatches"),
    )
    op.create_index("ix_redispatches_from_unit", "redispatches", ["from_unit"])
    table = "redispatched_orders"
    op.create_table(
        table,
        sa.Column("batch_id", sa.Text(), sa.ForeignKey("redispatches.batch_id", name=f"fk_{table}_batch_id")),
        sa.Column(
            "work_order_id", sa.Text(), sa.ForeignKey("work_orders.work_order_id", name=f"fk_{table}_work_order_id")
        ),
        sa.Column(
            "request_id",
            sa.Text(),
            sa.ForeignKey("requests.request_id", name=f"fk_{table}_request_id"),
            nullable=False,
            index=True,
        ),
        _unit("from_unit", table=table),
        _unit("to_unit", table=table),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("batch_id", "work_order_id", name=f"pk_{table}"),
    )
    op.create_index(f"ix_{table}_work_order_id", table, ["work_order_id"])


def downgrade() -> None:
    """Take this revision back; of the directory only the newest version of each stays."""
    for table in (
        "redispatched_orders",
        "redispatches",
        "directory_imports",
        "rosters",
        "absences",
        "substitutes",
        "team_members",
    ):
        op.drop_table(table)
    op.drop_constraint("fk_units_code", "units", type_="foreignkey")
    for table, key in (("units", "code"), ("people", "person"), ("places", "code")):
        op.execute(
            f"delete from {table} old using {table} new "  # noqa: S608 - names of our own tables
            f"where old.{key} = new.{key} and old.version_id < new.version_id"
        )
        op.drop_index(f"ix_{table}_{key}_valid_from", table_name=table)
        op.drop_index(f"ix_{table}_{key}", table_name=table)
        op.drop_column(table, "version_id")
        op.create_primary_key(f"pk_{table}", table, [key])
    for table, column in POINTS_AT_A_UNIT:
        op.drop_constraint(f"fk_{table}_{column}", table, type_="foreignkey")
        op.create_foreign_key(f"fk_{table}_{column}", table, "units", [column], ["code"])
    op.drop_table("unit_codes")
    op.drop_column("units", "hours")
    op.drop_column("places", "valid_from")
    op.drop_column("places", "valid_to")
