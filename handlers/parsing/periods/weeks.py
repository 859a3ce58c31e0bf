"""Weeks by their number in the year (ISO 8601): `week 50`, `tuần 50`, `W10`, `tuần 2/2027`, `2026-W50`."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from handlers.parsing.text import Line, pattern

_WEEK = pattern(
    r"(?:w|(?:tuần|tuan|week) )(?P<n>[0-9]{1,2})(?:(?: ?[/-] ?| năm | nam |,? )(?P<y>[0-9]{4}))?"
    r"|(?P<y2>[0-9]{4})-?w(?P<n2>[0-9]{1,2})"
)
_OF_A_MONTH = 5
"""Weeks up to this one may be those of a month when no year is written: `tuần 2`."""
_DOUBTFUL = pattern(
    r"(?P<week>w|(?:tuần|tuan|week) )(?P<n>[1-5])"
    r"(?P<tail> (?:của |cua |of )?(?:tháng|thang|month) (?:(?P<m>[0-9]{1,2})(?:[/-](?P<y>[0-9]{4}))?"
    r"|(?P<this>này|nay)|(?P<last>trước|truoc|rồi|roi)))?"
)
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
    if 1 <= number <= _OF_A_MONTH:
        return None
    now = today.isocalendar().year
    years = range(now - 1, now + 3) if coming else range(now, now - 8, -1)
    mondays = [monday for one in years if (monday := _monday(one, number)) is not None]
    fits = (monday for monday in mondays if _fits(monday, today, coming=coming))
    return next(fits, None), matched[1]


def doubtful_week(line: Line, at: int, today: date) -> tuple[tuple[str, ...], int] | None:
    """What `tuần 3` or `tuần 3 tháng 11` may mean, as it can be typed, and the token after it; None for anything else.

    Of the year, or of the running month (the one before where it has not begun): the week of its third Monday, and
    where the month is named its days from the 15th to the 21st. Without suggestions there is no such month.
    """
    matched = line.match(_DOUBTFUL, at)
    if matched is None or (not matched[0]["tail"] and week_at(line, at, today) is not None):
        return None  # `tuần 3/2026` has its year
    found, number = matched[0], int(matched[0]["n"])
    if found["m"] or found["this"] or found["last"]:
        month = _month(found["m"], found["y"], today) if found["m"] else _before(today) if found["last"] else today
        return (() if month is None else _of_month(number, month, today)), matched[1]
    years = (today.isocalendar().year, today.year - 1)
    year = next(one for one in years if date.fromisocalendar(one, number, 1) <= today)
    word = "W" if found["week"] == "w" else found["week"]
    months = (_of_month(number, month, today, days=False) for month in (today, _before(today)))
    return (f"{word}{number}/{year}", *next(filter(None, months), ())), matched[1]


def _month(number: str, year: str | None, today: date) -> date | None:
    """The first of a month, without its year the latest that has begun."""
    if not 1 <= int(number) <= 12 or (year is not None and not 1990 <= int(year) <= today.year):
        return None
    return date(int(year) if year else today.year - (int(number) > today.month), int(number), 1)


def _before(today: date) -> date:
    return today.replace(day=1) - timedelta(days=1)


def _of_month(number: int, month: date, today: date, *, days: bool = True) -> tuple[str, ...]:
    """The week of a month's nth Monday, and its nth seven ``days``, of those that have begun."""
    first, last = month.replace(day=1), monthrange(month.year, month.month)[1]
    monday = 1 + -first.weekday() % 7 + 7 * (number - 1)
    day = 7 * (number - 1) + 1
    spans = [(monday, monday + 6)] * (monday <= last) + [(day, min(day + 6, last))] * (days and day <= last)
    dates = [(first + timedelta(days=a - 1), first + timedelta(days=b - 1)) for a, b in spans]
    return tuple(dict.fromkeys(f"{a:%d/%m/%Y}-{b:%d/%m/%Y}" for a, b in dates if a <= today))


def _fits(monday: date, today: date, *, coming: bool) -> bool:
    return monday + _WEEK_LONG > today - _JUST_OVER if coming else monday <= today


def _monday(year: int, number: int) -> date | None:
    try:
        return date.fromisocalendar(year, number, 1)
    except ValueError:
        return None
