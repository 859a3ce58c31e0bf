"""Splits a change of sales value exactly into customers × orders per customer × average order.

Sales value is customers × (orders / customers) × (value / orders). Each factor's part of the change from V₀ to V₁ is
L·ln(factor₁ / factor₀) with L = (V₁ − V₀) / (ln V₁ − ln V₀), the logarithmic mean: the parts add up to V₁ − V₀ without
a rest, and swapping the two periods turns their signs (additive log-mean Divisia, Ang 2005). Where one side is zero
the whole change is customers. In whole minor units each part is rounded, and what rounding leaves goes to the largest.

Example: 2 customers with 4 orders worth 400, then 4 customers with 4 orders worth 400: customers +277, orders per
customer −277, average order 0.
"""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Level:
    """Sales of a period: how many customers made how many orders worth what, in minor units."""

    customers: int
    orders: int
    value: int

    @property
    def empty(self) -> bool:
        """Whether a factor is zero, so that nothing can be split."""
        return min(self.customers, self.orders, self.value) <= 0


@dataclass(frozen=True, slots=True)
class Effects:
    """What each factor did to the sales value, in minor units; together the whole change."""

    customers: int
    frequency: int
    average: int


def split(before: Level, after: Level) -> Effects:
    """Split the change of value between two periods."""
    change = after.value - before.value
    if before.empty or after.empty:
        return Effects(change, 0, 0)
    customers, orders, value = (
        _log_ratio(old, new)
        for old, new in (
            (before.customers, after.customers), (before.orders, after.orders), (before.value, after.value)
        )
    )  # fmt: skip
    mean = change / value if change else float(before.value)
    exact = [mean * moved for moved in (customers, orders - customers, value - orders)]
    parts = [round(part) for part in exact]
    largest = max(range(len(exact)), key=lambda i: abs(exact[i]))
    parts[largest] += change - sum(parts)
    return Effects(*parts)


def _log_ratio(old: int, new: int) -> float:
    """Give ln(new / old), exactly the opposite of ln(old / new), also where the two hardly differ."""
    if max(old, new) > 2 * min(old, new):
        return math.log(new) - math.log(old)
    return 2 * math.atanh((new - old) / (new + old))
