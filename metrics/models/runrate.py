"""Run rate: what sells without an open deal, continued by the simple method that would have done best before.

Months are counted back from the day of the forecast. For each of the three months ahead there is a series of its own:
what sold in a month without the deals that were already open one, two or three months before its end (those are
forecast as open deals), less all refunds. *Candidates*: the mean of the last three months, the last month, exponential
smoothing (α = 0.3), and the same month a year before. *Back-test*: at up to twelve months' beginnings in the past each
candidate forecasts the three months that followed; the smallest mean absolute error wins. The year-old month joins once
it can be tested at six of them; before there are six the mean of three months stands untested.

Example: months of 100, 200, 300 with no deals: mean 200, last 300, smoothed 100 → 130 → 181.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

AHEAD, ORIGINS, LEAST_ORIGINS = 3, 12, 6
ALPHA, YEAR = 0.3, 12

Series = Sequence[float]
Method = Callable[[Series, int], float | None]


def mean_of_three(known: Series, ahead: int) -> float | None:
    """The mean of the last three months, or of those there are."""
    return sum(known[-3:]) / len(known[-3:])


def last_month(known: Series, ahead: int) -> float | None:
    """The last month again."""
    return known[-1]


def smoothed(known: Series, ahead: int) -> float | None:
    """Simple exponential smoothing, begun at the first month."""
    level = known[0]
    for value in known[1:]:
        level += ALPHA * (value - level)
    return level


def year_before(known: Series, ahead: int) -> float | None:
    """The same month a year before; None while history is younger."""
    place = len(known) + ahead - 1 - YEAR
    return known[place] if place >= 0 else None


METHODS: Mapping[str, Method] = {
    "mean_of_three": mean_of_three,
    "last_month": last_month,
    "smoothing": smoothed,
    "year_before": year_before,
}
DEFAULT = "mean_of_three"


@dataclass(frozen=True, slots=True)
class Choice:
    """The method chosen, the origins it was tested at (months from the first), and its mean absolute error."""

    method: str
    origins: tuple[int, ...]
    error: float | None


def ahead_of(series: Sequence[Series], method: str, origin: int) -> tuple[float, ...] | None:
    """Return what a method forecasts at an origin for each month ahead; ``series`` has one list for each of them."""
    found = [METHODS[method](one[:origin], ahead) for ahead, one in enumerate(series, 1)]
    known = tuple(value for value in found if value is not None)
    return known if len(known) == len(series) else None


def choose(series: Sequence[Series]) -> Choice:
    """Choose the method with the smallest mean absolute error of the three months together."""
    months = len(series[0])
    origins = tuple(range(max(1, months - AHEAD - ORIGINS + 1), months - AHEAD + 1))
    if len(origins) < LEAST_ORIGINS:
        return Choice(DEFAULT, origins, None)
    able = {name: tuple(o for o in origins if ahead_of(series, name, o) is not None) for name in METHODS}
    running = [name for name, at in able.items() if len(at) >= LEAST_ORIGINS]
    shared = tuple(o for o in origins if all(o in able[name] for name in running))
    errors = {name: _error(series, name, shared) for name in running}
    best = min(running, key=errors.__getitem__)
    return Choice(best, shared, errors[best])


def _error(series: Sequence[Series], method: str, origins: Sequence[int]) -> float:
    missed = [abs(sum(ahead_of(series, method, o) or ()) - came(series, o)) for o in origins]
    return sum(missed) / len(missed)


def came(series: Sequence[Series], origin: int) -> float:
    """What the three months after an origin came to."""
    return sum(one[origin + place] for place, one in enumerate(series))


def reach(errors: Sequence[float]) -> float | None:
    """Return how far either way holds 80 %: the ⌈0.8·(n + 1)⌉-th smallest error; None of fewer than four.

    With errors that come in any order alike, the next one lies within it at least 80 times in 100 (split conformal
    prediction, Lei et al. 2018). Example: of −1, 2, −3, 4, 5 it is 5.
    """
    place = -(-8 * (len(errors) + 1) // 10)
    return sorted(abs(error) for error in errors)[place - 1] if place <= len(errors) else None
