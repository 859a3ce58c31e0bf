"""Totals of days, customers' buying days, and the count of a team's writes.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

SALE_SUMS = (
    "lines", "priced", "gross", "voided", "voided_priced", "voided_gross", "back", "back_priced", "back_amount",
    "own", "own_priced", "own_amount",
)  # fmt: skip
CONTACT_SUMS = (
    "inbound", "outbound", "connected", "outbound_connected", "outbound_missed", "seconds", "timed", "two_way",
)  # fmt: skip

SALE_LINES = """
    SELECT s.team_id AS team_id, s.day AS day, s.member_id AS rep, s.product_id AS product,
        coalesce(s.channel, c.channel) AS channel, coalesce(s.campaign, c.campaign) AS campaign,
        1 AS lines, CASE WHEN s.base_minor IS NOT NULL THEN 1 ELSE 0 END AS priced, coalesce(s.base_minor, 0) AS gross,
        CASE WHEN s.refunded_at IS NOT NULL THEN 1 ELSE 0 END AS voided,
        CASE WHEN s.refunded_at IS NOT NULL AND s.base_minor IS NOT NULL THEN 1 ELSE 0 END AS voided_priced,
        CASE WHEN s.refunded_at IS NOT NULL THEN coalesce(s.base_minor, 0) ELSE 0 END AS voided_gross,
        0 AS back, 0 AS back_priced, 0 AS back_amount, 0 AS own, 0 AS own_priced, 0 AS own_amount
    FROM sales s JOIN customers c ON c.id = s.customer_id WHERE s.counted
    UNION ALL
    SELECT r.team_id, r.day, s.member_id, s.product_id,
        coalesce(s.channel, c.channel), coalesce(s.campaign, c.campaign), 0, 0, 0, 0, 0, 0,
        1, CASE WHEN r.base_minor IS NOT NULL THEN 1 ELSE 0 END, coalesce(r.base_minor, 0), 0, 0, 0
    FROM refunds r LEFT JOIN sales s ON s.id = r.sale_id LEFT JOIN customers c ON c.id = s.customer_id WHERE r.counted
    UNION ALL
    SELECT s.team_id, s.day, s.member_id, s.product_id,
        coalesce(s.channel, c.channel), coalesce(s.campaign, c.campaign), 0, 0, 0, 0, 0, 0, 0, 0, 0,
        1, CASE WHEN r.base_minor IS NOT NULL THEN 1 ELSE 0 END, coalesce(r.base_minor, 0)
    FROM refunds r JOIN sales s ON s.id = r.sale_id JOIN customers c ON c.id = s.customer_id
    WHERE r.counted AND s.counted AND s.base_minor IS NOT NULL AND s.refunded_at IS NULL
"""

REACHED = """(outcome IN ('connected', 'interested', 'not_interested', 'quoted', 'callback')
    OR outcome IS NULL AND duration_s > 0)"""
TWO_WAY = """(direction = 'in' OR kind IN ('meeting', 'visit')
    OR kind IN ('call', 'meeting', 'visit', 'event', 'social')
        AND outcome IN ('connected', 'interested', 'not_interested', 'quoted', 'callback')
    OR kind = 'call' AND outcome IS NULL AND duration_s > 0
    OR kind IN ('event', 'social') AND outcome = 'answered')"""
CONTACT_LINES = f"""
    SELECT team_id, day, member_id AS rep,
        CASE WHEN kind = 'call' AND direction = 'in' THEN 1 ELSE 0 END AS inbound,
        CASE WHEN kind = 'call' AND direction = 'out' THEN 1 ELSE 0 END AS outbound,
        CASE WHEN kind = 'call' AND {REACHED} THEN 1 ELSE 0 END AS connected,
        CASE WHEN kind = 'call' AND direction = 'out' AND {REACHED} THEN 1 ELSE 0 END AS outbound_connected,
        CASE WHEN kind = 'call' AND direction = 'out' AND outcome IN ('no_answer', 'busy', 'wrong_number')
            THEN 1 ELSE 0 END AS outbound_missed,
        CASE WHEN kind = 'call' THEN coalesce(duration_s, 0) ELSE 0 END AS seconds,
        CASE WHEN kind = 'call' AND duration_s IS NOT NULL THEN 1 ELSE 0 END AS timed,
        CASE WHEN {TWO_WAY} THEN 1 ELSE 0 END AS two_way
    FROM contacts WHERE counted
        AND kind IN ('call', 'message', 'email', 'meeting', 'visit', 'event', 'social')
"""  # noqa: S608 - put together from the constants of this file


def _create(name: str, sums: tuple[str, ...]) -> None:
    op.create_table(
        name,
        sa.Column("team_id", sa.BigInteger(), nullable=False),
        sa.Column("split", sa.String(length=8), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        *[sa.Column(column, sa.BigInteger(), nullable=False) for column in sums],
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f(f"fk_{name}_team_id")),
        sa.PrimaryKeyConstraint("team_id", "split", "day", "key", name=op.f(f"pk_{name}")),
        sqlite_with_rowid=False,
    )


def _fill(name: str, lines: str, splits: tuple[str, ...], sums: tuple[str, ...]) -> None:
    added = ", ".join(f"sum({column})" for column in sums)
    for split in splits:
        key, under = ("''", "") if split == "team" else (f"coalesce(CAST({split} AS TEXT), '')", f", {split}")
        op.execute(
            f"INSERT INTO {name} (team_id, split, day, key, {', '.join(sums)}) "  # noqa: S608 - constants of this file
            f"SELECT team_id, '{split}', day, {key}, {added} FROM ({lines}) AS line GROUP BY team_id, day{under}"
        )


def upgrade() -> None:
    op.add_column("teams", sa.Column("version", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("customers", sa.Column("buying_days", sa.Integer(), server_default="0", nullable=False))
    op.execute(
        "UPDATE customers SET buying_days = (SELECT count(DISTINCT day) FROM sales WHERE sales.counted "
        "AND sales.team_id = customers.team_id AND customers.id = sales.customer_id AND sales.refunded_at IS NULL)"
    )
    op.create_index(
        "ix_customers_team_id_last", "customers", ["team_id", "last_purchase_at", "first_purchase_at", "buying_days"]
    )
    _create("sale_days", SALE_SUMS)
    _create("contact_days", CONTACT_SUMS)
    _fill("sale_days", SALE_LINES, ("team", "rep", "product", "channel", "campaign"), SALE_SUMS)
    _fill("contact_days", CONTACT_LINES, ("team", "rep"), CONTACT_SUMS)


def downgrade() -> None:
    op.drop_table("contact_days")
    op.drop_table("sale_days")
    op.drop_index("ix_customers_team_id_last", "customers")
    op.drop_column("customers", "buying_days")
    op.drop_column("teams", "version")
