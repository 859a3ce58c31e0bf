"""Products that turned out to be another one: their names go on finding that.

Revision 0015, after 0014.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("products", sa.Column("merged_into_id", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("products", "merged_into_id")
