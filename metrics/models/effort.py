"""How many calls a rep still needs for what is missing to the target, by the rep's own ratio: a range, never a point.

Of C calls S led to a sale of A on average: one call brings ``A·S/C``. S/C is known only as well as its Wilson 95 %
interval [l, h] says, so what is missing takes between ``gap / (A·h)`` and ``gap / (A·l)`` calls, rounded up.
Example: 100 calls, 20 sales of 2m each, 40m missing: 20 sales, S/C between 13.3 % and 28.9 %: 70 to 150 calls.
Fewer than 20 calls or 3 sales say too little: no range.
"""

from math import ceil

from metrics.statistics import wilson

FEWEST_CALLS = 20
FEWEST_SALES = 3


def calls_needed(gap_minor: int, calls: int, sales: int, revenue_minor: int) -> tuple[int, int] | None:
    """Return the least and the most calls that the gap takes; None when the history is too short to say."""
    if gap_minor <= 0 or calls < FEWEST_CALLS or sales < FEWEST_SALES or sales > calls or revenue_minor <= 0:
        return None
    interval = wilson(sales, calls)
    average = revenue_minor / sales
    if interval is None or interval[0] <= 0:
        return None
    return ceil(gap_minor / (average * interval[1])), ceil(gap_minor / (average * interval[0]))
