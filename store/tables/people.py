"""Teams, the accounts behind them, their members, and invites."""

from sqlalchemy import JSON, BigInteger, Column, ForeignKey, Index, Integer, String, Text, UniqueConstraint

from store.tables.base import own_id, table, team_id
from store.types import Instant

teams = table(
    "teams",
    own_id(),
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
    # counts the writes that may move a figure: what was computed is remembered until it differs
    Column("version", BigInteger, nullable=False, default=0, server_default="0"),
    Index("ix_teams_key", "key"),
)

accounts = table(
    "accounts",
    own_id(),
    Column("telegram_id", BigInteger, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("username", Text),
    Column("locale", String(2)),
    Column("member_id", BigInteger),
)

members = table(
    "members",
    own_id(),
    team_id(),
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

invites = table(
    "invites",
    own_id(),
    team_id(),
    Column("role", String(8), nullable=False),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("made_by_id", BigInteger),
    Column("expires_at", Instant),
    Column("used_at", Instant),
    Index("ix_invites_team_id", "team_id"),
)
