"""Which state of a team's data a transaction reads: what was computed of it holds until there is another."""

from collections.abc import Hashable

from sqlalchemy import exists, or_, select

from store import Session
from store.facts.cut import Cut, counted
from store.facts.daily import knows_later
from store.tables import contacts, deals, hand_overs, leads, refunds, sales, teams

DATED = (contacts, leads, refunds, sales)


async def edition(session: Session, cut: Cut) -> Hashable | None:
    """Return what tells this state of the team's data from every other; None where nothing of it may be kept.

    That is in a transaction that can write (its writes may be taken back, and their number used again), and where
    anything is dated at or after the cut's now (a later now would know of it).
    """
    if not session.sync_connection or not session.sync_connection.get_execution_options().get("snapshot"):
        return None
    if await knows_later(session, cut, DATED) or await _deals_later(session, cut):
        return None
    written = (await session.execute(select(teams.c.version).where(teams.c.id == cut.team_id))).scalar()
    return (session.engine.url.render_as_string(), cut.team_id, written)


async def _deals_later(session: Session, cut: Cut) -> bool:
    here = (deals.c.team_id == cut.team_id, counted("deals"))
    opened = exists().where(*here, deals.c.opened_at >= cut.now)
    closed = exists().where(*here, deals.c.outcome.in_(("won", "lost")), deals.c.closed_at >= cut.now)
    moved = exists().where(hand_overs.c.team_id == cut.team_id, hand_overs.c.at >= cut.now)
    return bool((await session.execute(select(or_(opened, closed, moved)))).scalar_one())
