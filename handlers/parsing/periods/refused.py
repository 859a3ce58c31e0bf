"""Periods that cannot be had: what is said of them, and the nearest that can, as they are typed."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import date

from handlers.parsing.refusal import Refusal
from metrics.periods import Period
from metrics.wording import Phrase, phrase
from store.names import fold

NAMES: Mapping[str, tuple[str, ...]] = {
    "en": (
        *("today", "yesterday", "this week", "last week", "this month", "last month", "this quarter"),
        *("last quarter", "this year", "last year", "last 7 days", "last 30 days", "last 90 days"),
    ),
    "vi": (
        *("hôm nay", "hôm qua", "tuần này", "tuần trước", "tháng này", "tháng trước", "quý này"),
        *("quý trước", "năm nay", "năm ngoái", "7 ngày", "30 ngày", "90 ngày"),
    ),
}
"""The periods that are offered, by language."""

_FIRST = {"day": 0, "week": 2, "month": 4, "quarter": 6, "year": 8}
"""Where the running period of a unit stands among the names, with the one before after it."""
_DATE = re.compile(r"[0-9]{1,2}[/.][0-9]{1,2}(?:[/.][0-9]{4})?|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}")
_REFUSALS = {
    "wrong": phrase("There is no such date: “{typed}”. For example: {examples}"),
    "none": phrase("There is no such period: “{typed}”. For example: {examples}"),
    "reversed": phrase("“{typed}” ends before it begins. For example: {examples}"),
    "long": phrase("“{typed}” is longer than 20 years. For example: {examples}"),
    "part": phrase("A day is the shortest period: “{typed}” is a part of one."),
    "ahead": phrase("“{typed}” has not begun yet. For example: {examples}"),
    "old": phrase("“{typed}” is too long ago. For example: {examples}"),
}


def unknown(words: str, locale: str) -> Refusal:
    """What is no period, with the nearest."""
    typed = " ".join(words.split())[:40]
    return Refusal(
        phrase("I don't know the period “{typed}”. For example: {examples}", typed=typed, examples=_examples(locale)),
        near_periods(words, locale),
    )


def _examples(locale: str) -> str:
    return "tháng này, tháng trước, quý 3, 01/10-15/11" if locale == "vi" else "this month, last month, Q3, 01/10-15/11"


def near_periods(words: str, locale: str) -> tuple[str, ...]:
    """Up to three periods whose names are nearest to what was typed, else the commonest."""
    from rapidfuzz import fuzz, process

    names = [*NAMES.get(locale, NAMES["en"]), *NAMES["en" if locale == "vi" else "vi"]]
    close = process.extract(
        fold(words)[:60], [fold(name) for name in names], scorer=fuzz.ratio, limit=3, score_cutoff=60
    )
    return tuple(names[index] for _, _, index in close) or NAMES.get(locale, NAMES["en"])[4:6]


def refused(why: str, typed: str, today: date, locale: str) -> Refusal:
    """What is no period for one of the reasons above, with those that may be meant."""
    near = {"reversed": _turned, "wrong": _last_of_month}.get(why)
    unit = "year" if why in {"long", "old"} else "day" if why == "part" else "month"
    meant = near(typed, today) if near else ()
    return _said(why, typed, (*meant, *around(unit, locale))[:3], locale)


def which(may_be: tuple[str, ...], typed: str) -> Refusal:
    """Which of the days that it may be is meant."""
    said = phrase("Which days is “{typed}”? For example: {examples}", typed=typed, examples=", ".join(may_be))
    return Refusal(said, may_be, typed, doubtful=True)


def ahead(period: Period, typed: str, locale: str) -> Refusal:
    """What has not begun, with the running one and the last."""
    return _said("ahead", typed, around(period.unit, locale), locale)


def around(unit: str, locale: str) -> tuple[str, ...]:
    """The running period of a unit and the one before it."""
    first = _FIRST.get(unit, _FIRST["month"])
    return NAMES.get(locale, NAMES["en"])[first : first + 2]


def _said(why: str, typed: str, near: tuple[str, ...], locale: str) -> Refusal:
    said = Phrase(_REFUSALS[why].source, {"typed": typed, "examples": _examples(locale)})
    return Refusal(said, near, typed)


def _turned(typed: str, today: date) -> tuple[str, ...]:
    """The days from the last to the first."""
    dates = _DATE.findall(typed)
    return (f"{dates[1]}-{dates[0]}",) if len(dates) == 2 else ()


def _last_of_month(typed: str, today: date) -> tuple[str, ...]:
    """The last day of a month that has not so many: of 31/02 it is 28/02."""
    cells = re.split("[/.]", typed)
    if len(cells) not in {2, 3} or not all(cell.isdecimal() for cell in cells):
        return ()
    month, *rest = (int(cell) for cell in cells[1:])
    year = rest[0] if rest else today.year - (month > today.month)
    if not (1 <= month <= 12 and 1 <= year <= 9998) or int(cells[0]) <= monthrange(year, month)[1]:
        return ()
    return ("/".join((str(monthrange(year, month)[1]), *cells[1:])),)
