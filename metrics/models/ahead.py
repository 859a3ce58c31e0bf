"""The arithmetic of the forecast: months counted from a day, their series, and the three months ahead."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate, pairwise

from metrics.models.pipeline import Expected, Rates, expected_of, looked_back, rates_of
from metrics.models.runrate import AHEAD, Choice, ahead_of, choose, reach
from metrics.periods.wall import months_on
from store.facts.pipeline import PastDeal

LEAST_MONTHS, MOST_MONTHS = 6, 36
_GRACE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Month:
    """One month ahead: from its first day what is expected, and 80 % of its interval, in minor units."""

    first: date
    value: int
    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class Ahead:
    """The three months ahead, in minor units: ``value`` is the months' sum, ``pipeline`` the open deals' part of it.

    ``past`` is the net revenue of the whole months before, the last one last.
    """

    months: tuple[Month, ...]
    pipeline: int
    low: int | None
    high: int | None
    past: tuple[int, ...]
    deals: tuple[Expected, ...]
    rates: Rates | None
    choice: Choice

    @property
    def value(self) -> int:
        """The net revenue expected of all three."""
        return sum(month.value for month in self.months)

    @property
    def run_rate(self) -> int:
        """What is not from deals open now."""
        return self.value - self.pipeline


def whole_months(on: date, first: date) -> int:
    """How many months before a day are in a history that begins on ``first``; its first week may be missing."""
    return next((n for n in range(MOST_MONTHS) if months_on(on, -n - 1) < first - _GRACE), MOST_MONTHS)


def look(
    net: Mapping[date, int], deals: Sequence[PastDeal], stages: Sequence[str], on: date, months: int, mine: int | None
) -> Ahead:
    """Forecast the three months from a day on: ``net`` is the net revenue by day, ``mine`` a member to keep to."""
    edges = [months_on(on, place - months) for place in range(months + 1)]
    own = [deal for deal in deals if mine is None or deal.member_id == mine]
    past = [sum(value for day, value in net.items() if a <= day < b) for a, b in pairwise(edges)]
    series = _series(past, edges, [deal for deal in deals if mine is None or deal.sold_by == mine])
    choice, rates = choose(series), rates_of(deals, stages)
    open_now = expected_of(own, rates, on)
    today = sum(deal.sold or 0 for deal in own if deal.outcome == "won" and deal.closed_day == on > deal.opened_day)
    pipeline = sum(one.worth for one in open_now) + today
    values = [rate + pipeline / AHEAD for rate in ahead_of(series, choice.method, months) or ()]
    misses = _misses(past, series, choice, [looked_back(own, edge) for edge in edges])
    least = 0 if min(past, default=0) >= 0 else None
    ahead = tuple(
        # further ahead is never surer: a month is as wide as the widest before it
        Month(months_on(on, place), value, *_around(value, _wide(misses, place), least))
        for place, value in enumerate(_whole(values))
    )
    whole = sum(month.value for month in ahead)
    return Ahead(ahead, round(pipeline), *_around(whole, reach([sum(miss) for miss in misses]), least),
                 tuple(past), open_now, rates, choice)  # fmt: skip


def _series(past: Sequence[int], edges: Sequence[date], deals: Sequence[PastDeal]) -> list[list[float]]:
    """For one, two and three months ahead: each month's net revenue less that of deals open so long before its end."""
    series = [[float(value) for value in past] for _ in range(AHEAD)]
    for deal in deals:
        if deal.sold is None or deal.sold_day is None or not edges[0] <= deal.sold_day < edges[-1]:
            continue
        sold_in = sum(edge <= deal.sold_day for edge in edges) - 1
        opened_in = sum(edge <= deal.opened_day for edge in edges) - 1
        for ahead in range(1, AHEAD + 1):
            if opened_in <= sold_in - ahead:
                series[ahead - 1][sold_in] -= deal.sold
    return series


def _misses(
    past: Sequence[int], series: Sequence[Sequence[float]], choice: Choice, pipelines: Sequence[float]
) -> list[tuple[float, ...]]:
    """How far the whole forecast was off at each origin of the back-test, by month ahead."""
    found = []
    for origin in choice.origins:
        ahead = ahead_of(series, choice.method, origin) or ()
        expected = [value + pipelines[origin] / AHEAD for value in ahead]
        found.append(tuple(past[origin + place] - value for place, value in enumerate(expected)))
    return found


def _whole(values: Sequence[float]) -> list[int]:
    """Round values so that they add up to the rounded whole."""
    so_far = [round(total) for total in accumulate(values, initial=0.0)]
    return [after - before for before, after in pairwise(so_far)]


def _wide(misses: Sequence[Sequence[float]], place: int) -> float | None:
    """How far off a month ahead may be, or one before it."""
    found = [reach([miss[at] for miss in misses]) for at in range(place + 1)]
    return max((wide for wide in found if wide is not None), default=None)


def _around(value: int, wide: float | None, least: int | None) -> tuple[int | None, int | None]:
    """The 80 % interval of a value; not below ``least``, as no month has been."""
    if wide is None:
        return None, None
    low, high = value - round(wide), value + round(wide)
    return (low if least is None else max(low, min(least, value))), high
