"""Files that are imported in chat, and which records came of them.

Revision 0010, after 0009.
"""

import sqlalchemy as sa
from alembic import op

import store.types

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

OPEN = sa.text("state IN ('asking', 'importing', 'undoing')")
IMPORTED = sa.text("import_id IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "imports",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(always=False), nullable=False
        ),
        sa.Column("team_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("told_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("asked_at", store.types.Instant(), nullable=False),
        sa.Column("done_at", store.types.Instant(), nullable=True),
        sa.Column("claimed_until", store.types.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_imports_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_imports_team_id_digest", "imports", ["team_id", "digest"])
    op.create_index("ix_imports_open", "imports", ["state", "id"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.add_column("records", sa.Column("import_id", sa.BigInteger(), nullable=True))
    op.create_index(
        "ix_records_team_id_import_id",
        "records",
        ["team_id", "import_id", "id"],
        sqlite_where=IMPORTED,
        postgresql_where=IMPORTED,
    )


def downgrade() -> None:
    op.drop_index("ix_records_team_id_import_id", "records")
    op.drop_column("records", "import_id")
    op.drop_table("imports")
