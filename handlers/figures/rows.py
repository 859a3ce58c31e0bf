"""Writes the records behind a figure as an Excel workbook: texts stay texts, times are the team's."""

import io
import math
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from metrics.wording import Money, Phrase, Say, minor_digits

MAX_ROWS = 1_048_575  # a sheet holds this many under its heading
MAX_TITLE = 31  # a sheet's name holds this many letters
MAX_TEXT = 32_767  # a cell holds this many letters
_WIDTH = 18
_FORMATS = {"heading": {"bold": True}, "time": {"num_format": "yyyy-mm-dd hh:mm"}, "day": {"num_format": "yyyy-mm-dd"}}


def workbook(columns: Sequence[object], records: Iterable[Sequence[object]], say: Say, zone: ZoneInfo) -> bytes:
    """Return an .xlsx file with one sheet: a heading, then one row a record, as many as a sheet holds.

    Aware times are written on the clock of ``zone``, money as a number in major units. A text that looks like a
    formula is still written as a text.
    """
    out = io.BytesIO()
    book = SheetWriter(out, say, zone)
    book.start("", columns)
    for _, record in zip(range(MAX_ROWS), records, strict=False):
        book.add(record)
    book.close()
    return out.getvalue()


class SheetWriter:
    """A workbook being written sheet by sheet and row by row, in little memory; texts stay texts."""

    def __init__(self, target: Path | io.BytesIO, say: Say, zone: ZoneInfo) -> None:
        import xlsxwriter

        self._book = xlsxwriter.Workbook(
            str(target) if isinstance(target, Path) else target, {"constant_memory": True, "in_memory": False}
        )
        self._styles = {name: self._book.add_format(form) for name, form in _FORMATS.items()}
        self._say, self._zone = say, zone
        self._sheet: Any = None
        self._row = 0

    def start(self, title: str, columns: Sequence[object]) -> None:
        """Begin a sheet with its heading."""
        self._sheet, self._row = self._book.add_worksheet(title[:MAX_TITLE] or None), 0
        self._sheet.set_column(0, max(0, len(columns) - 1), _WIDTH)
        self._sheet.freeze_panes(1, 0)
        for column, name in enumerate(columns):
            self._sheet.write_string(0, column, _text(name, self._say), self._styles["heading"])

    def add(self, record: Iterable[object]) -> None:
        """Write the next row."""
        self._row += 1
        for column, value in enumerate(record):
            _write(self._sheet, self._row, column, value, self._styles, self._say, self._zone)

    def close(self) -> None:
        """Finish the file."""
        self._book.close()


def _write(sheet: Any, row: int, column: int, value: object, styles: dict[str, Any], say: Say, zone: ZoneInfo) -> None:
    if value is None:
        return
    if isinstance(value, datetime):
        local = value.astimezone(zone).replace(tzinfo=None) if value.tzinfo else value
        sheet.write_datetime(row, column, local, styles["time"])
    elif isinstance(value, date):
        sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), styles["day"])  # noqa: DTZ001 - a cell has no zone
    elif isinstance(value, Money):
        major = Decimal(round(value.minor)).scaleb(-minor_digits(value.currency))
        sheet.write_number(row, column, float(major))
    elif isinstance(value, int | float | Decimal) and not isinstance(value, bool) and math.isfinite(value):
        sheet.write_number(row, column, float(value))
    else:
        sheet.write_string(row, column, _text(value, say))


def _text(value: object, say: Say) -> str:
    said = say.plain(value) if isinstance(value, Phrase) else str(value)
    return said.encode("utf-8", "replace").decode()[:MAX_TEXT]
