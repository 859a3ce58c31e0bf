"""Customer lifetime value: what a customer has brought, and what the next 12 months may bring.

Realised value, at the end of the period: sales value of all purchases so far / customers who ever bought (purchases
without an exchange rate, and who made no other, are left out of both), said as *average order* × *orders per
customer-year* × *mean lifetime* in years (from first to last buying day; a year is 365.25 days). It needs 12 months of
history, 30 customers, and some who came back. *Expected* is the mean over customers of the next 12 months' purchases,
discounted month by month at the team's rate (10 % a year unless set): buying days by the BG/NBD model (Fader, Hardie &
Lee 2005) and their value by the Gamma–Gamma model, both fitted by maximum likelihood on distinct buying days. *Alive*
is the mean probability that a customer still buys. *Referred revenue* is what customers sent by others have brought.
*Fit* holds the parameters: alpha in weeks, gamma in major units of money, and the buying model's log-likelihood.

Example: 3 customers with 6 orders worth 1,200 over lifetimes of 1, 2 and 0 years: 200 × 2 × 1 = 400 a customer.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from metrics.answers.listing import CUSTOMER
from metrics.base import FEW, NO_RATE_YET, Figure, Metric, Part, Rows, TeamScope, no_rate, share
from metrics.models.memory import remembered
from metrics.models.outlook import MeanOutlook, mean_outlook, outlook
from metrics.periods.wall import year_before
from metrics.pictures.clv import factors
from metrics.wording import Money, Percent, Phrase, minor_digits, phrase
from store import Session
from store.facts import By, Cut, Key
from store.facts.lifetimes import Lifetimes, buyers_until, lifetimes, packed_buyers, up_to_last

YEAR = 365.25


@dataclass(frozen=True, slots=True)
class LifetimeFacts:
    """What customers brought, the day a year before the end of the period, and (for a whole one) what comes next."""

    lives: Lifetimes = field(default_factory=Lifetimes)
    year_ago: date | None = None
    ahead: MeanOutlook | None = None

    def __add__(self, other: "LifetimeFacts") -> "LifetimeFacts":
        return LifetimeFacts(self.lives + other.lives, self.year_ago or other.year_ago)


def compute(facts: LifetimeFacts, team: TeamScope) -> Figure:
    """Divide what customers brought by how many they are, once there is enough of both."""
    lives, reason = facts.lives, _missing(facts)
    value = share(lives.revenue, lives.customers) if reason is None else None
    parts = _parts(facts, team, known=reason is None)
    return Figure(
        value=value,
        n=lives.customers,
        numerator=lives.revenue,
        denominator=lives.customers,
        parts=parts,
        reason=reason,
        numbers=phrase("{revenue} / {customers}", revenue=Money(lives.revenue, team.currency),
                       customers=lives.customers),
        told=_told(parts, team) if reason is None else (),
        explained=_explained(parts, team),
        warnings=(facts.ahead.missing,) if facts.ahead is not None and facts.ahead.missing is not None else (),
        excluded=no_rate(lives.unpriced),
        drawn=factors,
    )  # fmt: skip


def _missing(facts: LifetimeFacts) -> Phrase | None:
    """Why the value is not known."""
    lives = facts.lives
    if not lives.customers and lives.unpriced:
        return NO_RATE_YET
    if not lives.customers or lives.first_day is None:
        return phrase("nobody has bought yet: log sales with /sale, or /import older ones")
    if lives.customers < FEW:
        return phrase("needs {least} customers, {found} so far", least=FEW, found=lives.customers)
    if facts.year_ago is None or lives.first_day > facts.year_ago:
        return phrase("needs 12 months of sales, the first is of {day}: /import older ones", day=lives.first_day)
    return None if lives.days else phrase("no customer has bought on a second day yet")


def _parts(facts: LifetimeFacts, team: TeamScope, *, known: bool) -> dict[str, object]:
    lives = facts.lives
    years = lives.days / YEAR
    return {
        "average_order": Part(share(lives.revenue, lives.priced) if known else None, "money", lives.priced),
        "orders_per_year": Part(share(lives.priced, years) if known else None, "number", lives.priced),
        "lifetime_years": Part(share(years, lives.customers) if known else None, "number", lives.customers),
        **_expected(facts.ahead),
        "referred_revenue": Part(lives.referred_revenue, "money", lives.referred),
        "fit": _fit(facts.ahead, team),
    }


def _expected(ahead: MeanOutlook | None) -> dict[str, object]:
    n = ahead.n if ahead is not None else 0
    return {
        "expected_12m": Part(ahead.value if ahead is not None else None, "money", n),
        "alive": Part(ahead.alive if ahead is not None else None, "ratio", n),
    }


def _fit(ahead: MeanOutlook | None, team: TeamScope) -> dict[str, float | None]:
    """The parameters of both models; None for what could not be fitted."""
    buying = ahead.buying if ahead is not None else None
    spending = ahead.spending if ahead is not None else None
    found: dict[str, float | None] = dict.fromkeys(("r", "alpha", "a", "b", "p", "q", "gamma", "log_likelihood"))
    if buying is not None:
        found |= {"r": buying.r, "alpha": buying.alpha, "a": buying.a, "b": buying.b}
        found["log_likelihood"] = buying.log_likelihood
    if spending is not None:
        major = spending.gamma / 10 ** minor_digits(team.currency)
        found |= {"p": spending.p, "q": spending.q, "gamma": major}
    return found


def _told(parts: Mapping[str, object], team: TeamScope) -> tuple[Phrase, ...]:
    numbers = {name: part.value for name, part in parts.items() if isinstance(part, Part) and part.value is not None}
    said = [
        phrase("{order} an order × {rate} orders a year × {years} years",
               order=Money(round(numbers["average_order"]), team.currency), rate=round(numbers["orders_per_year"], 2),
               years=round(numbers["lifetime_years"], 2)),
    ]  # fmt: skip
    if "expected_12m" in numbers:
        said.append(phrase("next 12 months: {expected} a customer; {alive} of them probably still buy",
                           expected=Money(round(numbers["expected_12m"]), team.currency),
                           alive=Percent(numbers["alive"])))  # fmt: skip
    return tuple(said)


def _explained(parts: Mapping[str, object], team: TeamScope) -> tuple[Phrase, ...]:
    expected = parts.get("expected_12m")
    if not isinstance(expected, Part) or expected.value is None:
        return ()
    return (phrase("money of a year later counts {discount} less (/settings discount 10%)",
                   discount=Percent(team.discount)),)  # fmt: skip


async def gather(session: Session, cut: Cut, by: By, team: TeamScope) -> Mapping[Key, LifetimeFacts]:
    """Read what customers brought by the end of the period; all under None where no breakdown is asked."""
    whole = await up_to_last(session, cut)
    year_ago = year_before(cut.end, cut.zone).astimezone(cut.zone).date()
    found = await remembered(("lifetimes", by), session, whole, team, lambda: lifetimes(session, whole, by))
    return {key: LifetimeFacts(lives, year_ago) for key, lives in found.items()}


async def complete(session: Session, cut: Cut, facts: LifetimeFacts, team: TeamScope) -> LifetimeFacts:
    """Add what the models expect."""
    whole, until = await up_to_last(session, cut), cut.last_day

    async def fit() -> MeanOutlook:
        return await mean_outlook(await packed_buyers(session, whole), until, team.discount)

    return replace(facts, ahead=await remembered(("outlook", until), session, whole, team, fit))


async def rows(session: Session, cut: Cut, team: TeamScope) -> Rows:
    """List the customers, with what each brought, still buys and may bring."""
    buyers = await buyers_until(session, cut)
    ahead = await outlook(buyers, cut.last_day, team.discount)
    columns = (CUSTOMER, phrase("First purchase"), phrase("Last purchase"), phrase("Buying days"),
               phrase("Brought so far"), phrase("Still buys (probability)"), phrase("Next 12 months"))  # fmt: skip
    nothing = [None] * len(buyers)
    return Rows(columns, [
        (one.name, one.first_day, one.last_day, one.buying_days, Money(one.revenue, team.currency), living,
         Money(round(value), team.currency) if value is not None else None)
        for one, living, value in zip(buyers, ahead.alive or nothing, ahead.ahead or nothing, strict=True)
    ])  # fmt: skip


METRIC = Metric(
    key="clv",
    alias="",
    label=phrase("Customer value"),
    words=(phrase("customer lifetime value"), phrase("lifetime value"), phrase("CLV")),
    about=phrase("what a customer brings over the years"),
    formula=phrase("value of all purchases up to the end of the period / customers who ever bought"),
    unit="money",
    better="up",
    breakdowns=frozenset({"rep", "channel", "campaign"}),
    filters=frozenset({"rep", "channel", "campaign"}),
    gather=gather,
    empty=LifetimeFacts(),
    compute=compute,
    rows=rows,
    complete=complete,
    over="money",
    work="model",
)
