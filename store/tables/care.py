"""Customer care: tickets, ratings, opt-outs, the links by which customers rate, and why customers stopped buying."""

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, Index, Integer, String, Table, Text

from store.tables.base import counted, customer_id, fact_id, metadata, moment, own_id, table, team_id
from store.types import Instant

tickets = Table(
    "tickets",
    metadata,
    fact_id(),
    team_id(),
    customer_id(),
    Column("member_id", BigInteger),
    *moment(),
    Column("answered_at", Instant),
    Column("resolved_at", Instant),
    Column("note", Text),
    Column("counted", Boolean, nullable=False, default=True),
    counted("ix_tickets_day", "team_id", "day", "at", "answered_at", "resolved_at", "member_id", "customer_id"),
    counted("ix_tickets_resolved", "team_id", "resolved_at", "at", "member_id", "customer_id"),
    counted("ix_tickets_customer", "team_id", "customer_id", "at", "answered_at", "resolved_at"),
)
"""What a customer asked for: opened ``at``, first answered, resolved; a ticket resolved at once has no answer apart."""

ratings = Table(
    "ratings",
    metadata,
    fact_id(),
    team_id(),
    customer_id(),
    Column("member_id", BigInteger),
    *moment(),
    Column("score", Integer, nullable=False),
    Column("ticket_id", BigInteger),
    Column("note", Text),
    Column("counted", Boolean, nullable=False, default=True),
    CheckConstraint("score BETWEEN 1 AND 5", name="score"),
    counted("ix_ratings_day", "team_id", "day", "at", "score", "member_id", "customer_id"),
    counted("ix_ratings_customer", "team_id", "customer_id", "at", "score", "ticket_id"),
    counted("ix_ratings_ticket", "team_id", "ticket_id", "at", "score"),
)

optouts = Table(
    "optouts",
    metadata,
    fact_id(),
    team_id(),
    customer_id(),
    Column("member_id", BigInteger),
    *moment(),
    Column("back_at", Instant),
    Column("note", Text),
    Column("counted", Boolean, nullable=False, default=True),
    counted("ix_optouts_at", "team_id", "at", "back_at", "customer_id"),
    counted("ix_optouts_customer", "team_id", "customer_id", "at", "back_at"),
)
"""A customer asked not to be contacted, until ``back_at`` if they changed their mind."""

rating_links = table(
    "rating_links",
    own_id(),
    team_id(),
    customer_id(),
    Column("ticket_id", BigInteger),
    Column("made_by_id", BigInteger),
    Column("made_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("account_id", BigInteger),
    Column("rating_id", BigInteger),
    Column("answered_at", Instant),
    Column("comment_until", Instant),
    Index("ix_rating_links_made", "team_id", "made_at", "answered_at", "made_by_id", "customer_id"),
    Index("ix_rating_links_customer", "team_id", "customer_id"),
    Index("ix_rating_links_account", "account_id", "comment_until"),
)
"""A customer's own link: whoever answers first by it (``account_id``) is the only one who may answer again."""

departures = table(
    "departures",
    own_id(),
    team_id(),
    customer_id(),
    Column("member_id", BigInteger),
    Column("at", Instant, nullable=False),
    Column("reason", Text, nullable=False),
    Index("ix_departures_customer", "team_id", "customer_id", "at", "reason"),
)
"""Why a customer stopped buying, as a member said; the newest one said after the last purchase counts."""
