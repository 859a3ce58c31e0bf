"""Where things stand on a picture: within its margins, beside what they belong to, none hidden by another."""

from dataclasses import replace

import pytest
from matplotlib.colors import to_rgba
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from metrics.charts import Bar, Bars, Chart, CohortCell, CohortRow, Cohorts, Heading, Trend, canvas_of, style
from metrics.charts.specs import Grid, GridCell, Table, TableRow, Tick
from metrics.charts.ticks import nice_ticks
from tests.metrics.test_metrics_charts import ticks

HEAD = Heading("Tỷ lệ giữ chân khách", "21,3 %", "năm 2026 (đến 26/11) · giờ Việt Nam · n = 75")
TAGS = ("tri-ân-khách-hàng-thân-thiết-tháng-mười-2026", "black-friday", "tết-đong-đầy-yêu-thương-gắn-kết-muôn-nhà")

COHORTS = Cohorts(
    HEAD,
    tuple(CohortRow(f"{12 - i}/2026", "1.234", (CohortCell(0.5, ">99"),) * i) for i in range(12, 0, -1)),
    tuple(map(str, range(1, 13))),
    "mua lần đầu",
    "số khách",
    "% mua lại, theo số tháng sau đó",
)
CELL = GridCell("khách ruột sắp mất", "12.345", ("10,3 nghìn tỷ", "22,2 % · ★ 30"), 0.5)
GRID = Grid(
    HEAD, ("lần cuối từ 9/9/2026",) * 3, ("1 ngày", "2 ngày", "3–9 ngày"), ((CELL,) * 3,) * 3, "", "số ngày mua"
)


def boxes(chart: Chart) -> list[tuple[float, float, float, float]]:
    """The filled boxes: left, top, right, bottom in pixels from the top."""
    found = [one for one in canvas_of(chart).figure.get_children() if isinstance(one, Rectangle)]
    sides = [(box.get_x(), box.get_y(), box.get_width(), box.get_height()) for box in found if box.get_width() < 1080]
    return [(x, y, x + wide, y + high) for x, y, wide, high in sides]


@pytest.mark.parametrize("chart", [COHORTS, GRID], ids=["cohorts", "grid"])
def test_what_is_filled_and_its_names_keep_the_margins_of_the_title(chart: Chart) -> None:
    canvas = canvas_of(chart)
    left, right = style.MARGIN, style.WIDTH - style.MARGIN
    extents = [text.get_window_extent() for text in canvas.figure.texts]
    assert min(extent.x0 for extent in extents) == pytest.approx(left, abs=8)
    assert max(*(extent.x1 for extent in extents), *(box[2] for box in boxes(chart))) == pytest.approx(right, abs=2)
    assert "…" not in "".join(text.get_text() for text in canvas.figure.texts)


def test_a_long_tag_breaks_at_a_hyphen_right_above_its_number() -> None:
    rows = tuple(Bar(tag, 10.0 - i, "10,2 tr", of="n = 22") for i, tag in enumerate(TAGS * 2))
    said = [text.get_text() for text in canvas_of(Bars(HEAD, rows)).figure.texts]
    for tag in TAGS:
        at = next((i for i, text in enumerate(said) if tag.startswith(text) and len(text) > 3), None)
        assert at is not None, tag
        whole = said[at] == tag or {said[at] + other for other in (said[at - 1], said[at + 1])} & {tag}
        assert whole, (tag, said)
    assert max(map(len, (text for text in said if "-" in text))) < len(TAGS[0])


def test_a_row_of_several_lines_keeps_its_name_nearer_than_the_bar_above() -> None:
    cells = ("2,01 nghìn tỷ", "25", "15", "2,4 nghìn tỷ", "32 %", "1,34 nghìn tỷ", "119.288 %")
    titles = ("chi phí", "khách tiềm năng", "khách mới", "doanh số thuần", "đã mua", "CAC", "ROI")
    chart = Table(HEAD, titles, tuple(TableRow(f"kênh {i}", cells, 1.0) for i in range(7)))
    high = {text.get_text(): text.get_position()[1] for text in canvas_of(chart).figure.texts}
    bars = sorted({box[3] for box in boxes(chart)})
    name, capital = high["kênh 1"], style.SMALL * 0.73
    above = max(bottom for bottom in bars if bottom < name)
    assert len({text.get_position()[1] for text in canvas_of(chart).figure.texts if text.get_text() in cells}) == 14
    numbers = min(
        text.get_position()[1]
        for text in canvas_of(chart).figure.texts
        if text.get_text() == cells[0] and text.get_position()[1] > name
    )
    assert numbers - style.SMALLEST * 0.73 - name < name - capital - above


def test_marks_and_limits_stand_out_from_the_bar_that_they_cross() -> None:
    rows = (Bar("Lan", 1.5, "150 %", mark=0.5),)
    drawn = canvas_of(Bars(HEAD, rows, limit=Tick(1.0, "mục tiêu"))).figure.artists
    white = [one for one in drawn if isinstance(one, Rectangle) and one.get_facecolor() == to_rgba(style.PAPER)]
    middles = sorted(one.get_x() + one.get_width() / 2 for one in white if one.get_width() < 20)
    third = style.INNER / 3
    assert middles == pytest.approx([style.MARGIN + third, style.MARGIN + 2 * third])
    assert all(one.get_width() > 8 for one in white)


def test_a_line_that_another_would_hide_is_seen_on_both_sides_of_it() -> None:
    def widths(before: tuple[float | None, ...]) -> list[float]:
        values = (1.0, 1.0, 1.0)
        chart = Trend(HEAD, values, before, (), ticks([1.0]), "tháng 10", "tháng 9", "line")
        drawn = [one for one in canvas_of(chart).figure.get_children() if isinstance(one, Line2D)]
        lines = [line for line in drawn if line.get_color() == style.BEFORE and line.get_marker() == "None"]
        return [line.get_linewidth() for line in lines if line.get_linestyle() == "-"][1:]  # after the legend's

    main = 8
    assert widths((1.0, 1.0, 1.0))[0] > 2 * main
    assert widths((None, 1.0, 1.0))[0] > 2 * main
    assert widths((1.0, 0.5, 1.0))[0] < main


def test_bars_that_reach_a_little_below_nothing_are_drawn_within_the_sheet() -> None:
    values = (26.0, -1.0, 15.0)
    chart = Trend(HEAD, values, (), (), ticks(list(values)), "tháng 10", "tháng 9")
    assert nice_ticks(values)[0] == 0
    blue = [box for box in boxes(chart) if box[3] - box[1] > 60 or box[2] - box[0] > 60]
    heights = sorted(bottom - top for _, top, _, bottom in blue)
    assert heights[0] == pytest.approx(heights[-1] / 26, rel=0.01)
    assert max(bottom for *_, bottom in blue) < style.HEIGHT
    assert canvas_of(replace(chart, values=(-1.0,))).png()
