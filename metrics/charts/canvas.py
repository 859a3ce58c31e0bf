"""A sheet measured in pixels from its top left corner, and the parts that all pictures share."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from metrics.charts import style
from metrics.charts.packing import packed
from metrics.charts.specs import Heading, Tick

if TYPE_CHECKING:
    from matplotlib.artist import Artist

Points = Sequence[tuple[float, float]]
Entry = tuple[str, str, Literal["bar", "line", "dashed"]]
"""A colour, what it stands for, and how it is drawn."""


@dataclass(frozen=True, slots=True)
class Box:
    """A part of the sheet, in pixels."""

    left: float
    top: float
    right: float
    bottom: float


class Canvas:
    """Puts rectangles, lines and texts on a sheet; nothing is laid out by matplotlib."""

    def __init__(self) -> None:
        import matplotlib as mpl
        from matplotlib.figure import Figure
        from matplotlib.transforms import Affine2D

        mpl.rcParams["text.hinting"] = "no_hinting"  # a quarter of the time, and nothing to letters of this size
        self.figure = Figure(figsize=(style.WIDTH / 72, style.HEIGHT / 72), dpi=72, facecolor=style.PAPER)
        self._from_top = Affine2D().scale(1, -1).translate(0, style.HEIGHT)
        self.inks: set[str] = set()

    def png(self) -> bytes:
        """The picture as PNG bytes."""
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from PIL import Image

        agg = FigureCanvasAgg(self.figure)
        agg.draw()  # type: ignore[no-untyped-call]
        sheet = Image.frombuffer("RGBA", (style.WIDTH, style.HEIGHT), agg.buffer_rgba(), "raw", "RGBA", 0, 1)  # type: ignore[no-untyped-call]
        return packed(sheet.convert("RGB"), self.inks)

    def _put(self, artist: "Artist", color: str) -> None:
        """Put an artist on the figure itself: axes cost more than what a picture draws on them."""
        self.inks.add(color)
        artist.set_transform(self._from_top)
        self.figure.add_artist(artist)

    def text(
        self, x: float, y: float, text: str, size: float, *,
        color: str = style.INK, bold: bool = False, side: style.Side = "left", middle: bool = False,
    ) -> None:  # fmt: skip
        """Write a text whose base line, or middle, is at y; it is drawn as it stands, dollar signs too."""
        self._write(
            x, y, text, size, color, weight="bold" if bold else "normal", ha=side,
            va="center" if middle else "baseline",
        )  # fmt: skip

    def upright(self, x: float, y: float, text: str, size: float, color: str = style.SOFT) -> None:
        """Write a text from bottom to top around a point."""
        self._write(x, y, text, size, color, ha="center", va="center", rotation=90)

    def _write(self, x: float, y: float, text: str, size: float, color: str, **placed: Any) -> None:
        if text:
            self.inks.add(color)
            self.figure.text(
                x, y, text, size=size, color=color, parse_math=False, family=style.families(), zorder=5,
                transform=self._from_top, **placed,
            )  # fmt: skip

    def rectangle(self, box: Box, color: str, *, hatched: bool = False) -> None:
        """Fill a box; a hatched one is light and striped, for what is not complete."""
        from matplotlib.patches import Rectangle

        corner = min(box.left, box.right), min(box.top, box.bottom)
        size = abs(box.right - box.left), abs(box.bottom - box.top)
        stripes = {"hatch": "//", "edgecolor": style.PAPER} if hatched else {}
        self._put(Rectangle(corner, *size, facecolor=color, linewidth=0, **stripes), color)  # type: ignore[arg-type]

    def line(
        self,
        points: Points,
        color: str,
        wide: float = 2,
        *,
        dashed: bool = False,
        stepped: bool = False,
        behind: bool = False,
    ) -> None:
        """Draw a line through points; NaN leaves a gap."""
        from matplotlib.lines import Line2D

        xs, ys = [x for x, _ in points], [y for _, y in points]
        drawn = Line2D(
            xs,
            ys,
            color=color,
            linewidth=wide,
            linestyle="--" if dashed else "-",
            drawstyle="steps-post" if stepped else "default",
            solid_capstyle="round",
            zorder=0.5 if behind else 2,
        )
        self._put(drawn, color)

    def area(self, points: Points, color: str) -> None:
        """Fill the shape that the points go around, behind all else."""
        from matplotlib.patches import Polygon

        self._put(Polygon(list(points), closed=True, facecolor=color, linewidth=0, zorder=0.4), color)

    def dot(self, x: float, y: float, color: str, size: float = 16) -> None:
        """Put a round mark."""
        from matplotlib.lines import Line2D

        self._put(Line2D([x], [y], color=color, marker="o", markersize=size, linewidth=0), color)


def head(canvas: Canvas, heading: Heading) -> float:
    """Write title, figure, change and subtitle; give the y below which there is room."""
    room = style.INNER
    y = _told(canvas, heading.title, (44, style.SMALL), 92.0, style.SOFT)
    figure, size = style.fitted(heading.figure, 104, style.SMALLEST, room, bold=True)
    y += 112
    canvas.text(style.MARGIN, y, figure, size, bold=True)
    if heading.change:
        y = _told(canvas, heading.change, (38, style.SMALL), y + 66, style.INK)
    y += 14 if heading.change else 26  # the foot of a ₫ reaches far down
    for part in style.pieces(heading.subtitle, style.SMALL, room):
        y += 42
        canvas.text(style.MARGIN, y, part, style.SMALL, color=style.SOFT)
    return y + 36


def _told(canvas: Canvas, text: str, sizes: tuple[float, float], y: float, color: str) -> float:
    """Write a text in one line, or in up to three smaller ones where it would be cut; give the last base line."""
    largest, least = sizes
    if style.width_of(style.drawable(text), least) <= style.INNER:
        lines = [style.fitted(text, largest, least, style.INNER)]
    else:
        lines = [(part, least) for part in style.pieces(text, least, style.INNER, 3, "; ")]
    for i, (part, size) in enumerate(lines):
        canvas.text(style.MARGIN, y + 42 * i, part, size, color=color)
    return y + 42 * max(len(lines) - 1, 0)


def foot(canvas: Canvas, heading: Heading) -> float:
    """Write the note, three lines at most; give the y above which there is room."""
    lines = _foot_lines(heading)
    for i, part in enumerate(lines):
        y = style.HEIGHT - 44 - 42 * (len(lines) - 1 - i)
        canvas.text(style.MARGIN, y, part, style.SMALL, color=style.SOFT)
    return foot_top(heading)


def foot_top(heading: Heading) -> float:
    """The y above which a note leaves room."""
    lines = len(_foot_lines(heading))
    return style.HEIGHT - 44 - (42 * lines + 2 if lines else 0)


def _foot_lines(heading: Heading) -> list[str]:
    return style.pieces(heading.note, style.SMALL, style.INNER, 3)


def nothing(canvas: Canvas, heading: Heading, top: float, bottom: float = style.HEIGHT - style.MARGIN) -> None:
    """Say in the middle of the sheet, below its head, why it is empty; a note on what is drawn would say nothing."""
    lines = style.wrapped(heading.empty or "—", 40, style.INNER, 4)
    y = (top + bottom) / 2 - 28 * (len(lines) - 1)
    for i, part in enumerate(lines):
        canvas.text(style.WIDTH / 2, y + 56 * i, part, 40, color=style.SOFT, side="center", middle=True)


def legend(canvas: Canvas, y: float, entries: Sequence[Entry]) -> float:
    """Write each mark as it is drawn, with its label, breaking rows; give the y below them."""
    x, mark = float(style.MARGIN), 58
    for color, label, drawn in entries:
        said, size = style.fitted(label, style.LABEL, style.SMALLEST, style.INNER - mark)
        wide = mark + style.width_of(said, size)
        if x > style.MARGIN and x + wide > style.WIDTH - style.MARGIN:
            x, y = float(style.MARGIN), y + 50
        if drawn == "bar":
            canvas.rectangle(Box(x, y - 27, x + 30, y + 3), color)
        else:
            canvas.line(((x, y - 12), (x + 45, y - 12)), color, 5 if drawn == "dashed" else 8, dashed=drawn == "dashed")
        canvas.text(x + (mark if drawn != "bar" else 42), y, said, size)
        x += wide + 30
    return y + 36


def labels_along(canvas: Canvas, y: float, places: Sequence[tuple[float, str]], box: Box) -> None:
    """Write labels under an axis; the last one always, those before it only where they do not touch."""
    taken = float("inf")
    for x, label in reversed(places):
        said, size = style.fitted(label, style.SMALL, style.SMALLEST, 260)
        half = style.width_of(said, size) / 2
        at = min(max(x, box.left - 40 + half), style.WIDTH - 20 - half)
        if at + half < taken - 16:
            canvas.text(at, y, said, size, color=style.SOFT, side="center")
            taken = at - half


def left_room(ticks: Sequence[Tick]) -> float:
    """Tell how far the plot must move right so that the labels of its ticks fit."""
    widths = [style.width_of(*style.fitted(tick.label, style.SMALL, style.SMALLEST, 240)) for tick in ticks]
    return style.MARGIN + max(widths, default=0) + 16


def levels(canvas: Canvas, ticks: Sequence[Tick], box: Box, scale: "Scale") -> None:
    """Draw a line across at each tick, its label left of the plot; labels that would touch are left out."""
    taken = float("inf")
    for tick in sorted(ticks, key=lambda tick: tick.position):
        y = scale(tick.position)
        canvas.line(((box.left, y), (box.right, y)), style.GRID, behind=True)
        if y < taken - 36:
            said, size = style.fitted(tick.label, style.SMALL, style.SMALLEST, 240)
            canvas.text(box.left - 16, y, said, size, color=style.SOFT, side="right", middle=True)
            taken = y


@dataclass(frozen=True, slots=True)
class Scale:
    """Takes a number between two ends to a pixel between two others."""

    low: float
    high: float
    start: float
    stop: float

    def __call__(self, value: float) -> float:
        """The pixel of a number."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.stop - self.start)


def scale_of(values: Sequence[float | None], start: float, stop: float) -> Scale:
    """Give the scale that holds 0 and all the values, also where they are all 0."""
    known = [value for value in values if value is not None]
    low, high = min([0.0, *known]), max([0.0, *known])
    return Scale(low, high if high > low else low + 1, start, stop)
