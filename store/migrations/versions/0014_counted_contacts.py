"""The index of contacts by day holds ``counted`` again, which makes it covering on SQLite.

Revision 0014, after 0013.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

COLUMNS = ["team_id", "kind", "day", "direction", "outcome", "at", "duration_s", "member_id", "customer_id", "reply"]


def upgrade() -> None:
    _index([*COLUMNS, "counted"])


def downgrade() -> None:
    _index(COLUMNS)


def _index(columns: list[str]) -> None:
    op.drop_index("ix_contacts_day", "contacts")
    op.create_index(
        "ix_contacts_day",
        "contacts",
        columns,
        sqlite_where=sa.text("counted"),
        postgresql_where=sa.text("counted"),
    )
