"""Round positions for the ticks of an axis; the caller writes their labels."""

import math
from collections.abc import Iterable

_LEAST = 1e-9
"""No quantity of the product differs by less: positions are rounded to a thousandth of it."""


def nice_ticks(values: Iterable[float | None], most: int = 4) -> tuple[float, ...]:
    """Give about `most` (at most 3 more) round positions that hold 0 and all the values; of none or zeros, 0 and 1.

    Steps are 1, 2 or 5 times a power of ten. Example: of 3 and 17 they are 0 5 10 15 20.
    """
    known = [value for value in values if value is not None and math.isfinite(value)]
    low, high = min([0.0, *known]), max([0.0, *known])
    if high - low < _LEAST:
        return (0.0, 1.0)
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10, 20) if factor * power >= rough * (1 - 1e-9))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return tuple(round(i * step, 12) + 0.0 for i in range(first, last + 1))


def whole_ticks(values: Iterable[float | None], most: int = 4) -> tuple[float, ...]:
    """Give round positions for counts, which have no halves."""
    return tuple(tick for tick in nice_ticks(values, most) if tick == int(tick))
