"""What the team is told unasked: schedules with their runs, follow-ups, what waits to be sent, and where it may go."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)

from store.tables.base import own_id, table, team_id, where
from store.types import Instant


def _place() -> tuple[Column[int], Column[int]]:
    """A chat and the topic in it; topic 0 is the chat itself."""
    return Column("chat_id", BigInteger, nullable=False), Column("thread_id", BigInteger, nullable=False, default=0)


outbox = table(
    "outbox",
    own_id(),
    team_id(),
    Column("dedupe_key", String(120), nullable=False),
    Column("kind", String(16), nullable=False),
    *_place(),
    Column("language", String(2), nullable=False),
    Column("payload", JSON),
    Column("picture", LargeBinary),
    Column("made_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("expires_at", Instant),
    Column("claimed_until", Instant),
    Column("tried_at", Instant),  # set while an attempt is under way: found set afterwards, its outcome is unknown
    Column("attempts", Integer, nullable=False, default=0),
    Column("doubts", Integer, nullable=False, default=0),
    Column("sent_at", Instant),
    Column("message_id", BigInteger),
    Column("failed_at", Instant),
    Column("failure", Text),
    UniqueConstraint("team_id", "dedupe_key"),
    Index("ix_outbox_open", "chat_id", "id", "due_at", **where("sent_at IS NULL AND failed_at IS NULL")),  # type: ignore[arg-type]
    Index("ix_outbox_team_id_made_at", "team_id", "made_at"),
)
"""A message to be sent, exactly one on Telegram; the payload is blanked once it is."""

mutes = table(
    "mutes",
    own_id(),
    *_place(),
    Column("muted_at", Instant, nullable=False),
    Column("reason", Text, nullable=False),
    UniqueConstraint("chat_id", "thread_id"),
)
"""Chats and topics that cannot be reached: blocked, left, closed. Of no team: a chat is muted for everybody."""

links = table(
    "links",
    own_id(),
    team_id(),
    *_place(),
    Column("title", Text, nullable=False),
    Column("linked_by_id", BigInteger),
    Column("linked_at", Instant, nullable=False),
    UniqueConstraint("chat_id", "thread_id"),
    Index("ix_links_team_id", "team_id"),
)
"""Groups and topics that a team posts to."""

schedules = table(
    "schedules",
    own_id(),
    team_id(),
    Column("kind", String(16), nullable=False),
    Column("key", String(60)),
    Column("rule", JSON, nullable=False),
    Column("zone", String(64), nullable=False),
    Column("next_run_at", Instant, nullable=False),
    Column("grace_s", Integer, nullable=False),
    Column("claimed_until", Instant),
    Column("chat_id", BigInteger),
    Column("thread_id", BigInteger, nullable=False, default=0),
    Column("what", JSON, nullable=False),
    Column("made_by_id", BigInteger),
    Column("made_at", Instant, nullable=False),
    Column("paused_at", Instant),
    Column("removed_at", Instant),
    UniqueConstraint("team_id", "key"),
    Index("ix_schedules_due", "next_run_at", **where("paused_at IS NULL AND removed_at IS NULL")),  # type: ignore[arg-type]
    Index("ix_schedules_team_id_kind", "team_id", "kind"),
)

runs = table(
    "runs",
    own_id(),
    team_id(),
    Column("schedule_id", BigInteger, ForeignKey("schedules.id"), nullable=False),
    Column("period", String(40), nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("done_at", Instant, nullable=False),
    Column("state", String(8), nullable=False),
    Column("reason", Text),
    Column("kept", JSON),
    UniqueConstraint("team_id", "schedule_id", "period"),
)
"""What became of each due time: sent, empty, or missed with its reason; ``kept`` is what was said."""

followups = table(
    "followups",
    own_id(),
    team_id(),
    Column("member_id", BigInteger, nullable=False),
    Column("customer_id", BigInteger),
    Column("record_id", BigInteger),
    Column("origin", String(12), nullable=False),
    Column("key", String(60)),
    Column("text", Text, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("rounds", Integer, nullable=False, default=0),
    Column("told_at", Instant),
    Column("done_at", Instant),
    Column("dropped", Boolean, nullable=False, default=False),
    Column("reason", Text),
    UniqueConstraint("team_id", "key"),
    Index("ix_followups_due", "due_at", **where("done_at IS NULL AND told_at IS NULL")),  # type: ignore[arg-type]
    Index("ix_followups_team_id_member_id", "team_id", "member_id", "due_at", **where("done_at IS NULL")),  # type: ignore[arg-type]
    Index("ix_followups_team_id_customer_id", "team_id", "customer_id", **where("done_at IS NULL")),  # type: ignore[arg-type]
)
"""Something a member means to do for a customer; told at its time, told again after a snooze."""

looks = table(
    "looks",
    own_id(),
    team_id(),
    Column("kind", String(16), nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("kept", JSON, nullable=False),
    UniqueConstraint("team_id", "kind"),
    Index("ix_looks_due", "kind", "due_at"),
)
"""What is looked at from time to time: at which version of the team's data it was last, and what was told of it."""
