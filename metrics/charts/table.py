"""Draws a table: a name over its numbers in columns, with a bar beneath that ranks it."""

from metrics.charts import style
from metrics.charts.canvas import Box, Canvas, foot, head, nothing
from metrics.charts.specs import MOST_ROWS, Table, TableRow

_TALLEST, _BAR, _LEAST = 124.0, 10.0, 18


def draw_table(chart: Table) -> Canvas:
    """Put a table on a canvas."""
    canvas = Canvas()
    box = Box(style.MARGIN, head(canvas, chart.heading), style.WIDTH - style.MARGIN, foot(canvas, chart.heading))
    if not chart.rows:
        nothing(canvas, chart.heading, box)
        return canvas
    rows = _shown(chart)
    top = _titles(canvas, chart, box) if any(chart.columns) else box.top
    high = min(_TALLEST, (box.bottom - top) / len(rows))
    for i, row in enumerate(rows):
        place = Box(box.left, top + i * high, box.right, top + (i + 1) * high)
        (_line if len(chart.columns) == 1 else _stacked)(canvas, row, place)
    return canvas


def _shown(chart: Table) -> list[TableRow]:
    """The muted rows, and of the others as many as there is room for."""
    muted = [row for row in chart.rows if row.muted][:MOST_ROWS]
    ranked = [row for row in chart.rows if not row.muted]
    return ranked[: MOST_ROWS - len(muted)] + muted


def _titles(canvas: Canvas, chart: Table, box: Box) -> float:
    """Write the titles of the columns, two lines at most; give the y below them."""
    wide = (box.right - box.left) / len(chart.columns)
    for j, title in enumerate(chart.columns):
        size = _title_size(title, wide - 12)
        for k, said in enumerate(style.wrapped(title, size, wide - 12, 2)):
            right = box.left + (j + 1) * wide
            canvas.text(right, box.top + 20 + 30 * k, said, size, color=style.SOFT, side="right")
    return box.top + 70


def _title_size(title: str, room: float) -> float:
    """The size in which a title stands whole on two lines, down to what can just be read."""
    size = float(style.SMALLEST)
    while size > _LEAST and any("…" in line for line in style.wrapped(title, size, room, 2)):
        size -= 1
    return size


def _line(canvas: Canvas, row: TableRow, box: Box) -> None:
    """A label and its one number on a line."""
    y = (box.top + box.bottom) / 2
    text, size = style.fitted(row.cells[0], 40, 24, 400, bold=True)
    canvas.text(box.right, y, text, size, bold=True, side="right", middle=True)
    label, size = style.fitted(row.label, 36, 24, style.INNER - style.width_of(text, size, bold=True) - 30)
    canvas.text(box.left, y, label, size, middle=True)
    canvas.line(((box.left, box.bottom), (box.right, box.bottom)), style.GRID)


def _stacked(canvas: Canvas, row: TableRow, box: Box) -> None:
    """A label, its numbers below it, and its bar at the foot."""
    high = box.bottom - box.top
    color = style.SOFT if row.muted else style.INK
    label, size = style.fitted(row.label, min(34, high * 0.3), 20, style.INNER, bold=True)
    canvas.text(box.left, box.top + high * 0.32, label, size, color=color, bold=True)
    wide = (box.right - box.left) / len(row.cells)
    for j, cell in enumerate(row.cells):
        text, size = style.fitted(cell, min(style.SMALL, high * 0.28), 18, wide - 10)
        canvas.text(box.left + (j + 1) * wide, box.top + high * 0.66, text, size, color=color, side="right")
    top = box.top + high * 0.8
    canvas.rectangle(Box(box.left, top, box.right, top + _BAR), "#F1F4F6")
    if row.share:
        end = box.left + (box.right - box.left) * min(abs(row.share), 1)
        shade = style.MUTED if row.muted else style.ACCENT if row.share < 0 else style.MAIN
        canvas.rectangle(Box(box.left, top, max(end, box.left + 3), top + _BAR), shade)
