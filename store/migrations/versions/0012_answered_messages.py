"""Whether a message was answered, and totals of days of that.

Revision 0012, after 0011.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

INDEX = ["team_id", "kind", "day", "direction", "outcome", "at", "duration_s", "member_id", "customer_id"]
BEFORE = (
    "inbound", "outbound", "connected", "outbound_connected", "outbound_missed", "seconds", "timed", "two_way",
)  # fmt: skip
ADDED = ("message_sent", "message_answered", "email_sent", "email_answered")
SETTLE = """
    UPDATE contacts SET reply = (CASE
        WHEN turns.outcome = 'answered' THEN true
        WHEN turns.outcome = 'no_answer' THEN false
        WHEN turns.next_at IS NULL THEN NULL
        WHEN turns.next_at - turns.at <= 604800000000 AND turns.next_direction = 'in' THEN true
        ELSE false END)
    FROM (
        SELECT id, direction, outcome, at, lead(direction) OVER turn AS next_direction, lead(at) OVER turn AS next_at
        FROM contacts WHERE counted AND kind IN ('message', 'email')
        WINDOW turn AS (PARTITION BY team_id, customer_id, kind ORDER BY at, id)
    ) AS turns
    WHERE contacts.id = turns.id AND turns.direction = 'out'
"""
REACHED = """(outcome IN ('connected', 'interested', 'not_interested', 'quoted', 'callback')
    OR outcome IS NULL AND duration_s > 0)"""
TWO_WAY = """(direction = 'in' OR kind IN ('meeting', 'visit')
    OR kind IN ('call', 'meeting', 'visit', 'event', 'social')
        AND outcome IN ('connected', 'interested', 'not_interested', 'quoted', 'callback')
    OR kind = 'call' AND outcome IS NULL AND duration_s > 0
    OR kind IN ('event', 'social') AND outcome = 'answered')"""
LINES = f"""
    SELECT team_id, day, member_id AS rep,
        CASE WHEN kind = 'call' AND direction = 'in' THEN 1 ELSE 0 END AS inbound,
        CASE WHEN kind = 'call' AND direction = 'out' THEN 1 ELSE 0 END AS outbound,
        CASE WHEN kind = 'call' AND {REACHED} THEN 1 ELSE 0 END AS connected,
        CASE WHEN kind = 'call' AND direction = 'out' AND {REACHED} THEN 1 ELSE 0 END AS outbound_connected,
        CASE WHEN kind = 'call' AND direction = 'out' AND outcome IN ('no_answer', 'busy', 'wrong_number')
            THEN 1 ELSE 0 END AS outbound_missed,
        CASE WHEN kind = 'call' THEN coalesce(duration_s, 0) ELSE 0 END AS seconds,
        CASE WHEN kind = 'call' AND duration_s IS NOT NULL THEN 1 ELSE 0 END AS timed,
        CASE WHEN {TWO_WAY} THEN 1 ELSE 0 END AS two_way,
        CASE WHEN kind = 'message' AND direction = 'out' THEN 1 ELSE 0 END AS message_sent,
        CASE WHEN kind = 'message' AND reply THEN 1 ELSE 0 END AS message_answered,
        CASE WHEN kind = 'email' AND direction = 'out' THEN 1 ELSE 0 END AS email_sent,
        CASE WHEN kind = 'email' AND reply THEN 1 ELSE 0 END AS email_answered
    FROM contacts WHERE counted
        AND kind IN ('call', 'message', 'email', 'meeting', 'visit', 'event', 'social')
"""  # noqa: S608 - put together from the constants of this file


def _index(columns: list[str]) -> None:
    op.drop_index("ix_contacts_day", "contacts")
    op.create_index(
        "ix_contacts_day",
        "contacts",
        columns,
        sqlite_where=sa.text("counted"),
        postgresql_where=sa.text("counted"),
    )


def _totals(sums: tuple[str, ...]) -> None:
    """Make the table of totals anew, and count it."""
    op.drop_table("contact_days")
    op.create_table(
        "contact_days",
        sa.Column("team_id", sa.BigInteger(), nullable=False),
        sa.Column("split", sa.String(length=8), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        *[sa.Column(column, sa.BigInteger(), nullable=False) for column in sums],
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_contact_days_team_id")),
        sa.PrimaryKeyConstraint("team_id", "split", "day", "key", name=op.f("pk_contact_days")),
        sqlite_with_rowid=False,
    )
    added = ", ".join(f"sum({column})" for column in sums)
    for split, key, under in (("team", "''", ""), ("rep", "coalesce(CAST(rep AS TEXT), '')", ", rep")):
        op.execute(
            f"INSERT INTO contact_days (team_id, split, day, key, {', '.join(sums)}) "  # noqa: S608 - as above
            f"SELECT team_id, '{split}', day, {key}, {added} FROM ({LINES}) AS line GROUP BY team_id, day{under}"
        )


def upgrade() -> None:
    op.add_column("contacts", sa.Column("reply", sa.Boolean()))
    op.execute(SETTLE)
    _index([*INDEX, "reply"])
    _totals((*BEFORE, *ADDED))


def downgrade() -> None:
    _totals(BEFORE)
    _index(INDEX)
    op.drop_column("contacts", "reply")
