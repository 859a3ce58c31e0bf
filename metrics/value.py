"""New customer value: what the customers who first bought in the period spent in it.

Sales value of the period (amounts of sales not refunded in full, less their own refunds known by now) over the sales
of customers whose first purchase lies in the period. *Average* is per new customer, without those of whom no sale has
an exchange rate. Broken down, a customer goes with the day, the rep and the channel of the first purchase.

Example: A first bought in October, 100 and then 50; B had bought in May, 300: the value is 150 of 1 new customer.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from metrics.answers.listing import MONEY_COLUMNS, sale_lines
from metrics.base import Figure, Metric, Part, Rows, TeamScope, no_rate, quantity, share
from metrics.wording import phrase, plural_phrase
from store import Session
from store.facts import By, Cut, Key
from store.facts.firsts import NewBuyers, new_buyers
from store.facts.rows import new_sale_records


@dataclass(frozen=True, slots=True)
class ValueFacts:
    """New customers and what they spent."""

    new: NewBuyers = field(default_factory=NewBuyers)

    def __add__(self, other: "ValueFacts") -> "ValueFacts":
        return ValueFacts(self.new + other.new)


def compute(facts: ValueFacts, team: TeamScope) -> Figure:
    """Sum what new customers spent, and divide it among them."""
    new = facts.new
    average = share(new.value, new.paying)
    told = plural_phrase("{n} new customer, {average} on average", "{n} new customers, {average} each on average",
                         n=new.customers, average=quantity(average, "money", team.currency))  # fmt: skip
    return Figure(
        value=new.value,
        n=new.customers,
        parts={
            "new_customers": Part(new.customers, "count", new.customers),
            "average": Part(average, "money", new.paying),
        },
        numbers=plural_phrase("sales to {n} new customer", "sales to {n} new customers", n=new.customers),
        told=(told,) if new.customers else (phrase("no new customers in this period"),),
        excluded=no_rate(new.unpriced),
    )  # fmt: skip


async def gather(session: Session, cut: Cut, by: By, team: TeamScope) -> Mapping[Key, ValueFacts]:
    """Read new customers under each key of their first purchase."""
    return {key: ValueFacts(new) for key, new in (await new_buyers(session, cut, by)).items()}


async def rows(session: Session, cut: Cut, team: TeamScope) -> Rows:
    """List the new customers' sales of the period."""
    return Rows(MONEY_COLUMNS, list(sale_lines(await new_sale_records(session, cut), team)))


METRIC = Metric(
    key="value",
    alias="giatri",
    label=phrase("New customer value"),
    words=(phrase("new customer value"), phrase("value of new customers"), phrase("new customers")),
    about=phrase("what customers who first bought in the period spent"),
    formula=phrase("value of the period's sales to customers who first bought in it, less those sales' refunds"),
    unit="money",
    better="up",
    breakdowns=frozenset({"rep", "channel", "campaign", "day", "week", "month"}),
    filters=frozenset({"rep", "channel", "campaign"}),
    gather=gather,
    empty=ValueFacts(),
    compute=compute,
    rows=rows,
    daily=lambda facts: facts.new.value,
    additive=True,
    work="customers",  # what the new ones of a period spent in it is no sum of its days
)
