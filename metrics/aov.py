"""Average order value: what a sale of the period is worth on average.

Sales value / sales, over the sales of the period that were not refunded in full: the value of each is its amount less
its own refunds known by now. *Median* is of those same values; *net revenue* takes refunds when they happened, and
*refund timing* is net revenue less sales value.

Example: sales of 100, 200 and 300 of which 60 of the last were refunded: (100 + 200 + 240) / 3 = 180.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from metrics.answers.listing import sold_rows
from metrics.base import NO_RATE_YET, Figure, Metric, Part, TeamScope, no_rate, share
from metrics.facts.selling import Sold, gather_sold, timing
from metrics.wording import Money, Phrase, phrase, plural_phrase
from store import Session
from store.facts import By, Cut, Key
from store.facts.amounts import median_amount


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """What was sold, and the median value of a sale in minor units (None where it was not asked)."""

    sold: Sold = field(default_factory=Sold)
    median: float | None = None

    def __add__(self, other: "OrderFacts") -> "OrderFacts":
        return OrderFacts(self.sold + other.sold)


def compute(facts: OrderFacts, team: TeamScope) -> Figure:
    """Divide the sales value by the sales."""
    sold, currency = facts.sold, team.currency
    kept = sold.sold.kept
    average = share(sold.value, kept)
    told = [plural_phrase("{n} sale, {value} in all", "{n} sales, {value} in all",
                          n=kept, value=Money(sold.value, currency))]  # fmt: skip
    if facts.median is not None:
        told.append(phrase("the middle one is {median}", median=Money(round(facts.median), currency)))
    if sold.refund_timing:
        told.append(phrase("refund timing {timing}", timing=Money(sold.refund_timing, currency)))
    return Figure(
        value=average,
        n=kept,
        numerator=sold.value,
        denominator=kept,
        parts={
            "median": Part(facts.median, "money", kept),
            "net_revenue": Part(sold.net, "money", sold.sold.priced + sold.refunds.priced),
            "refund_timing": timing(sold),
        },
        reason=None if kept else _reason(sold),
        numbers=phrase("{value} / {kept}", value=Money(sold.value, currency), kept=kept),
        told=tuple(told) if kept else (),
        excluded=no_rate(sold.sold.unpriced),
    )


def _reason(sold: Sold) -> Phrase:
    """Why there is no average: nothing was sold, or nothing that is left out for want of a rate."""
    return NO_RATE_YET if sold.sold.sales else phrase("no sales in this period: log one with /sale")


async def gather(session: Session, cut: Cut, by: By, team: TeamScope) -> Mapping[Key, OrderFacts]:
    """Read sales and refunds under each key."""
    return {key: OrderFacts(sold) for key, sold in (await gather_sold(session, cut, by)).items()}


async def complete(session: Session, cut: Cut, facts: OrderFacts, team: TeamScope) -> OrderFacts:
    """Find the median of the whole period."""
    return replace(facts, median=await median_amount(session, cut))


METRIC = Metric(
    key="aov",
    alias="giatridon",
    label=phrase("Average order"),
    words=(phrase("average order"), phrase("average order value"), phrase("basket")),
    about=phrase("what a sale is worth on average"),
    formula=phrase("value of the period's sales, less their own refunds / number of those sales"),
    unit="money",
    better="up",
    breakdowns=frozenset({"rep", "product", "channel", "campaign", "day", "week", "month"}),
    filters=frozenset({"rep", "product", "channel", "campaign"}),
    gather=gather,
    empty=OrderFacts(),
    compute=compute,
    rows=sold_rows,
    complete=complete,
    means=lambda facts: (facts.sold.value, facts.sold.sold.kept),
    over="money",
)
