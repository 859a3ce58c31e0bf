"""Places a named day in the calendar: the last one past for logs, the next one for reminders, or a question."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from handlers.parsing.days import Day
from metrics.periods.wall import months_on

Sense = Literal["past", "future"]
"""Whether a day without a year or week is the last one (logs) or the next one (reminders)."""

RECENT_DAYS = 90
"""How far back a date without a year is taken for the last one."""


@dataclass(frozen=True, slots=True)
class Placed:
    """The date that a named day is, or the dates that it may be and why that is asked."""

    on: date | None
    choices: tuple[date, ...] = ()
    why: str | None = None


def place(day: Day, today: date, sense: Sense) -> Placed:
    """Place a named day in the calendar, or say what has to be asked."""
    if day.kind == "offset":
        return Placed(today + timedelta(days=day.number))
    if day.kind == "months":
        return Placed(months_on(today, day.number))
    if day.kind == "weekday":
        return _place_weekday(day, today, sense)
    if day.kind == "full":
        return Placed(day.on)
    if day.kind == "short":
        return _place_short(day, today, sense)
    return _unplaced(day, today, sense)


def _unplaced(day: Day, today: date, sense: Sense) -> Placed:
    if day.kind == "monthday":
        return Placed(None, _days_of_month(day.number, today, sense), "monthday")
    if day.kind == "wrong":
        near = _nearest(day.month, day.number, today, sense) if day.month else None
        return Placed(None, (near,) if near else (), "wrong")
    return Placed(None, (), "vague")


def _place_weekday(day: Day, today: date, sense: Sense) -> Placed:
    monday = today - timedelta(days=today.weekday())
    weeks = {"prev": -1, "this": 0, "next": 1}
    if day.side in weeks:
        return Placed(monday + timedelta(days=day.number + 7 * weeks[day.side]))
    back, ahead = (today.weekday() - day.number) % 7, (day.number - today.weekday()) % 7
    if day.side == "last":
        return Placed(today - timedelta(days=back or 7))
    if day.side == "coming":
        return Placed(today + timedelta(days=ahead or 7))
    if back == 0:
        other = today + timedelta(days=7 if sense == "future" else -7)
        return Placed(None, (today, other), "today")
    return Placed(today - timedelta(days=back) if sense == "past" else today + timedelta(days=ahead))


def _in_year(year: int, month: int, day: int) -> date | None:
    return date(year, month, day) if day <= monthrange(year, month)[1] else None


def _nearest(month: int, day: int, today: date, sense: Sense) -> date | None:
    """The last (next) such day of a month seen from today, today included."""
    for step in range(9):
        on = _in_year(today.year + (step if sense == "future" else -step), month, day)
        if on is not None and (on >= today if sense == "future" else on <= today):
            return on
    return None


def _place_short(day: Day, today: date, sense: Sense) -> Placed:
    on = _nearest(day.month, day.number, today, sense)
    if on is None:
        return Placed(None, (), "wrong")
    if sense == "future" or (today - on).days <= RECENT_DAYS:
        return Placed(on)
    return Placed(None, (on,), "year")


def _days_of_month(day: int, today: date, sense: Sense) -> tuple[date, ...]:
    """The last (next) day of that number, for a choice."""
    first = today.replace(day=1)
    for _ in range(3):
        if 1 <= day <= monthrange(first.year, first.month)[1]:
            on = first.replace(day=day)
            if on >= today if sense == "future" else on <= today:
                return (on,)
        step = timedelta(days=32) if sense == "future" else timedelta(days=-1)
        first = (first + step).replace(day=1)
    return ()
