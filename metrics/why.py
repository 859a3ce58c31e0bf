"""What changed and why: the change of net revenue between two periods, split into parts that add up to it.

Net revenue is sales value + refund timing, and sales value is *customers* × *orders per customer* × *average order*
(customers who bought, sales that stand, what is left of each after its own refunds). The change of sales value is
split among the three by logarithmic means, exactly and symmetrically (Ang 2005; where one of the two periods sold
nothing all of it is customers); the rest of the change of net revenue is *refund timing*. The same change is also the
sum of the changes *by rep*, *by product* and *by channel*, with a ``(none)`` row each. All in whole minor units. The
figure is the net revenue of the period.

Example: 2 customers with 4 orders worth 400 in September, 4 customers with 4 orders worth 400 in October, 100 of
September's refunded in October: the change −100 is customers +277, orders per customer −277, refund timing −100.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from metrics import revenue
from metrics.answers.asking import ask, composed, key_names
from metrics.answers.comparing import money_column
from metrics.base import NONE, Answer, Breakdown, Metric, Part, Scope, no_rate, total
from metrics.facts.selling import Sold, gather_net, gather_sold
from metrics.pictures.why import drawn
from metrics.refusals import Refused
from metrics.statistics.splitting import Effects, Level, split
from metrics.wording import Phrase, ShortMoney, Signed, phrase
from store import Session
from store.facts import By, Cut
from store.facts.sales import paying

DIMENSIONS: tuple[By, ...] = ("rep", "product", "channel")
"""What the change is broken down by."""


@dataclass(frozen=True, slots=True)
class Moved:
    """How the net revenue of one rep, product or channel changed, in minor units."""

    key: str
    before: int
    after: int

    @property
    def change(self) -> int:
        """What it adds to the whole change."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Why:
    """A change of net revenue in minor units, and what it is made of: ``effects`` and ``refund_timing`` add up to it.

    So does each of ``by``, whose rows stand in the order of how much they moved. ``unpriced`` records of both periods
    are left out for want of an exchange rate.
    """

    before: int
    after: int
    levels: tuple[Level, Level]
    effects: Effects
    refund_timing: int
    by: Mapping[By, tuple[Moved, ...]]
    unpriced: int = 0

    @property
    def change(self) -> int:
        """The whole change."""
        return self.after - self.before


async def why(session: Session, scope: Scope, before: Cut, after: Cut) -> Why:
    """Split the change of net revenue from one cut to another of the scope's team."""
    old, new = await _sold(session, before), await _sold(session, after)
    levels = await _level(session, before, old), await _level(session, after, new)
    return Why(
        before=old.net,
        after=new.net,
        levels=levels,
        effects=split(*levels),
        refund_timing=new.refund_timing - old.refund_timing,
        by={by: await _moved(session, before, after, by) for by in DIMENSIONS},
        unpriced=old.unpriced + new.unpriced,
    )


async def _sold(session: Session, cut: Cut) -> Sold:
    found: Sold = total((await gather_sold(session, cut, "day")).values(), Sold())
    return found


async def _level(session: Session, cut: Cut, sold: Sold) -> Level:
    return Level(await paying(session, cut), sold.sold.kept, sold.value)


async def _moved(session: Session, before: Cut, after: Cut, by: By) -> tuple[Moved, ...]:
    old, new = await gather_net(session, before, by), await gather_net(session, after, by)
    names = await key_names(session, before.team_id, by, {**old, **new})
    found = [Moved(names.get(key, NONE), old.get(key, Sold()).net, new.get(key, Sold()).net) for key in {**old, **new}]
    return tuple(sorted(found, key=lambda one: (-abs(one.change), one.key)))


def told(found: Why, currency: str) -> tuple[Phrase, ...]:
    """Say in two lines what changed: the factors, and who, what and which channel moved most."""
    effects = found.effects
    moves = (effects.customers, effects.frequency, effects.average, found.refund_timing)
    customers, orders, order, late = (Signed(move) for move in money_column(moves, currency))
    factors = phrase(
        "customers {customers}, orders per customer {orders}, average order {order}",
        customers=customers,
        orders=orders,
        order=order,
    )
    if found.refund_timing:
        factors = phrase("{factors}, refund timing {late}", factors=factors, late=late)
    most = [_most(found.by[by], currency) for by in DIMENSIONS]
    named = [one for one in most if one is not None]
    return (factors, phrase("most of it: {parts}", parts=named)) if named else (factors,)


def _most(moved: Sequence[Moved], currency: str) -> Phrase | None:
    """The named row that went furthest the way of the whole change."""
    way = sum(one.change for one in moved)
    found = [one for one in moved if one.key != NONE and one.change * way > 0]
    if not found:
        return None
    return phrase("{name} {change}", name=found[0].key, change=Signed(ShortMoney(found[0].change, currency)))


async def only_revenue(session: Session, scope: Scope) -> None:
    """Refuse any other figure."""
    other = next((metric.label for metric in scope.of if metric.key != revenue.METRIC.key), None)
    if other is not None:
        raise Refused(phrase("Only <b>{revenue}</b> is split into what changed, not {other}.",
                             revenue=revenue.METRIC.label, other=other))  # fmt: skip


async def asked(session: Session, scope: Scope) -> Answer:
    """Ask the net revenue, and say what moved it since the period before."""
    answer = composed(await ask(revenue.METRIC, session, replace(scope, by=None, of=())), REPORT, scope=scope)
    if answer.value is None or answer.previous.value is None:
        missing = phrase("nothing to compare with: {reason}", reason=answer.previous.reason or "—")
        return replace(answer, figure=replace(answer.figure, parts=_parts(None), told=(missing,)))
    found = await why(session, scope, scope.cut(answer.previous_period), scope.cut(scope.period))
    figure = replace(
        answer.figure,
        parts=_parts(found),
        told=told(found, scope.team.currency),
        excluded=no_rate(found.unpriced),
        drawn=lambda answer, heading, say: drawn(answer, found, heading, say),
    )
    return replace(answer, figure=figure)


def _parts(found: Why | None) -> dict[str, object]:
    """The change and what it is made of; undefined where there is nothing to compare."""
    if found is None:
        names = ("change", "customers", "orders_per_customer", "average_order", "refund_timing")
        return {name: Part(None, "money", 0) for name in names}
    old, new = found.levels
    n = old.orders + new.orders
    effects = found.effects
    return {
        "change": Part(found.change, "money", n),
        "customers": Part(effects.customers, "money", old.customers + new.customers),
        "orders_per_customer": Part(effects.frequency, "money", n),
        "average_order": Part(effects.average, "money", n),
        "refund_timing": Part(found.refund_timing, "money", n),
        **{f"by_{by}": tuple(_row(one) for one in found.by[by]) for by in DIMENSIONS},
    }


def _row(one: Moved) -> Mapping[str, object]:
    values = {"before": one.before, "after": one.after, "change": one.change}
    return {"key": one.key, **{name: Part(value, "money", 1) for name, value in values.items()}}


VIEWS: frozenset[Breakdown] = frozenset({"rep", "product", "channel"})

REPORT: Metric = replace(
    revenue.METRIC,
    key="why",
    alias="visao",
    label=phrase("What changed, net revenue"),
    words=(phrase("why"), phrase("what changed"), phrase("how come")),
    about=phrase("what changed net revenue, or how a figure came about"),
    formula=phrase(
        "sales that happened in the period − refunds that happened in it; its change = customers + orders"
        " per customer + average order + refund timing"
    ),
    breakdowns=frozenset(),
    views=VIEWS,
    additive=False,
    asked=asked,
    work="several",
    of=revenue.METRIC,
    requires=only_revenue,
)
