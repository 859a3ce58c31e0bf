"""Working time: the team's days and hours of work, how many of them a period has, and how long a wait is in them.

Public holidays of the team's calendar are no working days.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from metrics.periods.holidays import NONE, holidays_before, is_holiday
from store.facts import Cut

_DAY = timedelta(days=1)
_MONDAY = datetime(2001, 1, 1)  # noqa: DTZ001 - wall times are counted from a Monday long ago


@dataclass(frozen=True, slots=True)
class WorkWeek:
    """On which days (Monday is 1) and from when to when the team works; not on the holidays of a ``country``."""

    days: frozenset[int] = frozenset({1, 2, 3, 4, 5, 6})
    opens: time = time(8, 0)
    closes: time = time(17, 30)
    country: str = NONE

    @classmethod
    def of(cls, settings: Mapping[str, object]) -> "WorkWeek":
        """Read ``working_days``, ``working_hours`` and ``holidays`` of a team's settings."""
        days, hours = settings.get("working_days"), settings.get("working_hours")
        usual = cls()
        opens, closes = (time.fromisoformat(str(end)) for end in hours) if isinstance(hours, list) else (None, None)
        return cls(
            frozenset(int(day) for day in days) if isinstance(days, list) else usual.days,
            opens or usual.opens,
            closes or usual.closes,
            str(settings.get("holidays", NONE)),
        )

    def holds(self, on: date) -> bool:
        """Whether the team works on that day."""
        return on.isoweekday() in self.days and not is_holiday(self.country, on)

    @property
    def minutes(self) -> float:
        """Minutes of one working day."""
        return _minute(self.closes) - _minute(self.opens)

    def minutes_between(self, start: datetime, end: datetime, zone: ZoneInfo) -> float:
        """Count the working minutes from one instant to another on the team's clock; negative when the end is earlier.

        Example: Saturday 17:00 to Monday 8:15 are 30 + 15 minutes, Sunday being free.
        """
        return self._since(end, zone) - self._since(start, zone)

    def _since(self, at: datetime, zone: ZoneInfo) -> float:
        """Working minutes from a Monday long ago to an instant's wall time."""
        wall = at.astimezone(zone).replace(tzinfo=None)
        weeks, days = divmod((wall - _MONDAY).days, 7)
        whole = weeks * len(self.days) + sum(day in self.days for day in range(1, days + 1))
        whole -= holidays_before(self.country, self.days, wall.date())
        today = 0.0
        if self.holds(wall.date()):
            clock = (wall - datetime.combine(wall.date(), time.min)) / timedelta(minutes=1)
            today = min(max(clock - _minute(self.opens), 0.0), self.minutes)
        return whole * self.minutes + today


USUAL_WEEK = WorkWeek()
"""Monday to Saturday, 8:00 to 17:30."""


def _minute(at: time) -> float:
    return at.hour * 60 + at.minute


def working_days(cut: Cut, week: WorkWeek) -> float:
    """Count the working days of a cut; a last day cut short counts by its elapsed working hours.

    Example: Monday to Wednesday 12:45 are 2.5 days, half of Wednesday's 8:00–17:30 being over.
    """
    count, on = 0.0, cut.first_day
    while on <= cut.last_day:
        if week.holds(on):
            count += _elapsed(cut, on, week) if on == cut.last_day else 1.0
        on += _DAY
    return count


def _elapsed(cut: Cut, on: date, week: WorkWeek) -> float:
    end = cut.end.astimezone(cut.zone).replace(tzinfo=None)
    opens, closes = datetime.combine(on, week.opens), datetime.combine(on, week.closes)
    return min(1.0, max(0.0, (end - opens) / (closes - opens)))
