"""Tells somebody something unasked: once under its key, kept in the transaction that decided it, sent after it.

``await tell(session, member, word, key="handover:12", now=request.now)`` with ``word = lambda say: Reply(say("…"))``:
the words are said in the reader's language. Nothing here sends; what is said can carry buttons and one picture or file.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers.base import Reply
from handlers.fitting import messages
from handlers.replies import dump
from metrics.wording import Say
from store import Session
from store.people.links import link_at
from store.people.reaching import Reached, chat_of, leaders_of
from store.queues.outbox import Outgoing, is_muted, put

FRESH = timedelta(days=2)
"""How long something said unasked is worth sending, unless said otherwise."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is said: a chat, a topic in it (0: none), in a language, for a team."""

    team_id: int
    chat_id: int
    language: str
    thread_id: int = 0


Word = Callable[[Say], Reply]


async def tell(
    session: Session, place: Place, word: Word, *, key: str, now: datetime, kind: str = "notice",
    due_at: datetime | None = None, fresh: timedelta = FRESH,
) -> bool:  # fmt: skip
    """Say something in a place, once under ``key``; False when it was said before, or nobody can be reached there.

    Each part of the reply is a message, and so is each piece of one that is too long for Telegram, in their order.
    """
    due = due_at or now
    new = False
    for number, part in enumerate(messages(word(Say(place.language)))):
        message = Outgoing(
            team_id=place.team_id,
            key=f"{key}/{number}" if number else key,
            kind=kind,
            chat_id=place.chat_id,
            thread_id=place.thread_id,
            language=place.language,
            payload=dump(part) | ({"file": part.document.name} if part.document else {}),
            picture=part.photo.png if part.photo else part.document.content if part.document else None,
            due_at=due,
            expires_at=due + fresh,
        )
        new |= await put(session, message, now)
    return new


async def tell_member(
    session: Session, team_id: int, member_id: int, word: Word, *, key: str, now: datetime, kind: str = "notice",
    due_at: datetime | None = None, fresh: timedelta = FRESH,
) -> bool:  # fmt: skip
    """Say something to a member in private; False for one who left, cannot be reached, or was told already."""
    reached = await chat_of(session, team_id, member_id)
    if reached is None:
        return False
    return await tell(session, place_of(reached), word, key=key, now=now, kind=kind, due_at=due_at, fresh=fresh)


async def tell_leaders(
    session: Session, team_id: int, word: Word, *, key: str, now: datetime, due_at: datetime | None = None,
    but: int | None = None,
) -> int:  # fmt: skip
    """Say something to every manager and owner of a team, ``but`` one; returns how many hear it for the first time."""
    told = 0
    for reached in await leaders_of(session, team_id):
        if reached.member_id != but:
            own = f"{key}:{reached.member_id}"
            told += await tell(session, place_of(reached), word, key=own, now=now, due_at=due_at)
    return told


async def hearing_of(session: Session, team_id: int, member_id: int) -> Reached | None:
    """Return how a member is reached; None for one who left, was never on Telegram, or has blocked the bot."""
    reached = await chat_of(session, team_id, member_id)
    return None if reached is None or await is_muted(session, reached.chat_id, 0) else reached


async def may_hear(session: Session, place: Place) -> bool:
    """Whether a team's figures may still go to a place: a chat of who leads it now, or a group linked to it now."""
    if place.chat_id < 0:
        link = await link_at(session, place.chat_id, place.thread_id)
        return link is not None and link.team_id == place.team_id
    return any(one.chat_id == place.chat_id for one in await leaders_of(session, place.team_id))


def place_of(reached: Reached) -> Place:
    """A member's private chat."""
    return Place(reached.team_id, reached.chat_id, reached.language)
