"""Every picture keeps its words apart and inside the sheet, whatever it is given."""

import asyncio
import io
import pickle
from dataclasses import replace
from itertools import combinations
from typing import Literal

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.lines import Line2D
from PIL import Image

from metrics import apart
from metrics.charts import (
    MOST_BARS,
    Band,
    Bar,
    Bars,
    Bin,
    Chart,
    CohortCell,
    CohortRow,
    Cohorts,
    Heading,
    Histogram,
    Line,
    Step,
    Tick,
    Trend,
    Waterfall,
    canvas_of,
    draw,
    nice_ticks,
    style,
    whole_ticks,
)
from metrics.charts.worker import Painter
from metrics.pictures.axes import waits

LONG = "Nguyễn Hoàng Phạm Ngữ Cát Tường Bảo Châu Ễ Ợ Ữ Ẵ Đặng " * 4
HEADS = [
    Heading("Doanh số", "12.345.678.901.234 ₫", "tháng 11/2026 (đến 22/11) · Ho Chi Minh · n = 1.312", "+12 %", LONG),
    Heading(LONG, LONG, LONG, LONG, LONG, LONG),
    Heading("", "—", "", empty="Chưa có đơn nào. Ghi một đơn: /banhang Lan 12tr"),
]
SHORT = HEADS[0]


def ticks(values: list[float | None]) -> tuple[Tick, ...]:
    return tuple(Tick(value, f"{value:,.0f} tr") for value in nice_ticks(values))


def trend(
    values: list[float | None],
    previous: list[float | None],
    head: Heading = SHORT,
    kind: Literal["bars", "line"] = "bars",
    running: bool = False,
    target: Tick | None = None,
) -> Trend:
    days = tuple(Tick(i, f"{i + 1}/11/2026") for i in range(max(len(values), len(previous))))
    levels = ticks([*values, *previous])
    names = LONG[:40], "1–22/10/2026"
    return Trend(head, tuple(values), tuple(previous), days, levels, *names, kind, running, target)


def bars(names: list[str], values: list[float | None], head: Heading = SHORT) -> Bars:
    pairs = zip(names, values, strict=False)
    return Bars(
        head, (*(Bar(name, value, f"{value or 0:,.0f} ₫") for name, value in pairs), Bar("(none)", 1, "1", True))
    )


def cohorts(rows: int, share: float, text: str, head: Heading = SHORT) -> Cohorts:
    made = tuple(
        CohortRow(
            f"{i % 12 + 1}/2026",
            f"{i * 999:,}",
            (*(CohortCell(share, text, j == rows - i - 1) for j in range(rows - i)), None, None),
        )
        for i in range(rows)
    )
    return Cohorts(head, made, tuple(str(i + 1) for i in range(rows)), "Tháng", "Khách", "% mua lại sau … tháng")


def histogram(median: float | None, lines: int, head: Heading = SHORT) -> Histogram:
    return Histogram(
        head,
        tuple(Bin(i * 5, i * 5 + 5, 90 - 5 * i) for i in range(18)),
        tuple(Tick(t, f"{t} ngày") for t in range(0, 91, 5)),
        tuple(Tick(t, str(t)) for t in whole_ticks([90])),
        "ngày từ lần liên hệ đầu tiên",
        "số đơn chốt",
        tuple(Line(f"{LONG[:25]} {i}", ((0, 0), (30, 0.3), (90, 0.5 + i / 10))) for i in range(lines)),
        (Tick(0, "0 %"), Tick(0.5, "50 %"), Tick(1, "100 %")),
        None if median is None else Tick(median, f"trung vị {median} ngày"),
    )


def waterfall(head: Heading = SHORT) -> Waterfall:
    kinds = ("total", "down", "kept", "up", "up", "total")
    return Waterfall(
        head,
        tuple(Step(f"{kind} {LONG[:30]}", 10 * i, 10 * i + 20, "+1.877", kind) for i, kind in enumerate(kinds)),  # type: ignore[arg-type]
    )


CASES: list[Chart] = [
    trend([5.0, None, 3.0], [1.0, 2.0, 3.0]),
    trend([5.0], []),
    trend([5.0], [], kind="line"),
    trend([0.0] * 31, [0.0] * 31, running=True),
    trend([1e15 * i for i in range(31)], [-1e15] * 31, target=Tick(2e15, "mục tiêu 60 tr " + LONG)),
    trend([None], []),
    trend([], [], HEADS[2]),
    bars([], []),
    bars([LONG] * 30, [1e15, *[None] * 29]),
    bars(["Lan", "$x^2$ <b>", "漢字 \u202e😀\n\t\x00", ""], [-5.0, 3.0, 0.0, -1e12]),
    Bars(HEADS[2], ()),
    replace(trend([5.0, None, 3.0], [1.0, 2.0, 3.0]), usual=Band(-7.0, 9.0, "mức thường: −7 tr đến 9 tr"),
            target=Tick(12.0, "ngưỡng 12 tr")),
    *(replace(bars(["Lan", LONG] * many, [5.0, 2.0] * many), limit=Tick(at, f"ngưỡng {label}"), usual_label=said)
      for many, at, label, said in ((1, 0.0, "0 tr", ""), (3, -9.0, LONG, LONG), (9, 99.0, "99 tr", "mức thường"))),
    Bars(SHORT, (Bar("Lan", 9.0, "9 tr", usual=(-3.0, 7.0)), Bar("Hoa", None, "—", usual=(2.0, 2.0))), usual_label="x"),
    waterfall(),
    Waterfall(HEADS[2], ()),
    cohorts(0, 0, "", HEADS[2]),
    cohorts(1, 0.0, "0"),
    cohorts(13, 1.0, "100"),
    cohorts(30, 0.5, "12.345"),
    histogram(12, 3),
    histogram(88, 2),
    histogram(0, 0),
    histogram(None, 1),
    Histogram(HEADS[2], (), (), (), "", ""),
    *(make for head in HEADS for make in (
        trend([1.0, 2.0], [2.0, 1.0], head), bars(["Lan"] * 12, [1.0] * 12, head), waterfall(head),
        cohorts(13, 0.4, "40", head), histogram(40, 3, head),
    )),
]  # fmt: skip


def assert_words_are_apart(chart: Chart) -> None:
    figure = canvas_of(chart).figure
    agg = FigureCanvasAgg(figure)
    agg.draw()  # type: ignore[no-untyped-call]
    renderer = agg.get_renderer()  # type: ignore[no-untyped-call]
    boxes = [(text.get_text(), text.get_window_extent(renderer)) for text in figure.texts]
    for text, box in boxes:
        assert box.x0 >= 0 <= box.y0 and box.x1 <= style.WIDTH and box.y1 <= style.HEIGHT, f"{text!r} leaves the sheet"
    for (one, first), (two, second) in combinations(boxes, 2):
        across = min(first.x1, second.x1) - max(first.x0, second.x0)
        down = min(first.y1, second.y1) - max(first.y0, second.y0)
        assert across <= 1 or down <= 1, f"{one!r} touches {two!r} by {across:.0f} × {down:.0f}"


@pytest.mark.parametrize("chart", CASES, ids=lambda chart: type(chart).__name__)
def test_words_never_touch_or_leave_the_sheet(chart: Chart) -> None:
    assert_words_are_apart(chart)


NUMBERS = st.none() | st.floats(-1e14, 1e14) | st.just(0.0)
NAMES = st.text(max_size=40)
QUICK = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@given(st.lists(NUMBERS, max_size=31), st.lists(NUMBERS, max_size=31), st.sampled_from(["bars", "line"]))
@QUICK
def test_any_trend_can_be_drawn(
    values: list[float | None], previous: list[float | None], kind: Literal["bars", "line"]
) -> None:
    assert_words_are_apart(trend(values, previous, kind=kind))


@given(st.lists(st.tuples(NAMES, NUMBERS), max_size=15))
@QUICK
def test_any_ranking_can_be_drawn(rows: list[tuple[str, float | None]]) -> None:
    assert_words_are_apart(bars([name for name, _ in rows], [value for _, value in rows]))


def test_a_picture_is_a_png_of_one_size_and_the_same_each_time() -> None:
    picture = draw(waterfall())
    assert Image.open(io.BytesIO(picture)).size == (style.WIDTH, style.HEIGHT) == (1080, 1350)
    assert draw(waterfall()) == picture


OFF, SEEN = 16, 100
"""Levels of 255 that nobody sees; pixels where the edges of two inks meet and may be further off."""


@pytest.mark.parametrize("chart", CASES, ids=lambda chart: type(chart).__name__)
def test_a_packed_picture_shows_what_was_drawn(chart: Chart) -> None:
    canvas = canvas_of(chart)
    agg = FigureCanvasAgg(canvas.figure)
    agg.draw()  # type: ignore[no-untyped-call]
    drawn = np.asarray(agg.buffer_rgba())[..., :3].astype(int)  # type: ignore[no-untyped-call]
    packed = np.asarray(Image.open(io.BytesIO(canvas.png())).convert("RGB"))
    off = np.abs(drawn - packed).max(axis=2)
    assert (off > OFF).sum() < SEEN
    flat = np.isin(drawn @ (65536, 256, 1), [int(ink[1:], 16) for ink in (style.PAPER, *canvas.inks)])
    assert flat.mean() > 0.5
    assert not off[flat].any()


def test_a_heat_map_keeps_its_colours_and_other_pictures_take_a_byte_a_pixel() -> None:
    assert Image.open(io.BytesIO(draw(waterfall()))).mode == "P"
    rows = tuple(CohortRow(f"{i}", "9", tuple(CohortCell((i * 6 + j) / 36, "1") for j in range(6))) for i in range(6))
    heat = Cohorts(HEADS[0], rows, tuple("123456"), "", "", "")
    assert Image.open(io.BytesIO(draw(heat))).mode == "RGB"


def test_a_figure_is_never_cut() -> None:
    shown = [text.get_text() for text in canvas_of(waterfall()).figure.texts]
    assert SHORT.figure in shown


def test_rows_without_a_name_stay_when_there_are_too_many() -> None:
    shown = [text.get_text() for text in canvas_of(bars(["Lan"] * 30, [1.0] * 30)).figure.texts]
    assert shown.count("Lan") == MOST_BARS - 1
    assert "(none)" in shown


@pytest.mark.parametrize("letter", "ĂÂĐÊÔƠƯăâđêôơưẾỀỄỂỆỚỜỠỞỢỨỪỮỬỰẮẰẴẲẶẤẦẪẨẬ₫−…–·")
def test_every_vietnamese_letter_has_a_glyph(letter: str) -> None:
    assert style.drawable(letter) == letter


@pytest.mark.parametrize(
    ("text", "drawn"), [("e\u0302\u0303", "ễ"), ("a\nb", "a b"), ("ꦱ", "□"), ("\u202eabc\x00", "abc")]
)
def test_what_cannot_be_drawn_is_replaced(text: str, drawn: str) -> None:
    assert style.drawable(text) == drawn


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([3, 17], (0, 5, 10, 15, 20)),
        ([], (0, 1)),
        ([0, None], (0, 1)),
        ([-3, 4], (-4, -2, 0, 2, 4)),
        ([0.3], (0, 0.1, 0.2, 0.3)),
        ([24], (0, 5, 10, 15, 20, 25)),  # not 30, which leaves a fifth of the axis empty
        ([0.4], (0, 0.1, 0.2, 0.3, 0.4)),
        ([105], (0, 20, 40, 60, 80, 100, 120)),
        ([-1, 27], (0, 10, 20, 30)),  # not −10, below which a quarter of the axis is empty
        ([-27, 1], (-25, -20, -15, -10, -5, 0, 5)),
        ([-1], (-1, -0.8, -0.6, -0.4, -0.2, 0)),
    ],
)
def test_ticks_are_round(values: list[float | None], expected: tuple[float, ...]) -> None:
    assert nice_ticks(values) == pytest.approx(expected)


@pytest.mark.parametrize("most", [0.2, 1, 2, 2.4, 3, 24, 1300])
def test_counts_have_whole_ticks_that_hold_them(most: float) -> None:
    found = whole_ticks([most])
    assert found[-1] >= most
    assert all(tick == int(tick) for tick in found)


@given(st.lists(st.floats(-1e15, 1e15), min_size=1, max_size=5))
def test_ticks_hold_all_values_but_for_less_than_half_a_step_below_them_and_are_few(values: list[float]) -> None:
    low, high = min(0.0, *values, 0.0), max(0.0, *values, 0.0)
    if high - low > 1e-6:
        found, slack = nice_ticks(values), (high - low) * 1e-6
        assert found[0] <= low + (found[1] - found[0]) / 2 + slack
        assert found[-1] >= high - slack
        assert len(found) <= 7


@pytest.mark.parametrize("chart", CASES[:12:3], ids=lambda chart: type(chart).__name__)
def test_a_chart_travels_between_processes(chart: Chart) -> None:
    assert pickle.loads(pickle.dumps(chart)) == chart


async def test_the_painter_draws_elsewhere_and_remembers() -> None:
    painter = Painter(remembered=1)
    try:
        await painter.warm()
        picture = await painter.draw(waterfall())
        assert picture == draw(waterfall())
        assert await painter.draw(waterfall()) is picture
        first, second = await asyncio.gather(painter.draw(CASES[0]), painter.draw(CASES[1]))
        assert first != second
    finally:
        await painter.close()


async def test_a_painter_whose_worker_died_starts_another() -> None:
    painter = Painter()
    try:
        await painter.warm()
        for process in list(apart._pools[0]._processes.values()):
            process.kill()
        assert (await painter.draw(waterfall())).startswith(b"\x89PNG")
    finally:
        await painter.close()


def test_a_day_between_two_gaps_is_a_dot() -> None:
    figure = canvas_of(trend([1.0, None, 2.0, None, 3.0, 4.0], [], kind="line")).figure
    dots = [one for one in figure.artists if isinstance(one, Line2D) and one.get_marker() == "o"]
    assert len(dots) == 3  # the first, the one in the middle, and the last as ever


def test_a_wait_of_hours_is_drawn_in_hours() -> None:
    assert waits([30.0, None, 90.0]) == (0, 20, 40, 60, 80, 100)
    assert waits([30.0, 760.0]) == (0, 300, 600, 900)
    assert waits([9 * 1440.0]) == (0, 2880, 5760, 8640, 11520, 14400)
