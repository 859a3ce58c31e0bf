"""The times that buttons offer, and the hours in which nobody is disturbed."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from handlers.base import Team
from metrics.periods.timetable import out_of
from metrics.periods.wall import at_wall
from metrics.wording import Phrase, phrase

MORNING = time(9)
LATER: Mapping[str, Phrase] = {
    "h2": phrase("+2 h"),
    "d1": phrase("Tomorrow 9:00"),
    "mo": phrase("Next Monday"),
}
"""The times to choose from, by the name that a button carries."""


def quiet_hours(team: Team) -> tuple[time, time]:
    """Return when the team's quiet hours begin and end."""
    kept: Any = team.settings["quiet_hours"]
    begins, ends = kept or ("00:00", "00:00")
    return time.fromisoformat(begins), time.fromisoformat(ends)


def later(team: Team, choice: str, now: datetime) -> datetime:
    """Give the instant that a choice names; one in the quiet hours becomes their end."""
    if choice == "h2":
        return out_of(quiet_hours(team), team.zone, now + timedelta(hours=2))
    today = now.astimezone(team.zone).date()
    ahead = 1 if choice == "d1" else 7 - today.weekday()
    return morning(team, now, ahead)


def morning(team: Team, now: datetime, days_ahead: int) -> datetime:
    """Give nine o'clock so many days ahead."""
    day = now.astimezone(team.zone).date() + timedelta(days=days_ahead)
    return at_wall(datetime.combine(day, MORNING), team.zone)
