"""Ended journeys packed by day, and an index of the open ones in place of one of all by their start.

Revision 0011, after 0010.
"""

import json
from itertools import groupby
from struct import Struct

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

DAY = 86_400_000_000
ROW = Struct("<qqqqiiIBBH")
CODES = {"won": 1, "lost": 2, "lapsed": 3}
START_INDEX = [
    "team_id", "start_at", "outcome", "end_at", "days", "deal_id", "last_contact_at", "start_date_only",
    "end_date_only", "last_contact_date_only",
]  # fmt: skip
OPEN_INDEX = ["team_id", "start_at", "last_contact_at", "deal_id", "start_date_only", "last_contact_date_only"]

journeys = sa.table(
    "journeys", *map(sa.column, ("team_id", "customer_id", "member_id", "deal_id", "sale_id", "calls", "days")),
    sa.column("start_at", sa.BigInteger), sa.column("end_at", sa.BigInteger), sa.column("start_day", sa.Date),
    sa.column("end_day", sa.Date), sa.column("outcome", sa.String), sa.column("first", sa.Boolean),
    sa.column("start_date_only", sa.Boolean), sa.column("refunded_at", sa.BigInteger),
)  # fmt: skip
customers = sa.table("customers", sa.column("id"), sa.column("channel", sa.Text), sa.column("campaign", sa.Text))
ended_days = sa.table(
    "ended_days", sa.column("team_id"), sa.column("day", sa.Date), sa.column("sources", sa.Text),
    sa.column("packed", sa.LargeBinary),
)  # fmt: skip


def _packed(team_id, day, rows):
    sources = sorted({(row.channel, row.campaign) for row in rows}, key=lambda pair: (pair[0] or "", pair[1] or ""))
    place = {pair: number for number, pair in enumerate(sources)}
    packed = sorted(
        ROW.pack(
            row.start_at, row.end_at, round(row.days * DAY), row.member_id or 0, row.start_day.toordinal(), row.calls,
            place[row.channel, row.campaign], CODES[row.outcome],
            (row.first or row.deal_id is not None) + 2 * (row.sale_id is not None)
            + 4 * (row.refunded_at is not None) + 8 * row.start_date_only, 0,
        )
        for row in rows
    )  # fmt: skip
    return {"team_id": team_id, "day": day, "sources": json.dumps(sources), "packed": b"".join(packed)}


def _fill() -> None:
    connection = op.get_bind()
    query = (
        sa.select(journeys, customers.c.channel, customers.c.campaign)
        .join_from(journeys, customers, customers.c.id == journeys.c.customer_id)
        .where(journeys.c.outcome.in_(tuple(CODES)))
        .order_by(journeys.c.team_id, journeys.c.end_day)
    )
    rows = connection.execute(query).all()
    found = [_packed(*key, list(some)) for key, some in groupby(rows, lambda row: (row.team_id, row.end_day))]
    if found:
        connection.execute(sa.insert(ended_days), found)


def upgrade() -> None:
    op.create_table(
        "ended_days",
        sa.Column("team_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("sources", sa.Text(), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_ended_days_team_id")),
        sa.PrimaryKeyConstraint("team_id", "day", name=op.f("pk_ended_days")),
    )
    _fill()
    op.drop_index("ix_journeys_start", "journeys")
    op.create_index("ix_journeys_start", "journeys", ["team_id", "start_at", "first"])
    op.create_index(
        "ix_journeys_open",
        "journeys",
        OPEN_INDEX,
        sqlite_where=sa.text("outcome IS NULL"),
        postgresql_where=sa.text("outcome IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_journeys_open", "journeys")
    op.drop_index("ix_journeys_start", "journeys")
    op.create_index("ix_journeys_start", "journeys", START_INDEX)
    op.drop_table("ended_days")
