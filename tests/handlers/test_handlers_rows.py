"""The workbook of the records behind a figure, read back with another library."""

import io
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from python_calamine import CalamineWorkbook

from handlers.figures.rows import workbook
from metrics.wording import Money, Say, phrase

SAIGON = ZoneInfo("Asia/Ho_Chi_Minh")


def read(content: bytes) -> list[list[object]]:
    return [list(row) for row in CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()]


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=HYPERLINK(1)", "=HYPERLINK(1)"),
        ("+84 90", "+84 90"),
        ("@SUM(A1)", "@SUM(A1)"),
        ("{=1+1}", "{=1+1}"),
        ("http://x.vn", "http://x.vn"),
        ("Nguyễn Thị Lân 🎉 <b>", "Nguyễn Thị Lân 🎉 <b>"),
        ("half \ud83d", "half ?"),
        ("x" * 40_000, "x" * 32_767),
        (phrase("Customer"), "Customer"),
        (Money(1_250_000, "VND"), 1_250_000.0),
        (Money(120_050, "GBP"), 1200.5),
        (None, ""),
        (128, 128.0),
        (datetime(2026, 10, 31, 18, 5, tzinfo=UTC), datetime(2026, 11, 1, 1, 5)),  # noqa: DTZ001 - a cell has no zone
        (date(2026, 11, 1), date(2026, 11, 1)),
    ],
)
def test_a_value_is_written_as_what_it_is(value: object, cell: object) -> None:
    title, row = read(workbook([phrase("What")], [(value, "end")], Say("en"), SAIGON))
    assert (title[0], row[0]) == ("What", cell)


def test_nothing_behind_a_figure_is_a_heading_alone() -> None:
    assert read(workbook([phrase("When"), phrase("Who")], [], Say("en"), SAIGON)) == [["When", "Who"]]
