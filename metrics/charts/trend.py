"""Draws a trend: bars or a line over time with the previous period behind."""

from collections.abc import Iterator
from itertools import zip_longest
from typing import Literal

from metrics.charts import style
from metrics.charts.canvas import (
    Box,
    Canvas,
    Entry,
    Scale,
    foot,
    head,
    labels_along,
    left_room,
    legend,
    levels,
    nothing,
    scale_of,
)
from metrics.charts.specs import Trend

_HIDDEN = 20
"""How wide a line is that runs beneath another, so that both are seen."""


def draw_trend(chart: Trend) -> Canvas:
    """Put a trend on a canvas."""
    canvas = Canvas()
    top = head(canvas, chart.heading)
    if all(value is None for value in (*chart.values, *chart.previous)):
        nothing(canvas, chart.heading, top)
        return canvas
    bottom = foot(canvas, chart.heading)
    top = legend(canvas, top + 32, list(_entries(chart))) + 10
    box = Box(left_room(chart.y_ticks), top, style.WIDTH - style.MARGIN, bottom - 50)
    reach = [tick.position for tick in chart.y_ticks] + ([chart.target.position] if chart.target else [])
    reach += [chart.usual.low, chart.usual.high] if chart.usual else []
    scale = scale_of((*chart.values, *chart.previous, *reach), box.bottom, box.top)
    if chart.usual:
        low, high = scale(chart.usual.low), scale(chart.usual.high)
        canvas.area([(box.left, low), (box.left, high), (box.right, high), (box.right, low)], style.BAND)
    levels(canvas, chart.y_ticks, box, scale)
    slot = (box.right - box.left) / max(len(chart.values), len(chart.previous), 1)
    (_bars if chart.kind == "bars" else _lines)(canvas, chart, box, scale, slot)
    canvas.line(((box.left, scale(0)), (box.right, scale(0))), style.SOFT)
    _target(canvas, chart, box, scale)
    places = [(box.left + slot * (tick.position + 0.5), tick.label) for tick in chart.x_ticks]
    labels_along(canvas, box.bottom + 42, places, box)
    return canvas


def _entries(chart: Trend) -> Iterator[Entry]:
    """What stands in the legend: only what is drawn."""
    drawn: Literal["bar", "line"] = "bar" if chart.kind == "bars" else "line"
    if any(value is not None for value in chart.values):
        yield style.MAIN, chart.now_label, drawn
    if any(value is not None for value in chart.previous):
        yield style.BEFORE, chart.before_label, drawn
    if chart.target:
        yield style.ACCENT, chart.target.label, "dashed"
    if chart.usual:
        yield style.BAND, chart.usual.label, "bar"


def _bars(canvas: Canvas, chart: Trend, box: Box, scale: Scale, slot: float) -> None:
    for values, color, share in ((chart.previous, style.BEFORE, 0.92), (chart.values, style.MAIN, 0.56)):
        half = min(slot * share, 150 * share) / 2
        for i, value in enumerate(values):
            if value:
                middle = box.left + slot * (i + 0.5)
                last = chart.running and color == style.MAIN and i == len(values) - 1
                place = Box(middle - half, scale(value), middle + half, scale(0))
                canvas.rectangle(place, style.LIGHT if last else color, hatched=last)


def _lines(canvas: Canvas, chart: Trend, box: Box, scale: Scale, slot: float) -> None:
    gap = float("nan")
    behind = _HIDDEN if _covered(chart, scale) else 6
    for values, color, wide in ((chart.previous, style.BEFORE, behind), (chart.values, style.MAIN, 8)):
        points = [
            (box.left + slot * (i + 0.5), gap if value is None else scale(value)) for i, value in enumerate(values)
        ]
        canvas.line(points, color, wide)
        known = [i for i, value in enumerate(values) if value is not None]
        for i in known:  # the last point is marked, and one between two gaps, which no line would show
            if i == known[-1] or not {i - 1, i + 1} & set(known):
                canvas.dot(*points[i], color)


def _covered(chart: Trend, scale: Scale) -> bool:
    """Whether the line of this period would hide all of the one before it."""
    pairs = zip_longest(chart.values, chart.previous[: len(chart.values)])
    both = [(now, before) for now, before in pairs if before is not None]
    return bool(both) and all(now is not None and abs(scale(now) - scale(before)) < 4 for now, before in both)


def _target(canvas: Canvas, chart: Trend, box: Box, scale: Scale) -> None:
    if not chart.target:
        return
    y = scale(chart.target.position)
    canvas.line(((box.left, y), (box.right, y)), style.ACCENT, 4, dashed=True)
