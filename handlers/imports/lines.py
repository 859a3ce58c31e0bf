"""The rows of a file as an import takes them: cells by field, and the key that lets each land once."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from handlers.imports.fields import Cells
from handlers.imports.files import Row


@dataclass(frozen=True, slots=True)
class Line:
    """A row with its cells by field, and the key that tells it from every other row.

    ``place`` counts the file's rows from 1; ``repeats`` says that an equal row without a reference came before.
    """

    row: Row
    cells: Cells
    key: str
    place: int
    repeats: bool = False


def lines_of(rows: Iterable[Row], wanted: Mapping[str, str], kind: str) -> Iterator[Line]:
    """Yield each row's cells and key: its reference, else its values and how many equal rows came before."""
    before: Counter[str] = Counter()
    for place, row in enumerate(rows, 1):
        cells = {name: column[1:] if column.startswith(":") else row.get(column, "") for name, column in wanted.items()}
        if "name" in cells:
            cells["customer"] = cells["name"]
        if cells.get("ref"):
            yield Line(row, cells, key_of(kind, cells["ref"]), place)
        else:
            values = "\x1f".join(f"{name}={cells[name]}" for name in sorted(wanted))
            yield Line(row, cells, key_of(kind, f"{values}\x1e{before[values]}"), place, before[values] > 0)
            before[values] += 1


def key_of(kind: str, reference: str) -> str:
    """Return the key under which a row of that kind lands once."""
    return hashlib.sha256(f"{kind}\x1d{reference}".encode()).hexdigest()
