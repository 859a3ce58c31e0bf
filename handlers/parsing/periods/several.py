"""Periods that may be several: `mấy hôm nay`, `2 weeks ago`, `ngày 20`, `from October`, `until 15/11`."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from handlers.parsing.counts import WORDS, counted, is_number
from handlers.parsing.periods.ranges import LONGEST_YEARS, Answer, Clock
from handlers.parsing.periods.weekdays import written
from handlers.parsing.text import Line, any_of, either, pattern

_DAY, _WEEK = timedelta(days=1), timedelta(days=7)
_UNITS = {
    "day": ("ngày", "hôm", "bữa", "days"),
    "week": ("tuần", "weeks"),
    "month": ("tháng", "months"),
    "year": ("năm", "years"),
}
_UNIT = "|".join(f"(?P<{unit}>{any_of(words)})" for unit, words in _UNITS.items())
_TAIL = any_of(("nay", "qua", "gần đây", "gần nhất", "vừa qua", "vừa rồi", "rồi", "trước", "trở lại đây"))
_PART = pattern(
    rf"{any_of(('sáng', 'trưa', 'chiều', 'tối', 'đêm'))} (?:{either('hôm')} )?{any_of(('nay', 'qua', 'kia'))}"
    r"|(?:this|yesterday) (?:morning|noon|afternoon|evening)|tonight|last night|(?:last|past) (?:[0-9]+ )?hours?"
)
_FEW = pattern(
    rf"(?:(?P<vi>{any_of(('mấy', 'vài', 'vài ba', 'nhiều', 'những', 'các', 'dăm'))})"
    r"|(?:(?:last|past|recent) )?(?:a )?(?:few|several|couple(?: of)?)|recent)"
    rf" (?:{_UNIT})(?P<tail> (?:{_TAIL}|ago|back))?"
)
_LATELY = pattern(
    any_of(("dạo này", "dạo gần đây", "thời gian gần đây", "thời gian qua", "gần đây", "hôm trước", "bữa trước"))
    + "|lately|recently|these days|the other day"
)
_FEW_DAYS = {"day": (3, 7), "week": (14, 28), "month": (60, 90), "year": (365, 730)}
_AGO = pattern(
    rf"(?:(?P<n>[0-9]{{1,6}}|{WORDS}|an?) ?(?:(?P<w>weeks?|{either('tuần')})|days?|{any_of(('ngày', 'hôm', 'bữa'))})"
    rf" (?:ago|{either('trước')}))"
    rf"|{either('cách đây')} (?P<n2>[0-9]{{1,6}}|{WORDS}) (?:(?P<w2>{either('tuần')})|{any_of(('ngày', 'hôm', 'bữa'))})"
)
_OF_MONTH = pattern(
    r"(?:(?:từ|tu|from|since) )?(?:(?:on )?(?:the )?(?P<a1>[0-9]{1,2})(?:st|nd|rd|th)|(?:ngày|ngay) (?P<a2>[0-9]{1,2}))"
    r"(?: (?:đến|den|tới|toi|to|until)"
    r" (?:(?:the )?(?P<b1>[0-9]{1,2})(?:st|nd|rd|th)|(?:(?:ngày|ngay) )?(?P<b2>[0-9]{1,2})))?(?! (?:tháng|thang|[0-9]))"
)


def several_at(line: Line, at: int, clock: Clock) -> Answer:
    """What the words at a token may mean, as it can be typed, or why it cannot be had, and the token after them."""
    if part := line.match(_PART, at):
        return "part", part[1]
    for read in (_few_at, _ago_at, _of_month_at):
        found = read(line, at, clock.today)
        if found is not None:
            return found
    return None


def _few_at(line: Line, at: int, today: date) -> Answer:
    """`mấy hôm nay`, `the last few weeks`: how many is not said."""
    lately = line.match(_LATELY, at)
    if lately:
        english = lately[0].group().split()[0] in ("lately", "recently", "these", "the")
        return _last("day", english=english), lately[1]
    found = line.match(_FEW, at)
    if found is None or (found[0]["vi"] and not found[0]["tail"]):
        return None
    unit = next(unit for unit in _UNITS if found[0][unit])
    return _last(unit, english=not found[0]["vi"]), found[1]


def _last(unit: str, *, english: bool) -> tuple[str, ...]:
    return tuple(f"last {days} days" if english else f"{days} ngày" for days in _FEW_DAYS[unit])


def _ago_at(line: Line, at: int, today: date) -> Answer:
    """`2 tuần trước`: that week, the two before this one, or the last 14 days; `3 days ago`: that day or the last 3."""
    matched = line.match(_AGO, at)
    if matched is None or not is_number(line, at):
        return None
    found, end = matched
    count, weekly = counted(found["n"] or found["n2"]), bool(found["w"] or found["w2"])
    days = count * (7 if weekly else 1)
    if count == 0:
        return "none", end
    if days > LONGEST_YEARS * 366:
        return "long", end
    monday = today - timedelta(days=today.weekday() + days)
    whole = [(monday, monday + _WEEK - _DAY), (monday, monday + days * _DAY - _DAY)] if weekly else []
    on = today - timedelta(days=days)
    spans = [*whole, *([] if weekly else [(on, on)]), (on + _DAY, today)]
    return tuple(dict.fromkeys(map(written, spans))), end


def _of_month_at(line: Line, at: int, today: date) -> Answer:
    """`ngày 20`, `from the 1st to the 15th`, `từ ngày 1`: of this month, or of the last one."""
    matched = line.match(_OF_MONTH, at)
    if matched is None:
        return None
    found, end = matched
    first, last = int(found["a1"] or found["a2"]), int(found["b1"] or found["b2"] or 0)
    since = found.group().split()[0] in ("từ", "tu", "since") and not last
    spans = []
    for month in (today, today.replace(day=1) - _DAY):
        ends = last or first
        if 1 <= first <= ends <= monthrange(month.year, month.month)[1] and month.replace(day=first) <= today:
            spans.append((month.replace(day=first), today if since else month.replace(day=ends)))
    return (tuple(map(written, spans)) or "none"), end
