"""Periods as managers name them, in both languages: `last month`, `Q3 2026`, `T10`, `30 ngày`, `01/10-15/11`."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from handlers.parsing.asked import Refusal
from handlers.parsing.periods_refused import ahead, refused, unknown
from handlers.parsing.ranges import LONGEST_YEARS, Answer, Clock, back_at, dashed, half_at, range_at
from handlers.parsing.text import Line, any_of, either, pattern, tokenise
from handlers.parsing.weeks import doubtful_week, week_at
from metrics import periods
from metrics.periods import Period, Unit

EARLIEST_YEAR = 1990
_AHEAD = timedelta(days=31)  # 20/12-20/01 asked in January still runs; 15/11-01/10 is reversed
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_MONTH_WORDS = "january february march april may june july august september october november december"
_MONTHS = {name: index + 1 for index, name in enumerate(_MONTH_WORDS.split())}
_MONTHS |= {name[:3]: number for name, number in _MONTHS.items() if name != "may"} | {"sept": 9}
_MONTH = "(?:" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + ")"
_YEAR = r"(?P<y>[0-9]{4})"
_OF_YEAR = r"(?:(?: ?[/-] ?| năm | nam |,? )(?P<y>[0-9]{4}))?"
_AGO = any_of(("trước", "rồi", "qua", "vừa rồi", "vừa qua"))
_THIS = any_of(("này", "nay"))
_NEXT = any_of(("sau", "tới", "kế", "kế tiếp"))
_TO_NOW = any_of(("đến nay", "tới nay", "đến giờ", "đến hôm nay"))


def _to_date(unit: str, english: str) -> str:
    """A running unit from its beginning: `từ đầu tháng`, `đầu tháng đến nay`, `month to date`, `mtd`."""
    start = either(f"đầu {unit}")
    return rf"(?:từ|tu) {start}(?: {_TO_NOW})?|{start} {_TO_NOW}|{english} to date|{english[0]}td"


_RELATIVE: tuple[tuple[Unit, int, re.Pattern[str]], ...] = (
    ("day", 0, pattern(any_of(("hôm nay", "hnay", "bữa nay", "today")))),
    ("day", -1, pattern(any_of(("hôm qua", "hqua", "bữa qua", "yesterday")))),
    ("day", -2, pattern(any_of(("hôm kia", "the day before yesterday", "day before yesterday")))),
    ("week", 0, pattern(f"{either('tuần')} {_THIS}|this week|{_to_date('tuần', 'week')}")),
    ("week", -1, pattern(f"{either('tuần')} {_AGO}|(?:last|previous) week")),
    ("month", 0, pattern(f"{either('tháng')} {_THIS}|this month|{_to_date('tháng', 'month')}")),
    ("month", -1, pattern(f"{either('tháng')} {_AGO}|(?:last|previous) month")),
    ("quarter", 0, pattern(f"(?:quý|qúy|quy) {_THIS}|this quarter|{_to_date('quý', 'quarter')}")),
    ("quarter", -1, pattern(f"(?:quý|qúy|quy) {_AGO}|(?:last|previous) quarter")),
    ("year", 0, pattern(f"{either('năm')} {_THIS}|this year|{_to_date('năm', 'year')}")),
    ("year", -1, pattern(f"{either('năm')} (?:{either('ngoái')}|{_AGO})|(?:last|previous) year")),
    ("day", 1, pattern(any_of(("ngày mai", "tomorrow")))),
    ("week", 1, pattern(f"{either('tuần')} {_NEXT}|next week")),
    ("month", 1, pattern(f"{either('tháng')} {_NEXT}|next month")),
    ("quarter", 1, pattern(f"(?:quý|qúy|quy) {_NEXT}|next quarter")),
    ("year", 1, pattern(f"{either('năm')} {_NEXT}|next year")),
)
_DAYS = pattern(
    r"(?:(?:last|past|previous) )?(?P<n>[0-9]{1,6}) ?(?P<u>days?|weeks?|ngày|ngay|tuần|tuan|hôm|hom)"
    rf"(?: {any_of(('qua', 'gần đây', 'gần nhất', 'vừa qua', 'trước', 'vừa rồi'))}| ago)?"
)
_QUARTER = pattern(rf"(?:q|quý ?|qúy ?|quy ?|quarter )(?P<q>[0-9]|iii|ii|iv|i){_OF_YEAR}")
_MONTH_NUMBER = pattern(rf"(?:t|tháng ?|thang ?|thg ?|month )(?P<m>[0-9]{{1,2}}){_OF_YEAR}")
_MONTH_NAME = pattern(rf"(?P<name>{_MONTH}){_OF_YEAR}")
_MONTH_YEAR = pattern(r"(?P<m>[0-9]{1,2})[/.-](?P<y>[0-9]{4})|(?P<y2>[0-9]{4})[-/](?P<m2>[0-9]{1,2})")
_WHOLE_YEAR = pattern(rf"(?:năm |nam |year )?{_YEAR}")
_DAY = r"(?:[0-9]{1,2}[/.][0-9]{1,2}(?:[/.][0-9]{4})?|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}|[0-9]{1,2}-[0-9]{1,2}-[0-9]{4})"
_SPAN = pattern(
    rf"(?:(?:từ|tu|from) )?(?:ngày |ngay )?(?P<a>{_DAY})(?: ?[-–~] ?|\.\.| (?:đến|den|tới|toi|to|until|till) )"
    rf"(?:ngày |ngay )?(?P<b>{_DAY})"
)
_SINCE = pattern(
    rf"(?:từ|tu|from|since|kể từ|ke tu) (?:ngày |ngay )?(?P<a>{_DAY})"
    r"(?: (?:đến|den|tới|toi|to|until|till) (?:nay|giờ|gio|hôm nay|hom nay|now|today))?"
)
_ONE_DAY = pattern(rf"(?:ngày |ngay |on )?(?P<a>{_DAY})")
_NAMED_DAY = pattern(
    rf"(?:on )?(?:(?P<d>[0-9]{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<name>{_MONTH})"
    rf"|(?P<name2>{_MONTH}) (?P<d2>[0-9]{{1,2}})(?:st|nd|rd|th)?){_OF_YEAR}"
)
_SPOKEN_DAY = pattern(rf"(?:(?:ngày|ngay) )?(?P<d>[0-9]{{1,2}}) (?:tháng|thang) (?P<m>[0-9]{{1,2}}){_OF_YEAR}")


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
    for read in (_read_span, _read_range, _read_day, relative_at, half_at, _read_days, back_at, unit_at):
        found = read(line, at, clock)
        if found is not None:
            return _checked(found[0], line.span(at, found[1]), clock, locale), found[1]
    return None


def _checked(found: Period | str, typed: str, clock: Clock, locale: str) -> Found:
    """Refuse what has not begun, what ends before it begins, what is no date, and spans longer than any team."""
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
        last = running.full_last_day
        on = {-1: running.first_day - timedelta(days=1), 0: last, 1: last + timedelta(days=1)}[steps]
        return periods.holding(running.unit, on, clock.zone, clock.now), matched[1]
    return None


def _read_range(line: Line, at: int, clock: Clock) -> Answer:
    begun = relative_at(line, at, clock)  # `từ đầu tháng đến nay` is one already
    return None if begun and line.tokens[at].lower in ("từ", "tu") else range_at(line, at, clock, _one)


def _one(line: Line, at: int, clock: Clock) -> Answer:
    """A day or a unit, as the end of a range."""
    return _read_day(line, at, clock) or relative_at(line, at, clock) or unit_at(line, at, clock)


def _read_days(line: Line, at: int, clock: Clock) -> Answer:
    matched = line.match(_DAYS, at)
    if matched is None:
        return None
    weekly = matched[0]["u"].startswith(("w", "t"))
    count = int(matched[0]["n"]) * (7 if weekly else 1)
    if count == 0:
        return "none", matched[1]
    if count > LONGEST_YEARS * 366:
        return "long", matched[1]
    return periods.last_days(count, clock.zone, clock.now), matched[1]


def unit_at(line: Line, at: int, clock: Clock) -> Answer:
    """A week, a quarter, a month, a year; without its year the latest that has begun."""
    numbered = _read_week(line, at, clock)
    if numbered:
        return numbered
    matched = line.match(_QUARTER, at)
    if matched:
        word = matched[0]["q"]
        number = _ROMAN.get(word) or (int(word) if word.isdigit() else 0)
        return _unit(periods.quarter, matched[0]["y"], number, 4, 3, clock), matched[1]
    for source in (_MONTH_NUMBER, _MONTH_NAME):
        matched = line.match(source, at)
        if matched:
            groups = matched[0].groupdict()
            number = _MONTHS[groups["name"]] if groups.get("name") else int(groups["m"])
            return _unit(periods.month, groups["y"], number, 12, 1, clock), matched[1]
    matched = line.match(_MONTH_YEAR, at)
    if matched:
        year, month = matched[0]["y"] or matched[0]["y2"], matched[0]["m"] or matched[0]["m2"]
        return _unit(periods.month, year, int(month), 12, 1, clock), matched[1]
    matched = line.match(_WHOLE_YEAR, at)
    if matched is None:
        return None
    year_number = int(matched[0]["y"])
    return (_year_wrong(year_number) or periods.year(year_number, clock.zone, clock.now)), matched[1]


def _read_week(line: Line, at: int, clock: Clock) -> Answer:
    """A week by its number; one that may be of the month or of the year is asked about."""
    doubtful = doubtful_week(line, at, clock.today)
    if doubtful:
        return ("doubtful" if doubtful[0] else "none"), doubtful[1]
    numbered = week_at(line, at, clock.today)
    if numbered is None:
        return None
    monday, end = numbered
    return ("none" if monday is None else periods.week(monday, clock.zone, clock.now)), end


def _year_wrong(year: int) -> str | None:
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
    return _year_wrong(int(year)) or make(int(year), number, clock.zone, clock.now)


def _read_span(line: Line, at: int, clock: Clock) -> Answer:
    matched = line.match(_SPAN, at)
    if matched:
        return _between(matched[0]["a"], matched[0]["b"], clock), matched[1]
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
        month = parts["m"] if spoken else _MONTHS[parts["name"] or parts["name2"]]
        on = _date(f"{day}/{month}" + (f"/{parts['y']}" if parts["y"] else ""), clock.today)
    else:
        matched = line.match(_ONE_DAY, at)
        if matched is None:
            return None
        on, end = _date(matched[0]["a"], clock.today), matched[1]
    if on is None:
        return "wrong", end
    return _year_wrong(on.year) or periods.day(on, clock.zone, clock.now), end


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
    return _year_wrong(a.year) or _year_wrong(b.year) or periods.custom(a, b, clock.zone, clock.now)
