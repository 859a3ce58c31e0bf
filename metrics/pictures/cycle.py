"""The picture of the sales cycle: durations as a histogram, and how likely a sale is by then."""

import math
from collections.abc import Sequence

from metrics.charts.specs import Bin, Heading, Histogram, Line, Tick
from metrics.charts.ticks import nice_ticks, whole_ticks
from metrics.statistics.survival import Curve
from metrics.wording import Days, Percent, Say, phrase

_BINS = 12
_TAIL = 0.98


def histogram(
    durations: Sequence[float], curves: tuple[Curve, Curve] | None, median: float | None, heading: Heading, say: Say
) -> Histogram:
    """Lay out durations in at most a dozen bins; the longest two in a hundred stand in the last one."""
    reach = _reach(durations)
    width = max(1, math.ceil(reach / _BINS))
    counts = [0] * (math.ceil(reach / width) or 1)
    for days in durations:
        counts[min(int(days // width), len(counts) - 1)] += 1
    end = len(counts) * width
    lines = _lines(curves, end, say) if curves is not None else ()
    return Histogram(
        heading=heading,
        bins=tuple(Bin(i * width, (i + 1) * width, count) for i, count in enumerate(counts)) if durations else (),
        x_ticks=tuple(Tick(at, say.value(round(at))) for at in whole_ticks([end]) if at <= end),
        y_ticks=tuple(Tick(at, say.value(round(at))) for at in whole_ticks(counts)),
        x_title=say(phrase("days from first contact")),
        bins_label=say(phrase("number of sales")),
        lines=lines,
        line_ticks=tuple(Tick(at, say.value(Percent(at))) for at in nice_ticks([1.0])) if lines else (),
        median=Tick(median, say.value(Days(median))) if median is not None and median <= end else None,
    )


def _lines(curves: tuple[Curve, Curve], end: float, say: Say) -> tuple[Line, Line]:
    """How many are sold by then (lost and lapsed compete), and how many are settled, sold or lost (lapsed censored)."""
    closing, winning = curves
    return (
        Line(say(phrase("sold by then")), winning.steps(end)),
        Line(say(phrase("sold or lost by then")), tuple((days, 1 - open_) for days, open_ in closing.steps(end))),
    )


def _reach(durations: Sequence[float]) -> float:
    """How far the axis goes: nearly all of the durations, at least a week."""
    ordered = sorted(durations)
    return max(7.0, ordered[math.ceil(_TAIL * len(ordered)) - 1] if ordered else 0.0)
