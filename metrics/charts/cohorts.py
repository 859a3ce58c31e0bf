"""Draws cohorts as a heat map: one row a month of first purchase, one column a month since."""

from collections.abc import Iterable
from dataclasses import dataclass

from metrics.charts import style
from metrics.charts.canvas import Box, Canvas, foot, head, nothing
from metrics.charts.specs import CohortCell, CohortRow, Cohorts

_ROWS, _COLUMNS = 13, 12
_LABEL, _SIZE = 170.0, 120.0
_GAP = 14.0
"""The most that names and sizes take of the width, and what is left free beside them."""


@dataclass(frozen=True, slots=True)
class _Across:
    """Where names begin and end, where sizes end, where the cells start, and how wide a cell is."""

    left: float
    names: float
    sizes: float
    cells: float
    wide: float


def draw_cohorts(chart: Cohorts) -> Canvas:
    """Put a cohort table on a canvas."""
    canvas = Canvas()
    top = head(canvas, chart.heading)
    rows = chart.rows[-_ROWS:]
    if not rows:
        nothing(canvas, chart.heading, top)
        return canvas
    box = Box(style.MARGIN, top + 92, style.WIDTH - style.MARGIN + 2, foot(canvas, chart.heading))
    columns = max([1, *(min(len(row.cells), _COLUMNS) for row in rows)])
    across = _across(chart, rows, box, columns)
    _titles(canvas, chart, box, across, columns)
    high = min((box.bottom - box.top) / len(rows), 90.0)
    deepest = max([cell.share for row in rows for cell in row.cells if cell], default=0) or 1
    for i, row in enumerate(rows):
        y = box.top + i * high
        _names(canvas, row, across, y + high / 2)
        for j, cell in enumerate(row.cells[:_COLUMNS]):
            if cell:
                left = across.cells + j * across.wide
                _cell(canvas, cell, Box(left + 2, y + 2, left + across.wide - 2, y + high - 2), cell.share / deepest)
    return canvas


def _across(chart: Cohorts, rows: Iterable[CohortRow], box: Box, columns: int) -> _Across:
    """Share the width out: names and sizes take what they need, the cells the rest."""
    rows = list(rows)
    names = min(_widest((*chart.label_title.split(), *(row.label for row in rows))), _LABEL)
    sizes = min(_widest((*chart.size_title.split(), *(row.size for row in rows))), _SIZE)
    ends = box.left + names, box.left + names + _GAP + sizes
    cells = ends[1] + _GAP
    return _Across(box.left, *ends, cells, min((box.right - cells) / columns, 160.0))


def _widest(texts: Iterable[str]) -> float:
    return max((style.width_of(style.drawable(text), style.SMALLEST) for text in texts), default=0)


def _titles(canvas: Canvas, chart: Cohorts, box: Box, across: _Across, columns: int) -> None:
    said, size = style.fitted(chart.columns_title, style.SMALL, style.SMALLEST, box.right - across.cells)
    canvas.text(across.cells, box.top - 66, said, size, color=style.SOFT)
    sides: tuple[tuple[str, float, float, style.Side], ...] = (
        (chart.label_title, across.left, across.names - across.left, "left"),
        (chart.size_title, across.sizes, across.sizes - across.names - _GAP, "right"),
    )
    for title, x, room, side in sides:
        for up, part in enumerate(reversed(style.wrapped(title, style.SMALLEST, room + 1, 2))):
            canvas.text(x, box.top - 18 - 34 * up, part, style.SMALLEST, color=style.SOFT, side=side)
    for j, column in enumerate(chart.columns[:columns]):
        said, size = style.fitted(column, style.SMALL, style.SMALLEST, across.wide - 6)
        canvas.text(across.cells + (j + 0.5) * across.wide, box.top - 18, said, size, color=style.SOFT, side="center")


def _names(canvas: Canvas, row: CohortRow, across: _Across, y: float) -> None:
    """Write a row's label, and how many customers it is of."""
    label, size = style.fitted(row.label, style.SMALLEST, style.SMALLEST, across.names - across.left + 1)
    canvas.text(across.left, y, label, size, middle=True)
    said, size = style.fitted(row.size, style.SMALLEST, style.SMALLEST, across.sizes - across.names - _GAP + 1)
    canvas.text(across.sizes, y, said, size, side="right", middle=True)


def _cell(canvas: Canvas, cell: CohortCell, place: Box, depth: float) -> None:
    # a running month stays pale, so that its stripes and its number are both seen
    color = style.mixed(depth * (0.4 if cell.partial else 1))
    canvas.rectangle(place, color, hatched=cell.partial)
    said, size = style.fitted(cell.text, style.SMALL, style.SMALLEST, place.right - place.left - 4)
    middle = (place.left + place.right) / 2, (place.top + place.bottom) / 2
    canvas.text(*middle, said, size, color=style.ink_on(color), side="center", middle=True)
