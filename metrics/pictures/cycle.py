"""The picture of the sales cycle: durations as a histogram, and how likely a sale is by then."""

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from metrics.charts.specs import Bin, Heading, Histogram, Line, Tick
from metrics.charts.ticks import nice_ticks, whole_ticks
from metrics.statistics.survival import Curve
from metrics.wording import Days, Percent, Say, phrase

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_BINS = 12
_TAIL = 0.98


def histogram(
    durations: "Floats", curves: tuple[Curve, Curve] | None, median: float | None, heading: Heading, say: Say
) -> Histogram:
    """Lay out durations, shortest first, in at most a dozen bins; the longest two in a hundred stand in the last."""
    import numpy as np

    reach = _reach(durations)
    width = max(1, math.ceil(reach / _BINS))
    size = math.ceil(reach / width) or 1
    counts = np.bincount(np.minimum(durations // width, size - 1).astype(int), minlength=size).tolist()
    end = len(counts) * width
    lines = _lines(curves, end, say) if curves is not None else ()
    longer = phrase("last bar: {time} and longer", time=Days(end - width)) if (durations >= end).any() else None
    return Histogram(
        heading=replace(heading, note=say(longer)) if longer else heading,
        bins=tuple(Bin(i * width, (i + 1) * width, count) for i, count in enumerate(counts)) if len(durations) else (),
        x_ticks=tuple(Tick(at, say.value(round(at))) for at in whole_ticks([end]) if at <= end),
        y_ticks=tuple(Tick(at, say.value(round(at))) for at in whole_ticks(counts)),
        x_title=say(phrase("days from first contact")),
        bins_label=say(phrase("number of sales")),
        lines=lines,
        line_ticks=tuple(Tick(at, say.value(Percent(at))) for at in nice_ticks([1.0], 2)) if lines else (),
        median=Tick(median, say(phrase("half within {time}", time=Days(median))))
        if median is not None and median <= end
        else None,
    )


def _lines(curves: tuple[Curve, Curve], end: float, say: Say) -> tuple[Line, Line]:
    """How many are sold by then (lost and lapsed compete), and how many are settled, sold or lost (lapsed censored)."""
    closing, winning = curves
    return (
        Line(say(phrase("sold by then")), winning.steps(end)),
        Line(say(phrase("sold or lost by then")), tuple((days, 1 - open_) for days, open_ in closing.steps(end))),
    )


def _reach(durations: "Floats") -> float:
    """How far the axis goes: nearly all of the durations, at least a week."""
    return max(7.0, float(durations[math.ceil(_TAIL * len(durations)) - 1]) if len(durations) else 0.0)
