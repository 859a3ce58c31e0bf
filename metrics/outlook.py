"""What customers are expected to buy: the models of buying and spending put to a team's own buyers."""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from metrics import bgnbd, gammagamma
from metrics.bgnbd import Buying
from metrics.gammagamma import Spending
from metrics.wording import Phrase, phrase
from store.facts.lifetimes import Buyer

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

LEAST, LEAST_AGAIN = 30, 10
DISCOUNT = 0.10
"""What money of a year later is worth less."""

_WEEK = 7
_MONTH = 365.25 / 12 / _WEEK  # weeks
_REMEMBERED = 8


@dataclass(frozen=True, slots=True)
class Outlook:
    """The fitted models and, for each buyer in order, P(alive) and the discounted value of the next 12 months.

    Values are in minor units, None where spending carries no model; ``missing`` says why something is not known.
    """

    buying: Buying | None = None
    spending: Spending | None = None
    alive: tuple[float, ...] = ()
    ahead: tuple[float, ...] | None = None
    missing: Phrase | None = None


_outlooks: OrderedDict[bytes, Outlook] = OrderedDict()


async def outlook(buyers: Sequence[Buyer], until: date) -> Outlook:
    """Fit the models to buyers as they stood at the end of a day, off the event loop; equal buyers are remembered."""
    again = sum(one.buying_days > 1 for one in buyers)
    if len(buyers) < LEAST or again < LEAST_AGAIN:
        return Outlook(missing=phrase(
            "what comes next needs {least} customers, {again} of whom came back: there are {found} and {found_again}",
            least=LEAST, again=LEAST_AGAIN, found=len(buyers), found_again=again))  # fmt: skip
    key = await asyncio.to_thread(_mark, buyers, until)
    if key not in _outlooks:
        _outlooks[key] = await asyncio.to_thread(looked, buyers, until)
    _outlooks.move_to_end(key)
    while len(_outlooks) > _REMEMBERED:
        _outlooks.popitem(last=False)
    return _outlooks[key]


def _mark(buyers: Sequence[Buyer], until: date) -> bytes:
    """What tells these buyers from others: their team's ids, days and values."""
    marked = hashlib.sha256(until.isoformat().encode())
    for one in buyers:
        values = (one.customer_id, one.first_day, one.last_day, one.buying_days, one.repeat_days, one.repeat_value)
        marked.update(repr(values).encode())
    return marked.digest()


def looked(buyers: Sequence[Buyer], until: date) -> Outlook:
    """Fit both models and put them to each buyer."""
    import numpy as np

    x = np.array([one.buying_days - 1 for one in buyers], dtype=np.float64)
    t_x = np.array([(one.last_day - one.first_day).days / _WEEK for one in buyers])
    age = np.array([(until - one.first_day).days / _WEEK for one in buyers])
    buying = bgnbd.fit(x, t_x, age)
    if buying is None:
        return Outlook(missing=phrase("how customers come back follows no pattern that could be continued"))
    living = tuple(float(value) for value in bgnbd.alive(buying, x, t_x, age))
    days = np.array([one.repeat_days for one in buyers], dtype=np.float64)
    values = np.array([one.repeat_value for one in buyers], dtype=np.float64)
    known = (days > 0) & (values > 0)
    means = np.where(known, values / np.maximum(days, 1), 0.0)
    spending = gammagamma.fit(days[known], means[known])
    if spending is None or spending.mean is None:
        missing = phrase("what customers spend follows no pattern that could be continued")
        return Outlook(buying, alive=living, missing=missing)
    each = gammagamma.mean_of(spending, np.where(known, days, 0), means)
    ahead = each * _discounted(buying, x, t_x, age)
    return Outlook(buying, spending, living, tuple(float(value) for value in ahead))


def _discounted(buying: Buying, x: "Floats", t_x: "Floats", age: "Floats") -> "Floats":
    """The expected buying days of the next 12 months, each month's discounted to now."""
    import numpy as np

    before, added = np.zeros_like(x), np.zeros_like(x)
    for month in range(1, 13):
        until = bgnbd.expected_of(buying, month * _MONTH, x, t_x, age)
        added += np.maximum(until - before, 0) / (1 + DISCOUNT) ** (month / 12)
        before = until
    return added
