"""Reads of what single sales were worth: their median, less their own refunds."""

from collections import Counter

from sqlalchemy import func, select

from store import Session
from store.facts.cut import Cut, within
from store.facts.sales import needs_source, of_filters, own_refunds, standing, with_source
from store.tables import customers, refunds, sales


async def median_amount(session: Session, cut: Cut) -> float | None:
    """Return the median value of the cut's standing, priced sales, each less its own refunds; None of none."""
    counts = await amounts(session, cut)
    return median_of(counts)


async def amounts(session: Session, cut: Cut) -> Counter[int]:
    """Count the cut's standing, priced sales by their value, less their own refunds known at now (minor units)."""
    query = select(sales.c.base_minor, func.count()).group_by(sales.c.base_minor)
    if needs_source(cut, "day"):
        query = with_source(query)
    held = (within(sales, cut), sales.c.base_minor.is_not(None), standing(cut), *of_filters(cut))
    counts = Counter({int(amount): int(count) for amount, count in await session.execute(query.where(*held))})
    own = (
        select(sales.c.base_minor, func.sum(refunds.c.base_minor))
        .join_from(refunds, sales, sales.c.id == refunds.c.sale_id)
        .where(own_refunds(cut), *of_filters(cut))
        .group_by(sales.c.id, sales.c.base_minor)
    )
    if needs_source(cut, "day"):
        own = own.join(customers, customers.c.id == sales.c.customer_id)
    for amount, less in await session.execute(own):
        counts[int(amount)] -= 1
        counts[int(amount) - int(less or 0)] += 1
    return counts


def median_of(counts: Counter[int]) -> float | None:
    """Return the median of counted values. Example: 1 twice, 2 and 5 once each: 1.5."""
    ordered = sorted((value, count) for value, count in counts.items() if count > 0)
    n = sum(count for _, count in ordered)
    if not n:
        return None
    return (_nth(ordered, (n - 1) // 2) + _nth(ordered, n // 2)) / 2


def _nth(ordered: list[tuple[int, int]], place: int) -> int:
    passed = 0
    for value, count in ordered:
        passed += count
        if place < passed:
            return value
    return ordered[-1][0]
