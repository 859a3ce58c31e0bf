"""What managers set beside the records: exchange rates and targets."""

from sqlalchemy import BigInteger, Column, Date, Float, Index, String, Text

from store.tables.base import own_id, table, team_id
from store.types import Instant

rates = table(
    "rates",
    own_id(),
    team_id(),
    Column("currency", String(3), nullable=False),
    Column("day", Date, nullable=False),
    # an exact decimal: how many of the team's currency one of this one is worth
    Column("rate", Text, nullable=False),
    Column("member_id", BigInteger),
    Column("made_at", Instant, nullable=False),
    Index("ix_rates_team_id_currency", "team_id", "currency", "day"),
)
"""Rates are added, never changed: the newest row of a day is in force, and records keep the row that priced them."""

targets = table(
    "targets",
    own_id(),
    team_id(),
    Column("metric", String(32), nullable=False),
    Column("member_id", BigInteger),
    Column("unit", String(8), nullable=False),
    Column("from_day", Date, nullable=False),
    Column("value", Float),
    Column("set_by_id", BigInteger),
    Column("made_at", Instant, nullable=False),
    Index("ix_targets_team_id", "team_id", "metric", "unit", "from_day"),
)
"""What a metric should reach in each period of a unit that starts on ``from_day`` or later, until a newer row.

Without a member it is the team's; a row without a value ends the target. Money is in minor units.
"""
