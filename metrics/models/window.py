"""Which activity window suits a team: the time within which nine of ten repurchases have come.

The Kaplan–Meier 90th percentile of the gaps between a customer's buying days; the gap that is still open since the
last one is censored at now. Leaving the open gaps out would make every window too short: customers who never came
back would not count at all.

Example: gaps of 10, 20 and 30 days, one still open after 40: S(30) = 3/4·2/3·1/2 = 1/4 > 0.1, so there is no window.
"""

from collections.abc import Sequence

from metrics.statistics.survival import kaplan_meier

LEAST = 30
"""Fewer repurchases than this say nothing about the next ones."""
SHORTEST, LONGEST = 7, 730


def suggested(closed: Sequence[int], still: Sequence[int]) -> int | None:
    """Return the window in days; None when the gaps cannot tell: too few, or fewer than nine of ten come back."""
    if len(closed) < LEAST:
        return None
    curve = kaplan_meier([*closed, *still], [True] * len(closed) + [False] * len(still))
    days = curve.quantile(0.1)
    return None if days is None else min(LONGEST, max(SHORTEST, round(days)))


def returned_within(closed: Sequence[int], still: Sequence[int], days: int) -> float:
    """Return the share of customers estimated to buy again within so many days."""
    curve = kaplan_meier([*closed, *still], [True] * len(closed) + [False] * len(still))
    return 1 - curve.at(days)
