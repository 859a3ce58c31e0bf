"""Draws a table: a name over its numbers in columns, with a bar beneath that ranks it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from metrics.charts import style
from metrics.charts.canvas import Box, Canvas, foot, foot_top, head, nothing
from metrics.charts.specs import MOST_ROWS, Heading, Table, TableRow, drawn_of

_TALLEST, _BAR, _GAP, _APART = 128.0, 10.0, 18.0, 30.0
_FEW, _FEW_TALLEST, _TOGETHER = 6, 180.0, 720.0
"""How many rows are few, how high one of them is at most, and what all of them fill where that is less."""
_SMALLEST = float(style.SMALLEST)
_WAYS = (
    *((1, True, size) for size in (36.0, 34.0, 32.0, 30.0)),
    *(
        (lines, broken, _SMALLEST)
        for lines, broken in ((1, True), (2, False), (2, True), (3, False), (3, True), (4, True))
    ),
)
"""On how many lines columns may stand, whether titles are broken, and in which size, as they are tried in turn."""
_NAME, _LINE, _TITLE = 36.0, 32.0, 1.25
"""How high a name is, and how far apart lines of numbers are, and lines of titles for their size."""


@dataclass(frozen=True, slots=True)
class _Layout:
    """The rows drawn, where each column begins and ends, and its size; columns that share a place stand in lines."""

    rows: tuple[TableRow, ...]
    ends: tuple[tuple[float, float], ...] = ()
    lines: int = 1
    size: float = _SMALLEST

    @property
    def least(self) -> float:
        """How high a row must be whose numbers take several lines."""
        return _NAME + _LINE * self.lines + 17

    def at(self, column: int) -> tuple[int, float, float]:
        """On which line a column stands, and between which edges."""
        line, place = divmod(column, len(self.ends))
        return line, *self.ends[place]


def draw_table(chart: Table) -> Canvas:
    """Put a table on a canvas."""
    canvas = Canvas()
    top = head(canvas, chart.heading)
    if not chart.rows:
        nothing(canvas, chart.heading, top)
        return canvas
    room = Box(style.MARGIN, top, style.WIDTH - style.MARGIN, foot_top(_noted(chart, MOST_ROWS)))
    layout = _layout(chart, room)
    box = Box(room.left, _titles(canvas, chart, layout, top), room.right, foot(canvas, _noted(chart, len(layout.rows))))
    tallest = max(_TALLEST, 1.2 * layout.least, min(_FEW_TALLEST, _TOGETHER / len(layout.rows)))
    high = min(tallest, (box.bottom - box.top) / len(layout.rows))
    alone = len(chart.columns) == 1
    size = _beside(layout.rows, 40) if alone else _written(layout.rows, min(style.SMALL, high * 0.33))
    for i, row in enumerate(layout.rows):
        place = Box(box.left, box.top + i * high, box.right, box.top + (i + 1) * high)
        if alone:
            _line(canvas, row, place, size)
        else:
            _stacked(canvas, row, place, layout, size)
    return canvas


def _noted(chart: Table, shown: int) -> Heading:
    """The heading, with how many of its rows are drawn where not all are."""
    if shown >= len(chart.rows) or shown > len(chart.partly):
        return chart.heading
    return replace(chart.heading, note=" · ".join(filter(None, (chart.heading.note, chart.partly[shown - 1]))))


def _layout(chart: Table, box: Box) -> _Layout:
    """Columns as wide as their cells and titles need, the rest shared out; on several lines where one is too short."""
    rows = drawn_of(chart.rows, MOST_ROWS)
    if len(chart.columns) == 1 or not any(chart.columns):
        return _Layout(rows)
    wide = box.right - box.left
    way, needed = _WAYS[-1], [0.0]
    for way in (way for way in _WAYS if way[2] <= (style.LABEL if len(rows) <= _FEW else style.SMALL)):
        needed = _needed(chart, rows, *way)
        if sum(needed) <= wide:
            break
    lines, _, size = way
    spare = (wide - sum(needed)) / len(needed)
    shares = [one + spare if spare >= 0 else one * wide / sum(needed) for one in needed]
    edges = [box.left + sum(shares[:j]) for j in range(len(shares) + 1)]
    layout = _Layout(rows, tuple(pairwise(edges)), lines, size)
    if lines == 1:
        return layout
    room = box.bottom - _below(chart, layout, box.top)
    return replace(layout, rows=drawn_of(chart.rows, max(min(MOST_ROWS, int(room / layout.least)), 1)))


def _needed(chart: Table, rows: Sequence[TableRow], lines: int, broken: bool, size: float) -> list[float]:
    """How wide each place for a column must be, with so many lines of columns, for its cells and its titles."""
    places = math.ceil(len(chart.columns) / lines)
    wide = [0.0] * places
    for j, title in enumerate(chart.columns):
        cells = (style.width_of(style.drawable(row.cells[j]), size) for row in rows)
        wide[j % places] = max(wide[j % places], _title_width(title, broken, size), *cells)
    return [one + _GAP for one in wide]


def _title_width(title: str, broken: bool, size: float) -> float:
    """How wide a title is on one line, or on two, broken where they are shortest."""
    words = style.drawable(title).split()
    ways = ((" ".join(words[:at]), " ".join(words[at:])) for at in (range(len(words) + 1) if broken else [0]))
    return min(max(style.width_of(line, size) for line in lines) for lines in ways)


def _said(chart: Table, layout: _Layout) -> list[list[list[str]]]:
    """The titles of each line of columns, each on two lines of text at most."""
    said: list[list[list[str]]] = [[] for _ in range(layout.lines)]
    for column, title in enumerate(chart.columns):
        line, left, right = layout.at(column)
        said[line].append(style.wrapped(title, layout.size, right - left - _GAP + 4, 2))
    return said


def _below(chart: Table, layout: _Layout, top: float) -> float:
    """The y below the titles."""
    if not layout.ends:
        return top
    if layout.lines == 1:
        return top + 35 + _TITLE * layout.size
    return top + _TITLE * layout.size * sum(max(map(len, titles), default=0) for titles in _said(chart, layout))


def _titles(canvas: Canvas, chart: Table, layout: _Layout, top: float) -> float:
    """Write the titles of the columns, two lines at most; give the y below them."""
    y = top + layout.size * 0.65
    for titles in _said(chart, layout) if layout.ends else ():
        for (_, right), said in zip(layout.ends, titles, strict=False):
            for k, part in enumerate(said):
                canvas.text(right, y + _TITLE * layout.size * k, part, layout.size, color=style.SOFT, side="right")
        y += _TITLE * layout.size * max(map(len, titles), default=0)
    return _below(chart, layout, top)


def _line(canvas: Canvas, row: TableRow, box: Box, size: float) -> None:
    """A label and its one number on a line."""
    y = (box.top + box.bottom) / 2
    text, fitted = style.fitted(row.cells[0], size, style.SMALLEST, style.INNER - 200, bold=True)
    canvas.text(box.right, y, text, fitted, bold=True, side="right", middle=True)
    room = style.INNER - style.width_of(text, fitted, bold=True) - _APART
    label, fitted = style.fitted(row.label, size, style.SMALLEST, room)
    canvas.text(box.left, y, label, fitted, middle=True)
    canvas.line(((box.left, box.bottom), (box.right, box.bottom)), style.GRID)


def _beside(rows: Sequence[TableRow], most: float) -> float:
    """One size for labels and numbers: the largest in which each label fits beside its number."""
    wide = max(
        style.width_of(style.drawable(row.label), most) + style.width_of(style.drawable(row.cells[0]), most, bold=True)
        for row in rows
    )
    return max(style.SMALLEST, min(most, most * (style.INNER - _APART - 4) / wide))


def _stacked(canvas: Canvas, row: TableRow, box: Box, layout: _Layout, size: float) -> None:
    """A label, its numbers below it, in columns or in a line of a size, and its bar at the foot."""
    high = box.bottom - box.top
    color = style.SOFT if row.muted else style.INK
    name = min(style.LABEL, max(high * 0.3, style.SMALLEST)) if layout.lines == 1 else style.SMALL
    label = style.elided(style.placed(row.place, row.label), name * 1.15, style.INNER)  # bold letters are wider
    spare = (high - layout.least) / (layout.lines + 2)  # twice as much above the name as below it
    first = box.top + (high * 0.3 if layout.lines == 1 else _NAME + spare)
    canvas.text(box.left, first, label, name, color=color, bold=True)
    apart = _LINE + spare
    last = box.top + high * 0.71 if layout.lines == 1 else first + apart * layout.lines
    if not layout.ends:
        canvas.text(box.left, last, _in_a_line(row.cells, size), size, color=color)
    for column, cell in enumerate(row.cells if layout.ends else ()):
        line, left, right = layout.at(column)
        said = style.shortened(style.drawable(cell), layout.size, right - left)
        canvas.text(right, last - apart * (layout.lines - 1 - line), said, layout.size, color=color, side="right")
    foot_of = box.top + high * 0.81 if layout.lines == 1 else last + 7
    _bar(canvas, row, Box(box.left, foot_of, box.right, foot_of + _BAR))


def _written(rows: Sequence[TableRow], most: float) -> float:
    """One size for the cells of all rows that follow one another in a line: the largest in which they fit."""
    wide = max(style.width_of(style.drawable(" · ".join(row.cells)), most) for row in rows)
    return max(style.SMALLEST, min(most, most * (style.INNER - 3) / wide))


def _in_a_line(cells: Sequence[str], size: float) -> str:
    """Cells after one another; where they have no room, the longest loses its middle, and keeps what it ends with."""
    said = [style.drawable(cell) for cell in cells]
    longest = max(range(len(said)), key=lambda place: style.width_of(said[place], size))
    others = style.width_of(" · ".join([*said[:longest], *said[longest + 1 :], ""]), size)
    said[longest] = style.elided(said[longest], size, style.INNER - others)
    return style.shortened(" · ".join(said), size, style.INNER)


def _bar(canvas: Canvas, row: TableRow, box: Box) -> None:
    canvas.rectangle(box, style.TRACK)
    if row.share:
        end = box.left + (box.right - box.left) * min(abs(row.share), 1)
        shade = style.MUTED if row.muted else style.ACCENT if row.share < 0 else style.MAIN
        canvas.rectangle(Box(box.left, box.top, max(end, box.left + 3), box.bottom), shade)
