"""The schema: every table, with the indexes that the metrics' questions are answered from.

``team_id`` is NOT NULL and leads every index of a team's rows. A logged thing is a row of ``records`` (its number,
who made it, from which message) and a row of its kind (``contacts``, ``sales``, …) with the same id. ``counted`` is
false for removed records and for those of internal customers: no figure reads such a row.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.sql.schema import SchemaItem

from store.types import BigId, Instant

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> Column[int]:
    return Column("id", BigId, Identity(always=False), primary_key=True)


def _team() -> Column[int]:
    return Column("team_id", BigInteger, ForeignKey("teams.id"), nullable=False)


def _when(condition: str) -> dict[str, object]:
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


def _counted(name: str, *columns: str) -> Index:
    """An index of the counted rows only; SQLite calls it covering only when it also holds ``counted`` itself."""
    return Index(name, *columns, "counted", **_when("counted"))  # type: ignore[arg-type]


def _table(name: str, *items: SchemaItem) -> Table:
    """Make a table whose ids are never used twice on either database."""
    return Table(name, metadata, *items, sqlite_autoincrement=True)


teams = _table(
    "teams",
    _id(),
    Column("name", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("zone", String(64), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("locale", String(2), nullable=False),
    Column("window_days", Integer, nullable=False),
    Column("journey_gap_days", Integer, nullable=False),
    Column("return_basis", String(8), nullable=False),
    Column("next_number", BigInteger, nullable=False),
    Column("settings", JSON, nullable=False),
    Column("made_at", Instant, nullable=False),
    Index("ix_teams_key", "key"),
)

accounts = _table(
    "accounts",
    _id(),
    Column("telegram_id", BigInteger, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("username", Text),
    Column("locale", String(2)),
    Column("member_id", BigInteger),
)

members = _table(
    "members",
    _id(),
    _team(),
    Column("account_id", BigInteger, ForeignKey("accounts.id")),
    Column("name", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("role", String(8), nullable=False),
    Column("joined_at", Instant, nullable=False),
    Column("removed_at", Instant),
    UniqueConstraint("team_id", "account_id"),
    Index("ix_members_account_id", "account_id"),
    Index("ix_members_team_id_key", "team_id", "key"),
)

invites = _table(
    "invites",
    _id(),
    _team(),
    Column("role", String(8), nullable=False),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("made_by_id", BigInteger),
    Column("expires_at", Instant),
    Column("used_at", Instant),
    Index("ix_invites_team_id", "team_id"),
)

customers = _table(
    "customers",
    _id(),
    _team(),
    Column("name", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("phone", String(20)),
    Column("owner_id", BigInteger),
    Column("birthday", String(10)),
    Column("referred_by_id", BigInteger),
    Column("internal", Boolean, nullable=False, default=False),
    Column("merged_into_id", BigInteger),
    # derived from the customer's records by store.derived, never written elsewhere
    Column("channel", Text),
    Column("campaign", Text),
    Column("created_at", Instant),
    Column("walk_in", Boolean),
    Column("first_purchase_at", Instant),
    Column("last_purchase_at", Instant),
    Index("ix_customers_team_id_key", "team_id", "key"),
    Index("ix_customers_team_id_phone", "team_id", "phone"),
    Index("ix_customers_team_id_first", "team_id", "first_purchase_at", "owner_id", "channel", "campaign"),
    Index("ix_customers_team_id_created", "team_id", "created_at", "first_purchase_at", "walk_in"),
)

customer_names = _table(
    "customer_names",
    _id(),
    _team(),
    Column("key", Text, nullable=False),
    Column("kind", String(5), nullable=False),
    Column("customer_id", BigInteger, ForeignKey("customers.id"), nullable=False),
    Index("ix_customer_names_team_id_key", "team_id", "key", "kind", "customer_id"),
    Index("ix_customer_names_team_id_customer_id", "team_id", "customer_id"),
)

products = _table(
    "products",
    _id(),
    _team(),
    Column("name", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("category", Text),
    Column("price_minor", BigInteger),
    Column("unit_cost_minor", BigInteger),
    UniqueConstraint("team_id", "key"),
)

records = _table(
    "records",
    _id(),
    _team(),
    Column("number", BigInteger, nullable=False),
    Column("kind", String(8), nullable=False),
    Column("member_id", BigInteger),
    Column("customer_id", BigInteger),
    Column("made_at", Instant, nullable=False),
    Column("inbox_id", BigInteger),
    Column("line", Integer),
    Column("chat_id", BigInteger),
    Column("message_id", BigInteger),
    Column("import_key", String(64)),
    Column("removed_at", Instant),
    UniqueConstraint("team_id", "number"),
    UniqueConstraint("inbox_id", "line"),
    Index("ix_records_team_id_member_id", "team_id", "member_id", "id"),
    Index("ix_records_team_id_message", "team_id", "chat_id", "message_id"),
    Index("ix_records_team_id_customer_id", "team_id", "customer_id"),
    Index(
        "uq_records_team_id_import_key",
        "team_id",
        "import_key",
        unique=True,
        **_when("removed_at IS NULL AND import_key IS NOT NULL"),  # type: ignore[arg-type]
    ),
)


def _fact_id() -> Column[int]:
    return Column("id", BigId, ForeignKey("records.id"), primary_key=True, autoincrement=False)


def _of_customer(nullable: bool = False) -> Column[int]:
    return Column("customer_id", BigInteger, nullable=nullable)


def _money() -> tuple[Column[int], Column[str], Column[int]]:
    """Amount in minor units of its own currency, and in the team's (NULL while no rate is known)."""
    return (
        Column("amount_minor", BigInteger, nullable=False),
        Column("currency", String(3), nullable=False),
        Column("base_minor", BigInteger),
    )


def _when_columns() -> tuple[Column[object], ...]:
    """The instant, the local day it fell on in the team's zone, and whether only a date was given."""
    return (
        Column("at", Instant, nullable=False),
        Column("day", Date, nullable=False),
        Column("date_only", Boolean, nullable=False, default=False),
    )


contacts = Table(
    "contacts",
    metadata,
    _fact_id(),
    _team(),
    _of_customer(),
    Column("member_id", BigInteger),
    Column("kind", String(8), nullable=False),
    *_when_columns(),
    Column("direction", String(3), nullable=False),
    Column("outcome", String(16)),
    Column("duration_s", Integer),
    Column("deal_id", BigInteger),
    Column("note", Text),
    Column("counted", Boolean, nullable=False, default=True),
    CheckConstraint("direction IN ('in', 'out')", name="direction"),
    # day first, so that totals by day, direction and outcome are read in the order of the index
    _counted(
        "ix_contacts_day",
        "team_id",
        "kind",
        "day",
        "direction",
        "outcome",
        "at",
        "duration_s",
        "member_id",
    ),
    _counted("ix_contacts_customer", "team_id", "customer_id", "at"),
    _counted("ix_contacts_member", "team_id", "member_id", "kind", "at"),
)

leads = Table(
    "leads",
    metadata,
    _fact_id(),
    _team(),
    _of_customer(),
    Column("member_id", BigInteger),
    *_when_columns(),
    Column("channel", Text),
    Column("campaign", Text),
    Column("note", Text),
    Column("counted", Boolean, nullable=False, default=True),
    _counted("ix_leads_at", "team_id", "at"),
    _counted("ix_leads_customer", "team_id", "customer_id", "at"),
)

sales = Table(
    "sales",
    metadata,
    _fact_id(),
    _team(),
    _of_customer(),
    Column("member_id", BigInteger),
    *_when_columns(),
    *_money(),
    Column("product_id", BigInteger),
    Column("quantity", Integer, nullable=False, default=1),
    Column("channel", Text),
    Column("campaign", Text),
    Column("tag", String(8)),
    Column("note", Text),
    Column("refunded_at", Instant),  # derived: when the last refund made it whole
    Column("counted", Boolean, nullable=False, default=True),
    CheckConstraint("amount_minor > 0", name="amount"),
    CheckConstraint("quantity > 0", name="quantity"),
    _counted("ix_sales_day", "team_id", "day", "at", "refunded_at", "base_minor", "customer_id"),
    _counted("ix_sales_customer", "team_id", "customer_id", "at", "refunded_at", "base_minor"),
    Index(
        "ix_sales_refunded",
        "team_id",
        "refunded_at",
        "customer_id",
        "at",
        "counted",
        **_when("counted AND refunded_at IS NOT NULL"),  # type: ignore[arg-type]
    ),
    _counted("ix_sales_member", "team_id", "member_id", "at", "base_minor"),
)

refunds = Table(
    "refunds",
    metadata,
    _fact_id(),
    _team(),
    _of_customer(),
    Column("sale_id", BigInteger),
    *_when_columns(),
    *_money(),
    Column("sale_at", Instant),  # derived: its sale's instant
    Column("note", Text),
    Column("counted", Boolean, nullable=False, default=True),
    CheckConstraint("amount_minor > 0", name="amount"),
    _counted("ix_refunds_day", "team_id", "day", "at", "base_minor", "sale_id", "customer_id"),
    _counted("ix_refunds_sale_at", "team_id", "sale_at", "at", "base_minor", "sale_id"),
    _counted("ix_refunds_sale", "team_id", "sale_id", "at", "base_minor"),
    _counted("ix_refunds_customer", "team_id", "customer_id", "at"),
)

costs = Table(
    "costs",
    metadata,
    _fact_id(),
    _team(),
    Column("member_id", BigInteger),
    Column("kind", Text, nullable=False),
    Column("from_day", Date, nullable=False),
    Column("to_day", Date, nullable=False),
    *_money(),
    Column("channel", Text),
    Column("campaign", Text),
    Column("note", Text),
    Column("counted", Boolean, nullable=False, default=True),
    CheckConstraint("from_day <= to_day", name="days"),
    _counted("ix_costs_days", "team_id", "from_day", "to_day"),
)

deals = Table(
    "deals",
    metadata,
    _fact_id(),
    _team(),
    _of_customer(),
    Column("member_id", BigInteger),
    Column("product_id", BigInteger),
    Column("amount_minor", BigInteger),
    Column("currency", String(3), nullable=False),
    Column("base_minor", BigInteger),
    Column("stage", Text),
    Column("expected_day", Date),
    Column("opened_at", Instant, nullable=False),
    Column("opened_day", Date, nullable=False),
    Column("opened_date_only", Boolean, nullable=False, default=False),
    Column("closed_at", Instant),
    Column("closed_day", Date),
    Column("closed_date_only", Boolean, nullable=False, default=False),
    Column("outcome", String(4)),
    Column("reason", Text),
    Column("sale_id", BigInteger),
    Column("note", Text),
    Column("counted", Boolean, nullable=False, default=True),
    CheckConstraint("outcome IN ('won', 'lost')", name="outcome"),
    _counted("ix_deals_customer", "team_id", "customer_id", "opened_at"),
    _counted("ix_deals_closed", "team_id", "outcome", "closed_at"),
    _counted("ix_deals_sale", "team_id", "sale_id"),
)

journeys = _table(
    "journeys",
    _id(),
    _team(),
    _of_customer(),
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
    Index("ix_journeys_end", "team_id", "outcome", "end_at", "first", "deal_id", "days", "calls", "refunded_at"),
    Index("ix_journeys_start", "team_id", "start_at", "outcome", "days", "deal_id", "last_contact_at"),
    Index("ix_journeys_customer", "team_id", "customer_id"),
)

cohorts = _table(
    "cohorts",
    _id(),
    _team(),
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

drafts = _table(
    "drafts",
    _id(),
    _team(),
    Column("member_id", BigInteger, nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("message_id", BigInteger, nullable=False),
    Column("inbox_id", BigInteger, nullable=False),
    Column("line", Integer, nullable=False),
    Column("verb", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Column("sent_at", Instant, nullable=False),
    Column("question", JSON, nullable=False),
    Column("settled_at", Instant),
    UniqueConstraint("inbox_id", "line"),
    Index("ix_drafts_team_id_member_id", "team_id", "member_id"),
)
"""A line that needs one answer before it is recorded: the question put, with its choices, and what was answered."""

questions = _table(
    "questions",
    _id(),
    _team(),
    Column("member_id", BigInteger, nullable=False),
    Column("question", JSON, nullable=False),
    Column("made_at", Instant, nullable=False),
    Index("ix_questions_team_id", "team_id"),
)
"""A metric that was asked: the buttons under its answer carry this id and a period."""

audit = _table(
    "audit",
    _id(),
    _team(),
    Column("at", Instant, nullable=False),
    Column("member_id", BigInteger),
    Column("action", String(16), nullable=False),
    Column("record_id", BigInteger),
    Column("customer_id", BigInteger),
    Column("inbox_id", BigInteger),
    Index("ix_audit_team_id_record_id", "team_id", "record_id"),
)

audit_values = _table(
    "audit_values",
    _id(),
    _team(),
    Column("audit_id", BigInteger, ForeignKey("audit.id"), nullable=False),
    Column("before", JSON),
    Column("after", JSON),
    Index("ix_audit_values_team_id_audit_id", "team_id", "audit_id"),
)
"""What changed, apart from the audit row so that personal values can be erased and the trail stays."""

inbox = _table(
    "inbox",
    _id(),
    Column("bot_id", BigInteger, nullable=False),
    Column("update_id", BigInteger),
    Column("sender", BigInteger, nullable=False),
    Column("payload", JSON),
    Column("received_at", Instant, nullable=False),
    Column("claimed_until", Instant),
    Column("handled_at", Instant),
    Column("reply", JSON),
    Column("answered_at", Instant),
    Column("attempts", Integer, nullable=False, default=0),
    Column("set_aside_at", Instant),
    UniqueConstraint("bot_id", "update_id"),
    Index("ix_inbox_sender", "sender", "id", **_when("handled_at IS NULL AND set_aside_at IS NULL")),  # type: ignore[arg-type]
    Index("ix_inbox_open", "id", **_when("answered_at IS NULL AND set_aside_at IS NULL")),  # type: ignore[arg-type]
    Index("ix_inbox_received_at", "received_at"),
)
