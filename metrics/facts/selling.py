"""The facts of what was sold, shared by the metrics of money: sales, refunds, and what is left of the sales."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from metrics.base import Part
from store import Session
from store.facts import By, Cut, Key
from store.facts.sales import RefundTotals, SaleTotals, selling


@dataclass(frozen=True, slots=True)
class Sold:
    """Sales of a period, refunds that happened in it, and refunds known by now of its standing sales.

    Money is in minor units. *Net revenue* is sales less the period's refunds; *sales value* is what the standing sales
    came to less their own refunds; what lies between the two is refund timing.
    """

    sold: SaleTotals = field(default_factory=SaleTotals)
    refunds: RefundTotals = field(default_factory=RefundTotals)
    own_refunds: RefundTotals = field(default_factory=RefundTotals)

    @property
    def net(self) -> int:
        """Net revenue."""
        return self.sold.gross - self.refunds.amount

    @property
    def value(self) -> int:
        """Sales value."""
        return self.sold.kept_gross - self.own_refunds.amount

    @property
    def refund_timing(self) -> int:
        """Net revenue less sales value."""
        return self.net - self.value

    @property
    def unpriced(self) -> int:
        """Sales and refunds left out of sums for want of an exchange rate."""
        return self.sold.unpriced + self.refunds.unpriced

    def __add__(self, other: "Sold") -> "Sold":
        return Sold(self.sold + other.sold, self.refunds + other.refunds, self.own_refunds + other.own_refunds)


async def gather_net(session: Session, cut: Cut, by: By) -> Mapping[Key, Sold]:
    """Read sales and the period's refunds under each key: enough for the net revenue, not for the sales value."""
    found = {key: Sold(one.sold, one.refunds) for key, one in (await selling(session, cut, by)).items()}
    return {key: sold for key, sold in found.items() if sold.sold.lines or sold.refunds.refunds}


async def gather_sold(session: Session, cut: Cut, by: By) -> Mapping[Key, Sold]:
    """Read what was sold, and what came back, under each key."""
    found = await selling(session, cut, by)
    return {key: Sold(one.sold, one.refunds, one.own_refunds) for key, one in found.items()}


def timing(facts: Sold) -> Part:
    """Refund timing as a part."""
    return Part(facts.refund_timing, "money", facts.refunds.priced + facts.own_refunds.priced)
