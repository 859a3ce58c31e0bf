"""How a figure moved against the previous period, and whether that can be told from chance."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Literal

from metrics.base import Change, Facts, Figure, Metric
from metrics.statistics import (
    LEAST_DAYS,
    Interval,
    bootstrap_change,
    bootstrap_mean_change,
    bootstrap_median_change,
    excludes_zero,
    newcombe,
)
from store.facts import Cut, Key

_DAY = timedelta(days=1)
_MONTHS_DIFFER = 3
"""Days by which two calendar months differ at most."""
Days = Mapping[Key, Facts]


def days_of(cut: Cut, days: Days) -> list[Facts]:
    """Return the facts of every day of a cut, in order; None where the day has none."""
    found, on = [], cut.first_day
    while on <= cut.last_day:
        found.append(days.get(on))
        on += _DAY
    return found


def alike(days: int, other: int) -> bool:
    """Whether two periods are about as long as each other: no further apart than two months can be."""
    return abs(days - other) <= _MONTHS_DIFFER


def change_of(metric: Metric, before: float | None, after: float | None) -> Change:
    """Tell how a figure moved, without a verdict."""
    if after is None or (before is None and after is None):
        return Change("none", None)
    if before is None:
        return Change("new", after)
    if metric.unit == "ratio":
        return Change("points", after - before)
    if metric.unit not in {"money", "count"} or before < 0:
        return Change("absolute", after - before)
    if before == 0:
        return Change("new", after) if after else Change("none", None)
    return Change("relative", (after - before) / before)


def judged(metric: Metric, before: Figure, after: Figure, old: list[Facts], new: list[Facts], empty: Facts) -> Change:
    """Tell how a figure moved and whether that is clear, ``old`` and ``new`` being the facts of each side's days.

    Of a sum there is no verdict where one side is longer: that 26 days bring less than 92 is no finding.
    """
    moved = change_of(metric, before.value, after.value)
    if moved.kind in {"none", "new"}:
        return moved
    if metric.bounded:
        sides = (after.numerator, after.denominator, before.numerator, before.denominator)
        return replace(moved, clear=excludes_zero(newcombe(*(int(side or 0) for side in sides))))
    if min(len(old), len(new)) < LEAST_DAYS or (metric.daily is not None and not alike(len(old), len(new))):
        return moved
    return replace(moved, clear=excludes_zero(_spread(metric, moved, old, new, empty)))


def _spread(metric: Metric, moved: Change, old: list[Facts], new: list[Facts], empty: Facts) -> Interval | None:
    """The interval of the change, drawn from days; None for a metric that is not judged so."""
    kind: Literal["relative", "absolute"] = "relative" if moved.kind == "relative" else "absolute"
    if metric.medians is not None:
        taken = metric.medians
        return bootstrap_median_change([taken(d or empty) for d in old], [taken(d or empty) for d in new])
    if metric.means is not None:
        pair = metric.means
        return bootstrap_mean_change([pair(d or empty) for d in old], [pair(d or empty) for d in new], kind)
    if metric.daily is not None:
        measure = metric.daily
        return bootstrap_change([measure(d or empty) for d in old], [measure(d or empty) for d in new], kind)
    return None
