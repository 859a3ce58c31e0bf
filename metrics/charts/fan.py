"""Draws a forecast: the months behind as a line, those ahead dashed, in a band that widens."""

from collections.abc import Sequence

from metrics.charts import style
from metrics.charts.canvas import (
    Box,
    Canvas,
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
_WIDE = 3


def draw_fan(chart: Fan) -> Canvas:
    """Put a forecast on a canvas."""
    canvas = Canvas()
    top, bottom = head(canvas, chart.heading), foot(canvas, chart.heading)
    if not chart.ahead:
        nothing(canvas, chart.heading, Box(style.MARGIN, top, style.WIDTH - style.MARGIN, bottom))
        return canvas
    entries = [(style.MAIN, chart.past_label), (style.ACCENT, chart.ahead_label), (_BAND, chart.band_label)]
    top = legend(canvas, top + 32, entries) + 40
    box = Box(left_room(chart.y_ticks), top, style.WIDTH - style.MARGIN, bottom - 50)
    ends = [end for one in chart.ahead for end in (one.low, one.value, one.high)]
    scale = scale_of([*chart.past, *ends, *(tick.position for tick in chart.y_ticks)], box.bottom, box.top)
    levels(canvas, chart.y_ticks, box, scale)
    canvas.line(((box.left, scale(0)), (box.right, scale(0))), style.SOFT)
    xs = _middles(len(chart.past), len(chart.ahead), box)
    _lines(canvas, chart, xs, scale)
    labels_along(canvas, box.bottom + 42, [(xs[int(tick.position)], tick.label) for tick in chart.x_ticks], box)
    return canvas


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
    for (x, y), one in zip(ahead, chart.ahead, strict=True):
        canvas.dot(x, y, style.ACCENT)
        _number(canvas, one.text, x, y - 24, xs[-1] - xs[-2] - 8)


def _number(canvas: Canvas, text: str, x: float, y: float, room: float) -> None:
    """Write a number over its dot, on two lines where one would be cut or hard to read."""
    said, size = style.fitted(text, style.SMALL, 20, room, bold=True)
    lines = [(said, size)]
    if size < style.SMALLEST and " " in text:
        first, rest = text.split(" ", 1)
        lines = [style.fitted(part, style.SMALL, 20, room, bold=True) for part in (first, rest)]
    for up, (part, size) in enumerate(reversed(lines)):
        canvas.text(x, y - 34 * up, part, size, bold=True, side="center")


def _middles(past: int, ahead: int, box: Box) -> list[float]:
    """Where the months stand: those ahead have three times the room, for their numbers."""
    weights = [1] * past + [_WIDE] * ahead
    slot = (box.right - box.left) / sum(weights)
    return [box.left + slot * (sum(weights[:place]) + weight / 2) for place, weight in enumerate(weights)]
