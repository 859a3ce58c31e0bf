"""Teams as handlers know them, read by those who work without a request."""

from zoneinfo import ZoneInfo

from handlers.base import Team
from store import Session
from store.people.team import TeamRow, team_of


def team_from(row: TeamRow) -> Team:
    """Return a stored team as handlers know it."""
    return Team(
        id=row.id,
        name=row.name,
        zone=ZoneInfo(row.zone),
        currency=row.currency,
        locale=row.locale,
        window_days=row.window_days,
        journey_gap_days=row.journey_gap_days,
        return_basis=row.return_basis,
        settings=row.settings,
    )


async def team_named(session: Session, team_id: int) -> Team:
    """Return the team with that id."""
    return team_from(await team_of(session, team_id))
