"""The likeliest parameters of a model, to more digits than any figure shows: every machine finds the same."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Loss = Callable[[Floats], tuple[float, Floats]]
    """The mean negative log-likelihood of parameters in logarithms, and its slope."""

FURTHEST = 11.0
"""In logarithms: a parameter that runs this far off has no best value."""

LEVEL = 1e-9
"""Losses that differ by less are alike: they are known to some 1e-11."""

_STEPS, _APART, _NEAR = 3, 1e-4, 0.1


def likeliest(loss: "Loss", starts: Iterable["ArrayLike"]) -> "tuple[list[float], float]":
    """Return the best parameters, in logarithms, that a descent from any of the starts leads to, and their loss."""
    import numpy as np
    from scipy.optimize import minimize

    found = [
        minimize(loss, np.asarray(start), jac=True, method="L-BFGS-B",
                 bounds=[(-FURTHEST, FURTHEST)] * len(np.asarray(start)), options={"ftol": 1e-11, "gtol": 1e-7})
        for start in starts
    ]  # fmt: skip
    best = min(found, key=lambda one: float(one.fun))
    return _sharpened(loss, best.x, float(best.fun))


def _sharpened(loss: "Loss", at: "Floats", value: float) -> "tuple[list[float], float]":
    """Go the last steps by Newton's method; where the ground is level, or falls outwards, stay."""
    import numpy as np

    for _ in range(_STEPS):
        moves = _APART * np.eye(len(at))
        bends = np.array([loss(at + move)[1] - loss(at - move)[1] for move in moves]) / (2 * _APART)
        if np.linalg.cond(bends) > 1e10:
            break
        step = np.linalg.solve(bends, loss(at)[1])
        after = loss(at - step)[0] if np.abs(step).max() < _NEAR else np.inf
        if after > value + LEVEL:
            break
        at, value = at - step, after
    return at.tolist(), value
