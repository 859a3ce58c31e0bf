"""Draws a table: a name over its numbers in columns, with a bar beneath that ranks it."""

from dataclasses import dataclass
from itertools import pairwise

from metrics.charts import style
from metrics.charts.canvas import Box, Canvas, foot, head, nothing
from metrics.charts.specs import MOST_ROWS, Table, TableRow

_TALLEST, _BAR, _GAP = 128.0, 10.0, 18.0
_LEAST = 16
"""The smallest size of numbers, for amounts of many letters in every column."""


def draw_table(chart: Table) -> Canvas:
    """Put a table on a canvas."""
    canvas = Canvas()
    top = head(canvas, chart.heading)
    if not chart.rows:
        nothing(canvas, chart.heading, top)
        return canvas
    box = Box(style.MARGIN, top, style.WIDTH - style.MARGIN, foot(canvas, chart.heading))
    rows, columns = _shown(chart), _columns(chart, box)
    top = _titles(canvas, chart, box, columns)
    high = min(_TALLEST, (box.bottom - top) / len(rows))
    for i, row in enumerate(rows):
        place = Box(box.left, top + i * high, box.right, top + (i + 1) * high)
        if len(chart.columns) == 1:
            _line(canvas, row, place)
        else:
            _stacked(canvas, row, place, columns)
    return canvas


def _shown(chart: Table) -> list[TableRow]:
    """The muted rows, and of the others as many as there is room for."""
    muted = [row for row in chart.rows if row.muted][:MOST_ROWS]
    ranked = [row for row in chart.rows if not row.muted]
    return ranked[: MOST_ROWS - len(muted)] + muted


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where each column begins and ends, and the size of its numbers; no columns where cells have no titles."""

    ends: tuple[tuple[float, float], ...]
    size: float


def _columns(chart: Table, box: Box) -> _Columns:
    """Columns as wide as their cells and titles need, the rest shared out; smaller numbers rather than cut ones."""
    if len(chart.columns) == 1 or not any(chart.columns):
        return _Columns((), style.SMALLEST)
    size, wide = float(style.SMALLEST), box.right - box.left
    needed = _needed(chart, size)
    while sum(needed) > wide and size > _LEAST:
        size -= 1
        needed = _needed(chart, size)
    spare = (wide - sum(needed)) / len(needed)
    shares = [one + spare if spare >= 0 else one * wide / sum(needed) for one in needed]
    edges = [box.left + sum(shares[:j]) for j in range(len(shares) + 1)]
    return _Columns(tuple(pairwise(edges)), size)


def _needed(chart: Table, size: float) -> list[float]:
    """How wide each column must be for its cells and its title in a size."""
    rows = _shown(chart)
    return [
        max(_title_width(title, size), *(style.width_of(style.drawable(row.cells[j]), size) for row in rows)) + _GAP
        for j, title in enumerate(chart.columns)
    ]


def _title_width(title: str, size: float) -> float:
    """How wide a title is on two lines, broken where they are shortest."""
    words = style.drawable(title).split()
    broken = ((" ".join(words[:at]), " ".join(words[at:])) for at in range(len(words) + 1))
    return min(max(style.width_of(line, size) for line in lines) for lines in broken)


def _titles(canvas: Canvas, chart: Table, box: Box, columns: _Columns) -> float:
    """Write the titles of the columns, two lines at most; give the y below them."""
    if not columns.ends:
        return box.top
    for title, (left, right) in zip(chart.columns, columns.ends, strict=True):
        for k, said in enumerate(style.wrapped(title, columns.size, right - left - _GAP + 4, 2)):
            canvas.text(right, box.top + 18 + 35 * k, said, columns.size, color=style.SOFT, side="right")
    return box.top + 70


def _line(canvas: Canvas, row: TableRow, box: Box) -> None:
    """A label and its one number on a line."""
    y = (box.top + box.bottom) / 2
    text, size = style.fitted(row.cells[0], 40, style.SMALLEST, 420, bold=True)
    canvas.text(box.right, y, text, size, bold=True, side="right", middle=True)
    room = style.INNER - style.width_of(text, size, bold=True) - 30
    label, size = style.fitted(row.label, 38, style.SMALLEST, room)
    canvas.text(box.left, y, label, size, middle=True)
    canvas.line(((box.left, box.bottom), (box.right, box.bottom)), style.GRID)


def _stacked(canvas: Canvas, row: TableRow, box: Box, columns: _Columns) -> None:
    """A label, its numbers below it, in columns or in a line, and its bar at the foot."""
    high = box.bottom - box.top
    color = style.SOFT if row.muted else style.INK
    size = min(style.LABEL, max(high * 0.3, style.SMALLEST))
    label = style.elided(style.placed(row.place, row.label), size * 1.15, style.INNER)  # bold letters are wider
    canvas.text(box.left, box.top + high * 0.3, label, size, color=color, bold=True)
    y = box.top + high * 0.71
    if not columns.ends:
        said, size = style.fitted(" · ".join(row.cells), min(style.SMALL, high * 0.33), style.SMALLEST, style.INNER)
        canvas.text(box.left, y, said, size, color=color)
    for (_, right), cell in zip(columns.ends, row.cells if columns.ends else (), strict=True):
        canvas.text(right, y, style.drawable(cell), columns.size, color=color, side="right")
    _bar(canvas, row, Box(box.left, box.top + high * 0.81, box.right, box.top + high * 0.81 + _BAR))


def _bar(canvas: Canvas, row: TableRow, box: Box) -> None:
    canvas.rectangle(box, style.TRACK)
    if row.share:
        end = box.left + (box.right - box.left) * min(abs(row.share), 1)
        shade = style.MUTED if row.muted else style.ACCENT if row.share < 0 else style.MAIN
        canvas.rectangle(Box(box.left, box.top, max(end, box.left + 3), box.bottom), shade)
