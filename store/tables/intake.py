"""What arrives and waits: updates, drafts, questions, files to import; and the audit trail."""

from sqlalchemy import (
    JSON,
    BigInteger,
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

drafts = table(
    "drafts",
    own_id(),
    team_id(),
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

questions = table(
    "questions",
    own_id(),
    team_id(),
    Column("member_id", BigInteger, nullable=False),
    Column("question", JSON, nullable=False),
    Column("made_at", Instant, nullable=False),
    Index("ix_questions_team_id", "team_id"),
)
"""A metric that was asked: the buttons under its answer carry this id and a period."""

imports = table(
    "imports",
    own_id(),
    team_id(),
    Column("member_id", BigInteger, nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("told_id", BigInteger),  # the bot's message that shows how far it is
    Column("name", Text, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("content", LargeBinary),
    Column("answers", JSON, nullable=False),
    Column("state", String(12), nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("done_at", Instant),
    Column("claimed_until", Instant),
    Index("ix_imports_team_id_digest", "team_id", "digest"),
    Index("ix_imports_open", "state", "id", **where("state IN ('asking', 'importing', 'undoing')")),  # type: ignore[arg-type]
)
"""A file sent in chat: how it is to be read, and what became of it; its content is blanked once that is settled."""

audit = table(
    "audit",
    own_id(),
    team_id(),
    Column("at", Instant, nullable=False),
    Column("member_id", BigInteger),
    Column("action", String(16), nullable=False),
    Column("record_id", BigInteger),
    Column("customer_id", BigInteger),
    Column("inbox_id", BigInteger),
    Index("ix_audit_team_id_record_id", "team_id", "record_id"),
    # who logged something on which day, answered from the index alone
    Index("ix_audit_team_id_action", "team_id", "action", "at", "member_id", "record_id"),
    # when a member logged last, who may never have
    Index("ix_audit_team_id_member_id", "team_id", "member_id", "action", "at"),
)

audit_values = table(
    "audit_values",
    own_id(),
    team_id(),
    Column("audit_id", BigInteger, ForeignKey("audit.id"), nullable=False),
    Column("before", JSON),
    Column("after", JSON),
    Index("ix_audit_values_team_id_audit_id", "team_id", "audit_id"),
)
"""What changed, apart from the audit row so that personal values can be erased and the trail stays."""

inbox = table(
    "inbox",
    own_id(),
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
    Index("ix_inbox_sender", "sender", "id", **where("handled_at IS NULL AND set_aside_at IS NULL")),  # type: ignore[arg-type]
    Index("ix_inbox_open", "id", **where("answered_at IS NULL AND set_aside_at IS NULL")),  # type: ignore[arg-type]
    Index("ix_inbox_received_at", "received_at"),
)
