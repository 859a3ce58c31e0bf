"""Exchange rates and targets; which rate priced a record, and what still waits for one.

Revision 0003, after 0002.
"""

import sqlalchemy as sa
from alembic import op

import store.types

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MONEY = ("sales", "refunds", "costs", "deals")


def upgrade() -> None:
    for name in MONEY:
        op.add_column(name, sa.Column("rate_id", sa.BigInteger(), nullable=True))
        unpriced = sa.text("base_minor IS NULL")
        op.create_index(
            f"ix_{name}_unpriced", name, ["team_id", "currency"], sqlite_where=unpriced, postgresql_where=unpriced
        )
    op.create_table(
        "rates",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(always=False), nullable=False
        ),
        sa.Column("team_id", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("rate", sa.Text(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=True),
        sa.Column("made_at", store.types.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_rates_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rates")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_rates_team_id_currency", "rates", ["team_id", "currency", "day"])
    op.create_table(
        "targets",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(always=False), nullable=False
        ),
        sa.Column("team_id", sa.BigInteger(), nullable=False),
        sa.Column("metric", sa.String(length=32), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=True),
        sa.Column("unit", sa.String(length=8), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("set_by_id", sa.BigInteger(), nullable=True),
        sa.Column("made_at", store.types.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_targets_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_targets")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_targets_team_id", "targets", ["team_id", "metric", "unit", "from_day"])


def downgrade() -> None:
    op.drop_table("targets")
    op.drop_table("rates")
    for name in MONEY:
        op.drop_index(f"ix_{name}_unpriced", name)
        op.drop_column(name, "rate_id")
