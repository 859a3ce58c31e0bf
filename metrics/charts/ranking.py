"""Draws rows of bars, each under its own label: rankings and waterfalls."""

from collections.abc import Sequence
from dataclasses import dataclass

from metrics.charts import style
from metrics.charts.canvas import Box, Canvas, Scale, foot, head, nothing, scale_of
from metrics.charts.specs import MOST_BARS, Bar, Bars, Heading, Waterfall

_STEP_COLORS = {"total": style.SOFT, "up": style.MAIN, "down": style.ACCENT, "kept": style.LIGHT}


_HIGH = 130.0
_FEW, _FEW_HIGH = 3, 220.0


@dataclass(frozen=True, slots=True)
class _Row:
    label: str
    low: float
    high: float
    text: str
    color: str
    mark: float | None = None


def draw_bars(chart: Bars) -> Canvas:
    """Put a ranking on a canvas."""
    rows = [
        _Row(bar.label, min(bar.value or 0, 0), max(bar.value or 0, 0), bar.text, _color(bar), bar.mark)
        for bar in _shown(chart)
    ]
    return _sheet(chart.heading, rows, chart.whole)


def draw_waterfall(chart: Waterfall) -> Canvas:
    """Put a waterfall on a canvas."""
    return _sheet(
        chart.heading,
        [_Row(step.label, step.low, step.high, step.text, _STEP_COLORS[step.kind]) for step in chart.steps],
    )


def _shown(chart: Bars) -> list[Bar]:
    muted = [bar for bar in chart.rows if bar.muted][:MOST_BARS]
    ranked = [bar for bar in chart.rows if not bar.muted]
    return ranked[: MOST_BARS - len(muted)] + muted


def _color(bar: Bar) -> str:
    if bar.muted:
        return style.MUTED
    return style.ACCENT if (bar.value or 0) < 0 else style.MAIN


def _sheet(heading: Heading, rows: Sequence[_Row], whole: float | None = None) -> Canvas:
    canvas = Canvas()
    box = Box(style.MARGIN, head(canvas, heading), style.WIDTH - style.MARGIN, foot(canvas, heading))
    if not rows:
        nothing(canvas, heading, box)
        return canvas
    ends = [end for row in rows for end in (row.low, row.high, row.mark)]
    scale = scale_of([*ends, whole], box.left, box.right)
    high = min(_FEW_HIGH if len(rows) <= _FEW else _HIGH, (box.bottom - box.top) / len(rows))
    for i, row in enumerate(rows):
        _draw_row(canvas, row, Box(box.left, box.top + i * high, box.right, box.top + (i + 1) * high), scale)
    return canvas


def _draw_row(canvas: Canvas, row: _Row, box: Box, scale: Scale) -> None:
    high = box.bottom - box.top
    most = min(36, high * 0.4)
    text, size = style.fitted(row.text, most, 16, 620, bold=True)
    y = box.top + high * 0.44
    canvas.text(box.right, y, text, size, bold=True, side="right")
    room = style.INNER - style.width_of(text, size, bold=True) - 30
    label, size = style.fitted(row.label, most, min(most, 26), room)
    canvas.text(box.left, y, label, size)
    top, bottom = box.top + high * 0.56, box.top + high * 0.86
    canvas.rectangle(Box(box.left, top, box.right, bottom), "#F1F4F6")
    if row.high > row.low:
        canvas.rectangle(Box(scale(row.low), top, max(scale(row.high), scale(row.low) + 3), bottom), row.color)
    if scale.low < 0:
        canvas.line(((scale(0), top - 3), (scale(0), bottom + 3)), style.INK)
    if row.mark is not None:
        canvas.line(((scale(row.mark), top - 3), (scale(row.mark), bottom + 6)), style.INK, 5)
