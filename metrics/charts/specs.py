"""What each chart shows: plain words and numbers, nothing left to work out but positions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar


@dataclass(frozen=True, slots=True)
class Heading:
    """The words around a picture; `subtitle` holds period, zone and n, `empty` is shown where nothing can be drawn."""

    title: str
    figure: str
    subtitle: str
    change: str = ""
    note: str = ""
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Tick:
    """A position on an axis and what is written there."""

    position: float
    label: str


@dataclass(frozen=True, slots=True)
class Band:
    """From where to where values usually lie, and what is written of that."""

    low: float
    high: float
    label: str


@dataclass(frozen=True, slots=True)
class Trend:
    """The days, weeks or months of a period in order, with those of the previous period behind them.

    Position i of `x_ticks` is the i-th value, from 0; None leaves a gap. `running` marks the last
    value as not complete. A cumulative trend is one whose caller has added up: use `line`. `usual` lies behind all.
    """

    heading: Heading
    values: tuple[float | None, ...]
    previous: tuple[float | None, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    now_label: str
    before_label: str
    kind: Literal["bars", "line"] = "bars"
    running: bool = False
    target: Tick | None = None
    usual: Band | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a ranking; `muted` is for ``(none)``; a value of None draws no bar; `mark` is a line across it.

    `usual` is from where to where its value usually lies, drawn behind it; `of` says of how many the value is made;
    `place` stands before the name.
    """

    label: str
    value: float | None
    text: str
    muted: bool = False
    mark: float | None = None
    usual: tuple[float, float] | None = None
    of: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Bars:
    """Ranked horizontal bars in the order given; beyond `MOST_BARS` the last unmuted ones are not drawn.

    A bar of the length of ``whole`` fills the row, where a whole is known; else the longest one does. `limit` is a
    line across all rows, `usual_label` says what the rows' usual ranges are.
    """

    heading: Heading
    rows: tuple[Bar, ...]
    whole: float | None = None
    limit: Tick | None = None
    usual_label: str = ""


MOST_BARS = 12


@dataclass(frozen=True, slots=True)
class Step:
    """One bar of a waterfall, from `low` to `high`; `kind` says whether it stands, adds or takes away."""

    label: str
    low: float
    high: float
    text: str
    kind: Literal["total", "up", "down", "kept"]


@dataclass(frozen=True, slots=True)
class Waterfall:
    """Start → lost → kept → reactivated → new → end, one row each, top to bottom."""

    heading: Heading
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class CohortCell:
    """How a cohort did in one later month: `share` 0 to 1 colours it, `partial` hatches a running month."""

    share: float
    text: str
    partial: bool = False


@dataclass(frozen=True, slots=True)
class CohortRow:
    """One month of first purchase, its size in words, and its later months; None for those not begun."""

    label: str
    size: str
    cells: tuple[CohortCell | None, ...]


@dataclass(frozen=True, slots=True)
class Cohorts:
    """The heat map of cohorts: the last 13 rows and first 12 later months of those given are drawn."""

    heading: Heading
    rows: tuple[CohortRow, ...]
    columns: tuple[str, ...]
    label_title: str
    size_title: str
    columns_title: str


@dataclass(frozen=True, slots=True)
class Bin:
    """How many durations lie from `left` to `right`."""

    left: float
    right: float
    count: float


@dataclass(frozen=True, slots=True)
class Line:
    """A probability over time as a step line; points are (time, value from 0 to 1) in order of time."""

    label: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Histogram:
    """Durations above, up to three probability curves on the same time axis below, and the median across."""

    heading: Heading
    bins: tuple[Bin, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    x_title: str
    bins_label: str
    lines: tuple[Line, ...] = ()
    line_ticks: tuple[Tick, ...] = ()
    median: Tick | None = None


MOST_ROWS = 9


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: its cells in the order of the columns; `share` −1 to 1 is its bar, None for none.

    `place` stands before the name.
    """

    label: str
    cells: tuple[str, ...]
    share: float | None = None
    muted: bool = False
    place: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of numbers; beyond `MOST_ROWS` the last unmuted ones are not drawn. One column stands beside its labels,
    and cells under no titles follow one another in a line. ``partly`` are notes on how many rows are drawn where not
    all are: of one, of two …, since only who draws knows.
    """

    heading: Heading
    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]
    partly: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reach:
    """One month ahead: its name, what is expected, and from where to where it probably lies (None: not known)."""

    label: str
    value: float
    text: str
    low: float | None = None
    high: float | None = None
    span: str = ""


@dataclass(frozen=True, slots=True)
class Fan:
    """Months past as a line, and months ahead as a dashed one in a band that holds their intervals.

    Position i of `x_ticks` is the i-th month, from 0, those ahead after those past. Without intervals `band_label` is
    empty.
    """

    heading: Heading
    past: tuple[float, ...]
    ahead: tuple[Reach, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    past_label: str
    ahead_label: str
    band_label: str


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure of a dashboard: `better` says which way it moved, `clear` whether that is more than chance.

    `course` is drawn as a small line, its last point marked; `reached` is what part of the target is there.
    Without a figure, `change` says why and takes its place.
    """

    label: str
    figure: str
    change: str
    better: bool | None
    clear: bool
    course: tuple[float | None, ...] = ()
    target: str = ""
    reached: float | None = None


MOST_TILES = 5


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Up to `MOST_TILES` figures one under another."""

    heading: Heading
    tiles: tuple[Tile, ...]


@dataclass(frozen=True, slots=True)
class GridCell:
    """One cell: its name, its number written large, up to two lines below, and how deep its colour is, 0 to 1."""

    name: str
    number: str
    lines: tuple[str, ...]
    depth: float


@dataclass(frozen=True, slots=True)
class Grid:
    """Cells in rows from top to bottom and columns from left to right, both named."""

    heading: Heading
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[GridCell, ...], ...]
    rows_title: str
    columns_title: str


Rowed = TypeVar("Rowed", bound=Bar | TableRow)


def drawn_of(rows: Sequence[Rowed], most: int) -> tuple[Rowed, ...]:
    """Return the muted rows, and before them as many of the others as there is room for."""
    muted = [row for row in rows if row.muted][:most]
    ranked = [row for row in rows if not row.muted]
    return (*ranked[: most - len(muted)], *muted)


Chart = Trend | Bars | Waterfall | Cohorts | Histogram | Table | Fan | Dashboard | Grid
