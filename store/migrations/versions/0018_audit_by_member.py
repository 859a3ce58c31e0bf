"""The trail by member: when one logged last is asked of those who log nothing, for whom all of it was read.

Revision ID: 0018
Revises: 0017
"""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index."""
    op.create_index("ix_audit_team_id_member_id", "audit", ["team_id", "member_id", "action", "at"])


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_audit_team_id_member_id", "audit")
