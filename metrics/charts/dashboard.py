"""Draws a dashboard: a tile a figure, its change in words, its course as a small line, its target as a bar."""

from metrics.charts import style
from metrics.charts.canvas import Box, Canvas, Scale, foot, head, nothing
from metrics.charts.specs import MOST_TILES, Dashboard, Tile

_TALLEST = 280.0
_COURSE = 620.0
"""Where the small lines begin, left of which the words stand."""


def draw_dashboard(chart: Dashboard) -> Canvas:
    """Put a dashboard on a canvas."""
    canvas = Canvas()
    top = head(canvas, chart.heading)
    tiles = chart.tiles[:MOST_TILES]
    if not tiles:
        nothing(canvas, chart.heading, top)
        return canvas
    box = Box(style.MARGIN, top, style.WIDTH - style.MARGIN, foot(canvas, chart.heading))
    high = min(_TALLEST, (box.bottom - box.top) / len(tiles))
    for i, tile in enumerate(tiles):
        _tile(canvas, tile, Box(box.left, box.top + i * high, box.right, box.top + (i + 1) * high))
    return canvas


def _tile(canvas: Canvas, tile: Tile, box: Box) -> None:
    canvas.line(((box.left, box.top), (box.right, box.top)), style.GRID)
    high, room = box.bottom - box.top, _COURSE - box.left - 30
    alone = not tile.target and all(value is None for value in tile.course)
    wide = box.right - box.left if alone else room
    label, size = style.fitted(tile.label, max(style.SMALLEST, min(style.LABEL, high * 0.19)), style.SMALLEST, wide)
    canvas.text(box.left, box.top + high * 0.22, label, size, color=style.SOFT)
    if tile.figure:
        figure, size = style.fitted(tile.figure, min(88, high * 0.32), style.SMALLEST, room, bold=True)
        canvas.text(box.left, box.top + high * 0.56, figure, size, bold=True)
        _change(canvas, tile, box, wide)
    else:
        _reason(canvas, tile.change, box, wide)
    course = Box(_COURSE, box.top + high * 0.14, box.right - 12, box.top + high * (0.54 if tile.target else 0.84))
    _course(canvas, tile, course)
    if tile.target:
        _target(canvas, tile, Box(_COURSE, box.top + high * 0.62, box.right, box.bottom))


def _change(canvas: Canvas, tile: Tile, box: Box, room: float) -> None:
    """Which way it went: by the sign and the words, and by colour only where it is clear."""
    color = style.SOFT
    if tile.clear and tile.better is not None:
        color = style.MAIN if tile.better else style.ACCENT
    said, size = style.fitted(tile.change, style.SMALL, style.SMALLEST, room, bold=tile.clear)
    canvas.text(box.left, box.top + (box.bottom - box.top) * 0.84, said, size, color=color, bold=tile.clear)


def _reason(canvas: Canvas, reason: str, box: Box, room: float) -> None:
    """Why there is no figure, in its place."""
    for i, line in enumerate(style.wrapped(reason, style.SMALLEST, room, 3)):
        y = box.top + (box.bottom - box.top) * 0.22 + 40 + 36 * i
        canvas.text(box.left, y, line, style.SMALLEST, color=style.SOFT)


def _course(canvas: Canvas, tile: Tile, box: Box) -> None:
    """The values as a line over their own range, a lone value as a dot."""
    known = [(i, value) for i, value in enumerate(tile.course) if value is not None]
    if not known:
        return
    values = [value for _, value in known]
    low, high = min(values), max(values)
    across = Scale(0, max(len(tile.course) - 1, 1), box.left, box.right)
    up = Scale(low, high if high > low else low + 1, box.bottom, box.top)
    gap = float("nan")
    middle = (box.top + box.bottom) / 2
    points = [
        (across(i), gap if value is None else middle if high == low else up(value))
        for i, value in enumerate(tile.course)
    ]
    canvas.line(points, style.MAIN, 5)
    canvas.dot(*points[known[-1][0]], style.MAIN, 14)


def _target(canvas: Canvas, tile: Tile, box: Box) -> None:
    """The target in words, and a bar up to it; its end is where the target lies, passed or not."""
    high = box.bottom - box.top
    said, size = style.fitted(tile.target, style.SMALL, style.SMALLEST, box.right - box.left)
    canvas.text(box.left, box.top + high * 0.4, said, size, color=style.SOFT)
    if tile.reached is None:
        return
    top = box.top + high * 0.58
    end = box.left + (box.right - box.left) * 0.85
    canvas.rectangle(Box(box.left, top, end, top + 12), "#E6EBEF")
    filled = min(tile.reached, 1 / 0.85)
    if filled > 0:
        canvas.rectangle(Box(box.left, top, box.left + (end - box.left) * filled, top + 12), style.MAIN)
    canvas.rectangle(Box(end - 5.5, top, end + 5.5, top + 12), style.PAPER)  # orange is as dark as the blue
    canvas.line(((end, top - 7), (end, top + 19)), style.ACCENT, 5)
