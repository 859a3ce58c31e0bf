"""What customers are expected to buy: the models of buying and spending put to a team's own buyers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from metrics.apart import apart
from metrics.models import bgnbd, gammagamma
from metrics.models.bgnbd import Buying
from metrics.models.gammagamma import Spending
from metrics.wording import Phrase, phrase
from store.facts.lifetimes import Buyer, PackedBuyers, unpacked

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

LEAST, LEAST_AGAIN = 30, 10

_WEEK = 7
_MONTH = 365.25 / 12 / _WEEK  # weeks


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


@dataclass(frozen=True, slots=True)
class MeanOutlook:
    """What an outlook says of all ``n`` buyers together: the mean P(alive) and value, None where not known."""

    buying: Buying | None = None
    spending: Spending | None = None
    alive: float | None = None
    value: float | None = None
    missing: Phrase | None = None
    n: int = 0


async def mean_outlook(packed: PackedBuyers, until: date, discount: float) -> MeanOutlook:
    """Fit the models to buyers as they stood at the end of a day, in the worker process."""
    return await apart(averaged, packed, until, discount)


async def outlook(buyers: Sequence[Buyer], until: date, discount: float) -> Outlook:
    """Fit the models to buyers, in the worker process, and put them to each; ``discount`` is that of a year."""
    return await apart(fitted, buyers, until, discount)


def averaged(packed: PackedBuyers, until: date, discount: float) -> MeanOutlook:
    """Fit the models, and take the means over all buyers."""
    buyers = unpacked(packed)
    found = fitted(buyers, until, discount)
    alive, value = _mean(found.alive), _mean(found.ahead or ())
    return MeanOutlook(found.buying, found.spending, alive, value, found.missing, len(buyers))


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def fitted(buyers: Sequence[Buyer], until: date, discount: float) -> Outlook:
    """Fit both models where there are buyers enough to learn from."""
    again = sum(one.buying_days > 1 for one in buyers)
    if len(buyers) < LEAST or again < LEAST_AGAIN:
        return Outlook(missing=phrase(
            "what comes next needs {least} customers, {again} of whom came back: {found} and {found_again} so far",
            least=LEAST, again=LEAST_AGAIN, found=len(buyers), found_again=again))  # fmt: skip
    return looked(buyers, until, discount)


def looked(buyers: Sequence[Buyer], until: date, discount: float) -> Outlook:
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
    ahead = each * _discounted(buying, x, t_x, age, discount)
    return Outlook(buying, spending, living, tuple(float(value) for value in ahead))


def _discounted(buying: Buying, x: "Floats", t_x: "Floats", age: "Floats", discount: float) -> "Floats":
    """The expected buying days of the next 12 months, each month's discounted to now."""
    import numpy as np

    (each, ages), place = bgnbd.kinds_of(x, age)
    before, added = np.zeros_like(each), np.zeros_like(each)
    for month in range(1, 13):
        until = bgnbd.growth(buying, each, ages, month * _MONTH)
        added += np.maximum(until - before, 0) / (1 + discount) ** (month / 12)
        before = until
    found: Floats = added[place] * bgnbd.alive(buying, x, t_x, age)
    return found
