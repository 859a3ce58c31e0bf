"""What tables are made of: ids, the team, instants with their local day, and money."""

from sqlalchemy import BigInteger, Boolean, Column, Date, ForeignKey, Identity, Index, MetaData, String, Table, text
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


def own_id() -> Column[int]:
    """Return a table's own key."""
    return Column("id", BigId, Identity(always=False), primary_key=True)


def team_id() -> Column[int]:
    """Return the team that a row belongs to."""
    return Column("team_id", BigInteger, ForeignKey("teams.id"), nullable=False)


def where(condition: str) -> dict[str, object]:
    """Return the arguments that make an index partial on both databases."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


def counted(name: str, *columns: str) -> Index:
    """An index of the counted rows only; SQLite calls it covering only when it also holds ``counted`` itself."""
    return Index(name, *columns, "counted", **where("counted"))  # type: ignore[arg-type]


def table(name: str, *items: SchemaItem) -> Table:
    """Make a table whose ids are never used twice on either database."""
    return Table(name, metadata, *items, sqlite_autoincrement=True)


def fact_id() -> Column[int]:
    """Return the key of a fact row: the id of its record."""
    return Column("id", BigId, ForeignKey("records.id"), primary_key=True, autoincrement=False)


def customer_id() -> Column[int]:
    """Return the customer that a fact is about."""
    return Column("customer_id", BigInteger, nullable=False)


def money() -> tuple[Column[int], Column[str], Column[int], Column[int]]:
    """Amount in minor units of its own currency, and in the team's (NULL while no rate is known), by which rate."""
    return (
        Column("amount_minor", BigInteger, nullable=False),
        Column("currency", String(3), nullable=False),
        Column("base_minor", BigInteger),
        Column("rate_id", BigInteger),
    )


def unpriced(name: str) -> Index:
    """An index of the rows that wait for an exchange rate."""
    return Index(f"ix_{name}_unpriced", "team_id", "currency", **where("base_minor IS NULL"))  # type: ignore[arg-type]


def moment() -> tuple[Column[object], ...]:
    """The instant, the local day it fell on in the team's zone, and whether only a date was given."""
    return (
        Column("at", Instant, nullable=False),
        Column("day", Date, nullable=False),
        Column("date_only", Boolean, nullable=False, default=False),
    )
