"""How far a target is by the working days gone by: its pace, where it lands, and what each day must still bring."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from metrics.base import Metric
from metrics.periods.workdays import WorkWeek
from metrics.statistics import Interval
from metrics.statistics.landing import coming
from store.facts import Cut


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """Working days of a unit: how many have gone by, how many there are."""

    gone: float
    whole: float

    @property
    def share(self) -> float | None:
        """The share that has gone by; None of a unit without a working day."""
        return self.gone / self.whole if self.whole else None


@dataclass(frozen=True, slots=True)
class Progress:
    """One target and how far it is: None for what cannot be told; ``due`` is the share of it that should be there."""

    target: float
    value: float | None
    attained: float | None
    pace: float | None
    landing: float | None
    needed: float | None
    within: Interval | None = None
    due: float | None = None


def progress(
    metric: Metric, value: float | None, target: float, days: WorkingDays, brought: Sequence[float] = ()
) -> Progress:
    """Work out how far a target is; ``brought`` is what each whole working day so far did."""
    share = _attained(metric, value, target)
    if not metric.additive or value is None:
        return Progress(target, value, share, None, None, None)
    left = days.whole - days.gone
    due = target * days.gone / days.whole if days.whole else 0
    landing = value if left <= 0 else value / days.gone * days.whole if days.gone else None
    needed = None if left <= 0 else max(0.0, target - value) / left
    more = coming(brought, left)
    # the days of the range are whole, the landing counts today's part: it is in its own range
    within = None if more is None or landing is None else (min(value + more[0], landing), max(value + more[1], landing))
    pace = value / due if due > 0 else None
    return Progress(target, value, share, pace, landing, needed, within, days.share if pace is not None else None)


def by_working_day(days: Mapping[date, float], cut: Cut, week: WorkWeek) -> list[float]:
    """Return what each whole working day of a cut brought, days off adding to the working day before them.

    Those before the first working day add to that one: a day off is never a day of its own.
    Example: 5 on Saturday, 2 on Sunday, 1 on a Monday that is not over yet give 7.
    """
    found: list[float] = []
    early, whole, on = 0.0, cut.end.astimezone(cut.zone).date(), cut.first_day
    while on < whole:
        brought = days.get(on, 0.0)
        if week.holds(on):
            found.append(early + brought)
            early = 0.0
        elif found:
            found[-1] += brought
        else:
            early += brought
        on += timedelta(days=1)
    return found


def _attained(metric: Metric, value: float | None, target: float) -> float | None:
    over, under = (value, target) if metric.better == "up" else (target, value)
    return over / under + 0.0 if over is not None and under is not None and under > 0 else None
