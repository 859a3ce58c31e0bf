"""A mark on sales that were probably logged twice, and who referred a customer beside the last purchase.

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

OF_DAY = ["team_id", "day", "at", "refunded_at", "base_minor", "customer_id"]
LAST = ["team_id", "last_purchase_at", "first_purchase_at", "buying_days"]
TEN_MINUTES = 600_000_000
# compared with what stands: asked alone, PostgreSQL would join all of a customer's sales of one amount with each other
DOUBLED = f"""
    UPDATE sales SET doubled = TRUE WHERE counted AND doubled <> EXISTS (
        SELECT 1 FROM sales AS first
        WHERE first.team_id = sales.team_id AND first.customer_id = sales.customer_id AND first.counted
            AND first.at BETWEEN sales.at - {TEN_MINUTES} AND sales.at
            AND (first.at < sales.at OR first.id < sales.id)
            AND first.amount_minor = sales.amount_minor AND first.currency = sales.currency
            AND coalesce(first.product_id, 0) = coalesce(sales.product_id, 0)
    )
"""  # noqa: S608 - a constant of this file


def _sales_by_day(columns: list[str]) -> None:
    op.drop_index("ix_sales_day", "sales")
    op.create_index(
        "ix_sales_day",
        "sales",
        [*columns, "counted"],
        sqlite_where=sa.text("counted"),
        postgresql_where=sa.text("counted"),
    )


def _customers_by_last(columns: list[str]) -> None:
    op.drop_index("ix_customers_team_id_last", "customers")
    op.create_index("ix_customers_team_id_last", "customers", columns)


def upgrade() -> None:
    op.add_column("sales", sa.Column("doubled", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(DOUBLED)
    _sales_by_day([*OF_DAY, "product_id", "doubled"])
    _customers_by_last([*LAST, "referred_by_id", "channel"])


def downgrade() -> None:
    _customers_by_last(LAST)
    _sales_by_day(OF_DAY)
    op.drop_column("sales", "doubled")
