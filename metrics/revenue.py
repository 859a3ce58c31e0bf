"""Revenue: net revenue of the period, sales less refunds, as logged.

Net revenue = amounts of the sales that happened in the period − refunds that happened in the period, whichever sale
they belong to; in the team's currency. *Sales* counts those not refunded in full by now, *customers* those who made
them.

Example: sales of 300 and 200 in October, 50 of September's refunded in October: gross 500, refunds 50, net 450.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from metrics.answers.listing import MONEY_COLUMNS, net_lines
from metrics.base import Figure, Metric, Part, Rows, TeamScope, no_rate
from metrics.facts.selling import Sold, gather_net
from metrics.wording import Money, phrase, plural_phrase
from store import Session
from store.facts import By, Cut, Key
from store.facts.sales import buyers


@dataclass(frozen=True, slots=True)
class RevenueFacts:
    """What was sold, and how many customers bought (None where that was not counted: they do not add up)."""

    sold: Sold = field(default_factory=Sold)
    customers: int | None = None

    def __add__(self, other: "RevenueFacts") -> "RevenueFacts":
        return RevenueFacts(self.sold + other.sold)


def compute(facts: RevenueFacts, team: TeamScope) -> Figure:
    """Take the refunds of the period off its sales."""
    sold = facts.sold
    gross, less = Money(sold.sold.gross, team.currency), Money(sold.refunds.amount, team.currency)
    buyers = plural_phrase("{n} customer", "{n} customers", n=facts.customers or 0)
    told = [plural_phrase("{n} sale to {buyers}", "{n} sales to {buyers}", n=sold.sold.sales, buyers=buyers)]
    if sold.refunds.refunds:
        told.append(phrase("sold {gross}, refunded {less}", gross=gross, less=less))
    return Figure(
        value=sold.net,
        n=sold.sold.sales,
        parts={
            "gross": Part(sold.sold.gross, "money", sold.sold.priced),
            "refunds": Part(sold.refunds.amount, "money", sold.refunds.priced),
            "sales": Part(sold.sold.sales, "count", sold.sold.sales),
            "customers": Part(facts.customers, "count", facts.customers or 0),
        },
        numbers=phrase("{gross} − {less}", gross=gross, less=less),
        told=tuple(told) if sold.sold.lines or sold.refunds.refunds else (),
        excluded=no_rate(sold.unpriced),
    )


async def gather(session: Session, cut: Cut, by: By, team: TeamScope) -> Mapping[Key, RevenueFacts]:
    """Read sales and refunds under each key."""
    return {key: RevenueFacts(sold) for key, sold in (await gather_net(session, cut, by)).items()}


async def complete(session: Session, cut: Cut, facts: RevenueFacts, team: TeamScope) -> RevenueFacts:
    """Count the different customers of the whole period."""
    return replace(facts, customers=await buyers(session, cut))


async def rows(session: Session, cut: Cut, team: TeamScope) -> Rows:
    """List the sales, and the refunds as negative amounts."""
    return Rows(MONEY_COLUMNS, await net_lines(session, cut, team))


METRIC = Metric(
    key="revenue",
    alias="doanhso",
    label=phrase("Net revenue"),
    words=(phrase("revenue"), phrase("net revenue"), phrase("sales figures"), phrase("turnover")),
    about=phrase("what was sold less what was refunded, as logged"),
    formula=phrase("sales that happened in the period − refunds that happened in it"),
    unit="money",
    better="up",
    breakdowns=frozenset({"rep", "product", "channel", "campaign", "day", "week", "month"}),
    filters=frozenset({"rep", "product", "channel", "campaign"}),
    gather=gather,
    empty=RevenueFacts(),
    compute=compute,
    rows=rows,
    complete=complete,
    daily=lambda facts: facts.sold.net,
    additive=True,
)
