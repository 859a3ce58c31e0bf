"""Draws a forecast: the months ahead in numbers, then those behind as a line and those ahead dashed, in their band."""

from collections.abc import Sequence

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
from metrics.charts.specs import Fan

_BAND = "#D5E4F0"


def draw_fan(chart: Fan) -> Canvas:
    """Put a forecast on a canvas."""
    canvas = Canvas()
    top = head(canvas, chart.heading)
    if not chart.ahead:
        nothing(canvas, chart.heading, top)
        return canvas
    bottom, top = foot(canvas, chart.heading), _numbers(canvas, chart, top)
    entries: list[Entry] = [
        (style.MAIN, chart.past_label, "line"),
        (style.ACCENT, chart.ahead_label, "dashed"),
    ]
    if chart.band_label:
        entries.append((_BAND, chart.band_label, "bar"))
    top = legend(canvas, top + 32, entries) + 10
    box = Box(left_room(chart.y_ticks), top, style.WIDTH - style.MARGIN, bottom - 50)
    ends = [end for one in chart.ahead for end in (one.low, one.value, one.high)]
    scale = scale_of([*chart.past, *ends, *(tick.position for tick in chart.y_ticks)], box.bottom, box.top)
    levels(canvas, chart.y_ticks, box, scale)
    canvas.line(((box.left, scale(0)), (box.right, scale(0))), style.SOFT)
    months = len(chart.past) + len(chart.ahead)
    xs = [box.left + (box.right - box.left) * (place + 0.5) / months for place in range(months)]
    _lines(canvas, chart, xs, scale)
    labels_along(canvas, box.bottom + 42, [(xs[int(tick.position)], tick.label) for tick in chart.x_ticks], box)
    return canvas


def _numbers(canvas: Canvas, chart: Fan, top: float) -> float:
    """Write each month ahead with its number and its interval, side by side; give the y below them."""
    wide, most = style.INNER / len(chart.ahead), 1
    for i, one in enumerate(chart.ahead):
        x = style.MARGIN + wide * i
        label, size = style.fitted(one.label, style.SMALL, style.SMALLEST, wide - 20)
        canvas.text(x, top + 26, label, size, color=style.SOFT)
        text, size = style.fitted(one.text, 48, style.SMALLEST, wide - 20, bold=True)
        canvas.text(x, top + 78, text, size, bold=True)
        lines = _span(one.span, wide - 20)
        for k, (span, size) in enumerate(lines):
            canvas.text(x, top + 120 + 38 * k, span, size, color=style.SOFT)
        most = max(most, len(lines))
    return top + 110 + 38 * most


def _span(span: str, room: float) -> list[tuple[str, float]]:
    """An interval in a line or, where it would be cut, in two: its high end below its low one."""
    if style.width_of(style.drawable(span), style.SMALLEST) <= room:
        return [style.fitted(span, style.SMALL, style.SMALLEST, room)]
    low, dash, high = span.partition("–")
    lines = [low + dash, high] if dash else style.wrapped(span, style.SMALLEST, room, 2)
    return [style.fitted(line, style.SMALLEST, style.SMALLEST, room) for line in lines]


def _lines(canvas: Canvas, chart: Fan, xs: Sequence[float], scale: Scale) -> None:
    begun, coming = xs[: len(chart.past)], xs[len(chart.past) :]
    behind = list(zip(begun, map(scale, chart.past), strict=True))
    ahead = [(x, scale(one.value)) for x, one in zip(coming, chart.ahead, strict=True)]
    lows = [(x, scale(one.low)) for x, one in zip(coming, chart.ahead, strict=True) if one.low is not None]
    highs = [(x, scale(one.high)) for x, one in zip(coming, chart.ahead, strict=True) if one.high is not None]
    if lows and highs:
        canvas.area([*behind[-1:], *lows, *reversed(highs)], _BAND)
    canvas.line(behind, style.MAIN, 8)
    canvas.line([*behind[-1:], *ahead], style.ACCENT, 6, dashed=True)
    for x, y in ahead:
        canvas.dot(x, y, style.ACCENT)
