"""What customers spend each time: the Gamma–Gamma model of Fader & Hardie (note 025), by maximum likelihood.

A customer's spending per buying day is gamma(p, ν) around an own mean, ν gamma(q, γ) over customers; what is known of
each is x repeat buying days and their mean value m. Check: with p 6.25, q 3.74, γ 15.44 the mean over customers, and
the expectation of one without repeat days, is 35.22 (35.17 with the parameters before rounding).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from metrics.models.likelihood import FURTHEST, likeliest

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

_MANY = 4_000
_STARTS = ((2.0, 3.0, 2.0), (6.0, 4.0, 0.5), (1.0, 2.0, 1.0))  # p, q, γ as a share of the mean value


@dataclass(frozen=True, slots=True)
class Spending:
    """A fitted model; ``gamma`` in the unit of the values."""

    p: float
    q: float
    gamma: float
    log_likelihood: float = float("nan")

    @property
    def mean(self) -> float | None:
        """p γ / (q − 1), the mean over all customers; None where it is infinite (q ≤ 1)."""
        return self.p * self.gamma / (self.q - 1) if self.q > 1 else None


def log_likelihood(model: Spending, x: "ArrayLike", m: "ArrayLike") -> "Floats":
    """Return the log-likelihood of each customer's mean value over x ≥ 1 repeat days."""
    import numpy as np
    from scipy.special import gammaln

    xs, means = np.asarray(x, dtype=np.float64), np.asarray(m, dtype=np.float64)
    p, q, gamma = model.p, model.q, model.gamma
    found: Floats = (
        gammaln(p * xs + q) - gammaln(p * xs) - gammaln(q) + q * np.log(gamma)
        + (p * xs - 1) * np.log(means) + p * xs * np.log(xs) - (p * xs + q) * np.log(gamma + means * xs)
    )  # fmt: skip
    return found


def fit(x: "ArrayLike", m: "ArrayLike") -> Spending | None:
    """Find the likeliest model; None where there is no best value (all spend alike, or nobody came back)."""
    import numpy as np

    xs, means = np.asarray(x, dtype=np.float64), np.asarray(m, dtype=np.float64)
    if not len(xs) or np.ptp(means) == 0:
        return None
    unit = float(means.mean())
    starts: Sequence[Sequence[float]] = [np.log(start).tolist() for start in _STARTS]
    if len(xs) > _MANY:  # every so-manieth customer leads close to where all of them do
        thinned = slice(None, None, len(xs) // _MANY + 1)
        starts = [likeliest(loss_of(xs[thinned], means[thinned] / unit), starts)[0]]
    best, value = likeliest(loss_of(xs, means / unit), starts)
    if not np.isfinite(value) or max(map(abs, best)) > FURTHEST - 1:
        return None
    p, q, gamma = (float(one) for one in np.exp(best))
    fitted = Spending(p, q, gamma * unit)
    return Spending(p, q, gamma * unit, float(log_likelihood(fitted, xs, means).sum()))


def loss_of(xs: "Floats", means: "Floats") -> "Callable[[Floats], tuple[float, Floats]]":
    """Return the mean negative log-likelihood of mean values as a function of log p, q, γ, with its gradient."""
    import numpy as np
    from scipy.special import digamma, gammaln

    each, place = np.unique(xs, return_inverse=True)
    place = place.ravel()
    weights, bought = np.bincount(place), means * xs
    logs_of_means, logs_of_bought, total = np.log(means), np.log(bought), len(xs)

    def loss(logs: "Floats") -> "tuple[float, Floats]":
        p, q, gamma = (float(value) for value in np.exp(logs))
        alone = gammaln(p * each + q) - gammaln(p * each) - gammaln(q) + q * np.log(gamma) + p * each * np.log(each)
        log_all, both = np.log(gamma + bought), digamma(p * each + q)
        own = (p * xs - 1) * logs_of_means - (p * xs + q) * log_all
        slope = np.array(
            [
                p * (weights @ (each * (both - digamma(p * each))) + xs @ (logs_of_bought - log_all)),
                q * (weights @ both + total * (np.log(gamma) - digamma(q)) - log_all.sum()),
                q * total - gamma * ((p * xs + q) / (gamma + bought)).sum(),
            ]
        )
        return -float(weights @ alone + own.sum()) / total, -slope / total

    return loss


def mean_of(model: Spending, x: "ArrayLike", m: "ArrayLike") -> "Floats":
    """Return E[Z | x, m] = (γ + m x) p / (p x + q − 1): what each customer spends on a buying day; needs q > 1.

    Without a repeat day (x 0) it is the mean over all customers.
    """
    import numpy as np

    xs, means = np.asarray(x, dtype=np.float64), np.asarray(m, dtype=np.float64)
    found: Floats = (model.gamma + means * xs) * model.p / (model.p * xs + model.q - 1)
    return found
