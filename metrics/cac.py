"""Customer acquisition cost: what it costs to win one new customer.

Costs of the period of the kinds *marketing* and *sales*, spread evenly over their days, / customers whose first
purchase lies in the period. *CLV to CAC* is realised customer value (all purchases up to the end of the period less
their refunds, per customer) / this cost; it needs 12 months of history and 30 customers, some of whom came back. By
rep it is not known, costs carry no rep. Without any cost of these kinds it is not known either: that nothing was
recorded does not make customers free.

Example: 600 on advertising, 300 on sales visits, 500 on rent, 3 new customers: (600 + 300) / 3 = 300.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from metrics.answers.listing import MONEY_COLUMNS, cost_lines, sale_lines
from metrics.base import FEW, Figure, Metric, Part, Rows, TeamScope, no_rate, share
from metrics.periods.wall import year_before
from metrics.roi import NO_COST_RATE_YET
from metrics.wording import Money, Phrase, minor_digits, phrase
from store import Session
from store.facts import By, Cut, Key
from store.facts.costs import Spent, spent
from store.facts.leads import Newcomers, newcomers
from store.facts.rows import new_sale_records
from store.facts.worth import Worth, worth

KINDS = frozenset({"marketing", "sales"})


@dataclass(frozen=True, slots=True)
class AcquisitionFacts:
    """What was spent on winning customers, who was won, and (for a whole period) what customers are worth."""

    spent: Spent = field(default_factory=Spent)
    new: Newcomers = field(default_factory=Newcomers)
    worth: Worth | None = None

    def __add__(self, other: "AcquisitionFacts") -> "AcquisitionFacts":
        return AcquisitionFacts(self.spent + other.spent, self.new + other.new)


def compute(facts: AcquisitionFacts, team: TeamScope) -> Figure:
    """Divide the cost among the new customers."""
    cost, new = facts.spent.amount, facts.new.customers
    each = share(cost, new) if cost else None
    value = share(facts.worth.revenue, facts.worth.customers) if facts.worth is not None else None
    times = share(value, each) if value is not None and each else None
    cost_ = Money(cost, team.currency)
    return Figure(
        value=each,
        n=new,
        numerator=cost,
        denominator=new,
        parts={
            "cost": Part(cost, "money", facts.spent.entries),
            "new_customers": Part(new, "count", new),
            "clv_to_cac": Part(times, "number", facts.worth.customers if facts.worth is not None else 0),
        },
        reason=_NOBODY if not new else None if cost else _unpaid(facts.spent, team),
        numbers=phrase("{cost} / {new}", cost=cost_, new=new),
        told=_told(facts, value, times, team) if new else (),
        warnings=() if new or cost else (_unpaid(facts.spent, team),),
        excluded=no_rate(facts.spent.unpriced),
    )


_NOBODY = phrase("nobody first bought in this period: log sales with /sale")


def _unpaid(paid: Spent, team: TeamScope) -> Phrase:
    if paid.unpriced:
        return NO_COST_RATE_YET
    return phrase("no marketing or sales cost logged for this period: log one, such as /cost {amount} marketing",
                  amount="500" if minor_digits(team.currency) else "500k")  # fmt: skip


def _told(facts: AcquisitionFacts, value: float | None, times: float | None, team: TeamScope) -> tuple[Phrase, ...]:
    said = [
        phrase("{cost} on marketing and sales, {new} new customers",
               cost=Money(facts.spent.amount, team.currency), new=facts.new.customers),
    ]  # fmt: skip
    if value is not None and times is not None:
        said.append(phrase("a customer has brought {value} so far, {times} times that",
                           value=Money(round(value), team.currency), times=times))  # fmt: skip
    return tuple(said)


async def gather(session: Session, cut: Cut, by: By, team: TeamScope) -> Mapping[Key, AcquisitionFacts]:
    """Read costs and new customers under each key."""
    paid, new = await spent(session, cut, by, KINDS), await newcomers(session, cut, by)
    return {key: AcquisitionFacts(paid.get(key, Spent()), new.get(key, Newcomers())) for key in {**paid, **new}}


async def complete(session: Session, cut: Cut, facts: AcquisitionFacts, team: TeamScope) -> AcquisitionFacts:
    """Add what customers have been worth, where there is enough history to tell."""
    found = await worth(session, cut)
    long = found.first_at is not None and found.first_at <= year_before(cut.end, cut.zone)
    return replace(facts, worth=found if long and found.customers >= FEW and found.repeated else None)


async def rows(session: Session, cut: Cut, team: TeamScope) -> Rows:
    """List the costs with their share of the period, then the new customers' sales."""
    paid = await cost_lines(session, cut, team, KINDS)
    return Rows(MONEY_COLUMNS, [*paid, *sale_lines(await new_sale_records(session, cut), team)])


METRIC = Metric(
    key="cac",
    alias="",
    label=phrase("Cost per new customer"),
    words=(phrase("CAC"), phrase("cost per new customer"), phrase("acquisition cost")),
    about=phrase("what it costs to win a new customer"),
    formula=phrase("marketing and sales costs of the period / customers who first bought in it"),
    unit="money",
    better="down",
    breakdowns=frozenset({"channel", "campaign", "day", "week", "month"}),
    filters=frozenset({"channel", "campaign"}),
    gather=gather,
    empty=AcquisitionFacts(),
    compute=compute,
    rows=rows,
    complete=complete,
    over="money",
)
