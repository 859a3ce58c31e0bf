"""Where a sum that grows day by day is heading: the range that the days so far let expect of those to come."""

import math
from collections.abc import Sequence

from metrics.statistics import DRAWS, LEAST_DAYS, Interval

_SEED = 20_260_101


def coming(days: Sequence[float], left: float) -> Interval | None:
    """Give the 80 % range of what ``left`` more days bring, from what each day so far brought.

    The days so far are drawn with replacement, 2,000 times from a fixed seed, so that their mean is as uncertain as it
    is; the days to come are drawn from each such draw, a last part of a day counting by its share (bootstrap
    prediction, Davison & Hinkley 1997). None of fewer than 14 days, and where no day is left.
    Example: 14 days of 10 with 2.5 to come give (25, 25).
    """
    import numpy as np

    ahead = math.ceil(left)
    if len(days) < LEAST_DAYS or ahead <= 0:
        return None
    random, values = np.random.default_rng(_SEED), np.asarray(days, dtype=float)
    known = values[random.integers(0, values.size, (DRAWS, values.size))]
    drawn = np.take_along_axis(known, random.integers(0, values.size, (DRAWS, ahead)), axis=1)
    shares = np.ones(ahead)
    shares[-1] = left - (ahead - 1)
    low, high = np.quantile(drawn @ shares, (0.1, 0.9))
    return float(low), float(high)
