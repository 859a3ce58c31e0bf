"""The picture of the waiting time: answered waits as a histogram, and how likely an answer is by then."""

import math
from collections.abc import Sequence
from dataclasses import replace

from metrics.charts.specs import Bin, Heading, Histogram, Line, Tick
from metrics.charts.ticks import nice_ticks, whole_ticks
from metrics.statistics.survival import Curve
from metrics.wording import Minutes, Percent, Say, phrase

_BINS = 12
_TAIL = 0.95
_HOUR = 60


def histogram(
    waits: Sequence[float], curve: Curve | None, median: float | None, heading: Heading, say: Say
) -> Histogram:
    """Lay out waits of some hours in at most a dozen bins; the longest five in a hundred stand in the last one."""
    hours = [minutes / _HOUR for minutes in waits]
    width = max(1, math.ceil(_reach(hours) / _BINS))
    counts = [0] * (math.ceil(_reach(hours) / width) or 1)
    for length in hours:
        counts[min(int(length // width), len(counts) - 1)] += 1
    end = len(counts) * width
    lines = (Line(say(phrase("answered by then")), _answered(curve, end)),) if curve is not None else ()
    shown = median is not None and median / _HOUR <= end
    hour = phrase("{n} h", n=round(end - width))
    longer = phrase("last bar: {time} and longer", time=hour) if any(length >= end for length in hours) else None
    return Histogram(
        heading=replace(heading, note=say(longer)) if longer else heading,
        bins=tuple(Bin(i * width, (i + 1) * width, count) for i, count in enumerate(counts)) if waits else (),
        x_ticks=tuple(Tick(at, say.value(round(at))) for at in whole_ticks([end]) if at <= end),
        y_ticks=tuple(Tick(at, say.value(round(at))) for at in whole_ticks(counts)),
        x_title=say(phrase("hours until the first answer")),
        bins_label=say(phrase("number of tickets")),
        lines=lines,
        line_ticks=tuple(Tick(at, say.value(Percent(at))) for at in nice_ticks([1.0], 2)) if lines else (),
        median=Tick(median / _HOUR, say(phrase("half within {time}", time=Minutes(median))))
        if shown and median is not None
        else None,
    )


def _answered(curve: Curve, end: float) -> tuple[tuple[float, float], ...]:
    """One minus the survival curve, in hours."""
    return tuple((at / _HOUR, 1 - left) for at, left in curve.steps(end * _HOUR))


def _reach(hours: Sequence[float]) -> float:
    """How far the axis goes: nearly all of the waits, at least six hours."""
    ordered = sorted(hours)
    return max(6.0, ordered[math.ceil(_TAIL * len(ordered)) - 1] if ordered else 0.0)
