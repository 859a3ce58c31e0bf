"""When something is due: rules kept as wall time in a zone, their next instants, and the period each one is about.

A wall time that a zone skips (clocks go forward) is the first instant after the gap; one that comes twice (clocks go
back) is the first of the two. A local day that a zone leaves out altogether has no due time.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from metrics.periods import Period, custom, day, key, month, week
from metrics.periods.wall import at_wall

Every = Literal["hour", "day", "week", "month"]
_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)
"""The weekdays, Monday 0."""
_FARTHEST = 800
"""Days looked ahead: more than a rule can lie apart."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Every hour, day, week (on weekday ``on``, Monday 0) or month (on day ``on``, its last at the most), at ``at``.

    ``days`` are the weekdays on which a daily rule holds, ``working`` says that they follow those on which the team
    works. Example: ``Rule("day", "08:00", days=(0, 1, 2, 3, 4, 5))``.
    """

    every: Every
    at: str = "08:00"
    on: int = 0
    days: tuple[int, ...] = EVERY_DAY
    working: bool = False

    @property
    def time(self) -> time:
        """The wall time."""
        return time.fromisoformat(self.at)

    def json(self) -> dict[str, Any]:
        """The rule as a schedule keeps it."""
        return asdict(self)


def rule_of(kept: Mapping[str, Any]) -> Rule:
    """Read what `Rule.json` wrote."""
    days = tuple(kept["days"])
    return Rule(kept["every"], kept["at"], int(kept["on"]), days, kept.get("working", len(days) < len(EVERY_DAY)))


def next_run(rule: Rule, zone: ZoneInfo, after: datetime) -> datetime:
    """Give the first due time strictly after an instant; ValueError for a rule that never comes."""
    if rule.every == "hour":
        return after.astimezone(UTC).replace(minute=rule.time.minute, second=0, microsecond=0) + (
            _HOUR if after.astimezone(UTC).minute >= rule.time.minute else timedelta()
        )
    for on in _days(rule, after.astimezone(zone).date()):
        due = at_wall(datetime.combine(on, rule.time), zone)
        if due > after and due.astimezone(zone).date() == on:
            return due
    raise ValueError(f"no day fits the rule: {rule}")


def on_its_day(rule: Rule, zone: ZoneInfo, due: datetime, was: ZoneInfo) -> datetime:
    """Give the due time, by a rule in a zone, of the local day on which something was due in the zone it had before.

    A day on which the rule does not hold stays too: it was put off to it.
    Example: daily at 8:00, due on 21 November in Los Angeles: 8:00 of 21 November in Auckland, 21 hours earlier.
    """
    on = due.astimezone(was).date()
    if not _fits(rule, on):
        return at_wall(datetime.combine(on, rule.time), zone)
    midnight = at_wall(datetime.combine(on, time()), zone)
    return next_run(rule, zone, midnight - timedelta(seconds=1))


def _days(rule: Rule, first: date) -> Iterator[date]:
    for ahead in range(_FARTHEST):
        on = first + ahead * _DAY
        if _fits(rule, on):
            yield on


def _fits(rule: Rule, on: date) -> bool:
    if rule.every == "day":
        return on.weekday() in rule.days
    if rule.every == "week":
        return on.weekday() == rule.on
    last = (on + _DAY).month != on.month
    return on.day == rule.on or (last and on.day < rule.on)


def period_of(rule: Rule, due: datetime, zone: ZoneInfo, off: Callable[[date], bool] = lambda _on: False) -> Period:
    """Give the period that a due time is about: the whole day, week or month before it (the day itself, hourly).

    After days on which a daily rule does not hold, or that are ``off``, it is about them too and about the last day
    before them, of which nothing was told on its morrow: on Monday about Saturday and Sunday; after a holiday on
    Friday, on Saturday about Thursday and Friday.
    """
    today = due.astimezone(zone).date()
    if rule.every == "hour":
        return day(today, zone, due)
    if rule.every == "day":
        earlier = (today - back * _DAY for back in range(1, _FARTHEST))
        first = next(on for on in earlier if on.weekday() in rule.days and not off(on))
        return period_since(first, due, zone)
    if rule.every == "week":
        return week(today - 7 * _DAY, zone, due)
    before = today.replace(day=1) - _DAY
    return month(before.year, before.month, zone, due)


def period_since(first: date, due: datetime, zone: ZoneInfo) -> Period:
    """Give the days from a first one to the day before a due time."""
    last = due.astimezone(zone).date() - _DAY
    return day(first, zone, due) if first == last else custom(first, last, zone, due)


def put_off_from(rule: Rule, zone: ZoneInfo, due: datetime) -> datetime:
    """Give the weekly or monthly rule's own due time that a due time was put off from; itself if it is one.

    Example: monthly on the 31st, due on 2 May since 30 April was a holiday: 30 April, which is about March.
    """
    if rule.every not in {"week", "month"}:
        return due
    on = due.astimezone(zone).date()
    own = next(day for back in range(_FARTHEST) if _fits(rule, day := on - back * _DAY))
    return due if own == on else at_wall(datetime.combine(own, rule.time), zone)


def run_key(rule: Rule, due: datetime, zone: ZoneInfo) -> str:
    """Give the name under which a due time is run once, whatever the hour: that of its day, or of its hour in UTC."""
    if rule.every == "hour":
        return f"h{due.astimezone(UTC):%Y-%m-%dT%H}"
    return key(day(due.astimezone(zone).date(), zone, due))


def missed(
    rule: Rule, zone: ZoneInfo, due: datetime, now: datetime, grace: timedelta
) -> tuple[list[datetime], datetime]:
    """Split due times into those past their grace, and the first that is not (it may lie in the future)."""
    past = []
    while now - due > grace:
        past.append(due)
        due = next_run(rule, zone, due)
    return past, due


def out_of(quiet: tuple[time, time], zone: ZoneInfo, at: datetime) -> datetime:
    """Give the instant itself, or the end of the quiet hours that it falls into.

    Example: with quiet hours from 21:00 to 7:30, 23:00 becomes 7:30 of the next day.
    """
    wall = at.astimezone(zone)
    begins, ends = quiet
    if not _within(quiet, wall.time()):
        return at
    on = wall.date() + (_DAY if begins > ends and wall.time() >= begins else timedelta())
    return at_wall(datetime.combine(on, ends), zone)


def _within(quiet: tuple[time, time], at: time) -> bool:
    begins, ends = quiet
    return begins <= at < ends if begins <= ends else at >= begins or at < ends


def is_quiet(quiet: tuple[time, time], zone: ZoneInfo, at: datetime) -> bool:
    """Whether an instant lies in the quiet hours."""
    return _within(quiet, at.astimezone(zone).time())
