"""What open deals are worth: each times how often deals that had come as far were won.

The team's rate is won / closed over all its deals. A stage's own is (won + 10 · the team's) / (closed + 10) over the
closed deals that reached it: a won deal passed every stage, a lost one those up to its last. Past its expected day a
deal takes the rate of the closed ones that were past theirs, shrunk alike. An open deal never counts in full, a lost
one not at all.

Example: 6 won, 2 lost at the first stage, 2 at the third: team 0.6, first stage (6 + 6) / (10 + 10) = 0.6, third
(6 + 6) / (8 + 10) = 0.667; an open deal of 900 at the third is worth 600.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from store.facts.pipeline import PastDeal

PRIOR = 10
"""How many deals of the team's rate a stage's own is shrunk by."""


@dataclass(frozen=True, slots=True)
class Rates:
    """How often deals are won: of the whole team, by stage, and once past their expected day."""

    team: float
    stages: Mapping[str, float]
    first: str | None
    overdue: float
    closed: int

    def of(self, deal: PastDeal, on: date) -> float:
        """The rate of an open deal as of a day; one of an unknown stage stands at the first."""
        if deal.expected_day is not None and deal.expected_day < on:
            return self.overdue
        return self.stages.get(deal.stage or "", self.stages.get(self.first or "", self.team))


@dataclass(frozen=True, slots=True)
class Expected:
    """An open deal with the rate that it is weighed with; ``worth`` in minor units, 0 without an amount."""

    deal: PastDeal
    rate: float

    @property
    def worth(self) -> float:
        """What it is expected to bring."""
        return (self.deal.amount or 0) * self.rate


def rates_of(deals: Iterable[PastDeal], stages: Sequence[str]) -> Rates | None:
    """Return the rates that closed deals give; None while none is closed."""
    closed = [deal for deal in deals if deal.outcome is not None]
    if not closed:
        return None
    team = sum(deal.outcome == "won" for deal in closed) / len(closed)
    place = {stage: number for number, stage in enumerate(stages)}
    reached = [len(stages) if deal.outcome == "won" else place.get(deal.stage or "", 0) for deal in closed]
    by_stage = {
        stage: _shrunk([deal for deal, at in zip(closed, reached, strict=True) if at >= number], team)
        for stage, number in place.items()
    }
    first = stages[0] if stages else None
    return Rates(team, by_stage, first, _shrunk([deal for deal in closed if deal.overdue], team), len(closed))


def _shrunk(closed: Sequence[PastDeal], team: float) -> float:
    won = sum(deal.outcome == "won" for deal in closed)
    return (won + PRIOR * team) / (len(closed) + PRIOR)


def expected_of(deals: Iterable[PastDeal], rates: Rates | None, on: date) -> tuple[Expected, ...]:
    """Weigh the open deals; without rates each counts nothing, never in full."""
    still = (deal for deal in deals if deal.outcome is None)
    return tuple(Expected(deal, rates.of(deal, on) if rates is not None else 0.0) for deal in still)


def looked_back(deals: Sequence[PastDeal], on: date) -> float:
    """Return what the deals open on an earlier day were worth, by the team's rate of that day.

    Which stage a deal stood at then is not kept, so all take the same rate.
    """
    closed = [deal for deal in deals if deal.closed_day is not None and deal.closed_day < on]
    if not closed:
        return 0.0
    rate = sum(deal.outcome == "won" for deal in closed) / len(closed)
    still = (
        deal.amount or 0
        for deal in deals
        if deal.opened_day < on and (deal.closed_day is None or deal.closed_day >= on)
    )
    return rate * sum(still)
