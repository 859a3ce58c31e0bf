"""One index that answers what is asked of won journeys, and one of deals by their opening.

Revision 0007, after 0006.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

COLUMNS = [
    "team_id", "outcome", "end_day", "end_at", "member_id", "sale_id", "calls", "refunded_at", "first", "deal_id", "days",
]  # fmt: skip


def upgrade() -> None:
    op.create_index("ix_journeys_won", "journeys", COLUMNS)
    op.drop_index("ix_journeys_end", "journeys")
    op.create_index(
        "ix_deals_opened",
        "deals",
        ["team_id", "opened_at", "closed_at", "counted"],
        sqlite_where=sa.text("counted"),
        postgresql_where=sa.text("counted"),
    )


def downgrade() -> None:
    op.drop_index("ix_deals_opened", "deals")
    op.create_index(
        "ix_journeys_end",
        "journeys",
        ["team_id", "outcome", "end_at", "first", "deal_id", "days", "calls", "refunded_at"],
    )
    op.drop_index("ix_journeys_won", "journeys")
