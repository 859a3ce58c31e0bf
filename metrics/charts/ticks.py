"""Round positions for the ticks of an axis; the caller writes their labels."""

import math
from collections.abc import Iterable

_LEAST = 1e-9
"""No quantity of the product differs by less: positions are rounded to a thousandth of it."""

_MORE = 2
"""How many more steps than asked for an axis may have, if it is tighter for it."""


def nice_ticks(values: Iterable[float | None], most: int = 4) -> tuple[float, ...]:
    """Give about `most` (at most 3 more) round positions that hold 0 and all the values; of none or zeros, 0 and 1.

    Steps are 1, 2 or 5 times a power of ten: the one that leaves least of the axis empty. A little below 0 lies less
    than half a step below the lowest position, or that much of the sheet would be empty. Examples: of 3 and 17 they are
    0 5 10 15 20, of −1 and 27 0 10 20 30.
    """
    return _ticks(values, most, 0.0)


def whole_ticks(values: Iterable[float | None], most: int = 4) -> tuple[float, ...]:
    """Give round positions for counts, which have no halves."""
    return _ticks(values, most, 1.0)


def _ticks(values: Iterable[float | None], most: int, least: float) -> tuple[float, ...]:
    """The tightest positions with no smaller step than `least`; of equally tight ones about as many as asked for."""
    known = [value for value in values if value is not None and math.isfinite(value)]
    low, high = min([0.0, *known]), max([0.0, *known])
    if high - low < _LEAST:
        return (0.0, 1.0)
    power = 10.0 ** math.floor(math.log10((high - low) / most))
    found = []
    for step in (factor * power for factor in (0.5, 1, 2, 5, 10, 20)):
        first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
        first += first < 0 < last and low / step > first + 0.5 + 1e-9
        if step >= least and last - first <= most + _MORE:
            long = last * step - min(low, first * step)
            found.append((round(long / (high - low), 6), abs(last - first - most), step, first, last))
    *_, step, first, last = min(found) if found else (least, math.floor(low), math.ceil(high))
    return tuple(round(i * step, 12) + 0.0 for i in range(first, last + 1))
