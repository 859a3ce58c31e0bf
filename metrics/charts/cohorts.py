"""Draws cohorts as a heat map: one row a month of first purchase, one column a month since."""

from metrics.charts import style
from metrics.charts.canvas import Box, Canvas, foot, head, nothing
from metrics.charts.specs import CohortCell, CohortRow, Cohorts

_ROWS, _COLUMNS = 13, 12
_LABEL = 134
_PALE, _DEEP = (232, 240, 247), (8, 69, 118)


def draw_cohorts(chart: Cohorts) -> Canvas:
    """Put a cohort table on a canvas."""
    canvas = Canvas()
    box = Box(
        style.MARGIN - 20, head(canvas, chart.heading), style.WIDTH - style.MARGIN + 20, foot(canvas, chart.heading)
    )
    rows = chart.rows[-_ROWS:]
    if not rows:
        nothing(canvas, chart.heading, box)
        return canvas
    label_end, cells_start = box.left + 140, box.left + 250
    columns = max([1, *(min(len(row.cells), _COLUMNS) for row in rows)])
    wide = min((box.right - cells_start) / columns, 160.0)
    _titles(canvas, chart, box, (label_end, cells_start, wide), columns)
    top = box.top + 84
    high = min((box.bottom - top) / len(rows), 90.0)
    deepest = max([cell.share for row in rows for cell in row.cells if cell], default=0) or 1
    size = min(style.fitted(row.label, style.SMALL, style.SMALLEST, _LABEL)[1] for row in rows)
    for i, row in enumerate(rows):
        y = top + i * high
        _names(canvas, row, (box.left, cells_start), y + high / 2, size)
        for j, cell in enumerate(row.cells[:_COLUMNS]):
            if cell:
                place = Box(cells_start + j * wide + 2, y + 2, cells_start + (j + 1) * wide - 2, y + high - 2)
                _cell(canvas, cell, place, cell.share / deepest)
    return canvas


def _titles(canvas: Canvas, chart: Cohorts, box: Box, across: tuple[float, float, float], columns: int) -> None:
    label_end, cells_start, wide = across
    said, size = style.fitted(chart.columns_title, style.SMALL, style.SMALLEST, box.right - cells_start)
    canvas.text(cells_start, box.top + 24, said, size, color=style.SOFT)
    sides: tuple[tuple[str, float, float, style.Side], ...] = (
        (chart.label_title, box.left, label_end - box.left - 10, "left"),
        (chart.size_title, cells_start - 16, cells_start - label_end - 10, "right"),
    )
    for title, x, room, side in sides:
        lines = style.wrapped(title, style.SMALLEST, room, 2)
        for up, part in enumerate(reversed(lines)):
            canvas.text(x, box.top + 66 - 30 * up, part, style.SMALLEST, color=style.SOFT, side=side)
    for j, column in enumerate(chart.columns[:columns]):
        said, size = style.fitted(column, style.SMALL, style.SMALLEST - 4, wide - 6)
        canvas.text(cells_start + (j + 0.5) * wide, box.top + 66, said, size, color=style.SOFT, side="center")


def _names(canvas: Canvas, row: CohortRow, across: tuple[float, float], y: float, size: float) -> None:
    """Write a row's label, all labels of a sheet in one size, and how many customers it is of."""
    left, cells_start = across
    canvas.text(left, y, style.fitted(row.label, size, style.SMALLEST, _LABEL)[0], size, middle=True)
    said, size = style.fitted(row.size, style.SMALL, style.SMALLEST - 4, 92)
    canvas.text(cells_start - 16, y, said, size, bold=False, side="right", middle=True)


def _cell(canvas: Canvas, cell: CohortCell, place: Box, depth: float) -> None:
    # a running month stays pale, so that its stripes and its number are both seen
    depth = min(max(depth, 0.0), 1.0) * (0.4 if cell.partial else 1)
    mixed = (round(pale + (deep - pale) * depth) for pale, deep in zip(_PALE, _DEEP, strict=True))
    canvas.rectangle(place, "#{:02X}{:02X}{:02X}".format(*mixed), hatched=cell.partial)
    said, size = style.fitted(cell.text, style.SMALL, style.SMALLEST - 4, place.right - place.left - 4)
    middle = (place.left + place.right) / 2, (place.top + place.bottom) / 2
    light = depth > 0.45
    canvas.text(*middle, said, size, color=style.PAPER if light else style.INK, side="center", middle=True)
