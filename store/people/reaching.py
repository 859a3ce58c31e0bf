"""How members are reached: their private chat and the language they read."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from store.tables import accounts, members, teams


@dataclass(frozen=True, slots=True)
class Reached:
    """A member's private chat: on Telegram it bears the person's id."""

    team_id: int
    member_id: int
    name: str
    role: str
    chat_id: int
    language: str


_REACHED = (
    select(
        members.c.team_id,
        members.c.id,
        members.c.name,
        members.c.role,
        accounts.c.telegram_id,
        func.coalesce(accounts.c.locale, teams.c.locale),
    )
    .select_from(
        members.join(accounts, accounts.c.id == members.c.account_id).join(teams, teams.c.id == members.c.team_id)
    )
    .where(members.c.removed_at.is_(None))
    .order_by(members.c.id)
)


async def chat_of(session: AsyncConnection, team_id: int, member_id: int) -> Reached | None:
    """Return how a present member is reached; None for one who left or never came to Telegram."""
    found = await _reached(session, members.c.team_id == team_id, members.c.id == member_id)
    return found[0] if found else None


async def everyone_of(session: AsyncConnection, team_id: int) -> list[Reached]:
    """Return the present members who can be reached, oldest first."""
    return await _reached(session, members.c.team_id == team_id)


async def leaders_of(session: AsyncConnection, team_id: int) -> list[Reached]:
    """Return the managers and owners who can be reached."""
    return await _reached(session, members.c.team_id == team_id, members.c.role.in_(("manager", "owner")))


async def _reached(session: AsyncConnection, *conditions: Any) -> list[Reached]:
    return [Reached(*row) for row in await session.execute(_REACHED.where(*conditions))]
