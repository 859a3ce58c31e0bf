"""Loyalty: how many of all customers so far came back until they had bought on five days.

Customers with at least 5 buying days by the end of the period / customers with at least one purchase by then. Lines of
one day are one buying day; a sale refunded in full is none. *Distribution*: how many customers bought on 1, 2, 3, 4 and
on 5 or more days.

Example: A bought on 5 days, B five times on one day, C once and got all of it back: 1/2.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from metrics.answers.listing import CUSTOMER, REP, local
from metrics.base import Figure, Metric, Rows, TeamScope, share
from metrics.statistics import wilson
from metrics.wording import phrase
from store import Session
from store.facts import By, Cut, Key
from store.facts.days import LOYAL, BuyingDays, buyers_by_days, buying_days


@dataclass(frozen=True, slots=True)
class LoyaltyFacts:
    """Customers by their buying days."""

    bought: BuyingDays = field(default_factory=lambda: BuyingDays({}))

    def __add__(self, other: "LoyaltyFacts") -> "LoyaltyFacts":
        return LoyaltyFacts(self.bought + other.bought)


def compute(facts: LoyaltyFacts, team: TeamScope) -> Figure:
    """Divide those with five buying days by all who ever bought."""
    counts = facts.bought.customers
    everybody = sum(counts.values())
    loyal = sum(count for days, count in counts.items() if days >= LOYAL)
    once = counts.get(1, 0)
    told = (
        phrase("{loyal} of {customers} customers bought on 5 days or more", loyal=loyal, customers=everybody),
        phrase("{once} bought on one day, {few} on 2 to 4", once=once, few=everybody - loyal - once),
    )
    return Figure(
        value=share(loyal, everybody),
        n=everybody,
        numerator=loyal,
        denominator=everybody,
        parts={"distribution": _distribution(counts)},
        interval=wilson(loyal, everybody),
        reason=None if everybody else phrase("nobody had bought by then: log sales with /sale, or /import older ones"),
        numbers=phrase("{loyal} / {customers}", loyal=loyal, customers=everybody),
        told=told if everybody else (),
    )


def _distribution(counts: Mapping[int, int]) -> list[dict[str, object]]:
    """Customers with 1 to 4 buying days, and with 5 or more."""
    rows: list[dict[str, object]] = [{"days": days, "customers": counts.get(days, 0)} for days in range(1, LOYAL)]
    more = sum(count for days, count in counts.items() if days >= LOYAL)
    return [*rows, {"days": LOYAL, "or_more": True, "customers": more}]


async def gather(session: Session, cut: Cut, by: By, team: TeamScope) -> Mapping[Key, LoyaltyFacts]:
    """Count customers by buying days; all under None where no breakdown is asked."""
    return {key: LoyaltyFacts(found) for key, found in (await buying_days(session, cut, by)).items()}


async def rows(session: Session, cut: Cut, team: TeamScope) -> Rows:
    """List everybody who bought by the end of the period, with the number of buying days."""
    columns = (CUSTOMER, REP, phrase("Buying days"), phrase("First purchase"), phrase("Last purchase"))
    return Rows(columns, [
        (name, owner, days, local(first, team.zone), local(last, team.zone))
        for name, owner, days, first, last in await buyers_by_days(session, cut)
    ])  # fmt: skip


METRIC = Metric(
    key="loyalty",
    alias="trungthanh",
    label=phrase("Loyalty"),
    words=(phrase("loyalty"), phrase("loyal customers"), phrase("regulars")),
    about=phrase("how many customers have bought on five days or more"),
    formula=phrase("customers with 5 buying days or more by the end of the period / all who bought by then"),
    unit="ratio",
    better="up",
    breakdowns=frozenset({"rep", "channel", "campaign"}),
    filters=frozenset({"rep", "channel", "campaign"}),
    gather=gather,
    empty=LoyaltyFacts(),
    compute=compute,
    rows=rows,
    bounded=True,
)
