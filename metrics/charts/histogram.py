"""Draws how long something takes: a histogram above, curves of probability below, the median across both."""

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
from metrics.charts.specs import Histogram


def draw_histogram(chart: Histogram) -> Canvas:
    """Put a histogram and its curves on a canvas."""
    canvas = Canvas()
    top = head(canvas, chart.heading)
    if not chart.bins and not chart.lines:
        nothing(canvas, chart.heading, top)
        return canvas
    bottom = foot(canvas, chart.heading)
    left = max(left_room(chart.y_ticks), left_room(chart.line_ticks))
    box = Box(left, top, style.WIDTH - style.MARGIN, bottom - 90)
    ends = [tick.position for tick in chart.x_ticks] + [part.right for part in chart.bins]
    across = scale_of([*ends, *(line.points[-1][0] for line in chart.lines if line.points)], box.left, box.right)
    split = box.top + (box.bottom - box.top) * 0.5 if chart.lines else box.bottom
    _bins(canvas, chart, Box(box.left, box.top, box.right, split), across)
    if chart.lines:
        _curves(canvas, chart, Box(box.left, split + 50, box.right, box.bottom), across)
    labels_along(canvas, box.bottom + 42, [(across(tick.position), tick.label) for tick in chart.x_ticks], box)
    said, size = style.fitted(chart.x_title, style.SMALL, style.SMALLEST, style.INNER)
    canvas.text(box.right, box.bottom + 84, said, size, color=style.SOFT, side="right")
    return canvas


def _bins(canvas: Canvas, chart: Histogram, box: Box, across: Scale) -> None:
    if not chart.bins:
        nothing(canvas, chart.heading, box.top, box.bottom)
        return
    top = legend(canvas, box.top + 30, [(style.BEFORE, chart.bins_label, "bar")]) + (38 if chart.median else 4)
    reach = [tick.position for tick in chart.y_ticks]
    scale = scale_of([*reach, *(part.count for part in chart.bins)], box.bottom, top)
    levels(canvas, chart.y_ticks, Box(box.left, top, box.right, box.bottom), scale)
    for part in chart.bins:
        if part.count > 0:
            place = Box(across(part.left) + 1.5, scale(part.count), across(part.right) - 1.5, box.bottom)
            canvas.rectangle(place, style.BEFORE)
    canvas.line(((box.left, box.bottom), (box.right, box.bottom)), style.SOFT)
    if chart.median:
        _median(canvas, chart.median.label, across(chart.median.position), Box(box.left, top, box.right, box.bottom))


def _median(canvas: Canvas, label: str, x: float, box: Box) -> None:
    canvas.line(((x, box.top), (x, box.bottom)), style.INK, 4, dashed=True)
    said, size = style.fitted(label, style.SMALL, style.SMALLEST, box.right - box.left, bold=True)
    half = style.width_of(said, size, bold=True) / 2
    canvas.text(min(max(x, box.left + half), box.right - half), box.top - 12, said, size, bold=True, side="center")


def _curves(canvas: Canvas, chart: Histogram, box: Box, across: Scale) -> None:
    entries: list[Entry] = [(color, line.label, "line") for color, line in zip(style.LINES, chart.lines, strict=False)]
    top = legend(canvas, box.top + 10, entries) + 4
    inner = Box(box.left, top, box.right, box.bottom)
    scale = Scale(0.0, 1.0, box.bottom, top)
    levels(canvas, chart.line_ticks, inner, scale)
    for i, (color, line) in enumerate(zip(style.LINES, chart.lines, strict=False)):
        # the first ones are wider, so that they are seen beneath others that run along them
        wide = 5 + 4 * (len(chart.lines) - 1 - i)
        canvas.line([(across(t), scale(value)) for t, value in line.points], color, wide, stepped=True)
    if chart.median and chart.bins:
        x = across(chart.median.position)
        canvas.line(((x, top), (x, box.bottom)), style.INK, 4, dashed=True)
