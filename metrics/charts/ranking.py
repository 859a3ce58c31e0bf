"""Draws rows of bars, each under its own label: rankings and waterfalls."""

from collections.abc import Sequence
from dataclasses import dataclass

from metrics.charts import style
from metrics.charts.canvas import Box, Canvas, Scale, foot, head, legend, nothing, scale_of
from metrics.charts.specs import MOST_BARS, Bar, Bars, Waterfall, drawn_of

_STEP_COLORS = {"total": style.SOFT, "up": style.MAIN, "down": style.ACCENT, "kept": style.LIGHT}

_HIGH, _LARGEST = 140.0, 38.0
_FEW_HIGH, _FEW_LARGEST, _TOGETHER = 380.0, 60.0, 900.0
"""Of few rows: how high one is at most, how large its words, and what all of them fill where that is less."""
_BELOW = 62.0
_DOUBLED, _OF_TWO_LINES, _GAP = 94.0, 44.0, 30.0
"""The least height of rows whose names may take two lines, and their largest size; what is left free between a name and
its number."""


@dataclass(frozen=True, slots=True)
class _Row:
    label: str
    low: float
    high: float
    text: str
    color: str
    mark: float | None = None
    of: str = ""
    usual: tuple[float, float] | None = None
    slim: bool = False


@dataclass(frozen=True, slots=True)
class _Look:
    """How all rows of a sheet are written: the size of names and numbers, and each name's lines, one or two."""

    size: float
    names: tuple[tuple[str, ...], ...]

    @property
    def doubled(self) -> bool:
        """Whether any name takes two lines, so that all bars lie lower."""
        return any(len(lines) > 1 for lines in self.names)


def draw_bars(chart: Bars) -> Canvas:
    """Put a ranking on a canvas."""
    rows = [
        _Row(
            style.placed(bar.place, bar.label),
            min(bar.value or 0, 0),
            max(bar.value or 0, 0),
            bar.text,
            _color(bar),
            bar.mark,
            bar.of,
            bar.usual,
            slim=bool(chart.usual_label),
        )
        for bar in drawn_of(chart.rows, MOST_BARS)
    ]
    return _sheet(chart, rows)


def draw_waterfall(chart: Waterfall) -> Canvas:
    """Put a waterfall on a canvas."""
    return _sheet(
        Bars(chart.heading, ()),
        [_Row(step.label, step.low, step.high, step.text, _STEP_COLORS[step.kind]) for step in chart.steps],
    )


def _color(bar: Bar) -> str:
    if bar.muted:
        return style.MUTED
    return style.ACCENT if (bar.value or 0) < 0 else style.MAIN


def _sheet(chart: Bars, rows: Sequence[_Row]) -> Canvas:
    canvas = Canvas()
    top = head(canvas, chart.heading)
    if not rows:
        nothing(canvas, chart.heading, top)
        return canvas
    bottom = foot(canvas, chart.heading) - (_BELOW if chart.limit else 0)
    if chart.usual_label:
        top = legend(canvas, top + 32, [(style.BAND, chart.usual_label, "bar")])
    box = Box(style.MARGIN, top, style.WIDTH - style.MARGIN, bottom)
    scale = scale_of(_ends(chart, rows), box.left, box.right)
    high = min(max(_HIGH, min(_FEW_HIGH, _TOGETHER / len(rows))), (box.bottom - box.top) / len(rows))
    look = _look(rows, _largest(high), high)
    for i, row in enumerate(rows):
        place = Box(box.left, box.top + i * high, box.right, box.top + (i + 1) * high)
        _draw_row(canvas, row, place, scale, look, look.names[i])
        if chart.limit:
            _across(canvas, scale(chart.limit.position), _track(place, look))
    if chart.limit:
        _named(canvas, chart.limit.label, scale(chart.limit.position), box.top + len(rows) * high + 42)
    return canvas


def _largest(high: float) -> float:
    """How large the words of a row of so many pixels may be."""
    if high > _HIGH:
        return min(_FEW_LARGEST, max(_LARGEST, high * 0.21))
    return max(style.SMALLEST, min(_LARGEST, high * 0.4))


def _ends(chart: Bars, rows: Sequence[_Row]) -> list[float | None]:
    """All that the scale must hold."""
    ends = [end for row in rows for end in (row.low, row.high, row.mark, *(row.usual or ()))]
    return [*ends, chart.whole, chart.limit.position if chart.limit else None]


def _track(box: Box, look: _Look) -> tuple[float, float]:
    """From where to where a row's bar lies, below its words."""
    high = box.bottom - box.top
    if look.doubled:
        return box.top + high * 0.68 + 0.34 * look.size, box.top + high * 0.92
    return box.top + high * 0.56, box.top + high * 0.86


def _across(canvas: Canvas, x: float, track: tuple[float, float]) -> None:
    """Draw a row's piece of the limit: beside its bar, not through its words."""
    top, bottom = track
    canvas.rectangle(Box(x - 5, top, x + 5, bottom), style.PAPER)  # orange is as dark as the blue that it crosses
    canvas.line(((x, top), (x, bottom + 8)), style.ACCENT, 4, dashed=True)


def _named(canvas: Canvas, label: str, x: float, y: float) -> None:
    """Write what the limit is under its line, within the sheet."""
    said, size = style.fitted(label, style.SMALL, style.SMALLEST, style.INNER, bold=True)
    half = style.width_of(said, size, bold=True) / 2
    at = min(max(x, style.MARGIN + half), style.WIDTH - style.MARGIN - half)
    canvas.text(at, y, said, size, color=style.ACCENT, bold=True, side="center")


def _look(rows: Sequence[_Row], most: float, high: float) -> _Look:
    """One size for all names and numbers: the largest in which each name fits beside its number.

    Where names would be small so, they take two lines, or, in low rows, lose what tells them least apart.
    """
    names = [style.drawable(row.label) for row in rows]
    size = min([most, *(_fitting(row, name, most) for row, name in zip(rows, names, strict=True))])
    if size >= min(most, style.LABEL) or (size >= style.SMALLEST and high < _DOUBLED):
        return _Look(size, tuple((name,) for name in names))
    if high < _DOUBLED:
        rooms = [_room(row, style.SMALLEST) for row in rows]
        return _Look(style.SMALLEST, tuple((name,) for name in style.told_apart(names, style.SMALLEST, rooms)))
    return _on_two_lines(rows, names, min(most, _OF_TWO_LINES, high * 0.27), size)


def _on_two_lines(rows: Sequence[_Row], names: Sequence[str], most: float, one_line: float) -> _Look:
    """Names on two lines, the largest in which none is cut; on one, where two would be no larger."""
    size, fits = max(most, style.SMALLEST), False
    while not fits and size > style.SMALLEST:
        lines = _broken(rows, names, size)
        fits = not any("…" in line and "…" not in name for name, two in zip(names, lines, strict=True) for line in two)
        size = size if fits else max(size - 2, style.SMALLEST)
    if size <= one_line:
        return _Look(one_line, tuple((name,) for name in names))
    return _Look(size, _broken(rows, names, size))


def _broken(rows: Sequence[_Row], names: Sequence[str], size: float) -> tuple[tuple[str, ...], ...]:
    return tuple(
        style.on_two_lines(name, size, style.INNER, _room(row, size)) for row, name in zip(rows, names, strict=True)
    )


def _fitting(row: _Row, name: str, most: float) -> float:
    """The size in which a name and its number fill their line."""
    needed = style.width_of(name, most) + style.width_of(style.drawable(row.text), most, bold=True)
    return most * (_beside(row) - 4) / needed


def _room(row: _Row, size: float) -> float:
    """How much of a line a row's number leaves to its name."""
    text, fitted = _number(row, size)
    return _beside(row) - style.width_of(text, fitted, bold=True)


def _beside(row: _Row) -> float:
    """What of a line is left for a row's name and number."""
    return style.INNER - _GAP - (style.width_of(row.of, style.SMALLEST) + 20 if row.of else 0)


def _number(row: _Row, size: float) -> tuple[str, float]:
    return style.fitted(row.text, size, style.SMALLEST, style.INNER - 200, bold=True)


def _draw_row(canvas: Canvas, row: _Row, box: Box, scale: Scale, look: _Look, name: Sequence[str]) -> None:
    high = box.bottom - box.top
    y = box.top + high * (0.68 if look.doubled else 0.44)
    text, size = _number(row, look.size)
    canvas.text(box.right, y, text, size, bold=True, side="right")
    if row.of:
        x = box.right - style.width_of(text, size, bold=True) - 20
        canvas.text(x, y, row.of, style.SMALLEST, color=style.SOFT, side="right")
    for up, line in enumerate(reversed(name)):
        canvas.text(box.left, y - 1.3 * look.size * up, line, look.size)
    _bar(canvas, row, Box(box.left, _track(box, look)[0], box.right, _track(box, look)[1]), scale)


def _bar(canvas: Canvas, row: _Row, box: Box, scale: Scale) -> None:
    """A row's bar on its track, with its mark; a slim one lies within what is usual, which fills the track."""
    top, bottom = box.top, box.bottom
    canvas.rectangle(box, style.TRACK)
    if row.usual is not None:
        low, far = map(scale, row.usual)
        canvas.rectangle(Box(low, top, max(far, low + 3), bottom), style.BAND)
    if row.high > row.low:
        inset = (bottom - top) * 0.2 if row.slim else 0
        right = max(scale(row.high), scale(row.low) + 3)
        canvas.rectangle(Box(scale(row.low), top + inset, right, bottom - inset), row.color)
    if scale.low < 0:
        canvas.line(((scale(0), top - 3), (scale(0), bottom + 3)), style.INK)
    if row.mark is not None:
        x = scale(row.mark)  # from the bar down: above it hang the tails of the name's letters
        canvas.rectangle(Box(x - 5.5, top, x + 5.5, bottom + 8), style.PAPER)  # seen on a dark bar too
        canvas.rectangle(Box(x - 2.5, top, x + 2.5, bottom + 8), style.INK)
