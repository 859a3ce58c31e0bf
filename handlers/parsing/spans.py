"""The days a cost is spread over: a month, a week, or from one day to another."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from handlers.parsing.days import MONTH_NAMES, MONTHS_ELSE
from handlers.parsing.text import Line, pattern

_DAY = r"[0-9]{1,2}[/.][0-9]{1,2}(?:[/.][0-9]{4})?"
_JOINED = pattern(rf"(?:(?:từ|tu|from) )?(?P<a>{_DAY})(?: ?[-–] ?| (?:đến|den|tới|toi|to|until) )(?P<b>{_DAY})")
_ONE = pattern(rf"(?:(?:từ|tu|from) )?(?P<a>{_DAY})")
_MONTH = pattern(
    r"(?:(?:cho|của|cua) )?(?:tháng|thang) ?(?P<m>[0-9]{1,2})(?:(?:/| năm | nam )(?P<y>20[0-9]{2}))?"
    r"|t(?P<t>1|8|9|10|11|12)(?:/(?P<ty>20[0-9]{2}))?"
    r"|(?P<ym>[0-9]{1,2})/(?P<yy>20[0-9]{2})|(?P<iy>20[0-9]{2})-(?P<im>[0-9]{1,2})"
    rf"|(?:(?:in|for|of) )?(?P<name>{'|'.join(sorted(MONTH_NAMES, key=len, reverse=True))})(?: (?P<ny>20[0-9]{{2}}))?"
    r"|(?:(?:in|for|of) )?(?:q|quý |quy |quarter )(?P<q>[1-4])(?:[/ ](?:năm |nam )?(?P<qy>20[0-9]{2}))?"
)
_RELATIVE = (
    ("month", 0, pattern("tháng này|thang nay|this month")),
    ("month", -1, pattern("tháng trước|thang truoc|tháng rồi|thang roi|last month")),
    ("week", 0, pattern("tuần này|tuan nay|this week")),
    ("week", -1, pattern("tuần trước|tuan truoc|tuần rồi|tuan roi|last week")),
)


@dataclass(frozen=True, slots=True)
class Span:
    """The first and last day of a cost and the token after it; both None when no such days exist.

    `guessed` says that the year was not written.
    """

    first: date | None
    last: date | None
    end: int
    guessed: bool = False


_LONGEST_GUESSED = 183
"""Days over the turn of a year that are taken as meant: `15/11-01/10` is rather written backwards."""


def month_days(year: int, month: int) -> tuple[date, date]:
    """The first and last day of a month."""
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def read_span(line: Line, at: int, today: date, *, english: bool) -> Span | None:
    """Read the days that a cost covers where they are more than one."""
    joined = line.match(_JOINED, at)
    if joined:
        return _between(joined[0]["a"], joined[0]["b"], joined[1], today)
    one = line.match(_ONE, at)
    if one and one[1] < len(line):
        gap = line.text[line.tokens[one[1] - 1].end : line.tokens[one[1]].start].strip()
        other = line.match(_ONE, one[1]) if gap in ("-", "–", "—") else None
        if other:
            return _between(one[0]["a"], other[0]["a"], other[1], today)
    for unit, step, source in _RELATIVE:
        matched = line.match(source, at)
        if matched:
            return _relative(unit, step, matched[1], today)
    return _month(line, at, today, english)


def _relative(unit: str, step: int, end: int, today: date) -> Span:
    if unit == "week":
        monday = today - timedelta(days=today.weekday() - 7 * step)
        return Span(monday, monday + timedelta(days=6), end)
    first = today.replace(day=1) if step == 0 else (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    return Span(*month_days(first.year, first.month), end)


def _month(line: Line, at: int, today: date, english: bool) -> Span | None:
    matched = line.match(_MONTH, at)
    if matched is None:
        return None
    found, end = matched
    if found["q"]:
        return _quarter(int(found["q"]), found["qy"], today, end)
    raws = [token.raw for token in line.tokens[at:end] if token.lower == found["name"]]
    if found["name"] in MONTHS_ELSE and not english and not raws[0][:1].isupper():
        return None
    named = found["m"] or found["t"] or found["ym"] or found["im"]
    month = MONTH_NAMES[found["name"]] if found["name"] else int(named)
    if not 1 <= month <= 12:
        return Span(None, None, end)
    year = found["y"] or found["ty"] or found["yy"] or found["iy"] or found["ny"]
    # a month without a year is the latest that has begun
    days = month_days(int(year) if year else today.year - (month > today.month), month)
    return Span(*days, end, year is None)


def _quarter(quarter: int, year: str | None, today: date, end: int) -> Span:
    """A quarter; without a year the latest that has begun."""
    first = 3 * quarter - 2
    chosen = int(year) if year else today.year - (first > today.month)
    return Span(date(chosen, first, 1), month_days(chosen, first + 2)[1], end, year is None)


def _between(first: str, last: str, end: int, today: date) -> Span:
    a, b = _date(first, None, today), None
    year = int(last[-4:]) if len(last) > 6 else None
    b = _date(last, None, today)
    if year is not None and len(first) <= 6:
        a = _date(first, year, today)
        if a and b and a > b:
            a = _date(first, year - 1, today)
    elif year is None and len(first) > 6:
        b = _date(last, int(first[-4:]), today)
    elif a and b and a > b:
        # a quarter that runs now ends after today; else the beginning lies in the year before
        ahead = _date(last, a.year, today)
        a, b = (a, ahead) if ahead and ahead > a else (_date(first, b.year - 1, today), b)
    guessed_back = a is not None and b is not None and len(first) <= 6 and a.year < b.year
    longest = _LONGEST_GUESSED if guessed_back else 3 * 366
    if a is None or b is None or a > b or (b - a).days > longest:
        return Span(None, None, end)
    return Span(a, b, end, max(len(first), len(last)) <= 6)


def _date(text: str, year: int | None, today: date) -> date | None:
    parts = [int(part) for part in text.replace(".", "/").split("/")]
    if len(parts) == 3:
        year = parts[2]
    day, month = parts[0], parts[1]
    if not 1 <= month <= 12 or not 1900 <= (year or today.year) <= 2999:
        return None
    chosen = year or (today.year - (month > today.month))
    return date(chosen, month, day) if 1 <= day <= monthrange(chosen, month)[1] else None
