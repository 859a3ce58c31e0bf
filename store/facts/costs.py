"""Reads of costs: the part of each entry that falls into a period, day by day without a remainder lost."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, select

from store import Session
from store.facts.cut import By, Cut, Key, counted, named
from store.tables import costs

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Cost:
    """One entry: its whole amount in minor units of the team's currency (None without a rate) over its days."""

    id: int
    kind: str
    from_day: date
    to_day: date
    base_minor: int | None
    channel: str | None
    campaign: str | None

    def share(self, first: date, last: date) -> int:
        """Return what falls on the days from ``first`` to ``last``, both included; 0 without a rate.

        Day i of n gets ⌊A·i/n⌋ − ⌊A·(i−1)/n⌋. Example: 100 over three days is 33, 33 and 34.
        """
        begin, end = max(first, self.from_day), min(last, self.to_day)
        if self.base_minor is None or begin > end:
            return 0
        days = (self.to_day - self.from_day).days + 1
        before, through = (begin - self.from_day).days, (end - self.from_day).days + 1
        return self.base_minor * through // days - self.base_minor * before // days


def of_cost(cut: Cut, kinds: Collection[str] = ()) -> ColumnElement[bool]:
    """Keep the entries with a day in the cut, of these kinds where any are named, and of the filters."""
    wanted = [
        costs.c.team_id == cut.team_id,
        counted("costs"),
        costs.c.from_day <= cut.last_day,
        costs.c.to_day >= cut.first_day,
    ]
    if kinds:
        wanted.append(costs.c.kind.in_(sorted(kinds)))
    if cut.filters.channel is not None:
        wanted.append(named(costs.c.channel, cut.filters.channel))
    if cut.filters.campaign is not None:
        wanted.append(named(costs.c.campaign, cut.filters.campaign))
    return and_(*wanted)


@dataclass(frozen=True, slots=True)
class Spent:
    """Costs of a period in minor units, how many entries they come from, and how many have no exchange rate."""

    amount: int = 0
    entries: int = 0
    unpriced: int = 0

    def __add__(self, other: "Spent") -> "Spent":
        return Spent(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))


async def spent(session: Session, cut: Cut, by: By, kinds: Collection[str] = ()) -> Mapping[Key, Spent]:
    """Sum the costs of the cut, of these kinds or all, under each channel or campaign of theirs, or each local day.

    An entry is counted once, under the first of its days in the cut.
    """
    totals: dict[Key, Spent] = defaultdict(Spent)
    for cost in await costs_in(session, cut, kinds):
        first, last = max(cost.from_day, cut.first_day), min(cost.to_day, cut.last_day)
        unpriced = int(cost.base_minor is None)
        if by != "day":
            key = cost.channel if by == "channel" else cost.campaign if by == "campaign" else None
            totals[key] += Spent(cost.share(first, last), 1 - unpriced, unpriced)
            continue
        totals[first] += Spent(0, 1 - unpriced, unpriced)
        for day in range((last - first).days + 1):
            on = first + day * _DAY
            totals[on] += Spent(cost.share(on, on))
    return totals


async def costs_in(session: Session, cut: Cut, kinds: Collection[str] = ()) -> Sequence[Cost]:
    """Return the entries that have a day in the cut, oldest first."""
    columns = [costs.c[name] for name in Cost.__slots__]
    found = await session.execute(select(*columns).where(of_cost(cut, kinds)).order_by(costs.c.from_day, costs.c.id))
    return [Cost(*row) for row in found]
