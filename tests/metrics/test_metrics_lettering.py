"""What is written on a picture can be read on a phone, by everybody, and tells one name from another."""

import math
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgba
from matplotlib.font_manager import findfont, fontManager
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from metrics.charts import MOST_BARS, Bar, Bars, Chart, Heading, Histogram, Line, canvas_of, draw, style
from metrics.charts.specs import Dashboard, Fan, Grid, GridCell, Reach, Table, TableRow, Tick, Tile
from tests.metrics.test_metrics_charts import CASES, LONG, SHORT, assert_words_are_apart

POINTS, LEAST_POINTS = 390, 10
"""How wide a phone is, and how small letters may be on it."""

WORDS = "Doanh số thuần, Nguyễn Hoàng Phạm Ngữ Cát Tường"


def tables(head: Heading) -> Iterator[Chart]:
    numbers = ("880 nghìn", "1.312", "29", "83,3 tr", "62,5 %", "1,03 tr", "−100 %")
    titles = ("chi phí", "khách tiềm năng", "khách mới", "doanh số thuần", "đã mua", "CAC", "ROI")
    rows = tuple(TableRow(name, numbers, share, share == 0) for name, share in ((LONG, 1), ("zalo", -0.4), ("", 0)))
    yield Table(head, titles, rows * 4)
    yield Table(head, ("", "", ""), tuple(TableRow(WORDS, (WORDS, "+9", "zalo −8"), 0.7) for _ in range(9)))
    yield Table(head, ("",), tuple(TableRow(WORDS, ("12.345.678.901 ₫",)) for _ in range(7)))


def dashboards(head: Heading) -> Iterator[Chart]:
    told = Tile(WORDS, "12.345.678.901 ₫", "+8.503 %, chưa chắc", True, True, (1, None, 3), "1.044 % của 360 tr", 1.7)
    bare = Tile("ROI · n = 0", "", "kỳ này chưa ghi chi phí nào: ghi bằng /chi, " * 3, None, False)
    for count in (1, 3, 5):
        yield Dashboard(head, (told, bare, told, bare, told)[:count])


def others(head: Heading) -> Iterator[Chart]:
    cells = tuple(
        GridCell("khách ruột sắp mất", "12.345", ("1,21 nghìn tỷ US$", "20,8 % · ★ 1.142"), depth / 8)
        for depth in range(9)
    )
    rows = ("lần cuối từ 17/9/2026", "lần cuối từ 10/6/2026", "lần cuối đến 8/6/2026")
    yield Grid(head, rows, ("1 ngày", "2 ngày", "3–9 ngày"), (cells[:3], cells[3:6], cells[6:]), "", WORDS)
    spans = ("9 tr–18 tr", "999 tr ¥–1,8 nghìn tỷ ¥", "−1,01 tr ¥ đến −592 nghìn ¥")
    ahead = tuple(Reach("26/12/2026", 5.0, "1,03 nghìn tỷ", 4.0, 9.0, span) for span in spans)
    months = tuple(Tick(i, f"{i + 1}/2026") for i in range(0, 15, 4))
    yield Fan(head, (1.0,) * 12, ahead, months, (Tick(0, "0"), Tick(10, "10 tr")), "đã bán", "dự kiến", WORDS)


FULL = Heading(
    "Các kênh, doanh số thuần · @Nguyễn Hoàng Phạm Ngữ Cát Tường Bảo Châu · #giới-thiệu",
    "12.345.678.901 ₫",
    "tháng 11/2026 (đến 26/11) · giờ Việt Nam · n = 1.312 · mục tiêu 360 tr: đạt 96,1 %",
    "+8.503 % so với 1/1–26/11/2025",
    "đường nhỏ: theo ngày hoặc theo kỳ, mỗi đường một thang riêng",
)
"""The longest words that the product puts around a picture."""

MORE = [chart for head in (SHORT, FULL) for kind in (tables, dashboards, others) for chart in kind(head)]


def written(chart: Chart) -> list[str]:
    return [text.get_text() for text in canvas_of(chart).figure.texts]


@pytest.mark.parametrize("chart", MORE, ids=lambda chart: type(chart).__name__)
def test_words_of_tables_tiles_and_cells_never_touch_or_leave_the_sheet(chart: Chart) -> None:
    assert_words_are_apart(chart)


@pytest.mark.parametrize("chart", [*CASES, *MORE], ids=lambda chart: type(chart).__name__)
def test_nothing_is_written_too_small_for_a_phone(chart: Chart) -> None:
    sizes = [float(text.get_fontsize()) * POINTS / style.WIDTH for text in canvas_of(chart).figure.texts]
    assert all(size >= LEAST_POINTS for size in sizes)


@pytest.mark.parametrize("chart", [*others(SHORT)], ids=lambda chart: type(chart).__name__)
def test_no_number_of_a_cell_and_no_interval_is_cut(chart: Chart) -> None:
    note = chart.heading.note
    assert [text for text in written(replace(chart, heading=replace(chart.heading, note=""))) if "…" in text] == []
    assert note


def test_no_title_and_no_number_of_a_table_is_cut() -> None:
    titles = ("chi phí", "khách tiềm năng", "khách mới", "doanh số thuần", "đã mua", "CAC", "ROI")
    for number in ("880 nghìn", "1,03 nghìn tỷ", "−1.234.567 %"):
        rows = tuple(TableRow(f"kênh {i}", (number,) * len(titles), -0.5, muted=i == 10) for i in range(11))
        chart = Table(replace(FULL, note="thanh"), titles, rows, tuple(f"{i} dòng đầu trong 11" for i in range(1, 10)))
        shown = written(chart)
        drawn = shown.count(number) // len(titles)
        assert f"thanh · {drawn} dòng đầu trong 11" in shown
        assert shown.count(number) == drawn * len(titles) >= 4 * len(titles)
        assert "kênh 10" in shown
        assert [text for text in shown if "…" in text] == []
        assert min(float(text.get_fontsize()) for text in canvas_of(chart).figure.texts) >= style.SMALLEST
        assert_words_are_apart(chart)


def test_what_stands_in_a_line_keeps_its_points() -> None:
    cells = ("14–30 ngày trước −15", "đã từng phản hồi −4", "Giới thiệu từ khách hàng cũ thân thiết +12")
    shown = written(Table(SHORT, ("", "", ""), (TableRow("Lan", cells, 0.7), TableRow("Hoa", cells[:1], 0.6))))
    (line,) = [text for text in shown if "…" in text and text.startswith("14")]
    assert line.startswith("14–30 ngày trước −15 · đã từng phản hồi −4 · Giới")
    assert line.endswith("+12")


def test_long_names_of_few_rows_are_written_large_on_two_even_lines() -> None:
    names = ["Nguyễn Hoàng Phạm Ngữ Cát Tường Bảo Châu", "Lan"]
    figure = canvas_of(ranking(names, "749 nghìn tỷ")).figure
    said = {text.get_text(): float(text.get_fontsize()) for text in figure.texts}
    assert said["Nguyễn Hoàng Phạm Ngữ"] == said["Cát Tường Bảo Châu"] == said["Lan"] == said["749 nghìn tỷ"] >= 40
    assert_words_are_apart(ranking(names, "749 nghìn tỷ"))


def ranking(names: list[str], text: str = "12,5 tr") -> Bars:
    return Bars(replace(SHORT, note=""), tuple(Bar(name, 1.0, text, of="n = 28") for name in names))


def test_marks_and_limits_hang_from_the_bars_clear_of_every_name() -> None:
    names = ("Nguyễn Nghiêng Nghiêng Nghiêng Nghiêng", "Ễ Ẵ Ợ Ệ", "gjpqy, gjpqy, gjpqy, gjpqy")
    rows = tuple(Bar(names[i % 3], 0.9, "90 %", mark=0.3) for i in range(MOST_BARS))
    figure = canvas_of(Bars(SHORT, rows, limit=Tick(0.4, "mục tiêu"))).figure
    agg = FigureCanvasAgg(figure)
    agg.draw()  # type: ignore[no-untyped-call]
    words = [text.get_window_extent(agg.get_renderer()) for text in figure.texts]  # type: ignore[no-untyped-call]
    bars = [one for one in figure.artists if isinstance(one, Rectangle)]
    marks = [bar for bar in bars if bar.get_facecolor() == to_rgba(style.INK)]
    limits = [one for one in figure.artists if isinstance(one, Line2D) and one.get_linestyle() == "--"]
    assert (len(marks), len(limits)) == (MOST_BARS, MOST_BARS)
    for drawn in (*marks, *limits):
        assert not [box for box in words if box.overlaps(drawn.get_window_extent())]


def test_a_name_of_nothing_but_emoji_leaves_a_trace_beside_its_place() -> None:
    assert "12. □" in written(Bars(SHORT, (Bar("🌸", 1.0, "1", place="12."),)))
    assert "1. Lan" in written(Bars(SHORT, (Bar("Lan 🌸", 1.0, "1", place="1."),)))
    assert "70 · □" in written(Table(SHORT, ("", ""), (TableRow("🌸", ("a",), 0.7, place="70 ·"),)))


def test_a_histogram_of_nothing_says_why_above_its_curves() -> None:
    head = replace(SHORT, figure="—", empty="kỳ này chưa chốt được khách nào")
    curve = Line("tỷ lệ đã chốt", ((0.0, 0.0), (3.0, 1.0)))
    percents = (Tick(0.0, "0 %"), Tick(1.0, "100 %"))
    empty = Histogram(
        head, (), (Tick(0, "0"),), (Tick(0, "zero"), Tick(1, "one")), "ngày", "số đơn", (curve,), percents
    )
    assert_words_are_apart(empty)
    shown = written(empty)
    assert {"tỷ lệ đã chốt", "100 %"} <= set(shown)
    assert not {"số đơn", "zero", "one"} & set(shown)
    assert "kỳ này chưa chốt được khách nào" in " ".join(shown)


def test_a_forecast_without_intervals_names_no_band() -> None:
    fan = next(chart for chart in others(SHORT) if isinstance(chart, Fan))
    bare = replace(fan, ahead=tuple(replace(one, low=None, high=None, span="") for one in fan.ahead), band_label="")
    shown = written(bare)
    assert "dự kiến" in shown
    assert WORDS in written(fan)
    assert WORDS not in shown
    assert_words_are_apart(bare)


def test_a_note_takes_three_lines_before_it_is_cut() -> None:
    note = (
        "each point: from the start of the period to that day · "
        "behind: the first part of 1 Dec 2023 – 20 Nov 2026, as long as this period"
    )
    shown = written(Bars(replace(SHORT, note=note), (Bar("Lan", 1.0, "1"),)))
    assert [text for text in shown if "…" in text] == []
    assert note in " ".join(shown)


LETTERS = st.text("aăâbcdđeêghiklmnoôơpqrstuưvxyễợữặ ", min_size=1, max_size=30)


@given(
    LETTERS, st.lists(LETTERS.map(str.strip), min_size=2, max_size=MOST_BARS, unique=True), LETTERS, st.integers(2, 99)
)
@settings(max_examples=15, deadline=None)
def test_long_names_that_begin_or_end_alike_stay_apart(begin: str, middles: list[str], end: str, times: int) -> None:
    long = (begin + " ") * 4
    for names in ([f"{long}{one}" for one in middles], [f"{long}{one} {end}" for one in middles]):
        clean = {style.drawable(name) for name in names}
        cut = style.told_apart(sorted(clean), style.SMALLEST, [500.0 + times] * len(clean))
        assert len(set(cut)) == len(clean)
        assert all(style.width_of(name, style.SMALLEST) <= 500 + times for name in cut)


def test_a_long_name_takes_two_lines_where_there_is_room_and_else_loses_its_middle() -> None:
    names = [
        f"Nguyễn Hoàng Phạm Ngữ Cát Tường Bảo Châu Ễnh Ương Phượng {last} {i}" for i, last in enumerate("ABCDEFGHIJKL")
    ]
    few, many = ([text for text in written(ranking(part)) if "…" in text] for part in (names[:4], names))
    assert few == []
    cut = [text for text in many if text.startswith("Nguyễn")]
    assert len(set(cut)) == len(names)
    assert cut[0].startswith("Nguyễn Hoàng")
    assert cut[0].endswith("A 0")


def test_a_line_breaks_where_its_pieces_meet() -> None:
    told = "tháng 11/2026 (đến 26/11) · giờ Việt Nam · n = 94 · mục tiêu 360 tr: đạt 96,1 %"
    lines = style.pieces(told, style.SMALL, style.INNER)
    assert lines == ["tháng 11/2026 (đến 26/11) · giờ Việt Nam · n = 94", "mục tiêu 360 tr: đạt 96,1 %"]
    assert style.pieces("một · hai", style.SMALL, style.INNER) == ["một · hai"]
    assert len(style.pieces(LONG, style.SMALL, style.INNER)) == 2


def test_no_line_is_left_with_one_word() -> None:
    lines = style.wrapped(
        "số lượng · giá trị · tuổi trung bình của cơ hội đang mở ở bước đó", style.SMALL, style.INNER, 2
    )
    assert [len(line.split()) > 2 for line in lines] == [True, True]


NAMES = ["Lan", "Giá trị đơn trung bình, Nguyễn Văn Hùng Cường", "Minh"]


def test_all_names_of_a_ranking_are_of_one_size() -> None:
    figure = canvas_of(ranking(NAMES)).figure
    sizes = {text.get_fontsize() for text in figure.texts if text.get_text() in NAMES}
    assert len(sizes) == 1


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("Lan 🌸", "Lan"),
        ("🌸", "□"),
        ("Ａｎｈ", "Anh"),
        ("𝓛𝓪𝓷", "Lan"),
        ("m²", "m²"),
        ("ꦱꦩ 🌸", "□□"),
        ("$x$ <b> _a_", "$x$ <b> _a_"),
    ],
)
def test_emoji_and_styled_letters_are_drawn_as_plain_as_they_can_be(text: str, drawn: str) -> None:
    assert style.drawable(text) == drawn


CACHES = (style.families, style._paths, style._font, style._known, style._glyphs, style._unit_width)


@pytest.fixture
def thai(tmp_path: Path) -> Iterator[None]:
    """A font named like one for Thai, which draws its letter so sua as an A."""
    font = TTFont(findfont("DejaVu Sans"))
    for table in font["cmap"].tables:
        table.cmap = {ord("ส"): "A"}
    for record in font["name"].names:
        if record.nameID in {1, 4, 16}:
            record.string = "Noto Sans Thai"
    font.save(tmp_path / "thai.ttf")
    kept = list(fontManager.ttflist)
    fontManager.addfont(tmp_path / "thai.ttf")
    for cache in CACHES:
        cache.cache_clear()
    yield
    fontManager.ttflist[:] = kept
    for cache in CACHES:
        cache.cache_clear()


@pytest.mark.usefixtures("thai")
def test_letters_that_the_font_lacks_are_drawn_by_one_that_is_installed() -> None:
    assert style.drawable("Lan ส") == "Lan ส"
    assert style.width_of("Lan ส", 28) == pytest.approx(style.width_of("Lan A", 28), abs=1)
    [png, other] = (draw(Bars(SHORT, (Bar(name, 1.0, "1"),))) for name in ("Lan ส", "Lan A"))
    assert png == other


@pytest.mark.parametrize("depth", [i / 20 for i in range(21)])
def test_numbers_stand_out_from_their_cell_at_any_depth(depth: float) -> None:
    here, ink = (_light(color) + 0.05 for color in (style.mixed(depth), style.ink_on(style.mixed(depth))))
    assert max(here, ink) / min(here, ink) > 4


SEEN = {
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.3039)),
}
"""How linear red, green and blue are seen: Machado, Oliveira and Fernandes, 2009, severity 1."""

TOGETHER = [
    (style.MAIN, style.BEFORE, style.ACCENT),
    (style.SOFT, style.ACCENT, style.LIGHT),
    (style.MAIN, style.ACCENT, style.LIGHT, style.TRACK),
]


@pytest.mark.parametrize("seen", SEEN)
def test_colours_that_meet_in_a_picture_differ_for_every_eye(seen: str) -> None:
    for colors in TOGETHER:
        for one, other in combinations(colors, 2):
            apart = math.dist(_lab(np.array(SEEN[seen]) @ _linear(one)), _lab(np.array(SEEN[seen]) @ _linear(other)))
            assert apart > 18, (one, other)


def _linear(color: str) -> np.ndarray:
    levels = np.array(list(bytes.fromhex(color[1:]))) / 255
    return np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)


def _light(color: str) -> float:
    return float(np.array([0.2126, 0.7152, 0.0722]) @ _linear(color))


def _lab(linear: np.ndarray) -> tuple[float, float, float]:
    """CIE L*a*b* of linear red, green and blue under D65."""
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    x, y, z = (
        float(np.cbrt(one)) if one > 0.008856 else 7.787 * one + 16 / 116
        for one in to_xyz @ np.clip(linear, 0, 1) / np.array([0.9505, 1, 1.089])
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize(
    "chart",
    [
        Bars(Heading("a", "—", "b", note="note", empty="why"), ()),
        Table(Heading("a", "—", "b", note="note", empty="why"), (), ()),
    ],
    ids=["bars", "table"],
)
def test_an_empty_picture_says_why_and_notes_nothing(chart: Chart) -> None:
    assert written(chart) == ["a", "—", "b", "why"]


def test_breaking_a_text_into_even_lines_loses_no_word() -> None:
    for room in range(30, 140, 4):
        lines = style.wrapped("đã mua", 28, room, 2)
        assert "…" in "".join(lines) or " ".join(lines) == "đã mua" or style.width_of("mua", 28) > room
