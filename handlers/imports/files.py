"""Reading CSV and XLSX files as rows of text, whatever their delimiter or encoding."""

import csv
from collections.abc import Iterator
from datetime import date, datetime
from itertools import chain, islice
from pathlib import Path

Row = dict[str, str]
SAMPLE = 64 * 1024
TITLES = 10
"""Rows of a sheet among which its column names are looked for: titles of one cell may stand above them."""


class Unreadable(Exception):
    """The file cannot be read as rows: in plain English for the operator, ``why`` is the same in one word."""

    def __init__(self, message: str, why: str = "") -> None:
        super().__init__(message)
        self.why = why


def rows_of(path: Path) -> Iterator[Row]:
    """Yield the rows of a file by column name, cells as stripped text; raises `Unreadable`."""
    if not path.is_file():
        raise Unreadable(f"{path}: no such file")
    if path.suffix.lower() in (".xlsx", ".xls", ".xlsb", ".ods"):
        yield from _sheet(path)
    else:
        yield from _separated(path)


def columns_of(path: Path) -> list[str]:
    """Return the names of the file's columns; raises `Unreadable` for an empty one."""
    for row in rows_of(path):
        return list(row)
    raise Unreadable(f"{path}: no rows", "empty")


def _separated(path: Path) -> Iterator[Row]:
    encoding = _encoding(path)
    with path.open(encoding=encoding, newline="") as file:
        sample = file.read(SAMPLE)
        file.seek(0)
        for row in csv.DictReader(file, delimiter=_delimiter(sample)):
            if None in row:
                row.pop(None)  # cells beyond the header
            yield {str(name).strip(): (value or "").strip() for name, value in row.items()}


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(SAMPLE)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    for encoding in ("utf-8-sig", "cp1258"):
        try:
            path.read_text(encoding=encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    raise Unreadable(f"{path}: neither UTF-8 nor a Vietnamese Windows file; save it as UTF-8", "encoding")


def _delimiter(sample: str) -> str:
    """Return the sign that splits the header into most columns; a comma when none does."""
    header = sample.splitlines()[0] if sample else ""
    return max(",;\t|", key=header.count)


def _sheet(path: Path) -> Iterator[Row]:
    from python_calamine import CalamineError, load_workbook

    try:
        sheet = load_workbook(path).get_sheet_by_index(0)
    except (CalamineError, OSError, ValueError) as error:
        raise Unreadable(f"{path}: not a readable workbook", "workbook") from error
    rows = iter(sheet.iter_rows())
    head = list(islice(rows, TITLES))
    start = next((place for place, cells in enumerate(head) if sum(cell != "" for cell in cells) > 1), 0)
    header = [_cell(cell) for cell in (head[start] if head else [])]
    for cells in chain(head[start + 1 :], rows):
        if any(cell != "" for cell in cells):
            yield {name: _cell(cell) for name, cell in zip(header, cells, strict=False) if name}


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        midnight = (value.hour, value.minute, value.second) == (0, 0, 0)
        return value.date().isoformat() if midnight else value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
