"""Weeks, quarters, months and years by their names: `Q3 2026`, `T10`, `tháng mười`, `third quarter`, `tuần 40`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from handlers.parsing.counts import counted
from handlers.parsing.periods.ranges import Answer, Clock
from handlers.parsing.periods.weeks import doubtful_week, week_at
from handlers.parsing.text import Line, pattern
from metrics import periods
from metrics.periods import Period

EARLIEST_YEAR = 1990
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_MONTH_WORDS = "january february march april may june july august september october november december"
MONTHS = {name: index + 1 for index, name in enumerate(_MONTH_WORDS.split())}
MONTHS |= {name[:3]: number for name, number in MONTHS.items() if name != "may"} | {"sept": 9}
MONTH = "(?:" + "|".join(sorted(MONTHS, key=len, reverse=True)) + ")"
_YEAR = r"(?P<y>[0-9]{4})"
OF_YEAR = r"(?:(?: ?[/-] ?| năm | nam |,? )(?P<y>[0-9]{4}))?"
_ORDINALS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4}
_QUARTER_WORDS = ("một", "nhất", "hai", "ba", "tư", "bốn")
_MONTH_IN_WORDS = (
    *("một", "hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười", "mười một", "mười hai"),
    *("mot", "bay", "tam", "chin", "muoi", "muoi mot", "muoi hai"),
)
"""In words; *tu*, *nam* and *sau* without accents rather say *from*, *year* and *after*."""
_QUARTER = pattern(
    rf"(?:q|quý ?|qúy ?|quy ?|quarter )(?P<q>[0-9]|iii|ii|iv|i|{'|'.join(_QUARTER_WORDS)}){OF_YEAR}"
    rf"|(?P<ord>{'|'.join(_ORDINALS)}) quarter(?: of(?= [0-9]))?(?: (?P<oy>[0-9]{{4}}))?"
)
_MONTH_NUMBER = pattern(rf"(?:t|tháng ?|thang ?|thg ?|month )(?P<m>[0-9]{{1,2}}){OF_YEAR}")
_MONTH_WORDED = pattern(
    rf"(?:tháng|thang) (?P<mw>{'|'.join(sorted(_MONTH_IN_WORDS, key=len, reverse=True))})"
    r"(?! (?:nay|ngoái|trước|sau|này|rồi|qua|tới|kia)(?: |$))" + OF_YEAR
)
_MONTH_NAME = pattern(
    rf"(?!may (?:don|cuoc|khach|nguoi|lan|ngay|hom|tuan|thang|nam|trieu|cai)(?: |$))(?P<name>{MONTH}){OF_YEAR}"
)
"""Not *mấy đơn*, how many orders, without its accents."""
_MONTH_YEAR = pattern(r"(?P<m>[0-9]{1,2})[/.-](?P<y>[0-9]{4})|(?P<y2>[0-9]{4})[-/](?P<m2>[0-9]{1,2})")
_WHOLE_YEAR = pattern(rf"(?:năm |nam |year )?{_YEAR}")


def unit_at(line: Line, at: int, clock: Clock) -> Answer:
    """A week, a quarter, a month, a year; without its year the latest that has begun."""
    numbered = _read_week(line, at, clock)
    if numbered:
        return numbered
    matched = line.match(_QUARTER, at)
    if matched:
        found = matched[0]
        number = _ORDINALS[found["ord"]] if found["ord"] else _numbered(found["q"])
        return _unit(periods.quarter, found["y"] or found["oy"], number, 4, 3, clock), matched[1]
    for source in (_MONTH_NUMBER, _MONTH_WORDED, _MONTH_NAME):
        matched = line.match(source, at)
        if matched:
            groups = matched[0].groupdict()
            number = MONTHS[groups["name"]] if groups.get("name") else _numbered(groups.get("m") or groups["mw"])
            return _unit(periods.month, groups["y"], number, 12, 1, clock), matched[1]
    matched = line.match(_MONTH_YEAR, at)
    if matched:
        year, month = matched[0]["y"] or matched[0]["y2"], matched[0]["m"] or matched[0]["m2"]
        return _unit(periods.month, year, int(month), 12, 1, clock), matched[1]
    matched = line.match(_WHOLE_YEAR, at)
    if matched is None:
        return None
    year_number = int(matched[0]["y"])
    return (year_wrong(year_number) or periods.year(year_number, clock.zone, clock.now)), matched[1]


def _numbered(word: str) -> int:
    """A number in digits, Roman or Vietnamese."""
    if word.isdigit():
        return int(word)
    return _ROMAN.get(word) or {"nhất": 1, "tư": 4}.get(word) or counted(word)


def _read_week(line: Line, at: int, clock: Clock) -> Answer:
    """A week by its number; one that may be of the month or of the year is asked about."""
    doubtful = doubtful_week(line, at, clock.today)
    if doubtful:
        return (doubtful[0] or "none"), doubtful[1]
    numbered = week_at(line, at, clock.today)
    if numbered is None:
        return None
    monday, end = numbered
    return ("none" if monday is None else periods.week(monday, clock.zone, clock.now)), end


def year_wrong(year: int) -> str | None:
    """Why a year cannot be had: too long ago, or no year of ours."""
    if year < EARLIEST_YEAR:
        return "old"
    return "none" if year > 2500 else None


def _unit(
    make: Callable[[int, int, ZoneInfo, datetime], Period],
    year: str | None,
    number: int,
    most: int,
    months: int,
    clock: Clock,
) -> Period | str:
    if not 1 <= number <= most:
        return "none"
    today = clock.today
    if year is None:
        begun = (number - 1) * months + 1 <= today.month
        return make(today.year - (not begun), number, clock.zone, clock.now)
    return year_wrong(int(year)) or make(int(year), number, clock.zone, clock.now)
