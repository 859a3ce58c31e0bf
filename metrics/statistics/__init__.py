"""Intervals and verdicts for small numbers: Wilson, Newcombe, medians and the bootstrap over days."""

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Draw = Callable[[NDArray[np.uint8]], Floats]
    """Gives what is drawn of a side, from how often each of its days is drawn: one row in, one number out."""

Interval = tuple[float, float]

Z_95 = 1.959963984540054
DRAWS = 2000
LEAST_DAYS = 14
_SEED = 20_260_101
_AT_ONCE = 200
_COARSE = 16
_GRID = 1000


def wilson(x: int, n: int) -> Interval | None:
    """Give the 95 % score interval of the share x/n; None when n is 0.

    Centre (x + z²/2)/(n + z²), half width z/(n + z²)·√(x(n − x)/n + z²/4) (Wilson 1927).
    Example: 15 of 148 gives 0.0624 to 0.1605 (Newcombe 1998, table I).
    """
    if not 0 <= x <= n:
        raise ValueError("x must be between 0 and n")
    if n == 0:
        return None
    squared = Z_95 * Z_95
    centre = (x + squared / 2) / (n + squared)
    half = Z_95 / (n + squared) * math.sqrt(x * (n - x) / n + squared / 4)
    return (0.0 if x == 0 else centre - half), (1.0 if x == n else centre + half)


def newcombe(x1: int, n1: int, x2: int, n2: int) -> Interval | None:
    """Give the 95 % hybrid-score interval of x1/n1 − x2/n2; None when either n is 0.

    With p the shares and (l, u) their Wilson intervals: d − √((p1 − l1)² + (u2 − p2)²) to
    d + √((u1 − p1)² + (p2 − l2)²) (Newcombe 1998, method 10).
    Example: 56/70 − 48/80 gives 0.0524 to 0.3339, as published.
    """
    first, second = wilson(x1, n1), wilson(x2, n2)
    if first is None or second is None:
        return None
    p1, p2 = x1 / n1, x2 / n2
    low = p1 - p2 - math.hypot(p1 - first[0], second[1] - p2)
    high = p1 - p2 + math.hypot(first[1] - p1, p2 - second[0])
    return low, high


def excludes_zero(interval: Interval | None) -> bool | None:
    """Tell whether a change is clear; None when there is no interval to judge by."""
    return None if interval is None else not interval[0] <= 0 <= interval[1]


def quantile(values: "ArrayLike", q: float) -> float | None:
    """Give the linear (type 7) quantile; None of nothing. Example: the 0.9 of 1 2 3 4 is 3.7."""
    import numpy as np

    if not np.size(values):
        return None
    data = np.sort(np.asarray(values, dtype=float))
    whole, part = divmod(q * (data.size - 1), 1)  # numpy's own takes twenty times as long for a few values
    low, high = float(data[int(whole)]), float(data[min(int(whole) + 1, data.size - 1)])
    return low + (high - low) * part if part < 0.5 else high - (high - low) * (1 - part)


def median_interval(values: "ArrayLike") -> Interval | None:
    """Give the narrowest symmetric order statistics that cover the median with at least 95 %.

    The k-th smallest and k-th largest, k as large as P(k ≤ Bin(n, ½) ≤ n − k) ≥ 0.95 lets it be
    (Conover 1999, §3.2); None below 6 values. Example: of 1 to 10 it is 2 to 9 (97.9 %).
    """
    import numpy as np

    k = _rank(np.size(values))
    if not k:
        return None
    data = np.sort(np.asarray(values, dtype=float))
    return float(data[k - 1]), float(data[-k])


@lru_cache(maxsize=1024)
def _rank(n: int) -> int:
    """The largest k of `median_interval`; 0 where there is none."""
    from scipy.special import bdtr

    low, high = 0, n // 2
    while low < high:
        k = (low + high + 1) // 2
        low, high = (k, high) if bdtr(k - 1, n, 0.5) <= 0.025 else (low, k - 1)
    return low


def bootstrap_change(
    before: "ArrayLike", after: "ArrayLike", kind: Literal["relative", "absolute"] = "relative"
) -> Interval | None:
    """Give the 95 % percentile interval of the change between two totals of days (Efron 1979).

    `before` and `after` hold one number a day. Days are drawn with replacement, 2,000 times, from a
    fixed seed; None with fewer than 14 days on a side, or when a relative change has a draw without
    a positive base. Example: 20 days of 10 against 20 of 12 gives (0.2, 0.2).
    """
    import numpy as np

    first, second = np.asarray(before, dtype=float), np.asarray(after, dtype=float)
    if min(first.size, second.size) < LEAST_DAYS:
        return None
    old, new = _drawn(_totals(first), 0, len(first)), _drawn(_totals(second), 1, len(second))
    if kind == "absolute":
        return _percentiles(new - old)
    return _percentiles(new / old - 1) if old.min() > 0 else None


def bootstrap_mean_change(
    before: "ArrayLike", after: "ArrayLike", kind: Literal["relative", "absolute"] = "relative"
) -> Interval | None:
    """Give the 95 % interval of the change between two means, drawing whole days of (sum, count).

    A mean is the sum over all drawn days by their count. None with fewer than 14 days on a side, or where draws
    without anything counted, or without a positive base, make the answer doubtful.
    Example: 20 days of (30, 3) against 20 of (24, 2) gives (0.2, 0.2).
    """
    import numpy as np

    first, second = np.asarray(before, dtype=float), np.asarray(after, dtype=float)
    if min(len(first), len(second)) < LEAST_DAYS:
        return None
    old, new = _drawn(_means(first), 0, len(first)), _drawn(_means(second), 1, len(second))
    with np.errstate(divide="ignore", invalid="ignore"):
        change = new - old if kind == "absolute" else np.where(old > 0, new / old - 1, np.nan)
    change = change[np.isfinite(change)]
    return _percentiles(change) if change.size >= 0.99 * DRAWS else None


def bootstrap_median_change(before: "Sequence[ArrayLike]", after: "Sequence[ArrayLike]") -> Interval | None:
    """Give the 95 % interval of the change between two medians, drawing whole days of values.

    Each side is a list of days, each day the values that fell on it. Above 1,000 different values a
    side, medians are read on a grid of 1,000 quantiles. None with fewer than 14 days on a side, or
    where draws without any value make the answer doubtful.
    Example: 14 days of [1, 2, 3] against 14 of [4, 5, 6] gives (3, 3).
    """
    import numpy as np

    first, second = ([np.asarray(day, dtype=float) for day in side] for side in (before, after))
    if min(len(first), len(second)) < LEAST_DAYS or not any(map(np.size, first)) or not any(map(np.size, second)):
        return None
    old, new = _drawn(_medians(first), 0, len(first)), _drawn(_medians(second), 1, len(second))
    change = (new - old)[np.isfinite(new - old)]
    return _percentiles(change) if change.size >= 0.99 * DRAWS else None


def _percentiles(draws: "Floats") -> Interval:
    import numpy as np

    low, high = np.quantile(draws, (0.025, 0.975))
    return float(low), float(high)


def _drawn(draw: "Draw", side: int, size: int) -> "Floats":
    """Two thousand draws of the days of a side."""
    import numpy as np

    return np.concatenate([draw(times) for times in _times(side, size)])


@lru_cache(maxsize=8)
def _times(side: int, size: int) -> "tuple[NDArray[np.uint8], ...]":
    """How often each of a side's days is drawn with replacement: a row for each draw, in slices.

    From a fixed seed as many days are always drawn alike: what one figure has drawn serves the next.
    """
    import numpy as np

    random = np.random.default_rng((_SEED, side))
    rows = np.arange(_AT_ONCE, dtype=np.int32)[:, None] * size

    def draws() -> "NDArray[np.uint8]":
        picks = random.integers(0, size, (_AT_ONCE, size), dtype=np.int32)  # half the width in half the time
        counts = np.bincount((picks + rows).ravel(), minlength=_AT_ONCE * size)
        return counts.reshape(_AT_ONCE, size).astype(np.uint8)

    return tuple(draws() for _ in range(DRAWS // _AT_ONCE))


def _totals(days: "Floats") -> "Draw":
    return lambda times: times @ days


def _means(days: "Floats") -> "Draw":
    import numpy as np

    def draw(times: "NDArray[np.uint8]") -> "Floats":
        sums, counts = (times @ days).T
        means: Floats = np.divide(sums, counts, out=np.full(len(times), np.nan), where=counts > 0)
        return means

    return draw


def _medians(days: "Sequence[NDArray[np.float64]]") -> "Draw":
    """Medians of drawn days, read off how many values of each day lie at or below each grid value."""
    import numpy as np

    pooled = np.concatenate(days)
    grid = np.unique(pooled)
    if grid.size > _GRID:
        grid = np.unique(np.quantile(pooled, np.linspace(0, 1, _GRID), method="inverted_cdf"))
    rows = np.repeat(np.arange(len(days)) * grid.size, [day.size for day in days])
    falls = np.bincount(rows + np.searchsorted(grid, pooled), minlength=len(days) * grid.size)
    # whole counts, far below 2**24: exact, in half the time
    below = falls.reshape(len(days), grid.size).cumsum(axis=1, dtype=np.float32)

    def draw(drawn: "NDArray[np.uint8]") -> "Floats":
        times = drawn.astype(np.float32)
        count = times @ below[:, -1:]
        low, high = np.floor((count + 1) / 2), np.floor(count / 2) + 1
        # the medians of all draws lie close together: find roughly where, then look there only
        rough = times @ below[:, ::_COARSE]
        first = max(int((rough >= low).argmax(axis=1).min()) - 1, 0) * _COARSE
        seen = (rough >= high).any(axis=1)
        last = int((rough >= high).argmax(axis=1).max()) * _COARSE + 1 if seen.all() else grid.size
        reached, near = times @ below[:, first:last], grid[first:last]
        lower, upper = near[(reached >= low).argmax(axis=1)], near[(reached >= high).argmax(axis=1)]
        return np.where(count[:, 0] > 0, (lower + upper) / 2, np.nan)

    return draw
