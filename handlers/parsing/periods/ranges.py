"""Periods of several units: `từ tháng 9 đến tháng 11`, `T9-T11`, `6 tháng đầu năm`, `H1 2026`, `3 tháng qua`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from handlers.parsing.counts import UNSURE, WORDS, counted, is_number
from handlers.parsing.text import Line, any_of, either, pattern, tokenise
from metrics import periods
from metrics.periods import Period
from metrics.periods.wall import first_of_month

LONGEST_YEARS = 20
_AHEAD = timedelta(days=92)  # T10-T12 asked in November still runs
_DAY = timedelta(days=1)
_YEAR = r"(?:(?: ?[/-] ?| năm | nam |,? )(?P<y>[0-9]{4}))?"
_HALF = pattern(
    rf"(?:h(?P<h>[12])|(?:nửa|nua|(?P<n>[0-9]{{1,2}}|{WORDS}) (?:tháng|thang)) (?:(?:đầu|dau)|(?P<second>cuối|cuoi))"
    rf" (?:năm|nam)|first (?:half|(?P<n2>[0-9]{{1,2}}|{WORDS}) months) of the year){_YEAR}"
)
_UNITS = (("month", 1, "months?|tháng|thang"), ("quarter", 3, "quarters?|quý|quy"), ("year", 12, "years?|năm|nam"))
_BACK = pattern(
    rf"(?P<last>(?:last|past|previous) )?(?P<n>[0-9]{{1,6}}|{WORDS}|an?) ?(?:"
    + "|".join(f"(?P<{name}>{words})" for name, _, words in _UNITS)
    + rf")(?! [0-9])(?P<tail> (?:{any_of(('qua', 'gần đây', 'gần nhất', 'vừa qua', 'vừa rồi'))}"
    + rf"|(?P<ago>ago|{either('trước')})))?"
)
FROM = pattern(any_of(("từ", "kể từ", "from", "since", "between", "giữa")))
SINCE = pattern(any_of(("từ", "kể từ", "since")))
TO = pattern(any_of(("đến", "tới", "đến hết")))
TO_AFTER_FROM = pattern("to|until|till|through")
_AND = pattern("and|và|va")
_SIDE = pattern("the|this|last|previous|today|yesterday")
NOW = pattern(any_of(("nay", "giờ", "bây giờ", "now")))
_JOINED = re.compile(r"(?P<a>[a-z]+[0-9]{0,2}|[0-9]{4})[-–](?P<b>[a-z]+[0-9]{0,2}|[0-9]{4})(?:/(?P<y>[0-9]{4}))?")
_BARE_YEAR = pattern("[0-9]{4}")


@dataclass(frozen=True, slots=True)
class Clock:
    """What a period without its year is read against."""

    zone: ZoneInfo
    now: datetime

    @property
    def today(self) -> date:
        """The local date."""
        return self.now.astimezone(self.zone).date()


Read = Period | str | tuple[str, ...]
Answer = tuple[Read, int] | None
"""A period, why it cannot be had, or, as they can be typed, those that it may be; and the token after it."""
Reader = Callable[[Line, int, Clock], Answer]


def half_at(line: Line, at: int, clock: Clock) -> Answer:
    """Half a year, `3 tháng đầu năm`; without its year the latest that has begun."""
    matched = line.match(_HALF, at)
    if matched is None:
        return None
    found, today = matched[0], clock.today
    second, months = found["h"] == "2" or bool(found["second"]), counted(found["n"] or found["n2"] or "6")
    begins = 13 - months if second else 1
    year = int(found["y"]) if found["y"] else today.year - (begins > today.month)
    if not 1990 <= year <= 2500 or not 1 <= months <= 12:
        return "none", matched[1]
    first, last = date(year, begins, 1), first_of_month(year * 12 + begins - 1 + months) - _DAY
    return periods.custom(first, last, clock.zone, clock.now), matched[1]


def back_at(line: Line, at: int, clock: Clock) -> Answer:
    """So many months, quarters or years back: which days is asked.

    The three whole months before the running one, or two of them and the running one; `3 months ago` also the month.
    """
    matched = line.match(_BACK, at)
    if matched is None or not is_number(line, at):
        return None
    found, count = matched[0], counted(matched[0]["n"])
    if not _counts(found):
        return None
    months = next(size for name, size, _ in _UNITS if found[name])
    if count == 0:
        return "none", matched[1]
    if count * months > LONGEST_YEARS * 12:
        return "long", matched[1]
    today = clock.today
    running = (today.year * 12 + today.month - 1) // months * months
    start, before = first_of_month(running - count * months), first_of_month(running) - _DAY
    spans = [(start, before), (first_of_month(running - (count - 1) * months), today)]
    if found["ago"]:
        spans.insert(0, (start, first_of_month(running - (count - 1) * months) - _DAY))
    return tuple(dict.fromkeys(f"{a:%d/%m/%Y}-{b:%d/%m/%Y}" for a, b in spans)), matched[1]


def _counts(found: re.Match[str]) -> bool:
    """Whether a word is the number that it may be: `năm tháng qua`, not `năm tháng`; `a month ago`, not `a month`."""
    word, said = found["n"], bool(found["last"] or found["tail"])
    return (said or word not in UNSURE) and (word not in ("a", "an") or (found["tail"] or "").endswith("ago"))


def range_at(line: Line, at: int, clock: Clock, one: Reader) -> Answer:
    """From one day or unit to another, or to now; each is read by ``one``.

    `to` alone joins nothing: *compare September to November* names two.
    """
    said = line.match(FROM, at)
    start = said[1] if said else at
    if joined := _in_one_word(line, start, clock, one):
        return joined
    found = one(line, start, clock)
    if found is None or not isinstance(found[0], Period):
        return None
    first, after = found[0], found[1]
    to = line.match(TO, after) or (line.match(_AND if _is_between(said) else TO_AFTER_FROM, after) if said else None)
    if to is None and not dashed(line, after):
        if said is None:
            return None
        return (_until_now(first, clock), after) if line.match(SINCE, at) else _from_alone(line, start, (first, after))
    return _to(line, start, first, to[1] if to else after, clock, one)


def _is_between(said: tuple[re.Match[str], int] | None) -> bool:
    return said is not None and said[0].group() in ("between", "giữa", "giua")


def _from_alone(line: Line, start: int, found: tuple[Period, int]) -> Answer:
    """`from October` may be of October, or since then; `from last month` is of it."""
    if line.tokens[start - 1].lower != "from" or line.match(_SIDE, start) or found[0].unit == "day":
        return None
    typed = line.span(start, found[1])
    return (typed, f"since {typed}"), found[1]


def _in_one_word(line: Line, at: int, clock: Clock, one: Reader) -> Answer:
    """`T9-T11`, `Q1-Q3 2025`."""
    found = _JOINED.fullmatch(line.tokens[at].lower) if at < len(line) else None
    if found is None:
        return None
    after = line.match(_BARE_YEAR, at + 1)
    year = found["y"] or (after[0].group() if after else "")
    first, second = (_alone(f"{found[name]} {year}".strip(), clock, one) for name in "ab")
    if first is None or second is None:
        return None
    return _joined(first, second, f"{found[0]} {year}", clock), after[1] if after and not found["y"] else at + 1


def _to(line: Line, start: int, first: Period, after: int, clock: Clock, one: Reader) -> Answer:
    """The range that ends with what is named at a token; a year said of it alone holds for both."""
    now = line.match(NOW, after)
    if now:
        return _until_now(first, clock), now[1]
    found = one(line, after, clock)
    if found is None or not isinstance(found[0], Period):
        return None
    typed, words = line.span(after, found[1]), line.span(start, after)
    year = re.search("[0-9]{4}", typed)
    if year and not re.search("[0-9]{4}", words):
        words = re.sub(r"\s*(?:[-–—]|đến hết|đến|den|tới|toi|to|until|till|through)$", "", words)
        first = _alone(f"{words} {year[0]}", clock, one) or first
    return _joined(first, found[0], f"{words} {typed}", clock), found[1]


def _alone(text: str, clock: Clock, one: Reader) -> Period | None:
    line = tokenise(text)
    found = one(line, 0, clock)
    return found[0] if found and found[1] == len(line) and isinstance(found[0], Period) else None


def _until_now(first: Period, clock: Clock) -> Period | str:
    if first.first_day > clock.today:
        return first  # which is refused as not begun
    return periods.custom(first.first_day, clock.today, clock.zone, clock.now)


def _joined(first: Period, last: Period, typed: str, clock: Clock) -> Period | str:
    """The days from one period to another; the second of two without a year may be the coming one."""
    a, b = first.first_day, last.full_last_day
    if b < a and not re.search("[0-9]{4}", typed):
        again = _a_year_on(last, clock)
        b = again if again <= clock.today + _AHEAD else b
    if b < a:
        return "reversed"
    return "long" if (b - a).days > LONGEST_YEARS * 366 else periods.custom(a, b, clock.zone, clock.now)


def _a_year_on(period: Period, clock: Clock) -> date:
    first = period.first_day
    day = min(first.day, 28) if first.month == 2 else first.day
    return periods.holding(
        period.unit, first.replace(year=first.year + 1, day=day), clock.zone, clock.now
    ).full_last_day


def dashed(line: Line, at: int) -> bool:
    """Whether a dash between spaces stands before a token: 01/10 - 15/11."""
    if at >= len(line):
        return False
    return line.text[line.tokens[at - 1].end : line.tokens[at].start].strip() in ("-", "–", "—")
