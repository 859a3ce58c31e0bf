"""Links: the groups and forum topics that a team posts to."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from store.tables import links


@dataclass(frozen=True, slots=True)
class Link:
    """A group, or a topic of one (0: the group itself), of a team."""

    id: int
    team_id: int
    chat_id: int
    thread_id: int
    title: str


_LINK = tuple(links.c[name] for name in Link.__dataclass_fields__)


async def link(
    session: AsyncConnection, team_id: int, chat_id: int, thread_id: int, title: str, member_id: int, now: datetime
) -> bool:
    """Bind a place to a team, under its present title; False when it is another team's."""
    module = postgresql if session.dialect.name == "postgresql" else sqlite
    made = module.insert(links).values(
        team_id=team_id, chat_id=chat_id, thread_id=thread_id, title=title, linked_by_id=member_id, linked_at=now
    )
    done = await session.execute(
        made.on_conflict_do_update(
            index_elements=["chat_id", "thread_id"], set_={"title": title}, where=links.c.team_id == team_id
        ).returning(links.c.id)
    )
    return done.first() is not None


async def unlink(session: AsyncConnection, team_id: int, chat_id: int, thread_id: int) -> bool:
    """Take a place from a team; False when it was not the team's."""
    gone = await session.execute(
        delete(links).where(links.c.team_id == team_id, links.c.chat_id == chat_id, links.c.thread_id == thread_id)
    )
    return gone.rowcount > 0


async def link_at(session: AsyncConnection, chat_id: int, thread_id: int) -> Link | None:
    """Return the link of a place; that of the whole group where the topic has none."""
    found = await session.execute(
        select(*_LINK)
        .where(links.c.chat_id == chat_id, links.c.thread_id.in_({0, thread_id}))
        .order_by(links.c.thread_id.desc())
    )
    row = found.first()
    return None if row is None else Link(*row)


async def links_of(session: AsyncConnection, team_id: int) -> list[Link]:
    """Return the places of a team, oldest first."""
    found = await session.execute(select(*_LINK).where(links.c.team_id == team_id).order_by(links.c.id))
    return [Link(*row) for row in found]
