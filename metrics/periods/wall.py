"""The calendar and the clock on a team's wall: months counted on from a day, and the instants of wall times."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo


def months_on(on: date, months: int) -> date:
    """Give the same day that many months later (earlier where negative) or, in a shorter month, its last day.

    Example: a month after 31 January is 28 February, twelve before 29 February the 28th.
    """
    year, month = divmod(on.year * 12 + on.month - 1 + months, 12)
    return date(year, month + 1, min(on.day, monthrange(year, month + 1)[1]))


def wall_day(at: datetime, zone: ZoneInfo) -> date:
    """Give the local date of an instant."""
    return at.astimezone(zone).date()


def first_of_month(number: int) -> date:
    """Give the first day of a month that is numbered year × 12 + month − 1."""
    return date(number // 12, number % 12 + 1, 1)


def year_before(at: datetime, zone: ZoneInfo) -> datetime:
    """Give the instant 12 months before another on a zone's clock (29 February: the 28th)."""
    wall = at.astimezone(zone).replace(tzinfo=None)
    return instant(datetime.combine(months_on(wall.date(), -12), wall.time()), zone)


def instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """Give the UTC instant of a naive local time; in a gap the clock before it counts on."""
    return wall.replace(tzinfo=zone).astimezone(UTC)


def at_wall(wall: datetime, zone: ZoneInfo) -> datetime:
    """Give the UTC instant of a naive local time; in a gap the first instant after it, of two the first.

    Example: 02:30 on 29 March 2026 in Berlin is 03:00 summer time, 01:00 UTC.
    """
    late = instant(wall, zone)
    if late.astimezone(zone).replace(tzinfo=None) == wall:
        return late
    early = instant(wall.replace(fold=1), zone)
    while late - early > timedelta(seconds=1):
        middle = (early + (late - early) / 2).replace(microsecond=0)
        passed = middle.astimezone(zone).replace(tzinfo=None) >= wall
        early, late = (early, middle) if passed else (middle, late)
    return late


@lru_cache(maxsize=8192)
def local_midnight(on: date, zone: ZoneInfo) -> datetime:
    """Give the UTC instant at which a local day begins, also where its midnight does not exist.

    Example: 4 November 2018 began at 01:00 in São Paulo, 03:00 UTC.
    """
    return at_wall(datetime.combine(on, time()), zone)
