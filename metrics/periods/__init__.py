"""Periods of a team's calendar: half-open spans cut at local midnight, their neighbours and comparisons."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from metrics.periods.wall import instant, local_midnight, months_on

Unit = Literal["day", "week", "month", "quarter", "year", "last_days", "custom"]

_DAY = timedelta(days=1)
_INSTANT = timedelta(microseconds=1)
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_KEYS: dict[Unit, str] = {"day": "d", "week": "w", "month": "m", "quarter": "q", "year": "y"}
_YEAR_OF_WEEKS = 364


@dataclass(frozen=True, slots=True)
class Period:
    """A span ``[start, end)`` of UTC instants; `full_end` is where the whole unit ends.

    `end` is earlier than `full_end` while the period runs (it ends at now) and in the cut
    periods that `comparison` and `year_earlier` give for a running one.
    """

    unit: Unit
    start: datetime
    end: datetime
    full_end: datetime
    zone: ZoneInfo
    running: bool

    @property
    def first_day(self) -> date:
        """The local date on which the period starts."""
        return self.start.astimezone(self.zone).date()

    @property
    def last_day(self) -> date:
        """The local date of the last instant so far (of the start, when nothing has elapsed)."""
        return max(self.first_day, (self.end - _INSTANT).astimezone(self.zone).date())

    @property
    def full_last_day(self) -> date:
        """The local date of the last instant of the whole unit."""
        return max(self.first_day, (self.full_end - _INSTANT).astimezone(self.zone).date())

    @property
    def days(self) -> int:
        """How many local days the period touches so far; 0 when nothing has elapsed."""
        return (self.last_day - self.first_day).days + 1 if self.end > self.start else 0

    @property
    def cut(self) -> bool:
        """Whether the period stops before its unit does."""
        return self.end < self.full_end

    def __contains__(self, at: datetime) -> bool:
        return self.start <= at < self.end


def _span(unit: Unit, first: date, after: date, zone: ZoneInfo, now: datetime) -> Period:
    if now.tzinfo is None:
        raise ValueError("now must carry its zone")
    if after <= first:
        raise ValueError("a period must not end before it starts")
    start, full_end = local_midnight(first, zone), local_midnight(after, zone)
    running = start <= now < full_end
    return Period(unit, start, now.astimezone(UTC) if running else full_end, full_end, zone, running)


def day(on: date, zone: ZoneInfo, now: datetime) -> Period:
    """Give one local day."""
    return _span("day", on, on + _DAY, zone, now)


def week(on: date, zone: ZoneInfo, now: datetime) -> Period:
    """Give the week, Monday to Sunday, that holds a date."""
    monday = on - on.weekday() * _DAY
    return _span("week", monday, monday + 7 * _DAY, zone, now)


def month(year_number: int, month_number: int, zone: ZoneInfo, now: datetime) -> Period:
    """Give a calendar month."""
    first = date(year_number, month_number, 1)
    return _span("month", first, months_on(first, 1), zone, now)


def quarter(year_number: int, quarter_number: int, zone: ZoneInfo, now: datetime) -> Period:
    """Give a quarter, 1 to 4, of a calendar year."""
    if quarter_number not in {1, 2, 3, 4}:
        raise ValueError("a quarter is 1 to 4")
    first = date(year_number, quarter_number * 3 - 2, 1)
    return _span("quarter", first, months_on(first, 3), zone, now)


def year(year_number: int, zone: ZoneInfo, now: datetime) -> Period:
    """Give a calendar year."""
    return _span("year", date(year_number, 1, 1), date(year_number + 1, 1, 1), zone, now)


def last_days(count: int, zone: ZoneInfo, now: datetime, until: date | None = None) -> Period:
    """Give `count` days up to and with `until` (today when not given, then to now)."""
    last = until or now.astimezone(zone).date()
    return _span("last_days", last - (count - 1) * _DAY, last + _DAY, zone, now)


def custom(first_day: date, last_day: date, zone: ZoneInfo, now: datetime) -> Period:
    """Give the days from one date to another, both included."""
    return _span("custom", first_day, last_day + _DAY, zone, now)


def holding(unit: Unit, on: date, zone: ZoneInfo, now: datetime) -> Period:
    """Give the calendar unit (day to year) that holds a local date."""
    if unit == "day":
        return day(on, zone, now)
    if unit == "week":
        return week(on, zone, now)
    if unit == "month":
        return month(on.year, on.month, zone, now)
    if unit == "quarter":
        return quarter(on.year, (on.month + 2) // 3, zone, now)
    if unit == "year":
        return year(on.year, zone, now)
    raise ValueError(f"no calendar unit: {unit}")


def current(unit: Unit, zone: ZoneInfo, now: datetime) -> Period:
    """Give the calendar unit (day to year) that holds now."""
    return holding(unit, now.astimezone(zone).date(), zone, now)


def _neighbour(period: Period, steps: int, now: datetime) -> Period:
    """The whole unit `steps` units away; a range moves by its own whole length."""
    first, zone = period.first_day, period.zone
    if period.unit in _MONTHS:
        return holding(period.unit, months_on(first, steps * _MONTHS[period.unit]), zone, now)
    length = period.full_last_day - first + _DAY
    return _span(period.unit, first + steps * length, first + (steps + 1) * length, zone, now)


def step(period: Period, direction: Literal[-1, 1], now: datetime) -> Period | None:
    """Give the whole neighbouring unit for the previous and next buttons; None when it has not begun."""
    neighbour = _neighbour(period, direction, now)
    return neighbour if neighbour.start <= now else None


def _cut_at(whole: Period, end: datetime) -> Period:
    """The part of a unit that ends at an instant, held inside the unit."""
    return replace(whole, end=min(max(end, whole.start), whole.full_end), running=False)


def _elapsed_end(period: Period, before: Period) -> datetime:
    """The instant of the unit before at which as much of it had elapsed as of `period` at its end."""
    wall = period.end.astimezone(period.zone)
    if period.unit not in _MONTHS:
        on = before.first_day + (wall.date() - period.first_day)
        return instant(datetime.combine(on, wall.time()), period.zone)
    months = (wall.year - period.first_day.year) * 12 + wall.month - period.first_day.month
    first = months_on(before.first_day, months)
    on = first + (wall.day - 1) * _DAY
    if on.month != first.month:
        return local_midnight(months_on(first, 1), period.zone)
    return instant(datetime.combine(on, wall.time()), period.zone)


def comparison(period: Period, now: datetime) -> Period:
    """Give the previous period that an answer shows: the unit before, or its same elapsed part.

    Example: 31 March at 10:00 in a running month compares with all of February; a custom range
    that still runs compares with as many days just before it, to the same time of day.
    """
    if not period.cut:
        return _neighbour(period, -1, now)
    if period.unit == "custom":
        length = period.last_day - period.first_day + _DAY
        first = period.first_day - length
        before = _span("custom", first, period.first_day, period.zone, now)
    else:
        before = _neighbour(period, -1, now)
    return _cut_at(before, _elapsed_end(period, before))


def year_earlier(period: Period, now: datetime) -> Period:
    """Give the same dates a year earlier (29 February: the 28th); weeks and last days 364 days earlier."""
    weekly = period.unit in {"week", "last_days"}

    def back(on: date) -> date:
        return on - _YEAR_OF_WEEKS * _DAY if weekly else months_on(on, -12)

    first = back(period.first_day)
    if period.unit in _MONTHS:
        before = holding(period.unit, first, period.zone, now)
    else:
        before = _span(period.unit, first, back(period.full_last_day) + _DAY, period.zone, now)
    if not period.cut:
        return before
    wall = period.end.astimezone(period.zone)
    return _cut_at(before, instant(datetime.combine(back(wall.date()), wall.time()), period.zone))


def buckets(period: Period, unit: Literal["day", "week", "month"]) -> Iterator[Period]:
    """Give the days, weeks or months of a period in order, those at its edges cut to it."""
    inside = replace(period, unit="custom")
    now = period.end if period.running else period.full_end
    on = period.first_day
    while True:
        part = holding(unit, on, period.zone, now)
        if part.start >= inside.end:
            return
        whole = part.start >= inside.start and part.end <= inside.end
        yield part if whole else replace(part, start=max(part.start, inside.start), end=min(part.end, inside.end))
        on = part.full_last_day + _DAY


def blocks(period: Period) -> Iterator[Period]:
    """Give the weeks of a period of whole weeks in order, each of seven days from the period's own first day."""
    for week_number in range(period.days // 7):
        first = period.first_day + 7 * week_number * _DAY
        yield custom(first, first + 6 * _DAY, period.zone, period.end)


def key(period: Period) -> str:
    """Give a short ASCII form for button data, at most 20 characters, such as ``m2026-10``."""
    first = period.first_day
    if period.unit in {"day", "week"}:
        return f"{_KEYS[period.unit]}{first.isoformat()}"
    if period.unit == "month":
        return f"m{first.year:04}-{first.month:02}"
    if period.unit == "quarter":
        return f"q{first.year:04}-{(first.month + 2) // 3}"
    if period.unit == "year":
        return f"y{first.year:04}"
    last = period.full_last_day
    if period.unit == "last_days":
        return f"l{(last - first).days + 1}-{last:%Y%m%d}"
    return f"c{first:%Y%m%d}-{last:%Y%m%d}"


def from_key(text: str, zone: ZoneInfo, now: datetime) -> Period:
    """Read what `key` wrote; ValueError for anything else."""
    kind, rest = text[:1], text[1:]
    try:
        return _read_key(kind, rest, zone, now)
    except (OverflowError, ValueError) as wrong:
        raise ValueError(f"no period key: {text[:20]!r}") from wrong


def _read_key(kind: str, rest: str, zone: ZoneInfo, now: datetime) -> Period:
    if kind in {"d", "w"}:
        on = date.fromisoformat(rest)
        return day(on, zone, now) if kind == "d" else week(on, zone, now)
    if kind == "y":
        return year(int(rest), zone, now)
    left, _, right = rest.partition("-")
    if kind == "m":
        return month(int(left), int(right), zone, now)
    if kind == "q":
        return quarter(int(left), int(right), zone, now)
    if kind == "l":
        return last_days(int(left), zone, now, date.fromisoformat(right))
    if kind == "c":
        return custom(date.fromisoformat(left), date.fromisoformat(right), zone, now)
    raise ValueError("unknown kind")
