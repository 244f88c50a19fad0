"""Every unit that responded has a score of its own with its grounds, and the rules are kept by their version."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None
OF_RULES = "What a score of a version was made by: weights, rating_outcome.dmn, the rule for co-units; never changed."
OF_UNITS = "The score of each unit that responded in a round: its own facts, the degrees that counted, the grounds."
ASPECTS = ("response", "cooperation", "completion", "satisfaction")
FACT = "jsonb_path_query_first(degrees, '$[*] ? (@.aspect == \"{0}\").fact') #>> '{{}}'"
TAKE_OVER = """
    insert into unit_scores (request_id, round, unit, part, response, cooperation, completion, satisfaction,
                             degrees, weights, grounds, score, rules_version, scored_at)
    select request_id, round, unit, 'lead', {facts},
           degrees, weights, '{{}}', score, rules_version, scored_at
    from scores"""


def _instant(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def upgrade() -> None:
    """Bring the casebook to this revision; the leads' scores so far become scores of units."""
    op.create_table(
        "score_rules",
        sa.Column("version", sa.Text(), nullable=False),
        _instant("valid_from"),
        sa.Column("content", JSONB(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_score_rules"),
        comment=OF_RULES,
    )
    op.create_table(
        "unit_scores",
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        *(sa.Column(aspect, sa.Text(), nullable=False) for aspect in ASPECTS),
        *(sa.Column(name, JSONB(), nullable=False) for name in ("degrees", "weights", "grounds")),
        sa.Column("score", sa.Numeric(5, 2), nullable=False),
        sa.Column("rules_version", sa.Text(), nullable=False),
        sa.Column("person", sa.Text()),
        _instant("scored_at"),
        sa.ForeignKeyConstraint(["request_id"], ["requests.request_id"], name="fk_unit_scores_request_id"),
        sa.ForeignKeyConstraint(["unit"], ["unit_codes.code"], name="fk_unit_scores_unit"),
        sa.PrimaryKeyConstraint("request_id", "round", "unit", name="pk_unit_scores"),
        comment=OF_UNITS,
    )
    op.create_index("ix_unit_scores_scored_at", "unit_scores", ["scored_at"])
    op.create_index("ix_unit_scores_unit_scored_at", "unit_scores", ["unit", "scored_at"])
    op.execute(TAKE_OVER.format(facts=", ".join(FACT.format(aspect) for aspect in ASPECTS)))


def downgrade() -> None:
    """Take this revision back."""
    op.drop_table("unit_scores")
    op.drop_table("score_rules")
