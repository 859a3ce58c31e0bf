"""The index of a sale's refunds holds those that are not counted, too.

Revision 0008, after 0007.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

COLUMNS = ["team_id", "sale_id", "at", "base_minor", "counted"]


def upgrade() -> None:
    op.drop_index("ix_refunds_sale", "refunds")
    op.create_index("ix_refunds_sale", "refunds", COLUMNS)


def downgrade() -> None:
    op.drop_index("ix_refunds_sale", "refunds")
    op.create_index(
        "ix_refunds_sale", "refunds", COLUMNS, sqlite_where=sa.text("counted"), postgresql_where=sa.text("counted")
    )
