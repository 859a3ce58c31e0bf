"""Whose customers were before they were handed over, filled from the trail.

Of a customer who was forgotten the trail keeps no values: that one counts as today's owner's from the beginning.

Revision 0013, after 0012.
"""

import sqlalchemy as sa
from alembic import op

from store.types import BigId, Instant

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

AUDIT = sa.table(
    "audit", sa.column("id"), sa.column("team_id"), sa.column("customer_id"), sa.column("at", Instant()),
    sa.column("action"),
)  # fmt: skip
VALUES = sa.table("audit_values", sa.column("team_id"), sa.column("audit_id"), sa.column("before", sa.JSON()))


def upgrade() -> None:
    made = op.create_table(
        "hand_overs",
        sa.Column("id", BigId, sa.Identity(always=False), nullable=False),
        sa.Column("team_id", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("from_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_hand_overs_team_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_hand_overs_customer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_overs")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_hand_overs_team_id", "hand_overs", ["team_id", "customer_id", "at"])
    changes = op.get_bind().execute(
        sa.select(AUDIT.c.team_id, AUDIT.c.customer_id, AUDIT.c.at, VALUES.c.before)
        .join(VALUES, sa.and_(VALUES.c.team_id == AUDIT.c.team_id, VALUES.c.audit_id == AUDIT.c.id))
        .where(AUDIT.c.action == "customer")
        .order_by(AUDIT.c.at, AUDIT.c.id)
    )
    rows = [
        {"team_id": team_id, "customer_id": customer_id, "at": at, "from_id": before["owner_id"]}
        for team_id, customer_id, at, before in changes
        if before is not None and "owner_id" in before
    ]
    if rows:
        op.bulk_insert(made, rows)


def downgrade() -> None:
    op.drop_index("ix_hand_overs_team_id", "hand_overs")
    op.drop_table("hand_overs")
