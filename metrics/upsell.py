"""Up-sell and cross-sell: how many existing customers bought something more or something else.

Existing customers (first purchase before the period) with at least one up- or cross-sell in it / existing customers.
Each sale is judged against the customer's purchases before it. A category new to the customer is a cross-sell (a
product without category is a category of its own). In a known category it is an up-sell when a product never bought
before has a unit price above any paid in it, or when there are more units of a product than in any earlier sale of it;
else a repeat. A tag given with the sale wins. A sale without product and tag is *unclassified*: such sales, and buyers
of nothing else (its n), are left out of both sides. *Of buyers* divides by the existing customers who bought, *revenue*
is the value of the up- and cross-sells, *revenue share* over that of all their classified sales.

Example: A×1 at 100 then A×1 at 110: repeat; A×3: up-sell; A+ at 150: up-sell; A− at 80, never bought: repeat; B of
another category: cross-sell.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from metrics.answers.listing import AMOUNT, WHO, local
from metrics.base import Excluded, Figure, Metric, Part, Rows, TeamScope, left_out, no_rate, share
from metrics.statistics import wilson
from metrics.statistics.shares import part_of
from metrics.wording import Money, Percent, Phrase, phrase, plural_phrase
from store import Session
from store.facts import By, Cut, Key
from store.facts.upselling import Upsold, judged_records, upsold


@dataclass(frozen=True, slots=True)
class UpsellFacts:
    """Existing customers and what they bought more of."""

    upsold: Upsold = field(default_factory=Upsold)

    def __add__(self, other: "UpsellFacts") -> "UpsellFacts":
        return UpsellFacts(self.upsold + other.upsold)


def compute(facts: UpsellFacts, team: TeamScope) -> Figure:
    """Divide those who bought more by all who could be judged."""
    seen = facts.upsold
    everybody, buyers = seen.existing - seen.vague, seen.buyers - seen.vague
    return Figure(
        value=share(seen.moved, everybody),
        n=everybody,
        numerator=seen.moved,
        denominator=everybody,
        parts={
            "upsell": part_of(seen.upsold, everybody),
            "cross": part_of(seen.crossed, everybody),
            "of_buyers": part_of(seen.moved, buyers),
            "revenue": Part(seen.revenue, "money", seen.lines),
            "revenue_share": Part(share(seen.revenue, seen.value), "ratio", buyers),
            "unclassified": Part(seen.unclassified, "count", seen.vague),
        },
        interval=wilson(seen.moved, everybody),
        reason=None if everybody else _reason(seen),
        numbers=phrase("{moved} / {customers}", moved=seen.moved, customers=everybody),
        told=_told(seen, team) if everybody else (),
        excluded=_left_out(seen),
    )


def _reason(seen: Upsold) -> Phrase:
    if seen.existing:
        return phrase("the sales of existing customers name no product: add it with /sale")
    return phrase("nobody had bought before this period: log sales with /sale, or /import older ones")


def _told(seen: Upsold, team: TeamScope) -> tuple[Phrase, ...]:
    said = [
        phrase("{moved} of {customers} existing customers: {up} up-sold, {cross} cross-sold",
               moved=seen.moved, customers=seen.existing - seen.vague, up=seen.upsold, cross=seen.crossed),
    ]  # fmt: skip
    if seen.value:
        said.append(phrase("worth {revenue}, {share} of what they bought", share=Percent(seen.revenue / seen.value),
                           revenue=Money(seen.revenue, team.currency)))  # fmt: skip
    return tuple(said)


def _left_out(seen: Upsold) -> tuple[Excluded, ...]:
    what = plural_phrase("sale without a product (name it with /sale)",
                         "sales without a product (name it with /sale)", n=seen.unclassified)  # fmt: skip
    return left_out(what, seen.unclassified) + no_rate(seen.unpriced)


async def gather(session: Session, cut: Cut, by: By, team: TeamScope) -> Mapping[Key, UpsellFacts]:
    """Count existing customers under owner, channel or campaign; all under None where no breakdown is asked."""
    return {key: UpsellFacts(found) for key, found in (await upsold(session, cut, by)).items()}


_VERDICTS = {"upsell": phrase("up-sell"), "cross": phrase("cross-sell"), "repeat": phrase("repeat")}


async def rows(session: Session, cut: Cut, team: TeamScope) -> Rows:
    """List the sales to existing customers, each with its verdict."""
    columns = (*WHO, phrase("Product"), phrase("Quantity"), AMOUNT, phrase("Verdict"))
    return Rows(columns, [
        (number, local(at, team.zone), name, rep, product, quantity, Money(amount, currency),
         _VERDICTS.get(verdict, phrase("unclassified")))
        for number, at, name, rep, product, quantity, amount, currency, verdict in await judged_records(session, cut)
    ])  # fmt: skip


METRIC = Metric(
    key="upsell",
    alias="banthem",
    label=phrase("Up-sell and cross-sell"),
    words=(phrase("upsell"), phrase("up-sell"), phrase("cross-sell")),
    about=phrase("how many existing customers buy more, or something else"),
    formula=phrase("existing customers with an up-sell or cross-sell in the period / existing customers"),
    unit="ratio",
    better="up",
    breakdowns=frozenset({"rep", "channel", "campaign"}),
    filters=frozenset({"rep", "channel", "campaign"}),
    gather=gather,
    empty=UpsellFacts(),
    compute=compute,
    rows=rows,
    bounded=True,
)
