"""Calls per sale: how many calls it takes to make one sale.

Calls of the period / sales of the period not refunded in full. *Effort* is the mean number of calls inside the
journeys won in the period; *walk-ins* are its sales that closed no journey.

Example: 30 calls and 5 sales: 6 calls a sale, whoever those calls were to.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from metrics.answers.listing import CALL, call_rows, contacts_and_sales, sold_rows
from metrics.base import Figure, Metric, Part, Rows, TeamScope, share
from metrics.wording import Phrase, phrase, plural_phrase
from store import Session
from store.facts import By, Cut, Key
from store.facts.contacts import Calls, calls
from store.facts.sales import SaleTotals, sales_in
from store.facts.wins import Wins, wins


@dataclass(frozen=True, slots=True)
class EffortFacts:
    """Calls, sales and won journeys of a period."""

    calls: Calls = field(default_factory=Calls)
    sold: SaleTotals = field(default_factory=SaleTotals)
    won: Wins = field(default_factory=Wins)

    def __add__(self, other: "EffortFacts") -> "EffortFacts":
        return EffortFacts(self.calls + other.calls, self.sold + other.sold, self.won + other.won)


def compute(facts: EffortFacts, team: TeamScope) -> Figure:
    """Divide the calls by the sales."""
    made, sold = facts.calls.count, facts.sold.sales
    won = facts.won
    effort = share(won.calls, won.won)
    walk_ins = facts.sold.lines - won.sold
    told = [
        phrase(
            "{calls}, {sales}",
            calls=plural_phrase("{n} call", "{n} calls", n=made),
            sales=plural_phrase("{n} sale", "{n} sales", n=sold),
        )
    ]
    if effort is not None:
        told.append(_effort(effort, won.won, walk_ins))
    return Figure(
        value=share(made, sold),
        n=sold,
        numerator=made,
        denominator=sold,
        parts={
            "calls": Part(made, "count", made),
            "sales": Part(sold, "count", sold),
            "effort": Part(effort, "number", won.won),
            "walk_ins": Part(walk_ins, "count", facts.sold.lines),
        },
        reason=None if sold else phrase("no sales in this period: log one with /sale"),
        numbers=phrase("{calls} / {sales}", calls=made, sales=sold),
        told=tuple(told),
    )


def _effort(effort: float, won: int, walk_ins: int) -> Phrase:
    """Calls in each attempt won, and the sales that no attempt led to."""
    return phrase(
        "{effort} calls on average in {won}; {walk_ins} without",
        effort=float(effort),
        won=plural_phrase("{n} sales attempt won", "{n} sales attempts won", n=won),
        walk_ins=plural_phrase("{n} sale", "{n} sales", n=walk_ins),
    )


async def gather(session: Session, cut: Cut, by: By, team: TeamScope) -> Mapping[Key, EffortFacts]:
    """Read calls, sales and won journeys under each day or member."""
    made, sold = await calls(session, cut, by), await sales_in(session, cut, by)
    won = await wins(session, cut, by, team.journey_gap_days)
    return {
        key: EffortFacts(made.get(key, Calls()), sold.get(key, SaleTotals()), won.get(key, Wins()))
        for key in {**made, **sold, **won}
    }


async def rows(session: Session, cut: Cut, team: TeamScope) -> Rows:
    """List the calls, then the sales that stand."""
    made, sold = await call_rows(session, cut, team), await sold_rows(session, cut, team)
    return contacts_and_sales([(CALL, *record[:6]) for record in made.records], sold)


METRIC = Metric(
    key="callspersale",
    alias="goimoidon",
    label=phrase("Calls per sale"),
    words=(phrase("calls per sale"), phrase("calls per order"), phrase("calls for a sale")),
    about=phrase("how many calls it takes to make one sale"),
    formula=phrase("calls in the period / sales in the period not refunded in full"),
    unit="number",
    better="down",
    breakdowns=frozenset({"rep", "day", "week", "month"}),
    filters=frozenset({"rep"}),
    gather=gather,
    empty=EffortFacts(),
    compute=compute,
    rows=rows,
    work="sums",
)
