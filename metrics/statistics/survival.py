"""Time to an event when some have not had it yet: Kaplan–Meier, and Aalen–Johansen where causes compete."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

CENSORED = 0
_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """A step function of time that starts at `start` and takes `values` from each of `times` on.

    `times` rise strictly, one an event; `at_risk` counts those still watched just before each.
    """

    start: float
    times: "NDArray[np.float64]"
    values: "NDArray[np.float64]"
    at_risk: "NDArray[np.int64]"
    n: int

    def at(self, time: float) -> float:
        """The value at a time, the step at that very time included."""
        passed = int(self.times.searchsorted(time, side="right"))
        return float(self.values[passed - 1]) if passed else self.start

    def quantile(self, level: float) -> float | None:
        """The first time at which a survival curve is at or below a level; None when it never is."""
        if not len(self.times) or self.values[-1] > level + _ROUNDING:
            return None
        return float(self.times[int((self.values <= level + _ROUNDING).argmax())])

    @property
    def median(self) -> float | None:
        """The first time at which survival is at or below one half."""
        return self.quantile(0.5)

    def steps(self, until: float, most: int = 200) -> tuple[tuple[float, float], ...]:
        """At most `most` points (time, value) up to a time, for a picture."""
        import numpy as np

        shown = int(self.times.searchsorted(until, side="right"))
        picked = np.unique(np.linspace(0, max(shown - 1, 0), min(shown, most)).round().astype(int)).tolist()
        points = [(float(self.times[i]), float(self.values[i])) for i in picked]
        return ((0.0, self.start), *points, (float(until), self.at(until)))


def kaplan_meier(durations: "ArrayLike", events: "ArrayLike") -> Curve:
    """Estimate survival S(t) = Π (1 − dᵢ/nᵢ) over event times tᵢ ≤ t (Kaplan & Meier 1958).

    `durations` are times watched (0 or more), `events` whether each ended in the event (else it is
    censored, after the events of the same instant). Example: durations 1 2 2 3 with the last
    censored: S(1) = 3/4, S(2) = 3/4·1/3 = 1/4, median 2.
    """
    import numpy as np

    times, at_risk, counts = _table(durations, np.asarray(events, dtype=bool).astype(np.int64), (1,))
    survival = np.cumprod(1 - counts[0] / at_risk, dtype=np.float64)
    return Curve(1.0, times, survival, at_risk, int(np.size(durations)))


def aalen_johansen(durations: "ArrayLike", causes: "ArrayLike", cause: int) -> Curve:
    """Estimate the probability of having ended by `cause` by t where other causes compete.

    F(t) = Σ S(tᵢ−)·dᵢ/nᵢ with S the survival of all causes together (Aalen & Johansen 1978).
    `causes` are whole numbers, 0 for censored. Example: durations 1 2 3 4 with causes 1 2 1 0:
    F₁(1) = 1/4, F₁(3) = 1/4 + 1/2·1/2 = 1/2.
    """
    import numpy as np

    times, at_risk, counts = _table(durations, np.asarray(causes, dtype=np.int64), (None, cause))
    survival = np.cumprod(1 - counts[0] / at_risk)
    before = np.concatenate([[1.0], survival])[: len(times)]
    return Curve(0.0, times, np.cumsum(before * counts[1] / at_risk), at_risk, int(np.size(durations)))


def _table(
    durations: "ArrayLike", causes: "NDArray[np.int64]", wanted: tuple[int | None, ...]
) -> "tuple[NDArray[np.float64], NDArray[np.int64], list[NDArray[np.int64]]]":
    """Distinct event times, how many were at risk at each, and the events of each wanted cause (None: any)."""
    import numpy as np

    spans = np.asarray(durations, dtype=np.float64)
    if spans.shape != causes.shape or spans.ndim != 1:
        raise ValueError("one cause for each duration")
    if spans.size and not spans.min() >= 0:
        raise ValueError("durations must be 0 or more")
    times, slot = np.unique(spans[causes != CENSORED], return_inverse=True)
    ended = causes[causes != CENSORED]
    at_risk = spans.size - np.searchsorted(np.sort(spans), times, side="left")
    counts = [np.bincount(slot[ended == kind] if kind is not None else slot, minlength=times.size) for kind in wanted]
    return times, at_risk, counts
