"""The members who may be named by ``@`` in a line."""

from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from store.tables import accounts, members


@dataclass(frozen=True, slots=True)
class ColleagueRow:
    """A present member: the name in the team, and the Telegram name of their account if they have both."""

    id: int
    name: str
    username: str | None


COLLEAGUES = (
    select(members.c.id, members.c.name, accounts.c.username)
    .select_from(members.outerjoin(accounts, accounts.c.id == members.c.account_id))
    .where(members.c.team_id == bindparam("team_id"), members.c.removed_at.is_(None))
    .order_by(members.c.id)
)


async def colleagues_of(session: AsyncConnection, team_id: int) -> list[ColleagueRow]:
    """Return the team's present members, oldest first."""
    return [ColleagueRow(*row) for row in await session.execute(COLLEAGUES, {"team_id": team_id})]
