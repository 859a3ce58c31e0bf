"""What a figure usually is: the range that earlier days of its weekday, or earlier weeks, give, unmoved by odd ones.

The middle is the median, the width `WIDTH` times the spread on each side. The spread is the median absolute deviation
times 1.4826 (as wide as a standard deviation where the days are normal: Iglewicz & Hoaglin 1993), or where most days
are alike the mean absolute deviation times 1.2533; never less than a twentieth of the median, nor for counts than its
square root, by which counts move of themselves.

Example: 8, 9, 10, 10, 11, 12 and 40: median 10, deviations 2, 1, 0, 0, 1, 2, 30 with the median 1; money is usual from
10 − 3 · 1.4826 = 5.6 to 14.4, a count from 10 − 3 · √10 = 0.5 to 19.5, that is from 1 to 19.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, sqrt
from statistics import fmean, median

LEAST = 6
"""So many earlier days of the weekday, or weeks, are needed."""
MOST = 12
WIDTH = 3.0


@dataclass(frozen=True, slots=True)
class Usual:
    """The usual range of a figure, both ends within it, from ``n`` earlier values."""

    low: float
    high: float
    middle: float
    n: int

    def side(self, value: float) -> str:
        """Return ``low`` or ``high`` for a value outside the range, else nothing."""
        return "low" if value < self.low else "high" if value > self.high else ""


def usual(values: Sequence[float], *, counts: bool = False) -> Usual | None:
    """Return what is usual after these values; None for too few of them, or for days that are all nothing."""
    if len(values) < LEAST:
        return None
    middle = median(values)
    away = [abs(value - middle) for value in values]
    spread = 1.4826 * median(away) or 1.2533 * fmean(away)
    spread = max(spread, abs(middle) / 20, sqrt(abs(middle)) if counts else 0.0)
    if not spread:
        return None
    low, high = middle - WIDTH * spread, middle + WIDTH * spread
    low = max(low, 0.0) if min(values) >= 0 else low
    return Usual(ceil(low), floor(high), middle, len(values)) if counts else Usual(low, high, middle, len(values))
