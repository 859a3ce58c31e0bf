"""Public holidays by a team's calendar: Vietnam's unless it has chosen another country's, or none."""

from datetime import date
from functools import lru_cache
from typing import Any

from handlers.base import Team

NONE = "off"


def is_holiday(team: Team, day: date) -> bool:
    """Whether a day is a public holiday in the team's calendar."""
    country = str(team.settings.get("holidays", "VN"))
    return country != NONE and day in _days(country, day.year)


@lru_cache(maxsize=64)
def _days(country: str, year: int) -> Any:
    """The holidays of a year; imported when first asked for: it takes a moment."""
    import holidays

    return holidays.country_holidays(country, years=year)
