"""The days on which a team works, and public holidays by its calendar: Vietnam's, another country's, or none."""

from datetime import date
from functools import lru_cache
from typing import Any

from handlers.base import Team

NONE = "off"


def is_holiday(team: Team, day: date) -> bool:
    """Whether a day is a public holiday in the team's calendar."""
    country = str(team.settings.get("holidays", "VN"))
    return country != NONE and day in _days(country, day.year)


def weekdays(team: Team) -> tuple[int, ...]:
    """Return the weekdays on which a team works, Monday 0."""
    kept: Any = team.settings["working_days"]
    return tuple(int(day) - 1 for day in kept)


@lru_cache(maxsize=64)
def _days(country: str, year: int) -> Any:
    """The holidays of a year; imported when first asked for: it takes a moment."""
    import holidays

    return holidays.country_holidays(country, years=year)
