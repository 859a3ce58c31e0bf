"""When customers buy again: the BG/NBD model of Fader, Hardie & Lee (2005), fitted by maximum likelihood.

While alive a customer buys at random at rate λ, gamma(r, α) over customers; after each purchase the customer is gone
for good with probability p, beta(a, b) over customers. A history is x repeat buying days, the last of them at t_x and
now at T, in weeks since the first. Checks: with the published r .242594, α 4.413535, a .792890, b 2.425764 a new
customer is expected to buy 1.0437 times more in 32 weeks, and one with x 2, t_x 30.43, T 38.86 1.226 times in 39.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from metrics.models.likelihood import FURTHEST, LEVEL, likeliest

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    from metrics.models.likelihood import Loss

    Floats = NDArray[np.float64]

_ALIKE = 4.0  # in logarithms: of an a and a b above it only a / (a + b) matters, all customers leave at that rate
_MANY = 4_000
_NARROW, _QUANTILES, _LEAST = 200.0, 50, 1e-200
_STARTS = ((0.25, 0.15, 0.8, 2.5), (1.0, 0.5, 1.0, 3.0), (2.0, 1.0, 0.5, 5.0))  # r, α as a share of the mean age, a, b


@dataclass(frozen=True, slots=True)
class Buying:
    """A fitted model: ``alpha`` in weeks, the others plain; ``log_likelihood`` of the histories it was fitted to."""

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float = float("nan")


def log_likelihood(model: Buying, x: "ArrayLike", t_x: "ArrayLike", age: "ArrayLike") -> "Floats":
    """Return the log-likelihood of each history."""
    import numpy as np
    from scipy.special import betaln, gammaln

    xs, last, ages = (np.asarray(values, dtype=np.float64) for values in (x, t_x, age))
    r, alpha, a, b = model.r, model.alpha, model.a, model.b
    bought = gammaln(r + xs) - gammaln(r) + r * np.log(alpha) + betaln(a, b + xs) - betaln(a, b)
    alive = -(r + xs) * np.log(alpha + ages)
    gone = np.log(a) - np.log(b + np.maximum(xs, 1) - 1) - (r + xs) * np.log(alpha + last)
    found: Floats = bought + np.where(xs > 0, np.logaddexp(alive, gone), alive)
    return found


def fit(x: "ArrayLike", t_x: "ArrayLike", age: "ArrayLike") -> Buying | None:
    """Find the likeliest model from several starts; None where the likelihood has no best value inside its space."""
    import numpy as np

    histories = np.column_stack([np.asarray(values, dtype=np.float64) for values in (x, t_x, age)])
    if not len(histories) or histories[:, 0].max() == 0:
        return None
    # many customers share a history: each is weighed, not repeated
    kinds, counts = np.unique(histories, axis=0, return_counts=True)
    unit = float(np.average(kinds[:, 2], weights=counts)) or 1.0
    scaled = kinds / (1.0, unit, unit)
    starts: Sequence[Sequence[float]] = [np.log(start).tolist() for start in _STARTS]
    if len(kinds) > _MANY:  # every so-manieth history leads close to where all of them do
        thinned = slice(None, None, len(kinds) // _MANY + 1)
        starts = [_best(scaled[thinned], counts[thinned], starts)[0]]
    best, value = _best(scaled, counts, starts)
    if not np.isfinite(value) or _runs_off(*best):
        return None
    r, alpha, a, b = (float(one) for one in np.exp(best))
    fitted = Buying(r, alpha * unit, a, b)
    return Buying(r, alpha * unit, a, b, float(counts @ log_likelihood(fitted, *kinds.T)))


def _runs_off(r: float, alpha: float, a: float, b: float) -> bool:
    """Whether a parameter, in logarithms, has no best value; a and b may both grow for ever at one ratio."""
    off = FURTHEST - 1
    return max(abs(r), abs(alpha)) > off or (max(abs(a), abs(b)) > off and min(a, b) < _ALIKE)


def _best(kinds: "Floats", counts: "NDArray[np.int64]", starts: Sequence[Sequence[float]]) -> tuple[list[float], float]:
    """Return the logarithms of the likeliest parameters from the two best of the starts, and their loss."""
    import numpy as np

    loss = loss_of(kinds, counts)
    # a third start finds nothing new and is half as much work again
    best, value = likeliest(loss, sorted(starts, key=lambda start: loss(np.asarray(start))[0])[:2])
    if min(best[2:]) < _ALIKE:
        return best, value
    at_one_rate = _at_one_rate(loss, best)
    level = max(best[2:]) > FURTHEST - 1 or at_one_rate[1] <= value + LEVEL
    return at_one_rate if level else (best, value)


def _at_one_rate(loss: "Loss", near: Sequence[float]) -> tuple[list[float], float]:
    """Return the likeliest parameters with the greater of a and b held as far off as it may be.

    Where only their ratio matters the ground is level along it, and a descent stops anywhere.
    """
    import numpy as np

    held = 2 + int(np.argmax(near[2:]))
    start = np.array(near)
    start[2:] += FURTHEST - near[held]

    def others(logs: "Floats") -> "tuple[float, Floats]":
        value, slope = loss(np.insert(logs, held, FURTHEST))
        return value, np.delete(slope, held)

    best, value = likeliest(others, [np.delete(start, held)])
    return np.insert(best, held, FURTHEST).tolist(), value


def loss_of(kinds: "Floats", counts: "NDArray[np.int64]") -> "Loss":
    """Return the mean negative log-likelihood of histories as a function of log r, α, a, b, with its gradient.

    ``kinds`` are rows of x, t_x and T, ``counts`` how many customers have each; what depends on x alone is worked out
    once for each x.
    """
    import numpy as np
    from scipy.special import betaln, digamma, gammaln

    xs, last, ages = kinds.T
    each, place = np.unique(xs, return_inverse=True)
    place = place.ravel()
    weights = np.bincount(place, weights=counts)
    again, total = xs > 0, float(counts.sum())
    later = np.maximum(each, 1) - 1

    def loss(logs: "Floats") -> "tuple[float, Floats]":
        r, alpha, a, b = (float(value) for value in np.exp(logs))
        alone = gammaln(r + each) - gammaln(r) + r * np.log(alpha) + betaln(a, b + each) - betaln(a, b)
        log_now, log_last = np.log(alpha + ages), np.log(alpha + last)
        alive = -(r + xs) * log_now
        gone = (np.log(a) - np.log(b + later))[place] - (r + xs) * log_last
        mixed = np.where(again, np.logaddexp(alive, gone), alive)
        # how much of each history's likelihood is that the customer has gone
        share = np.where(again, np.exp(np.minimum(gone - mixed, 0.0)), 0.0) * counts
        left, shares = counts - share, np.bincount(place, weights=share)
        both = digamma(a + b) - digamma(a + b + each)
        slope = np.array([
            r * (weights @ (digamma(r + each) - digamma(r) + np.log(alpha)) - left @ log_now - share @ log_last),
            r * total - alpha * ((r + xs) @ (left / (alpha + ages) + share / (alpha + last))),
            a * (weights @ both) + shares.sum(),
            b * (weights @ (both + digamma(b + each) - digamma(b)) - shares @ (1 / (b + later))),
        ])  # fmt: skip
        return -float(weights @ alone + counts @ mixed) / total, -slope / total

    return loss


def _off_one(a: float) -> float:
    """The formulas divide by a − 1 where their limit exists: step aside by what no figure shows."""
    return a if abs(a - 1) > 1e-6 else 1 + 1e-6


def expected(model: Buying, t: float) -> float:
    """Return E[X(t)]: how often a new customer buys again within t weeks."""
    return float(growth(model, 0.0, 0.0, t))


def growth(model: Buying, x: "ArrayLike", age: "ArrayLike", t: float) -> "Floats":
    """(a+b+x−1)/(a−1) · [1 − (1−z)^(a−1) · ₂F₁(a+b−1−r, a−1; a+b+x−1; z)], z = t / (α+T+t).

    The published form after Euler's transformation, which keeps the series short for customers who buy often.
    """
    import numpy as np
    from scipy.special import hyp2f1

    xs, ages = np.asarray(x, dtype=np.float64), np.asarray(age, dtype=np.float64)
    r, alpha, b, a = model.r, model.alpha, model.b, _off_one(model.a)
    if a + b > _NARROW:
        return _averaged(model, xs, ages, t)
    z = t / (alpha + ages + t)
    series = hyp2f1(a + b - 1 - r, a - 1, a + b + xs - 1, z)
    grown: Floats = (a + b + xs - 1) / (a - 1) * (1 - (1 - z) ** (a - 1) * series)
    return np.maximum(grown, 0.0)


def _averaged(model: Buying, x: "Floats", age: "Floats", t: float) -> "Floats":
    """The same expectation as the mean over quantiles of p of [1 − ((α+T)/(α+T+p·t))^(r+x)] / p.

    The series runs out of numbers where customers hardly differ in p (a and b in the hundreds); this never does, nor
    where p is next to nothing (a small): it nears (r+x)·t / (α+T) then.
    """
    import numpy as np
    from scipy.special import betaincinv

    xs, ages = np.atleast_1d(x)[:, None], np.atleast_1d(age)[:, None]
    each, place = np.unique(xs, return_inverse=True)
    quantiles = betaincinv(model.a, model.b + each[:, None], (np.arange(_QUANTILES) + 0.5) / _QUANTILES)
    p = np.maximum(quantiles, _LEAST)[place.ravel()]
    found: Floats = (-np.expm1(-(model.r + xs) * np.log1p(p * t / (model.alpha + ages))) / p).mean(axis=1)
    return found if np.ndim(x) else found[0]


def alive(model: Buying, x: "ArrayLike", t_x: "ArrayLike", age: "ArrayLike") -> "Floats":
    """Return P(alive): the probability that each customer still buys; 1 for one who has not come back yet."""
    import numpy as np

    xs, last, ages = (np.asarray(values, dtype=np.float64) for values in (x, t_x, age))
    logs = (model.r + xs) * (np.log(model.alpha + ages) - np.log(model.alpha + last))
    odds = model.a / (model.b + np.maximum(xs, 1) - 1) * np.exp(np.minimum(logs, 700))
    found: Floats = 1 / (1 + np.where(xs > 0, odds, 0.0))
    return found


def expected_of(model: Buying, t: float, x: "ArrayLike", t_x: "ArrayLike", age: "ArrayLike") -> "Floats":
    """Return E[Y(t) | x, t_x, T]: how often each customer buys within the next t weeks."""

    (each, ages), place = kinds_of(x, age)
    found: Floats = growth(model, each, ages, t)[place] * alive(model, x, t_x, age)
    return found


def kinds_of(x: "ArrayLike", age: "ArrayLike") -> "tuple[tuple[Floats, Floats], NDArray[np.intp]]":
    """Return the different pairs of x and T, as two rows, and which of them each customer has."""
    import numpy as np

    pairs = np.column_stack([np.asarray(x, dtype=np.float64), np.asarray(age, dtype=np.float64)])
    kinds, place = np.unique(pairs, axis=0, return_inverse=True)
    return (kinds[:, 0], kinds[:, 1]), place.ravel()
