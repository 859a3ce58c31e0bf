"""Weekdays in questions: `monday`, `thứ 2 tuần trước`, `since Monday`, `từ thứ hai đến thứ sáu`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from handlers.parsing.days import Day, read_weekday
from handlers.parsing.periods.ranges import FROM, NOW, SINCE, TO, TO_AFTER_FROM, Answer, Clock, dashed
from handlers.parsing.text import Line, tokenise
from metrics import periods

Span = tuple[date, date]
_NUMBERED = re.compile("t[2-7]")
_JOINED = re.compile(r"(?P<a>[a-z]{3,})[-–](?P<b>[a-z]{3,})")
_WEEK = 7


def weekday_at(line: Line, at: int, clock: Clock) -> Answer:
    """The day named by its weekday: the last one past; which is asked on the same weekday."""
    day = _named(line, at)
    return _answer([(on, on) for on in _days(day, clock.today)], day.end, clock) if day else None


def weekdays_at(line: Line, at: int, clock: Clock) -> Answer:
    """The days from one weekday to another, or to now; which are asked where they may be those of two weeks."""
    if joined := _in_one_word(line, at):
        return _answer(_between(*joined, clock.today), at + 1, clock)
    said = line.match(FROM, at)
    first = _named(line, said[1] if said else at)
    if first is None:
        return None
    to = line.match(TO, first.end) or (line.match(TO_AFTER_FROM, first.end) if said else None)
    after = to[1] if to else first.end
    now = line.match(NOW, after) if to else None
    last = _named(line, after) if to or dashed(line, after) else None
    if last is not None:
        return _answer(_between(first, last, clock.today), last.end, clock)
    if now or (to is None and line.match(SINCE, at)):
        return _answer([(on, clock.today) for on in _days(first, clock.today)], now[1] if now else after, clock)
    return None


def _answer(spans: Sequence[Span], end: int, clock: Clock) -> Answer:
    """The days, or those that they may be."""
    (first, last), *others = spans
    if others:
        return tuple(map(written, spans)), end
    day = periods.day(first, clock.zone, clock.now)
    return (day if first == last else periods.custom(first, last, clock.zone, clock.now)), end


def written(span: Span) -> str:
    """Days as they can be typed."""
    first, last = span
    return f"{first:%d/%m/%Y}" if first == last else f"{first:%d/%m/%Y}-{last:%d/%m/%Y}"


def _named(line: Line, at: int) -> Day | None:
    """A weekday; `t3` alone is March, `t3 tuần trước` a Tuesday."""
    day = read_weekday(line, at, english=False) if at < len(line) else None
    month = day is not None and _NUMBERED.fullmatch(line.tokens[at].lower) and day.side not in ("prev", "this", "next")
    return None if month else day


def _in_one_word(line: Line, at: int) -> tuple[Day, Day] | None:
    """`Monday-Friday`, `mon-fri`."""
    found = _JOINED.fullmatch(line.tokens[at].lower) if at < len(line) else None
    if found is None:
        return None
    first, last = (read_weekday(tokenise(found[name].title()), 0, english=True) for name in "ab")
    return (first, last) if first and last else None


def _days(day: Day, today: date) -> tuple[date, ...]:
    """The day that a weekday names: the last one past; on the same weekday today may be meant too."""
    monday = today - timedelta(days=today.weekday())
    weeks = {"prev": -1, "this": 0, "next": 1}
    if day.side in weeks:
        return (monday + timedelta(days=_WEEK * weeks[day.side] + day.number),)
    if day.side == "coming":
        return (today + timedelta(days=(day.number - today.weekday() - 1) % _WEEK + 1),)
    before = today - timedelta(days=(today.weekday() - day.number - 1) % _WEEK + 1)
    return (today, before) if day.number == today.weekday() and not day.side else (before,)


def _between(first: Day, last: Day, today: date) -> tuple[Span, ...]:
    """From one weekday to another: of the week that is named, else the latest, and the one before while it runs."""
    length = timedelta(days=(last.number - first.number) % _WEEK)
    if last.side in ("prev", "this", "next"):
        end = _days(last, today)[0]
        return ((end - length, end),)
    if first.side in ("prev", "this", "next"):
        start = _days(first, today)[0]
        return ((start, start + length),)
    start = today - timedelta(days=(today.weekday() - first.number) % _WEEK)
    before = start - timedelta(days=_WEEK)
    over = (start, start + length)
    return (over,) if over[1] <= today else ((before, before + length), over)
