"""Customer segments: who bought lately, often, and for much, in thirds of each.

Of the customers with a purchase by the end of the period (a sale refunded in full is none): *recency* is the days since
the last buying day, *frequency* the number of buying days, *value* what all purchases brought, less their own refunds.
By each of them the customers are ranked, the better first, and cut into thirds: 3 is the best third, 1 the last;
whoever is equal to others stands with the best of them, so thirds may be unequal. The grid is recency by frequency,
nine segments with their names; who is of the best third by value is counted within each. The figure is the number of
customers. Under 30 customers there is no grid.

Example: of six customers who bought on 5, 3, 2, 1, 1 and 1 days, the thirds of frequency are 3, 3, 2, 2, 2 and 2: the
fourth to the sixth are equal, so they stand with the fourth, in the second third.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from heapq import nsmallest
from typing import Any, TypeVar

from metrics import loyalty, revenue
from metrics.answers.asking import ask, composed
from metrics.answers.changing import change_of
from metrics.answers.listing import CUSTOMER
from metrics.apart import apart
from metrics.base import FEW, Answer, Figure, Metric, Part, Rows, Scope, TeamScope, no_rate, share
from metrics.models.memory import remembered
from metrics.pictures.segments import grid
from metrics.wording import Money, Percent, Phrase, ShortMoney, phrase, plural_phrase
from store import Session
from store.facts import By, Cut, Key
from store.facts.lifetimes import Buyer, PackedBuyers, buyers_until, packed_buyers, unpacked, unpriced_until, up_to_last

T = TypeVar("T", date, int)

THIRDS = 3
NAMES: Mapping[tuple[int, int], Phrase] = {
    (3, 3): phrase("best customers"),
    (3, 2): phrase("bought lately"),
    (3, 1): phrase("newcomers"),
    (2, 3): phrase("loyal, due soon"),
    (2, 2): phrase("to be looked after"),
    (2, 1): phrase("tried it"),
    (1, 3): phrase("good ones slipping away"),
    (1, 2): phrase("cooling off"),
    (1, 1): phrase("asleep"),
}
"""What a segment is called, by its third of recency and of frequency."""

_TOP = 3


@dataclass(frozen=True, slots=True)
class Placed:
    """A customer with the third (3 the best) of recency, frequency and value that it stands in."""

    buyer: Buyer
    recency: int
    frequency: int
    value: int


@dataclass(frozen=True, slots=True)
class Segment:
    """One cell of the grid: how many customers, what they brought (minor units), and the most valuable's names.

    ``best`` of them are of the best third by value. Of the last buying day and of the number of buying days the lowest
    and the highest stand, none where nobody is.
    """

    recency: int
    frequency: int
    size: int = 0
    worth: int = 0
    best: int = 0
    who: tuple[str, ...] = ()
    last_days: tuple[date, ...] = ()
    buying_days: tuple[int, ...] = ()


def thirds(values: Sequence[float]) -> list[int]:
    """Return the third of each value, 3 for the highest; equal values stand with the best of them."""
    ranked = sorted(values, reverse=True)
    first: dict[float, int] = {}
    for place, value in enumerate(ranked):
        first.setdefault(value, place)
    return [THIRDS - first[value] * THIRDS // len(ranked) for value in values]


def placed(buyers: Sequence[Buyer]) -> list[Placed]:
    """Put each customer into its thirds."""
    lately = thirds([one.last_day.toordinal() for one in buyers])
    often = thirds([one.buying_days for one in buyers])
    much = thirds([one.revenue for one in buyers])
    return [Placed(*each) for each in zip(buyers, lately, often, much, strict=True)]


def segments_of(buyers: Sequence[Buyer]) -> tuple[Segment, ...]:
    """Return the nine segments, from the best to those asleep; none under 30 customers."""
    if len(buyers) < FEW:
        return ()
    found: dict[tuple[int, int], list[Placed]] = {cell: [] for cell in NAMES}
    for one in placed(buyers):
        found[one.recency, one.frequency].append(one)
    return tuple(_summed(*cell, members) for cell, members in found.items())


def _summed(recency: int, frequency: int, members: Sequence[Placed]) -> Segment:
    if not members:
        return Segment(recency, frequency)
    buyers = [one.buyer for one in members]
    top = nsmallest(_TOP, buyers, key=lambda one: (-one.revenue, one.name, one.customer_id))
    return Segment(
        recency, frequency, len(buyers),
        worth=sum(one.revenue for one in buyers),
        best=sum(one.value == THIRDS for one in members),
        who=tuple(one.name for one in top),
        last_days=ends([one.last_day for one in buyers]),
        buying_days=ends([one.buying_days for one in buyers]),
    )  # fmt: skip


def ends(values: Collection[T]) -> tuple[T, ...]:
    """Return the lowest and the highest of some values; nothing of none."""
    return (min(values), max(values)) if values else ()


def opened(packed: PackedBuyers) -> tuple[Segment, ...]:
    """Return the segments of packed buyers; for the worker process."""
    return segments_of(unpacked(packed))


async def asked(session: Session, scope: Scope) -> Answer:
    """Place the customers who bought by the end of the period, and count them against the period before."""
    answer = await ask(COUNTED, session, replace(scope, of=()))
    count = int(answer.figure.denominator or 0)
    segments, unpriced = await _segments(session, scope) if count >= FEW else ((), 0)
    value = count if answer.value is not None else None
    before = answer.previous.denominator if answer.previous.value is not None else None
    figure = Figure(
        value=value,
        n=count,
        parts={"customers": Part(value, "count", count), "segments": tuple(map(_part, segments))},
        reason=answer.reason if value is None else None,
        numbers=_counted(count),
        told=_told(segments, count, scope.team.currency),
        warnings=_warnings(segments),
        excluded=no_rate(unpriced),
        explained=_explained(segments),
        drawn=lambda answer, heading, say: grid(answer, segments, heading, say),
    )
    previous = Figure(before, answer.previous.n)
    return composed(answer, REPORT, figure=figure, previous=previous, change=change_of(REPORT, before, value))


async def _segments(session: Session, scope: Scope) -> tuple[tuple[Segment, ...], int]:
    """The segments, placed in the worker process, and how many purchases are left out; from memory where it holds."""
    whole = await up_to_last(session, scope.cut(scope.period))

    async def made() -> tuple[tuple[Segment, ...], int]:
        return await apart(opened, await packed_buyers(session, whole)), await unpriced_until(session, whole)

    return await remembered("segments", session, whole, scope.team, made)


async def _gather(session: Session, cut: Cut, by: By, team: TeamScope) -> Mapping[Key, loyalty.LoyaltyFacts]:
    """Count the customers who bought, from memory where nothing has changed."""
    whole = await up_to_last(session, cut)
    return await remembered(("buying days", by), session, whole, team, lambda: loyalty.gather(session, whole, by, team))


COUNTED = replace(loyalty.METRIC, gather=_gather)


def _counted(count: int) -> Phrase:
    return plural_phrase("{n} customer who bought", "{n} customers who bought", n=count)


def _part(one: Segment) -> Mapping[str, object]:
    """One segment: its thirds, name, size, value, and its most valuable customers."""
    return {
        "recency": one.recency,
        "frequency": one.frequency,
        "name": NAMES[one.recency, one.frequency],
        "customers": Part(one.size, "count", one.size),
        "value": Part(one.worth, "money", one.size),
        "average": Part(share(one.worth, one.size), "money", one.size),
        "best_by_value": Part(one.best, "count", one.size),
        "who": list(one.who),
    }


def _told(segments: Sequence[Segment], count: int, currency: str) -> tuple[Phrase, ...]:
    """The best segment and the one worth winning back, with who leads them."""
    if not segments:
        return (phrase("a grid needs {least} customers who bought, {found} so far", least=FEW, found=count),)
    everything = sum(one.worth for one in segments)
    at = {(one.recency, one.frequency): one for one in segments}
    wanted = [at[3, 3], at[1, 3] if at[1, 3].size else at[1, 2]]
    return tuple(_line(one, everything, currency) for one in wanted if one.size)


def _line(one: Segment, everything: int, currency: str) -> Phrase:
    part = share(one.worth, everything)
    return phrase(
        "{segment}: {count} ({value}, {share}): {names}",
        segment=NAMES[one.recency, one.frequency], count=one.size, value=ShortMoney(one.worth, currency),
        share=Percent(part) if part is not None else "—", names=list(one.who[:2]),
    )  # fmt: skip


def _warnings(segments: Sequence[Segment]) -> tuple[Phrase, ...]:
    """Say where so many are equal that a third of frequency is empty."""
    held = {one.frequency for one in segments if one.size}
    if not segments or held == {1, 2, 3}:
        return ()
    return (phrase("many bought on equally many days: not every column has customers"),)


def _explained(segments: Sequence[Segment]) -> tuple[Phrase, ...]:
    """Where the thirds were cut: the worst day, number and value of each."""
    if not segments:
        return ()
    lines = []
    for third in (3, 2, 1):
        days = ends([day for one in segments if one.recency == third for day in one.last_days])
        times = ends([count for one in segments if one.frequency == third for count in one.buying_days])
        lines.append(phrase("third {third}: last bought {days}; buying days {times}", third=third,
                            days=_from_to(days), times=_from_to(times)))  # fmt: skip
    return tuple(lines)


def _from_to(ends: tuple[Any, ...]) -> object:
    """The lowest and the highest of some values; a dash for none."""
    if not ends:
        return "—"
    low, high = ends
    return low if low == high else phrase("{low} to {high}", low=low, high=high)


async def listed(session: Session, scope: Scope) -> Rows:
    """List every customer with its segment and its thirds, segment by segment."""
    buyers = await buyers_until(session, scope.cut(scope.period))
    columns = (phrase("Segment"), CUSTOMER, phrase("Last purchase"), phrase("Buying days"), phrase("Brought so far"),
               phrase("Recency (3 = latest)"), phrase("Frequency (3 = most often)"),
               phrase("Value (3 = most)"))  # fmt: skip
    whole = len(buyers) >= FEW
    order = sorted(placed(buyers), key=lambda one: (-one.recency, -one.frequency, -one.buyer.revenue, one.buyer.name))
    return Rows(columns, [
        (NAMES[one.recency, one.frequency] if whole else None, one.buyer.name, one.buyer.last_day,
         one.buyer.buying_days, Money(one.buyer.revenue, scope.team.currency),
         *((one.recency, one.frequency, one.value) if whole else (None, None, None)))
        for one in order
    ])  # fmt: skip


REPORT: Metric = replace(
    revenue.METRIC,
    key="segments",
    alias="phannhom",
    label=phrase("Customer segments"),
    words=(phrase("segments"), phrase("customer groups"), phrase("RFM")),
    about=phrase("which customers buy lately, often and for much"),
    formula=phrase("customers who bought by the end of the period, in thirds by recency, frequency and value"),
    unit="count",
    breakdowns=frozenset(),
    filters=frozenset({"rep", "channel", "campaign"}),
    additive=False,
    daily=None,
    asked=asked,
    listed=listed,
    work="model",
)
