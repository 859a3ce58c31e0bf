"""Draws a grid of three by three: a name, a number, and how deep each cell is."""

from metrics.charts import style
from metrics.charts.canvas import Box, Canvas, foot, head, nothing
from metrics.charts.specs import Grid, GridCell

_LEFT = 72.0
"""Room for the words that stand upright beside the rows."""


def draw_grid(chart: Grid) -> Canvas:
    """Put a grid on a canvas."""
    canvas = Canvas()
    top = head(canvas, chart.heading)
    if not chart.cells:
        nothing(canvas, chart.heading, top)
        return canvas
    body = Box(style.MARGIN + _LEFT, top + 92, style.WIDTH - style.MARGIN + 4, foot(canvas, chart.heading))
    wide = (body.right - body.left) / len(chart.columns)
    high = (body.bottom - body.top) / len(chart.rows)
    _titles(canvas, chart, body, (wide, high))
    deepest = max((cell.depth for row in chart.cells for cell in row), default=0) or 1
    for i, row in enumerate(chart.cells):
        for j, cell in enumerate(row):
            left, top = body.left + j * wide, body.top + i * high
            _cell(canvas, cell, Box(left + 4, top + 4, left + wide - 4, top + high - 4), cell.depth / deepest)
    return canvas


def _titles(canvas: Canvas, chart: Grid, body: Box, size_of: tuple[float, float]) -> None:
    """Name the columns above and the rows beside the cells, each axis with its title."""
    wide, high = size_of
    said, size = style.fitted(chart.columns_title, style.SMALL, style.SMALLEST, body.right - body.left)
    canvas.text(body.left + 4, body.top - 64, said, size, color=style.SOFT)
    for j, column in enumerate(chart.columns):
        said, size = style.fitted(column, style.SMALL, style.SMALLEST, wide - 12)
        canvas.text(body.left + (j + 0.5) * wide, body.top - 16, said, size, side="center")
    for i, row in enumerate(chart.rows):
        words = f"{chart.rows_title}: {row}" if chart.rows_title else row
        lines = style.wrapped(words, style.SMALLEST, high - 16, 2)
        for k, said in enumerate(lines):
            canvas.upright(
                body.left - 22 - 34 * (len(lines) - 1 - k), body.top + (i + 0.5) * high, said, style.SMALLEST
            )


def _cell(canvas: Canvas, cell: GridCell, box: Box, depth: float) -> None:
    """One cell: its name, its number large, then its lines; the ink turns white where the cell is deep."""
    color = style.mixed(depth)
    canvas.rectangle(box, color)
    ink = style.ink_on(color)
    high, room, x = box.bottom - box.top, box.right - box.left - 28, box.left + 14
    for i, line in enumerate(style.wrapped(cell.name, style.SMALL, room, 2)):
        canvas.text(x, box.top + 42 + 38 * i, line, style.SMALL, color=ink)
    number, size = style.fitted(cell.number, min(72, high * 0.27), style.SMALLEST, room, bold=True)
    canvas.text(x, box.top + high * 0.61, number, size, color=ink, bold=True)
    for i, line in enumerate(cell.lines[:2]):
        said, size = style.fitted(line, style.SMALL, style.SMALLEST, room)
        canvas.text(x, box.top + high * (0.8 + 0.15 * i), said, size, color=ink)
