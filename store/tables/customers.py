"""Customers, the keys they are found by, and products."""

from sqlalchemy import BigInteger, Boolean, Column, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint

from store.tables.base import own_id, table, team_id
from store.types import Instant

customers = table(
    "customers",
    own_id(),
    team_id(),
    Column("name", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("phone", String(20)),
    Column("owner_id", BigInteger),
    Column("birthday", String(10)),
    Column("birthday_agreed_at", Instant),
    Column("referred_by_id", BigInteger),
    Column("internal", Boolean, nullable=False, default=False),
    Column("merged_into_id", BigInteger),
    # derived from the customer's records by store.derived.refreshing, never written elsewhere
    Column("channel", Text),
    Column("campaign", Text),
    Column("created_at", Instant),
    Column("walk_in", Boolean),
    Column("first_purchase_at", Instant),
    Column("last_purchase_at", Instant),
    # of the first purchase
    Column("first_day", Date),
    Column("first_member_id", BigInteger),
    Column("first_channel", Text),
    Column("first_campaign", Text),
    Column("buying_days", Integer, nullable=False, default=0, server_default="0"),
    Index("ix_customers_team_id_key", "team_id", "key"),
    Index("ix_customers_team_id_phone", "team_id", "phone"),
    Index(
        "ix_customers_team_id_first",
        "team_id",
        "first_purchase_at",
        "owner_id",
        "channel",
        "campaign",
        "first_day",
        "first_member_id",
        "first_channel",
        "first_campaign",
        "walk_in",
    ),
    Index(
        "ix_customers_team_id_last",
        "team_id",
        "last_purchase_at",
        "first_purchase_at",
        "buying_days",
        "referred_by_id",
        "channel",
    ),
    Index("ix_customers_team_id_created", "team_id", "created_at", "first_purchase_at", "walk_in"),
)

customer_names = table(
    "customer_names",
    own_id(),
    team_id(),
    Column("key", Text, nullable=False),
    Column("kind", String(5), nullable=False),
    Column("customer_id", BigInteger, ForeignKey("customers.id"), nullable=False),
    Index("ix_customer_names_team_id_key", "team_id", "key", "kind", "customer_id"),
    Index("ix_customer_names_team_id_customer_id", "team_id", "customer_id"),
)

hand_overs = table(
    "hand_overs",
    own_id(),
    team_id(),
    Column("customer_id", BigInteger, ForeignKey("customers.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("from_id", BigInteger),
    Index("ix_hand_overs_team_id", "team_id", "customer_id", "at"),
)
"""When a customer's owner changed, and who it was until then (none: nobody): figures of before go by that one."""

merges = table(
    "merges",
    own_id(),
    team_id(),
    Column("from_id", BigInteger, nullable=False),
    Column("into_id", BigInteger, nullable=False),
    Column("member_id", BigInteger),
    Column("at", Instant, nullable=False),
    Column("undone_at", Instant),
    Index("ix_merges_team_id", "team_id", "into_id"),
)
"""Customers who turned out to be one: the first's records count under the second until it is undone."""

merged_rows = table(
    "merged_rows",
    own_id(),
    team_id(),
    Column("merge_id", BigInteger, ForeignKey("merges.id"), nullable=False),
    Column("of_table", String(32), nullable=False),
    Column("row_id", BigInteger, nullable=False),
    Index("ix_merged_rows_team_id", "team_id", "merge_id"),
)
"""Which rows a merge moved, so that undoing it gives back exactly those."""

products = table(
    "products",
    own_id(),
    team_id(),
    Column("name", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("category", Text),
    Column("price_minor", BigInteger),
    Column("unit_cost_minor", BigInteger),
    Column("merged_into_id", BigInteger),
    UniqueConstraint("team_id", "key"),
)
