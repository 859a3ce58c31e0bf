"""Column types that mean the same on SQLite and PostgreSQL."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import BigInteger, Integer
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

BigId = BigInteger().with_variant(Integer, "sqlite")
"""A 64-bit key: SQLite gives row ids only to columns declared exactly INTEGER."""


class Instant(TypeDecorator[datetime]):
    """An aware instant, kept as whole microseconds since 1970 in UTC; naive values are refused.

    SQLite has no type for instants (its driver drops the offset), and a whole number sorts, subtracts and compares
    the same on both databases.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Turn an aware instant into microseconds."""
        if value is None:
            return None
        return to_micros(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Turn microseconds into an aware instant in UTC."""
        if value is None:
            return None
        return from_micros(value)


def to_micros(value: datetime) -> int:
    """Return whole microseconds since 1970 UTC; raises ValueError for a naive instant."""
    if value.tzinfo is None:
        raise ValueError("an instant must carry its zone")
    return (value - EPOCH) // MICROSECOND


def from_micros(value: int) -> datetime:
    """Return the instant, in UTC, of whole microseconds since 1970."""
    return EPOCH + timedelta(microseconds=value)
