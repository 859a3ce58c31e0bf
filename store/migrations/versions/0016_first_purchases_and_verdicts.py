"""What is known of each customer's first purchase, the verdict on each purchase, and totals by month of first purchase.

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

FIRST = ["team_id", "first_purchase_at", "owner_id", "channel", "campaign"]
OF_FIRST = ["first_day", "first_member_id", "first_channel", "first_campaign", "walk_in"]
OF_CUSTOMER = ["team_id", "customer_id", "at", "refunded_at", "base_minor", "day"]
SUMS = (
    "lines", "priced", "gross", "voided", "voided_priced", "voided_gross", "back", "back_priced", "back_amount",
    "own", "own_priced", "own_amount",
)  # fmt: skip

FIRST_SALES = """
    UPDATE customers SET first_day = f.day, first_member_id = f.member_id,
        first_channel = coalesce(f.channel, customers.channel),
        first_campaign = coalesce(f.campaign, customers.campaign)
    FROM (
        SELECT customer_id, day, member_id, channel, campaign,
            row_number() OVER (PARTITION BY customer_id ORDER BY at, id) AS place
        FROM sales WHERE counted AND refunded_at IS NULL
    ) AS f
    WHERE f.customer_id = customers.id AND f.place = 1
"""
VERDICTS = """
    UPDATE sales SET verdict = CASE
        WHEN s.tag IN ('upsell', 'cross') THEN s.tag
        WHEN s.product_id IS NULL THEN NULL
        WHEN s.of_category = 0 THEN 'cross'
        WHEN s.of_product = 0 AND s.price > s.dearest OR s.of_product > 0 AND s.quantity > s.most THEN 'upsell'
        ELSE 'repeat' END
    FROM (
        SELECT one.*,
            count(*) OVER category AS of_category, max(price) OVER category AS dearest,
            count(*) OVER product AS of_product, max(quantity) OVER product AS most
        FROM (
            SELECT s.id, s.customer_id, s.at, s.tag, s.product_id, s.quantity, p.category,
                CASE WHEN p.category IS NULL THEN s.product_id END AS alone,
                CAST(s.base_minor AS FLOAT) / s.quantity AS price
            FROM sales s LEFT JOIN products p ON p.id = s.product_id WHERE s.counted AND s.refunded_at IS NULL
        ) AS one
        WINDOW category AS (PARTITION BY customer_id, category, alone ORDER BY at, id
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
            product AS (PARTITION BY customer_id, product_id ORDER BY at, id
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
    ) AS s
    WHERE s.id = sales.id
"""
LINES = """
    SELECT s.team_id AS team_id, s.day AS day, c.first_day AS first_day, 1 AS lines,
        CASE WHEN s.base_minor IS NOT NULL THEN 1 ELSE 0 END AS priced, coalesce(s.base_minor, 0) AS gross,
        CASE WHEN s.refunded_at IS NOT NULL THEN 1 ELSE 0 END AS voided,
        CASE WHEN s.refunded_at IS NOT NULL AND s.base_minor IS NOT NULL THEN 1 ELSE 0 END AS voided_priced,
        CASE WHEN s.refunded_at IS NOT NULL THEN coalesce(s.base_minor, 0) ELSE 0 END AS voided_gross,
        0 AS back, 0 AS back_priced, 0 AS back_amount, 0 AS own, 0 AS own_priced, 0 AS own_amount
    FROM sales s JOIN customers c ON c.id = s.customer_id WHERE s.counted
    UNION ALL
    SELECT r.team_id, r.day, c.first_day, 0, 0, 0, 0, 0, 0,
        1, CASE WHEN r.base_minor IS NOT NULL THEN 1 ELSE 0 END, coalesce(r.base_minor, 0), 0, 0, 0
    FROM refunds r JOIN customers c ON c.id = r.customer_id WHERE r.counted
    UNION ALL
    SELECT s.team_id, s.day, c.first_day, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        1, CASE WHEN r.base_minor IS NOT NULL THEN 1 ELSE 0 END, coalesce(r.base_minor, 0)
    FROM refunds r JOIN sales s ON s.id = r.sale_id JOIN customers c ON c.id = s.customer_id
    WHERE r.counted AND s.counted AND s.base_minor IS NOT NULL AND s.refunded_at IS NULL
"""


def _cohorts() -> str:
    sqlite = op.get_context().dialect.name == "sqlite"
    year, month = [
        f"CAST(strftime('{short}', first_day) AS INTEGER)"
        if sqlite
        else f"CAST(extract({name} FROM first_day) AS INTEGER)"
        for name, short in (("year", "%Y"), ("month", "%m"))
    ]
    cohort = f"coalesce(CAST({year} * 12 + {month} - 1 AS TEXT), '')"
    added = ", ".join(f"sum({column})" for column in SUMS)
    return (
        f"INSERT INTO sale_days (team_id, split, day, key, {', '.join(SUMS)}) "  # noqa: S608 - constants of this file
        f"SELECT team_id, 'cohort', day, cohort, {added} "
        f"FROM (SELECT line.*, {cohort} AS cohort FROM ({LINES}) AS line) AS l GROUP BY team_id, day, cohort"
    )


def _index(columns: list[str]) -> None:
    op.create_index(
        "ix_sales_customer",
        "sales",
        [*columns, "counted"],
        sqlite_where=sa.text("counted"),
        postgresql_where=sa.text("counted"),
    )


def upgrade() -> None:
    op.add_column("customers", sa.Column("first_day", sa.Date()))
    op.add_column("customers", sa.Column("first_member_id", sa.BigInteger()))
    op.add_column("customers", sa.Column("first_channel", sa.Text()))
    op.add_column("customers", sa.Column("first_campaign", sa.Text()))
    op.add_column("sales", sa.Column("verdict", sa.String(length=8)))
    op.drop_index("ix_customers_team_id_first", "customers")
    op.drop_index("ix_sales_customer", "sales")
    op.execute(FIRST_SALES)
    op.execute(VERDICTS)
    op.execute(_cohorts())
    op.create_index("ix_customers_team_id_first", "customers", FIRST + OF_FIRST)
    _index([*OF_CUSTOMER, "verdict"])


def downgrade() -> None:
    op.execute("DELETE FROM sale_days WHERE split = 'cohort'")
    op.drop_index("ix_sales_customer", "sales")
    op.drop_index("ix_customers_team_id_first", "customers")
    op.create_index("ix_customers_team_id_first", "customers", FIRST)
    _index(OF_CUSTOMER)
    op.drop_column("sales", "verdict")
    for name in ("first_campaign", "first_channel", "first_member_id", "first_day"):
        op.drop_column("customers", name)
