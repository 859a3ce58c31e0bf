"""Customers' own links: given out by a member, answered by one person on the chat network, good for some weeks."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.errors import AlreadyDone
from store.tables import rating_links


@dataclass(frozen=True, slots=True)
class RatingLink:
    """A link for one customer, about one ticket where there is one; ``account_id`` is who answered by it."""

    id: int
    team_id: int
    customer_id: int
    ticket_id: int | None
    made_by_id: int | None
    expires_at: datetime
    account_id: int | None
    rating_id: int | None


_LINK = tuple(rating_links.c[name] for name in RatingLink.__dataclass_fields__)


async def make_link(
    session: AsyncConnection,
    team_id: int,
    customer_id: int,
    ticket_id: int | None,
    made_by_id: int,
    now: datetime,
    expires_at: datetime,
) -> str:
    """Make a link and return its token; only the token's hash is kept."""
    token = secrets.token_urlsafe(16)
    await session.execute(
        insert(rating_links).values(
            team_id=team_id,
            customer_id=customer_id,
            ticket_id=ticket_id,
            made_by_id=made_by_id,
            made_at=now,
            expires_at=expires_at,
            token_hash=_hash(token),
        )
    )
    return token


async def link_of(session: AsyncConnection, token: str) -> RatingLink | None:
    """Return the link with that token, expired or not; None when there is none."""
    found = await session.execute(select(*_LINK).where(rating_links.c.token_hash == _hash(token)))
    row = found.first()
    return None if row is None else RatingLink(*row)


async def by_link(session: AsyncConnection, team_id: int, rating_id: int) -> bool:
    """Whether a customer gave the rating by their own link."""
    own = (rating_links.c.team_id == team_id, rating_links.c.rating_id == rating_id)
    return (await session.execute(select(rating_links.c.id).where(*own).limit(1))).first() is not None


async def claim(session: AsyncConnection, link_id: int, account_id: int, now: datetime) -> None:
    """Make the account the one that answers by the link; raises `AlreadyDone` when another has."""
    free = or_(rating_links.c.account_id.is_(None), rating_links.c.account_id == account_id)
    done = await session.execute(
        update(rating_links)
        .where(rating_links.c.id == link_id, rating_links.c.expires_at > now, free)
        .values(account_id=account_id)
    )
    if not done.rowcount:
        raise AlreadyDone("rating link")


async def keep_answer(
    session: AsyncConnection, link: RatingLink, rating_id: int, now: datetime, comment_until: datetime | None
) -> None:
    """Keep which rating the link gave, and until when a comment may follow; the first answer's time stays."""
    values: dict[str, Any] = {"rating_id": rating_id, "comment_until": comment_until}
    if link.rating_id is None:
        values["answered_at"] = now
    await session.execute(update(rating_links).where(rating_links.c.id == link.id).values(**values))


async def awaiting_comment(session: AsyncConnection, account_id: int, now: datetime) -> RatingLink | None:
    """Return the link by which the account has just rated and may still say why."""
    found = await session.execute(
        select(*_LINK)
        .where(rating_links.c.account_id == account_id, rating_links.c.comment_until > now)
        .order_by(rating_links.c.comment_until.desc(), rating_links.c.id.desc())
        .limit(1)
    )
    row = found.first()
    return None if row is None else RatingLink(*row)


async def end_comment(session: AsyncConnection, account_id: int) -> None:
    """Take no further comment of the account."""
    await session.execute(
        update(rating_links).where(rating_links.c.account_id == account_id).values(comment_until=None)
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.strip().encode()).hexdigest()
