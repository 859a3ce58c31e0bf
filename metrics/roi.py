"""Return on investment: what came back of each unit of money spent, above getting it back.

(Return − cost) / cost. Return is net revenue of the period (sales less refunds, when they happened) or, where the
team's setting says so, gross profit: net revenue less the unit costs of what was sold, sales of products without a unit
cost being left out and counted. Cost is every cost logged, spread evenly over its days, as far as they lie in the
period. Without cost it is undefined. *ROAS* is return / cost; *new customers' ROI* and *existing customers' ROI* put
each group's net revenue against the whole cost. By channel and campaign the parts add up; by rep it is not known, costs
carry no rep.

Example: net revenue 300, cost 100: (300 − 100) / 100 = 200 %.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from metrics.answers.listing import MONEY_COLUMNS, cost_lines, net_lines
from metrics.base import Excluded, Figure, Metric, Part, Rows, TeamScope, left_out, no_rate, share
from metrics.facts.selling import Sold, gather_net
from metrics.wording import Money, phrase, plural_phrase
from store import Session
from store.facts import By, Cut, Key
from store.facts.costs import Spent, spent
from store.facts.firsts import Newness, newness
from store.facts.goods import Goods, goods


@dataclass(frozen=True, slots=True)
class RoiFacts:
    """What was sold, what was spent, and (for a whole period) which part of the net revenue is whose."""

    sold: Sold = field(default_factory=Sold)
    spent: Spent = field(default_factory=Spent)
    goods: Goods = field(default_factory=Goods)
    newness: Newness | None = None

    def __add__(self, other: "RoiFacts") -> "RoiFacts":
        return RoiFacts(self.sold + other.sold, self.spent + other.spent, self.goods + other.goods)


def compute(facts: RoiFacts, team: TeamScope) -> Figure:
    """Divide what was gained by what it cost."""
    profit = team.return_basis == "profit"
    back, cost = _back(facts, profit), facts.spent.amount
    gain = back - cost
    n = facts.sold.sold.priced + facts.sold.refunds.priced
    return_, cost_, gain_ = (Money(minor, team.currency) for minor in (back, cost, gain))
    basis = phrase("gross profit") if profit else phrase("net revenue")
    return Figure(
        value=share(gain, cost),
        n=n,
        numerator=gain,
        denominator=cost,
        parts={
            "return": Part(back, "money", n),
            "cost": Part(cost, "money", facts.spent.entries),
            "net_gain": Part(gain, "money", n + facts.spent.entries),
            "roas": Part(share(back, cost), "ratio", n),
            "basis": "profit" if profit else "revenue",
            **_by_newness(facts),
        },
        reason=None if cost else NO_COST_RATE_YET if facts.spent.unpriced else _NO_COST,
        numbers=phrase("({back} − {cost}) / {cost}", back=return_, cost=cost_),
        told=(
            phrase("return {back} ({basis})", back=return_, basis=basis),
            phrase("cost {cost}, net gain {gain}", cost=cost_, gain=gain_),
        ),
        excluded=no_rate(facts.sold.unpriced + facts.spent.unpriced) + _unknown(facts, profit),
    )


NO_COST_RATE_YET = phrase("no cost has an exchange rate: give one with /fx usd 26000")
_NO_COST = phrase("no cost logged for this period: log one with /cost")


def _back(facts: RoiFacts, profit: bool) -> int:
    """The return in minor units."""
    return facts.sold.net - (facts.goods.unknown_net + facts.goods.cost if profit else 0)


def _unknown(facts: RoiFacts, profit: bool) -> tuple[Excluded, ...]:
    what = plural_phrase("sale of a product without a unit cost (/products)",
                         "sales of products without a unit cost (/products)", n=facts.goods.unknown)  # fmt: skip
    return left_out(what, facts.goods.unknown) if profit else ()


def _by_newness(facts: RoiFacts) -> dict[str, object]:
    """New and existing customers' net revenue, each against the whole cost."""
    split, cost, back = facts.newness, facts.spent.amount, facts.sold.net
    if split is None:
        return {"new_customers_roi": Part(None, "ratio", 0), "existing_customers_roi": Part(None, "ratio", 0)}
    existing = back - split.new - split.neither
    n = facts.sold.sold.priced
    return {
        "new_customers_roi": Part(share(split.new - cost, cost), "ratio", n),
        "existing_customers_roi": Part(share(existing - cost, cost), "ratio", n),
    }


async def gather(session: Session, cut: Cut, by: By, team: TeamScope) -> Mapping[Key, RoiFacts]:
    """Read sales, refunds and costs under each key."""
    sold, costs = await gather_net(session, cut, by), await spent(session, cut, by)
    bought = await goods(session, cut, by) if team.return_basis == "profit" else {}
    return {
        key: RoiFacts(sold.get(key, Sold()), costs.get(key, Spent()), bought.get(key, Goods()))
        for key in {**sold, **costs}
    }


async def complete(session: Session, cut: Cut, facts: RoiFacts, team: TeamScope) -> RoiFacts:
    """Split the net revenue of the whole period between new and existing customers."""
    return replace(facts, newness=await newness(session, cut))


async def rows(session: Session, cut: Cut, team: TeamScope) -> Rows:
    """List the sales, the refunds as negative amounts, and the costs with their share of the period."""
    return Rows(MONEY_COLUMNS, [*await net_lines(session, cut, team), *await cost_lines(session, cut, team)])


METRIC = Metric(
    key="roi",
    alias="",
    label=phrase("ROI"),
    words=(phrase("ROI"), phrase("return on investment"), phrase("return on cost")),
    about=phrase("what came back of the money spent on selling"),
    formula=phrase("(net revenue − cost) / cost"),
    unit="ratio",
    better="up",
    breakdowns=frozenset({"channel", "campaign", "day", "week", "month"}),
    filters=frozenset({"channel", "campaign"}),
    gather=gather,
    empty=RoiFacts(),
    compute=compute,
    rows=rows,
    complete=complete,
    over="money",
    under="money",
    work="sums",
)
