"""Weeks by their number in the year (ISO 8601): `week 50`, `tuần 50`, `W10`, `tuần 2/2027`, `2026-W50`."""

from __future__ import annotations

from datetime import date, timedelta

from handlers.parsing.text import Line, pattern

_WEEK = pattern(
    r"(?:w|(?:tuần|tuan|week) )(?P<n>[0-9]{1,2})(?:(?: ?[/-] ?| năm | nam |,? )(?P<y>[0-9]{4}))?"
    r"|(?P<y2>[0-9]{4})-?w(?P<n2>[0-9]{1,2})"
)
_OF_A_MONTH = 5
"""Weeks up to this one may be those of a month when no year is written: `tuần 2`."""
_JUST_OVER = timedelta(days=90)
"""Of what ended less than this ago, the next one is not meant without its year."""
_WEEK_LONG = timedelta(days=7)


def week_at(line: Line, at: int, today: date, *, coming: bool = False) -> tuple[date | None, int] | None:
    """The Monday of the week named at a token, and the token after it; None in its place for no week of any year.

    Without its year it is the latest that has begun, or, where it is the one that is ``coming``, the first that is not
    long over.
    """
    matched = line.match(_WEEK, at)
    if matched is None:
        return None
    number, year = int(matched[0]["n"] or matched[0]["n2"]), matched[0]["y"] or matched[0]["y2"]
    if year is not None:
        return _monday(int(year), number), matched[1]
    if number <= _OF_A_MONTH:
        return None
    now = today.isocalendar().year
    years = range(now - 1, now + 3) if coming else range(now, now - 8, -1)
    mondays = [monday for one in years if (monday := _monday(one, number)) is not None]
    fits = (monday for monday in mondays if _fits(monday, today, coming=coming))
    return next(fits, None), matched[1]


def _fits(monday: date, today: date, *, coming: bool) -> bool:
    return monday + _WEEK_LONG > today - _JUST_OVER if coming else monday <= today


def _monday(year: int, number: int) -> date | None:
    try:
        return date.fromisocalendar(year, number, 1)
    except ValueError:
        return None
