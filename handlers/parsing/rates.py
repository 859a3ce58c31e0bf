"""Reads a line of `/fx`: which currency, what it is worth, from which day; the number's readings are all given."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from handlers.parsing.amounts import CURRENCIES, UNITS
from handlers.parsing.text import Line, tokenise
from handlers.parsing.times import moment, read_when

_NUMBER = re.compile(r"(?P<number>[0-9]+(?:[.,][0-9]+)*)(?P<after>\D*)")
_MOST_DIGITS = 18
_SIGNS = {"$": "usd", "€": "eur", "£": "gbp", "¥": "jpy"}
_NOISE = frozenset(("=", ":", "là", "la", "is", "từ", "tu", "from", "bằng", "bang"))


@dataclass(frozen=True, slots=True)
class RateLine:
    """What was read: the currency, what its worth may be (two readings of `26.000`), the day, what was not read."""

    currency: str | None = None
    readings: tuple[Decimal, ...] = ()
    day: date | None = None
    ahead: bool = False
    unread: str = ""


def read_rate(text: str, now: datetime, zone: ZoneInfo, base: str, *, english: bool) -> RateLine:
    """Read a currency, a rate and a day in any order: `usd 26000`, `1 usd = 26.150,5 hôm qua`, `eur 28k 01/10`."""
    for sign, code in _SIGNS.items():
        text = text.replace(sign, f" {code} ")
    line, at, found = tokenise(text[:200]), 0, RateLine()
    while at < len(line):
        step = _noise(line, at, base) or _currency(line, at, found, base) or _rate(line, at, found, base)
        step = step or _day(line, at, found, now, zone, english=english)
        if step is None:
            return RateLine(found.currency, found.readings, found.day, found.ahead, line.tokens[at].raw)
        found, at = step[0] or found, step[1]
    return found


Step = tuple["RateLine | None", int]


def _noise(line: Line, at: int, base: str) -> Step | None:
    """Words that say nothing: `=`, the `1` before a currency, the team's own currency after the number."""
    word = line.tokens[at].lower
    one = word == "1" and at + 1 < len(line) and code_of(line.tokens[at + 1].lower) not in (None, base)
    return (None, at + 1) if word in _NOISE or one or code_of(word) == base else None


def _currency(line: Line, at: int, found: RateLine, base: str) -> Step | None:
    code = code_of(line.tokens[at].lower)
    if code is None or found.currency is not None:
        return None
    return RateLine(code, found.readings, found.day, found.ahead), at + 1


def _rate(line: Line, at: int, found: RateLine, base: str) -> Step | None:
    match = _NUMBER.fullmatch(line.tokens[at].lower)
    if match is None or found.readings:
        return None
    end, unit = at + 1, 1
    after = match["after"].strip()
    if not after and end < len(line) and UNITS.get(line.tokens[end].lower):
        after, end = line.tokens[end].lower, end + 1
    if after and code_of(after) != base:
        unit = UNITS.get(after, 0)
    values = tuple(value * unit for value in readings(match["number"]))
    if not unit or not values:
        return None
    return RateLine(found.currency, values, found.day, found.ahead), end


def _day(line: Line, at: int, found: RateLine, now: datetime, zone: ZoneInfo, *, english: bool) -> Step | None:
    when = read_when(line, at, english=english, in_call=False, ahead=False)
    if when is None or when.day is None or found.day is not None:
        return None
    said = moment(when, now, zone, "past")
    known = said.at or (said.choices[0] if said.why == "old" and said.choices else None)
    if known is None:
        return (RateLine(found.currency, found.readings, None, ahead=True), when.end) if said.why == "future" else None
    return RateLine(found.currency, found.readings, known.astimezone(zone).date(), found.ahead), when.end


def readings(number: str) -> tuple[Decimal, ...]:
    """Return what a written number may be: `26000` and `26.5` one thing, `26.000` two; none for what is no number.

    >>> readings("1.085")
    (Decimal('1085'), Decimal('1.085'))
    """
    marks, groups = re.findall("[.,]", number), re.split("[.,]", number)
    if len("".join(groups)) > _MOST_DIGITS:
        return ()
    whole, decimal = Decimal("".join(groups)), Decimal("".join(groups[:-1]) + "." + groups[-1]) if marks else None
    grouped = all(len(group) == 3 for group in groups[1:]) and len(groups[0]) <= 3 and not groups[0].startswith("0")
    if decimal is None:
        found: tuple[Decimal, ...] = (whole,)
    elif len(set(marks)) == 2:
        found = (decimal,) if marks[-1] not in marks[:-1] else ()
    elif len(marks) > 1:
        found = (whole,) if grouped else ()
    else:
        found = (whole, decimal) if grouped else (decimal,)
    return tuple(value for value in found if value > 0)


def code_of(word: str) -> str | None:
    """Return the currency that a word names: `usd`, `$`, `đô`, `chf`."""
    if word in CURRENCIES:
        return CURRENCIES[word]
    if len(word) != 3 or not word.isascii() or not word.isalpha():
        return None
    from babel.numbers import list_currencies

    return word.upper() if word.upper() in list_currencies("en") and word not in UNITS else None
