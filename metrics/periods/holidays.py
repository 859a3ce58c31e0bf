"""Public holidays by a country's calendar: Vietnam's, another's, or none."""

from bisect import bisect_left
from datetime import date
from functools import lru_cache

NONE = "off"
_FIRST_YEAR = 2001


def load() -> None:
    """Load the library, and the calendar of most teams, which would hold an event loop for a tenth of a second."""
    _of_year("VN", _FIRST_YEAR)


def is_holiday(country: str, day: date) -> bool:
    """Whether a day is a public holiday of a country, by its two letters; `NONE` has none."""
    return country != NONE and day in _of_year(country, day.year)


def holidays_before(country: str, weekdays: frozenset[int], day: date) -> int:
    """Count the holidays on some weekdays (Monday is 1) from 2001 to before a day; fewer than none before 2001.

    Example: Vietnam's from Monday to Saturday before 31 December 2001 are one more than those before 3 September.
    """
    if country == NONE:
        return 0
    return _before_year(country, weekdays, day.year) + bisect_left(_on(country, weekdays, day.year), day)


@lru_cache(maxsize=1024)
def _before_year(country: str, weekdays: frozenset[int], year: int) -> int:
    years, sign = (range(_FIRST_YEAR, year), 1) if year >= _FIRST_YEAR else (range(year, _FIRST_YEAR), -1)
    return sign * sum(len(_on(country, weekdays, one)) for one in years)


@lru_cache(maxsize=1024)
def _on(country: str, weekdays: frozenset[int], year: int) -> list[date]:
    return sorted(day for day in _of_year(country, year) if day.isoweekday() in weekdays)


@lru_cache(maxsize=1024)
def _of_year(country: str, year: int) -> frozenset[date]:
    """The holidays of a year; the library is imported when first asked for: it takes a moment."""
    import holidays

    return frozenset(holidays.country_holidays(country, years=year))
