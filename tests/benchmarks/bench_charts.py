"""A chart from its description to PNG bytes, against bare matplotlib drawing the same artists; the loop meanwhile."""

import asyncio
import io
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from metrics.charts import Bar, Bars, Bin, Chart, Heading, Histogram, Step, Tick, Trend, Waterfall, canvas_of, style
from metrics.charts import Line as Curve
from metrics.charts.worker import Painter
from tests.benchmarks.ratios import Line, milliseconds

TIMES = 9
BEAT = 0.002
HEADING = Heading(
    "Doanh số", "1,2 tỷ", "tháng 10/2026 · Asia/Ho_Chi_Minh · 214 đơn", "+12 % so với tháng 9", "không tính 3 đơn"
)


async def charts() -> Iterator[Line]:
    """Measure each kind of chart; then the longest time for which the event loop was held."""
    painter = Painter(remembered=1)
    await painter.warm()
    lines, held = [], []
    try:
        for name, chart in CHARTS.items():
            bare = _Bare(chart)
            ours, least = [], []
            for number in range(TIMES + 1):  # in turns, so that both meet the same machine
                seconds, pause = await _drawn(painter, replace(chart, heading=replace(HEADING, note=f"bản {number}")))
                ours.append(seconds)
                held.append(pause)
                least.append(bare.seconds())
            ratio, note = milliseconds(ours[1:]) / milliseconds(least[1:]), f"{milliseconds(ours[1:]):.0f} ms"
            lines.append(Line(f"chart: {name} ÷ the same artists in bare matplotlib", ratio, 1.2, "×", note=note))
    finally:
        await painter.close()
    return iter([*lines, Line("chart: the event loop held while drawing, at most", max(held) * 1000, 50, "ms")])


async def _drawn(painter: Painter, chart: Chart) -> tuple[float, float]:
    """Return how long a drawing took, and the longest pause of a coroutine that beats meanwhile."""
    longest = 0.0

    async def beat() -> None:
        nonlocal longest
        while True:
            begun = time.perf_counter()
            await asyncio.sleep(BEAT)
            longest = max(longest, time.perf_counter() - begun - BEAT)

    beating = asyncio.create_task(beat())
    await asyncio.sleep(0)
    begun = time.perf_counter()
    await painter.draw(chart)
    seconds = time.perf_counter() - begun
    beating.cancel()
    return seconds, longest


class _Bare:
    """Plain matplotlib: a figure, its artists with the same arguments, and the PNG."""

    def __init__(self, chart: Chart) -> None:
        given: Any = canvas_of(replace(chart, heading=replace(HEADING, note="bản 1"))).figure
        self.size, self.dpi, self.recipes = given.get_size_inches(), given.dpi, list(_recipes(given))

    def seconds(self) -> float:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        begun = time.perf_counter()
        figure = Figure(figsize=self.size, dpi=self.dpi, facecolor="#FFFFFF")
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_xlim(0, style.WIDTH)
        axes.set_ylim(style.HEIGHT, 0)
        axes.set_axis_off()
        for method, make, where, words in self.recipes:
            if make is None:
                axes.text(*where, **words)
            else:
                getattr(axes, method)(make(*where, **words))
        FigureCanvasAgg(figure).print_png(io.BytesIO(), pil_kwargs={"compress_level": 3})  # type: ignore[no-untyped-call]
        return time.perf_counter() - begun


def _recipes(figure: Any) -> Iterator[tuple[str, Any, tuple[Any, ...], dict[str, Any]]]:
    """Yield for each artist of a drawing how to make one like it: the axes' method, the class, its arguments."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Rectangle

    for text in figure.texts:
        words = {"size": text.get_size(), "color": text.get_color(), "weight": text.get_weight(), "ha": text.get_ha(),
                 "va": text.get_va(), "parse_math": False, "family": "DejaVu Sans", "zorder": 5}  # fmt: skip
        where = (*text.get_position(), text.get_text())
        yield "text", None, where, words
    for patch in filter(_of(Rectangle), figure.artists):
        box = (patch.get_xy(), patch.get_width(), patch.get_height())
        look = {"facecolor": patch.get_facecolor(), "linewidth": 0, "hatch": patch.get_hatch()}
        yield "add_patch", Rectangle, box, look
    for line in filter(_of(Line2D), figure.artists):
        points = line.get_data()
        style = {"color": line.get_color(), "linewidth": line.get_linewidth(), "linestyle": line.get_linestyle(),
                 "marker": line.get_marker(), "markersize": line.get_markersize(), "zorder": line.get_zorder(),
                 "drawstyle": line.get_drawstyle(), "solid_capstyle": "round"}  # fmt: skip
        yield "add_line", Line2D, points, style


def _of(kind: type) -> Callable[[object], bool]:
    return lambda artist: isinstance(artist, kind)


def _ticks(*positions: float) -> tuple[Tick, ...]:
    return tuple(Tick(position, f"{position:g} tr") for position in positions)


CHARTS: dict[str, Chart] = {
    "trend of 31 days": Trend(
        HEADING,
        tuple(float(10 + (day * 7) % 23) for day in range(31)),
        tuple(float(8 + (day * 5) % 19) for day in range(30)),
        tuple(Tick(day, f"{day + 1}/10") for day in (0, 10, 20, 30)),
        _ticks(0, 10, 20, 30),
        "tháng 10",
        "tháng 9",
        running=True,
    ),
    "bars by rep": Bars(HEADING, tuple(Bar(f"Nguyễn Văn {n}", 100.0 - 7 * n, f"{100 - 7 * n} tr") for n in range(12))),
    "histogram": Histogram(
        HEADING,
        tuple(Bin(3.0 * n, 3.0 * n + 3, float((n * 11) % 17)) for n in range(20)),
        tuple(Tick(day, f"{day}") for day in (0, 15, 30, 45, 60)),
        _ticks(0, 5, 10, 15),
        "ngày",
        "chốt",
        (Curve("thắng", tuple((float(day), day / 100) for day in range(0, 60, 2))),),
        tuple(Tick(share, f"{share:.0%}") for share in (0, 0.5, 1)),
        Tick(12, "trung vị 12"),
    ),
    "waterfall": Waterfall(
        HEADING,
        tuple(
            Step(label, low, high, f"{high - low:g}", kind)  # type: ignore[arg-type]
            for label, low, high, kind in (
                ("đầu kỳ", 0, 200, "total"),
                ("mất", 150, 200, "down"),
                ("giữ", 0, 150, "kept"),
                ("trở lại", 150, 170, "up"),
                ("mới", 170, 230, "up"),
                ("cuối kỳ", 0, 230, "total"),
            )
        ),
    ),
}
