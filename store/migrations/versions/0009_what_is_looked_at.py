"""What is looked at from time to time, and what was told of it: milestones of targets, leads and tickets that wait.

Revision 0009, after 0008.
"""

import sqlalchemy as sa
from alembic import op

import store.types
from store.types import BigId

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "looks",
        sa.Column("id", BigId, sa.Identity(always=False), nullable=False),
        sa.Column("team_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("due_at", store.types.Instant(), nullable=False),
        sa.Column("kept", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_looks_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_looks")),
        sa.UniqueConstraint("team_id", "kind", name=op.f("uq_looks_team_id_kind")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_looks_due", "looks", ["kind", "due_at"])


def downgrade() -> None:
    op.drop_index("ix_looks_due", "looks")
    op.drop_table("looks")
