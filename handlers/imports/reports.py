"""What became of a file's rows: counted for whoever imports it."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from handlers.imports.files import Row
from handlers.imports.lines import Line
from handlers.imports.words import Reason


@dataclass(slots=True)
class Tally:
    """What the good rows of a dry run come to.

    ``totals`` are minor units by currency, ``people`` how many customers are to be made, ``members`` the names in the
    column of reps; ``repeats`` counts rows that equal an earlier one.
    """

    totals: Counter[str] = field(default_factory=Counter)
    first: datetime | None = None
    last: datetime | None = None
    people: int = 0
    members: set[str] = field(default_factory=set)
    repeats: int = 0

    def add(self, line: Line, entry: Any) -> None:
        """Count one row that can be taken."""
        amount = getattr(entry, "amount_minor", None)
        if amount is not None:
            self.totals[entry.currency] += amount
        at = getattr(entry, "at", None) or getattr(entry, "opened_at", None)
        if at is not None:
            self.first = min(self.first or at, at)
            self.last = max(self.last or at, at)
        if line.cells.get("rep"):
            self.members.add(line.cells["rep"])
        self.repeats += line.repeats


@dataclass(slots=True)
class Report:
    """What became of the rows: landed, there already, rejected; and sales that several open deals claim."""

    rows: int = 0
    landed: int = 0
    known: int = 0
    rejected: list[tuple[Row, Reason]] = field(default_factory=list)
    alone: list[str] = field(default_factory=list)
    rejected_path: Path | None = None
    tally: Tally = field(default_factory=Tally)

    def refuse(self, line: Line, error: ValueError) -> None:
        """Count one row that cannot be taken."""
        self.rejected.append((line.row, Reason.of(error, line.place)))
