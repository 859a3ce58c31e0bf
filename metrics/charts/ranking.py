"""Draws rows of bars, each under its own label: rankings and waterfalls."""

from collections.abc import Sequence
from dataclasses import dataclass

from metrics.charts import style
from metrics.charts.canvas import Box, Canvas, Scale, foot, head, legend, nothing, scale_of
from metrics.charts.specs import MOST_BARS, Bar, Bars, Waterfall

_STEP_COLORS = {"total": style.SOFT, "up": style.MAIN, "down": style.ACCENT, "kept": style.LIGHT}


_HIGH = 130.0
_FEW, _FEW_HIGH = 3, 220.0
_BELOW = 40.0


@dataclass(frozen=True, slots=True)
class _Row:
    label: str
    low: float
    high: float
    text: str
    color: str
    mark: float | None = None
    usual: tuple[float, float] | None = None


def draw_bars(chart: Bars) -> Canvas:
    """Put a ranking on a canvas."""
    rows = [
        _Row(bar.label, min(bar.value or 0, 0), max(bar.value or 0, 0), bar.text, _color(bar), bar.mark, bar.usual)
        for bar in _shown(chart)
    ]
    return _sheet(chart, rows)


def draw_waterfall(chart: Waterfall) -> Canvas:
    """Put a waterfall on a canvas."""
    return _sheet(
        Bars(chart.heading, ()),
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


def _sheet(chart: Bars, rows: Sequence[_Row]) -> Canvas:
    canvas = Canvas()
    top, bottom = head(canvas, chart.heading), foot(canvas, chart.heading)
    if not rows:
        nothing(canvas, chart.heading, Box(style.MARGIN, top, style.WIDTH - style.MARGIN, bottom))
        return canvas
    if chart.usual_label:
        top = legend(canvas, top + 32, [(style.BAND, chart.usual_label)])
    box = Box(style.MARGIN, top, style.WIDTH - style.MARGIN, bottom - (_BELOW if chart.limit else 0))
    scale = scale_of(_ends(chart, rows), box.left, box.right)
    high = min(_FEW_HIGH if len(rows) <= _FEW else _HIGH, (box.bottom - box.top) / len(rows))
    for i, row in enumerate(rows):
        place = Box(box.left, box.top + i * high, box.right, box.top + (i + 1) * high)
        _draw_row(canvas, row, place, scale)
        if chart.limit:
            _across(canvas, scale(chart.limit.position), place)
    if chart.limit:
        _named(canvas, chart.limit.label, scale(chart.limit.position), box.top + len(rows) * high + 20)
    return canvas


def _ends(chart: Bars, rows: Sequence[_Row]) -> list[float | None]:
    """All that the scale must hold."""
    ends = [end for row in rows for end in (row.low, row.high, row.mark, *(row.usual or ()))]
    return [*ends, chart.whole, chart.limit.position if chart.limit else None]


def _track(box: Box) -> tuple[float, float]:
    """From where to where a row's bar lies, below its words."""
    high = box.bottom - box.top
    return box.top + high * 0.56, box.top + high * 0.86


def _across(canvas: Canvas, x: float, box: Box) -> None:
    """Draw a row's piece of the limit: beside its bar, not through its words."""
    top, bottom = _track(box)
    canvas.line(((x, top - 8), (x, bottom + 8)), style.ACCENT, 4, dashed=True)


def _named(canvas: Canvas, label: str, x: float, y: float) -> None:
    """Write what the limit is under its line, within the sheet."""
    said, size = style.fitted(label, style.SMALL, style.SMALLEST, style.INNER, bold=True)
    half = style.width_of(said, size, bold=True) / 2
    at = min(max(x, style.MARGIN + half), style.WIDTH - style.MARGIN - half)
    canvas.text(at, y, said, size, color=style.ACCENT, bold=True, side="center")


def _draw_row(canvas: Canvas, row: _Row, box: Box, scale: Scale) -> None:
    high = box.bottom - box.top
    most = min(36, high * 0.4)
    text, size = style.fitted(row.text, most, 16, 620, bold=True)
    y = box.top + high * 0.44
    canvas.text(box.right, y, text, size, bold=True, side="right")
    room = style.INNER - style.width_of(text, size, bold=True) - 30
    label, size = style.fitted(row.label, most, min(most, 26), room)
    canvas.text(box.left, y, label, size)
    top, bottom = _track(box)
    canvas.rectangle(Box(box.left, top, box.right, bottom), "#F1F4F6")
    if row.usual is not None:
        low, far = map(scale, row.usual)
        canvas.rectangle(Box(low, top - high * 0.04, max(far, low + 3), bottom + high * 0.04), style.BAND)
    if row.high > row.low:
        canvas.rectangle(Box(scale(row.low), top, max(scale(row.high), scale(row.low) + 3), bottom), row.color)
    if scale.low < 0:
        canvas.line(((scale(0), top - 3), (scale(0), bottom + 3)), style.INK)
    if row.mark is not None:
        canvas.line(((scale(row.mark), top - 3), (scale(row.mark), bottom + 6)), style.INK, 5)
