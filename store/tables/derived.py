"""What follows from the records and is rewritten with them: journeys, buying months, cohorts, totals of days."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from store.tables.base import customer_id, metadata, own_id, table, team_id
from store.types import Instant

journeys = table(
    "journeys",
    own_id(),
    team_id(),
    customer_id(),
    Column("member_id", BigInteger),
    Column("deal_id", BigInteger),
    Column("sale_id", BigInteger),
    Column("start_at", Instant, nullable=False),
    Column("start_day", Date, nullable=False),
    Column("start_date_only", Boolean, nullable=False),
    Column("end_at", Instant),
    Column("end_day", Date),
    Column("end_date_only", Boolean, nullable=False),
    Column("outcome", String(6)),
    Column("last_contact_at", Instant, nullable=False),
    Column("last_contact_day", Date, nullable=False),
    Column("last_contact_date_only", Boolean, nullable=False),
    Column("days", Float),
    Column("calls", Integer, nullable=False),
    Column("first", Boolean, nullable=False),
    Column("refunded_at", Instant),
    Index(
        "ix_journeys_won",
        "team_id",
        "outcome",
        "end_day",
        "end_at",
        "member_id",
        "sale_id",
        "calls",
        "refunded_at",
        "first",
        "deal_id",
        "days",
    ),
    Index("ix_journeys_start", "team_id", "start_at", "first"),
    Index(
        "ix_journeys_open",
        "team_id",
        "start_at",
        "last_contact_at",
        "deal_id",
        "start_date_only",
        "last_contact_date_only",
        sqlite_where=text("outcome IS NULL"),
        postgresql_where=text("outcome IS NULL"),
    ),
    Index("ix_journeys_customer", "team_id", "customer_id"),
)

ended_days = Table(
    "ended_days",
    metadata,
    Column("team_id", BigInteger, ForeignKey("teams.id"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("sources", Text, nullable=False),
    Column("packed", LargeBinary, nullable=False),
)
"""The journeys that ended on a local day: ``packed`` one after another (`store.derived.ended.FIELDS`), and the
``sources`` of their customers, a list of [channel, campaign] in JSON that each of them has its place in."""

cohorts = table(
    "cohorts",
    own_id(),
    team_id(),
    Column("cohort", Integer, nullable=False),
    Column("month", Integer, nullable=False),
    Column("customers", Integer, nullable=False),
    UniqueConstraint("team_id", "cohort", "month"),
)
"""Of the customers first buying in month ``cohort``, how many bought in ``month`` (both year × 12 + month − 1)."""

buyer_months = Table(
    "buyer_months",
    metadata,
    Column("team_id", BigInteger, ForeignKey("teams.id"), primary_key=True),
    Column("customer_id", BigInteger, primary_key=True),
    Column("month", Integer, primary_key=True),
)
"""The months (year × 12 + month − 1, in the team's zone) in which a customer bought: what `cohorts` counts."""


def _totals(name: str, *columns: str) -> Table:
    """A table of day totals: under each ``key`` of a ``split`` (team, rep, product, …), whole numbers of each day."""
    return Table(
        name,
        metadata,
        Column("team_id", BigInteger, ForeignKey("teams.id"), primary_key=True),
        Column("split", String(8), primary_key=True),
        Column("day", Date, primary_key=True),
        Column("key", Text, primary_key=True),
        *[Column(column, BigInteger, nullable=False) for column in columns],
        sqlite_with_rowid=False,
    )


sale_days = _totals(
    "sale_days",
    "lines", "priced", "gross", "voided", "voided_priced", "voided_gross",
    "back", "back_priced", "back_amount",
    "own", "own_priced", "own_amount",
)  # fmt: skip
"""Sales of a local day (``voided``: refunded in full), refunds of that day (``back``), and what was refunded at any
time of the day's standing, priced sales (``own``). Under a member, product, channel or campaign; "" is none."""

contact_days = _totals(
    "contact_days",
    "inbound", "outbound", "connected", "outbound_connected", "outbound_missed", "seconds", "timed", "two_way",
    "message_sent", "message_answered", "email_sent", "email_answered",
)  # fmt: skip
"""Calls of a local day, its contacts of all kinds that show by themselves that they went both ways, and its outbound
messages and e-mails with those of them that were answered (`store.derived.answering`)."""
