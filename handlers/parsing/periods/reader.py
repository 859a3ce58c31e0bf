"""Periods as managers name them, in both languages: `last month`, `Q3 2026`, `T10`, `30 ngày`, `01/10-15/11`."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from handlers.parsing.counts import UNSURE, WORDS, counted, is_number
from handlers.parsing.periods.ranges import LONGEST_YEARS, NOW, Answer, Clock, Read, back_at, dashed, half_at, range_at
from handlers.parsing.periods.refused import ahead, refused, unknown, which
from handlers.parsing.periods.several import several_at
from handlers.parsing.periods.units import MONTH, MONTHS, OF_YEAR, unit_at, year_wrong
from handlers.parsing.periods.weekdays import weekday_at, weekdays_at
from handlers.parsing.refusal import Refusal
from handlers.parsing.text import Line, any_of, either, pattern, tokenise
from metrics import periods
from metrics.periods import Period, Unit
from store.names import fold

_AHEAD = timedelta(days=31)  # 20/12-20/01 asked in January still runs; 15/11-01/10 is reversed
_AGO = any_of(("trước", "rồi", "qua", "vừa rồi", "vừa qua"))
_THIS = any_of(("này", "nay"))
_NEXT = any_of(("sau", "tới", "kế", "kế tiếp"))
_TO_NOW = any_of(("đến nay", "tới nay", "đến giờ", "đến hôm nay"))


def _to_date(unit: str, english: str) -> str:
    """A running unit from its beginning: `từ đầu tháng`, `đầu tháng đến nay`, `month to date`, `mtd`."""
    start = either(f"đầu {unit}")
    return rf"(?:từ|tu) {start}(?: {_TO_NOW})?|{start} {_TO_NOW}|{english} to date|{english[0]}td"


_RELATIVE: tuple[tuple[Unit, int, re.Pattern[str]], ...] = (
    ("day", 0, pattern(any_of(("hôm nay", "ngày hôm nay", "hnay", "bữa nay", "today")))),
    ("day", -1, pattern(any_of(("hôm qua", "ngày hôm qua", "hqua", "bữa qua", "yesterday")))),
    ("day", -2, pattern(any_of(("hôm kia", "the day before yesterday", "day before yesterday")))),
    ("week", 0, pattern(f"{either('tuần')} {_THIS}|this week|{_to_date('tuần', 'week')}")),
    ("week", -2, pattern(f"{either('tuần')} {_AGO} {either('nữa')}|(?:the )?week before last")),
    ("week", -1, pattern(f"{either('tuần')} {_AGO}|(?:last|previous) week")),
    ("month", 0, pattern(f"{either('tháng')} {_THIS}|this month|{_to_date('tháng', 'month')}")),
    ("month", -2, pattern(f"{either('tháng')} {_AGO} {either('nữa')}|(?:the )?month before last")),
    ("month", -1, pattern(f"{either('tháng')} {_AGO}|(?:last|previous) month")),
    ("quarter", 0, pattern(f"(?:quý|qúy|quy) {_THIS}|this quarter|{_to_date('quý', 'quarter')}")),
    ("quarter", -2, pattern(f"(?:quý|qúy|quy) {_AGO} {either('nữa')}|(?:the )?quarter before last")),
    ("quarter", -1, pattern(f"(?:quý|qúy|quy) {_AGO}|(?:last|previous) quarter")),
    ("year", 0, pattern(f"{either('năm')} {_THIS}|this year|{_to_date('năm', 'year')}")),
    ("year", -2, pattern(f"{either('năm')} (?:{either('kia')}|{_AGO} {either('nữa')})|(?:the )?year before last")),
    ("year", -1, pattern(f"{either('năm')} (?:{either('ngoái')}|{_AGO})|(?:last|previous) year")),
    ("day", 1, pattern(any_of(("ngày mai", "tomorrow")))),
    ("week", 1, pattern(f"{either('tuần')} {_NEXT}|next week")),
    ("month", 1, pattern(f"{either('tháng')} {_NEXT}|next month")),
    ("quarter", 1, pattern(f"(?:quý|qúy|quy) {_NEXT}|next quarter")),
    ("year", 1, pattern(f"{either('năm')} {_NEXT}|next year")),
)
_DAYS = pattern(
    rf"(?P<last>(?:last|past|previous) )?(?P<n>[0-9]{{1,6}}|{WORDS}) ?"
    r"(?P<u>days?|weeks?|ngày|ngay|tuần|tuan|hôm|hom)"
    rf"(?P<tail> {any_of(('qua', 'gần đây', 'gần nhất', 'vừa qua', 'vừa rồi'))})?"
)
_DAY = r"(?:[0-9]{1,2}[/.][0-9]{1,2}(?:[/.][0-9]{4})?|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}|[0-9]{1,2}-[0-9]{1,2}-[0-9]{4})"
_SPAN = pattern(
    rf"(?:(?:từ|tu|from) )?(?:ngày |ngay )?(?P<a>{_DAY})(?: ?[-–~] ?|\.\.| (?:đến|den|tới|toi|to|until|till) )"
    rf"(?:ngày |ngay )?(?P<b>{_DAY})"
)
_IN_MONTH = pattern(
    r"(?:(?:từ|tu|from) )?(?:ngày |ngay )?(?P<a>[0-9]{1,2})(?: ?[-–] ?| (?:đến|den|tới|toi|to|until) )"
    r"(?:ngày |ngay )?(?P<b>[0-9]{1,2})(?:/| (?:tháng|thang) )(?P<m>[0-9]{1,2}(?:/[0-9]{4})?)"
)
_SINCE = pattern(
    rf"(?:từ|tu|from|since|kể từ|ke tu) (?:ngày |ngay )?(?P<a>{_DAY})"
    r"(?: (?:đến|den|tới|toi|to|until|till) (?:nay|giờ|gio|hôm nay|hom nay|now|today))?"
)
_SIDED = pattern("this|last|previous")
_UNTIL = pattern(f"(?:up )?to|until|till|{any_of(('đến', 'tới', 'đến hết', 'cho đến', 'tính đến'))}")
_YEAR_SAID = pattern(
    rf"(?:of )?(?:(?P<last>last year|{any_of(('năm ngoái', 'năm trước'))})|this year|{either('năm nay')})"
)
_OF_THAT_YEAR = pattern(f"(?P<last>{either('ngoái')})|nay")
_ONE_DAY = pattern(rf"(?:ngày |ngay |on )?(?P<a>{_DAY})")
_NAMED_DAY = pattern(
    rf"(?:on )?(?:(?P<d>[0-9]{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<name>{MONTH})"
    rf"|(?P<name2>{MONTH}) (?P<d2>[0-9]{{1,2}})(?:st|nd|rd|th)?){OF_YEAR}"
)
_SPOKEN_DAY = pattern(rf"(?:(?:ngày|ngay) )?(?P<d>[0-9]{{1,2}}) (?:tháng|thang) (?P<m>[0-9]{{1,2}}){OF_YEAR}")


Found = Period | Refusal


def read_period(words: str, zone: ZoneInfo, now: datetime, locale: str = "en") -> Found:
    """Read a text that names one period; anything else is refused with the nearest that would be understood."""
    line = tokenise(words[:200])
    found = period_at(line, 0, zone, now, locale)
    if found is None or found[1] < len(line):
        return unknown(words, locale)
    return found[0]


def period_at(line: Line, at: int, zone: ZoneInfo, now: datetime, locale: str = "en") -> tuple[Found, int] | None:
    """The period named at a token (or why it cannot be had), and the token after it; None when none is named."""
    clock = Clock(zone, now)
    for read in _READERS:
        found = read(line, at, clock)
        if found is not None:
            found = _of_year(line, at, found, clock)
            return _checked(found[0], line.span(at, found[1]), clock, locale), found[1]
    return None


def _of_year(line: Line, at: int, found: tuple[Read, int], clock: Clock) -> tuple[Read, int]:
    """`Q3 last year`, `tháng 10 năm ngoái`, `this month last year`: the same unit of the year that is said."""
    typed = line.span(at, found[1])
    said = line.match(_OF_THAT_YEAR if fold(typed).endswith(" nam") else _YEAR_SAID, found[1])
    if said is None or not isinstance(found[0], Period) or re.search("[0-9]{4}", typed):
        return found
    year = clock.today.year - bool(said[0]["last"])
    if relative_at(line, at, clock) is not None:
        unit, first = found[0].unit, found[0].first_day
        if unit not in ("month", "quarter") or not found[0].running:
            return found
        return periods.holding(unit, first.replace(year=year), clock.zone, clock.now), said[1]
    for mark in " /":
        words = tokenise(f"{typed}{mark}{year}")
        again = next(filter(None, (read(words, 0, clock) for read in (_read_day, half_at, unit_at))), None)
        if again is not None and again[1] == len(words):
            return again[0], said[1]
    return found


def _checked(found: Read, typed: str, clock: Clock, locale: str) -> Found:
    """Refuse what has not begun, what ends before it begins, what is no date, and spans longer than any team."""
    if isinstance(found, tuple):
        return which(found, typed)
    if isinstance(found, str):
        return refused(found, typed, clock.today, locale)
    return found if found.start <= clock.now else ahead(found, typed, locale)


def relative_at(line: Line, at: int, clock: Clock) -> Answer:
    """A unit by how far it is from the running one, such as `last month`, also one that has not begun."""
    for unit, steps, source in _RELATIVE:
        matched = line.match(source, at)
        if matched is None:
            continue
        if unit == "day":
            return periods.day(clock.today + timedelta(days=steps), clock.zone, clock.now), matched[1]
        running = periods.current(unit, clock.zone, clock.now)
        on = running.full_last_day + timedelta(days=1) if steps > 0 else running.first_day
        for _ in range(-steps):
            on = periods.holding(unit, on - timedelta(days=1), clock.zone, clock.now).first_day
        return periods.holding(unit, on, clock.zone, clock.now), matched[1]
    return None


def _read_range(line: Line, at: int, clock: Clock) -> Answer:
    begun = relative_at(line, at, clock)  # `từ đầu tháng đến nay` is one already
    return None if begun and line.tokens[at].lower in ("từ", "tu") else range_at(line, at, clock, _one)


def _one(line: Line, at: int, clock: Clock) -> Answer:
    """A day or a unit, as the end of a range."""
    readers = (_read_day, weekday_at, relative_at, unit_at)
    return next(filter(None, (read(line, at, clock) for read in readers)), None)


def _read_sided(line: Line, at: int, clock: Clock) -> Answer:
    """`this October` is this year's; `last October` may be the latest, or that of the year before."""
    said = line.match(_SIDED, at)
    found = unit_at(line, said[1], clock) if said else None
    if said is None or found is None or not isinstance(found[0], Period):
        return None
    typed, year = line.span(said[1], found[1]), found[0].first_day.year
    if found[0].unit not in ("month", "quarter") or re.search("[0-9]{4}", typed):
        return None
    if said[0].group() == "this":
        return _of_year_said(typed, clock.today.year, clock), found[1]
    return tuple(f"{typed} {one}" for one in (year, year - 1)[found[0].running :]), found[1]


def _of_year_said(typed: str, year: int, clock: Clock) -> Read:
    """A month or quarter of a year."""
    found = unit_at(tokenise(f"{typed} {year}"), 0, clock)
    return found[0] if found else "none"


def _read_until(line: Line, at: int, clock: Clock) -> Answer:
    """`until 15/11`, `đến nay`: from the beginning of its month, or of its year."""
    said = line.match(_UNTIL, at)
    found = said and (line.match(NOW, said[1]) or _one(line, said[1], clock))
    if not found or isinstance(found[0], str | tuple):
        return None
    last = min(found[0].full_last_day, clock.today) if isinstance(found[0], Period) else clock.today
    starts = dict.fromkeys((last.replace(day=1), last.replace(month=1, day=1)))
    return tuple(f"{first:%d/%m/%Y}-{last:%d/%m/%Y}" for first in starts), found[1]


def _read_days(line: Line, at: int, clock: Clock) -> Answer:
    matched = line.match(_DAYS, at)
    if matched is None or not is_number(line, at):
        return None
    if matched[0]["n"] in UNSURE and not (matched[0]["last"] or matched[0]["tail"]):
        return None
    weekly = matched[0]["u"].startswith(("w", "t"))
    count = counted(matched[0]["n"]) * (7 if weekly else 1)
    if count == 0:
        return "none", matched[1]
    if count > LONGEST_YEARS * 366:
        return "long", matched[1]
    return periods.last_days(count, clock.zone, clock.now), matched[1]


def _read_span(line: Line, at: int, clock: Clock) -> Answer:
    matched = line.match(_SPAN, at)
    if matched:
        return _between(matched[0]["a"], matched[0]["b"], clock), matched[1]
    short = line.match(_IN_MONTH, at)  # 1-15/11
    if short:
        return _between(f"{short[0]['a']}/{short[0]['m']}", f"{short[0]['b']}/{short[0]['m']}", clock), short[1]
    since = line.match(_SINCE, at)
    if since and not dashed(line, since[1]):
        return _between(since[0]["a"], f"{clock.today:%d/%m/%Y}", clock), since[1]
    one = line.match(_ONE_DAY, at)
    other = line.match(_ONE_DAY, one[1]) if one and dashed(line, one[1]) else None
    return (_between(one[0]["a"], other[0]["a"], clock), other[1]) if one and other else None


def _read_day(line: Line, at: int, clock: Clock) -> Answer:
    spoken = line.match(_SPOKEN_DAY, at)
    said = spoken or line.match(_NAMED_DAY, at)
    if said:
        parts, end = said[0].groupdict(), said[1]
        day = parts["d"] or parts["d2"]
        month = parts["m"] if spoken else MONTHS[parts["name"] or parts["name2"]]
        on = _date(f"{day}/{month}" + (f"/{parts['y']}" if parts["y"] else ""), clock.today)
    else:
        matched = line.match(_ONE_DAY, at)
        if matched is None:
            return None
        on, end = _date(matched[0]["a"], clock.today), matched[1]
    if on is None:
        return "wrong", end
    return year_wrong(on.year) or periods.day(on, clock.zone, clock.now), end


def _numbers(text: str) -> tuple[int, int, int | None]:
    """Day, month and, where written, year."""
    cells = [int(cell) for cell in re.split("[/.-]", text)]
    if cells[0] > 31 and len(cells) == 3:
        return cells[2], cells[1], cells[0]
    return cells[0], cells[1], cells[2] if len(cells) == 3 else None


def _date(text: str, today: date, year: int | None = None) -> date | None:
    """A written date; without its year the latest that has begun."""
    day, month, written = _numbers(text)
    year = written or year
    for chosen in (year,) if year else range(today.year, today.year - 9, -1):
        if 1 <= month <= 12 and 1 <= chosen <= 9998 and 1 <= day <= monthrange(chosen, month)[1]:
            on = date(chosen, month, day)
            if year or on <= today:
                return on
    return None


def _between(first: str, last: str, clock: Clock) -> Period | str:
    """The days from one date to another; a year given once holds for both, except across a new year."""
    year_a, year_b, today = _numbers(first)[2], _numbers(last)[2], clock.today
    a = _date(first, today, year_b)
    if a is None:
        return "wrong"
    b = _date(last, today, year_b or year_a or a.year)
    if b is None:
        return "wrong"
    if a > b and year_a is None and year_b is not None:
        a = _date(first, today, year_b - 1) or a
    elif a > b and year_a is None and year_b is None:
        over = _date(last, today, a.year + 1)
        b = over if over is not None and over <= today + _AHEAD else b
    if a > b:
        return "reversed"
    if (b - a).days > LONGEST_YEARS * 366:
        return "long"
    return year_wrong(a.year) or year_wrong(b.year) or periods.custom(a, b, clock.zone, clock.now)


_READERS = (
    *(weekdays_at, _read_span, _read_range, _read_day, weekday_at, several_at),
    *(relative_at, half_at, _read_days, back_at, unit_at, _read_sided, _read_until),
)
"""What a period may be, in the order in which it is tried."""
