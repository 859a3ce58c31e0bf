"""Days as people name them: `hôm qua`, `t6`, `thứ sáu tuần trước`, `20/11`, `last Friday`, `3 ngày nữa`."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Literal

from handlers.parsing.counts import COUNT, counted
from handlers.parsing.text import Line, any_of, pattern

_WORDS = {
    0: ("hôm nay", "hnay", "bữa nay", "today", "hum nay", "hôm ni"),
    -1: ("hôm qua", "hqua", "hum qua", "hôm wa", "bữa qua", "ngày hôm qua", "yesterday", "yday"),
    -2: ("hôm kia", "hkia", "bữa kia", "bữa trước nữa", "day before yesterday", "the day before yesterday"),
    1: ("ngày mai", "hôm sau", "bữa sau", "tomorrow", "tmr", "sáng ngày mai"),
    2: ("ngày kia", "ngày mốt", "bữa mốt", "day after tomorrow", "the day after tomorrow"),
}
_NUMBERED = {"hai": 0, "ba": 1, "tư": 2, "tu": 2, "năm": 3, "nam": 3, "sáu": 4, "sau": 4, "bảy": 5, "bay": 5}
_ENGLISH = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_YEAR = "january february march april may june july august september october november december"
_MONTHS = tuple(_YEAR.split())
_SHORT_MONTHS = {month[:3]: index + 1 for index, month in enumerate(_MONTHS)}
MONTH_NAMES = {month: index + 1 for index, month in enumerate(_MONTHS)} | _SHORT_MONTHS | {"sept": 9}
"""Every English name of a month, whole or short, and its number."""
MONTHS_ELSE = frozenset(("may", "sep", "mar"))
"""Months that are Vietnamese words too (*máy*, *sếp*): taken where they are capitalised."""
_MONTH = "(?:" + "|".join(sorted(MONTH_NAMES, key=len, reverse=True)) + ")"

_NEAR = tuple((offset, pattern(any_of(words))) for offset, words in _WORDS.items())
_MAI = pattern("mai|mốt")
_UNIT_AHEAD = r"(?! ?(?:tr|triệu|trieu|k|củ|cu|nghìn|nghin|ngàn|ngan|tỷ|tỉ|ty|lít)(?:[ 0-9]|$))"
_WEEKDAY_WORD = (
    rf"(?:(?:thứ|thu) ?(?P<n>[2-7]){_UNIT_AHEAD}|(?:thứ|thu) (?P<w>hai|ba|tư|tu|năm|nam|sáu|sau|bảy|bay)"
    rf"|t(?P<t>[2-7])|(?P<cn>cn|chủ nhật|chu nhat|chúa nhật|chua nhat)"
    r"|(?P<e>monday|mon|tuesday|tues|tue|wednesday|wed|thursday|thurs|thur|friday|fri|saturday|sunday)"
    r"|(?P<es>thu|sat|sun))"
)
_SIDE = (
    r"(?P<prev>tuần trước|tuan truoc|tuần rồi|tuan roi|tuần qua|tuan qua|(?:of )?last week)"
    r"|(?P<this>tuần này|tuan nay|này|nay|(?:of )?this week)"
    r"|(?P<next>tuần sau|tuan sau|tuần tới|tuan toi|(?:of )?next week)"
    r"|(?P<last>vừa rồi|vua roi|vừa qua|vua qua|rồi|roi|trước|truoc)"
    r"|(?P<coming>tới|toi)"
)
_WEEKDAY = pattern(
    rf"(?:(?:hôm|hom|bữa|bua|ngày|ngay|on) )?(?:(?P<before>last|next|this) )?{_WEEKDAY_WORD}(?: (?:{_SIDE}))?"
)
_FULL = pattern(
    r"(?:(?:ngày|ngay|hôm|hom|on) ?)?(?:(?P<y>[0-9]{4})(?P<ys>[-/])(?P<ym>[0-9]{1,2})(?P=ys)(?P<yd>[0-9]{1,2})"
    r"|(?P<d>[0-9]{1,2})(?P<s>[/.-])(?P<m>[0-9]{1,2})(?P=s)(?P<dy>[0-9]{4}|[0-9]{2}))"
)
_SHORT = pattern(r"(?:(?:ngày|ngay|hôm|hom|on|mùng|mung) ?)?(?P<d>[0-9]{1,2})(?P<s>[/-])(?P<m>[0-9]{1,2})")
_SPOKEN = pattern(
    r"(?:ngày |ngay |mùng |mung )?(?P<d>[0-9]{1,2}) (?:tháng|thang) (?P<m>[0-9]{1,2})"
    r"(?:(?: (?:năm|nam))? (?P<y>20[0-9]{2}))?"
)
_NAMED = pattern(
    rf"(?:on )?(?:the )?(?:(?P<m1>{_MONTH})\.? (?P<d1>[0-9]{{1,2}})(?:st|nd|rd|th)?"
    rf"|(?P<d2>[0-9]{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<m2>{_MONTH}))(?: (?P<y>20[0-9]{{2}}))?"
)
_OF_MONTH = pattern("(?:ngày|ngay|mùng|mung) (?P<d>[0-9]{1,2})|(?:on )?(?:the )?(?P<th>[0-9]{1,2})(?:st|nd|rd|th)")
_YEAR_AFTER = pattern("(?:năm |nam )?(?P<y>20[0-9]{2})")
_LENGTHS = {
    **dict.fromkeys(("ngày", "ngay", "hôm", "hom", "bữa", "day", "days"), 1),
    **dict.fromkeys(("tuần", "tuan", "week", "weeks"), 7),
}
_MONTH_LENGTHS = {
    **dict.fromkeys(("tháng", "thang", "month", "months"), 1),
    **dict.fromkeys(("năm", "nam", "year", "years"), 12),
}
_LENGTH = "(?:" + "|".join(sorted(_LENGTHS | _MONTH_LENGTHS, key=len, reverse=True)) + ")"
_AWAY = pattern(
    rf"(?:(?P<n1>{COUNT}) (?P<u1>{_LENGTH}) (?:(?P<nua>nữa|nua|tới|toi|sau|from now)|trước|truoc|ago)"
    rf"|(?P<in>in|sau|trong|after|cách đây|cach day) (?P<n2>{COUNT}) (?P<u2>{_LENGTH})(?: (?:nữa|nua|tới|toi))?)"
)
_VAGUE = pattern(
    any_of(
        (
            *("tuần trước", "tuần rồi", "tuần qua", "tháng trước", "tháng rồi", "hôm trước", "hôm nọ", "bữa trước"),
            *("bữa nọ", "mấy hôm trước", "mấy bữa trước", "năm ngoái", "đầu tuần", "cuối tuần", "đầu tháng"),
            *("cuối tháng", "tuần sau", "tuần tới", "tháng sau", "tháng tới", "hôm rồi", "mấy hôm nay", "ít hôm nữa"),
            *("vài hôm nữa", "mấy hôm nữa", "vài ngày nữa", "mấy ngày nữa", "last week", "last month", "last year"),
            *("next week", "next month", "the other day", "recently", "a few days ago", "tuần này", "this week"),
        )
    )
)
_BEFORE = {None: "", "last": "last", "next": "coming", "this": "this"}
_ABBREVIATED = frozenset(("mon", "sat", "sun", "thu"))


@dataclass(frozen=True, slots=True)
class Day:
    """A day as named, not yet placed in the calendar, and the token after it.

    `kind`: `offset` (days from today in `number`), `months` (likewise), `weekday` (`number` 0 is Monday, `side` as
    said), `full`, `short` (no year), `monthday`, `vague`, `wrong` (no such date).
    """

    kind: Literal["offset", "months", "weekday", "full", "short", "monthday", "vague", "wrong"]
    end: int
    number: int = 0
    side: str = ""
    on: date | None = None
    month: int = 0


def read_day(line: Line, at: int, *, english: bool) -> Day | None:
    """Read the day named at a token; `english` also takes `sat`, `sun`, `may 5`, which are Vietnamese words."""
    for read in (_read_away, _read_near, _read_written, read_weekday, _read_vague):
        day = read(line, at, english)
        if day is not None:
            return day
    return None


def _read_away(line: Line, at: int, english: bool) -> Day | None:
    matched = line.match(_AWAY, at)
    if matched is None:
        return None
    found, end = matched
    number, unit = counted(found["n1"] or found["n2"]), found["u1"] or found["u2"]
    back = found["in"] in ("cách đây", "cach day") if found["in"] else found["nua"] is None
    number = -number if back else number
    if unit in _MONTH_LENGTHS:
        return Day("months", end, number * _MONTH_LENGTHS[unit])
    return Day("offset", end, number * _LENGTHS[unit])


def _read_near(line: Line, at: int, english: bool) -> Day | None:
    for offset, source in _NEAR:
        matched = line.match(source, at)
        if matched:
            return Day("offset", matched[1], offset)
    return None


def read_short_near(line: Line, at: int) -> Day | None:
    """`nay`, `qua`, `mai`, `kia` after a part of the day (`sáng nay`)."""
    if at >= len(line) or line.tokens[at].opens:
        return None
    offsets = {"nay": 0, "ni": 0, "qua": -1, "kia": -2, "mai": 1, "mốt": 2}
    offset = offsets.get(line.tokens[at].lower)
    return None if offset is None else Day("offset", at + 1, offset)


def read_mai(line: Line, at: int) -> Day | None:
    """A lone `mai`, tomorrow: only where a future is expected, elsewhere it is a name."""
    matched = line.match(_MAI, at)
    return Day("offset", matched[1], 2 if matched[0].group() == "mốt" else 1) if matched else None


def _read_written(line: Line, at: int, english: bool) -> Day | None:
    matched = line.match(_FULL, at)
    if matched:
        found, end = matched
        if found["y"]:
            return _full(int(found["y"]), int(found["ym"]), int(found["yd"]), end)
        year = int(found["dy"])
        return _full(year + 2000 if year < 100 else year, int(found["m"]), int(found["d"]), end)
    matched = line.match(_SPOKEN, at)
    if matched:
        found, end = matched
        said, end = _year(line, found["y"], end)
        return _written(said, int(found["m"]), int(found["d"]), end)
    matched = line.match(_SHORT, at)
    if matched:
        found, end = matched
        day = _written(None, int(found["m"]), int(found["d"]), end)
        return Day("wrong", end, on=day.on, month=day.month, number=day.number) if found["s"] == "-" else day
    matched = line.match(_NAMED, at)
    if matched and (english or _is_month(line, at, matched[1])):
        found, end = matched
        month = MONTH_NAMES[found["m1"] or found["m2"]]
        said, end = _year(line, found["y"], end)
        return _written(said, month, int(found["d1"] or found["d2"]), end)
    matched = line.match(_OF_MONTH, at)
    return Day("monthday", matched[1], int(matched[0]["d"] or matched[0]["th"])) if matched else None


def _is_month(line: Line, at: int, end: int) -> bool:
    """Whether a date's month is not a Vietnamese word: `May 5`, or `may 5` with nothing after it (*may 5 bộ*)."""
    words = [token for token in line.tokens[at:end] if token.lower.rstrip(".") in MONTHS_ELSE]
    return not words or words[0].raw[:1].isupper() or (line.opens(end) and not line.accented)


def _year(line: Line, year: str | None, end: int) -> tuple[str | None, int]:
    """The year of a date, also one after a comma (`Nov 20, 2026`), and the token after it."""
    after = line.match(_YEAR_AFTER, end) if year is None else None
    between = line.text[line.tokens[end - 1].end : line.tokens[end].start] if after else ""
    return (after[0]["y"], after[1]) if after and between.strip() in ("", ",") else (year, end)


def _full(year: int, month: int, day: int, end: int) -> Day:
    if 1 <= month <= 12 and 1900 <= year <= 2999 and 1 <= day <= monthrange(year, month)[1]:
        return Day("full", end, on=date(year, month, day))
    return Day("wrong", end)


def _written(year: str | None, month: int, day: int, end: int) -> Day:
    if year:
        return _full(int(year), month, day, end)
    if 1 <= month <= 12 and 1 <= day <= monthrange(2024, month)[1]:
        return Day("short", end, number=day, month=month)
    # 11/20 is no day and month; whoever wrote it may have meant 20/11
    swapped = 1 <= day <= 12 and 1 <= month <= monthrange(2024, day)[1]
    return Day("wrong", end, number=month, month=day) if swapped else Day("wrong", end)


def read_weekday(line: Line, at: int, english: bool) -> Day | None:
    """Read the weekday named at a token; `english` also takes `sat`, `sun`, which are Vietnamese words."""
    matched = line.match(_WEEKDAY, at)
    if matched is None:
        return None
    found, end = matched
    word = found["e"] or found["es"]
    if word in _ABBREVIATED and not english and found["before"] is None:
        said = line.tokens[at + found.group().split().index(word)].raw
        if word == "thu" or not said[:1].isupper():
            return None
    if word in ("thu", "sun") and found["before"] is None and len(line) > at + 1 and not line.opens(at + 1):
        return None
    if found["cn"]:
        number = 6
    elif word:
        number = next(index for index, name in enumerate(_ENGLISH) if name.startswith(word[:3]))
    else:
        number = _NUMBERED[found["w"]] if found["w"] else int(found["n"] or found["t"]) - 2
    side = next((name for name in ("prev", "this", "next", "last", "coming") if found[name]), "")
    return Day("weekday", end, number, side or _BEFORE[found["before"]])


def _read_vague(line: Line, at: int, english: bool) -> Day | None:
    matched = line.match(_VAGUE, at)
    return Day("vague", matched[1]) if matched else None
