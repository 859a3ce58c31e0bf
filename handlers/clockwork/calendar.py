"""The days on which a team works, and its public holidays."""

from datetime import date
from typing import Any

from handlers.base import Team
from metrics.periods import holidays


def is_holiday(team: Team, day: date) -> bool:
    """Whether a day is a public holiday in the team's calendar."""
    return holidays.is_holiday(str(team.settings["holidays"]), day)


def weekdays(team: Team) -> tuple[int, ...]:
    """Return the weekdays on which a team works, Monday 0."""
    kept: Any = team.settings["working_days"]
    return tuple(int(day) - 1 for day in kept)
