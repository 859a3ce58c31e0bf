"""Looks into a file that was sent: its columns, what is still to be asked, and what importing it would do."""

import asyncio
import tempfile
import zipfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from handlers.base import Team
from handlers.imports import KINDS, Doubtful, ImportRequest, Report, Unreadable, import_file
from handlers.imports.columns import IN_CHAT, fields_by_heading, kind_of, possible
from handlers.imports.files import rows_of
from store import Database
from store.facts.contacts import CONTACT_KINDS
from store.people.team import TeamRow

ENDINGS = (".csv", ".tsv", ".txt", ".xlsx", ".xls", ".xlsb", ".ods")
MOST_BYTES = 20 * 2**20  # Telegram hands a bot no larger file
MOST_UNPACKED = 400 * 2**20
MOST_ROWS = 50_000
MOST_COLUMNS = 60
CHOICES = 24
BATCH = 400
"""Rows in one transaction: everybody else's message waits for it."""


@dataclass(frozen=True, slots=True)
class Answers:
    """How a file is to be read, as far as it is known; kept as JSON.

    ``given`` are the columns that somebody chose (None: none), against those recognised by their headings; ``step``
    counts the answers, so that a button of an earlier question changes nothing.
    """

    heads: tuple[str, ...]
    samples: Mapping[str, str]
    rows: int
    kind: str | None = None
    given: Mapping[str, str | None] | None = None
    loose: tuple[str, ...] = ()
    dates: str | None = None
    decimal: str | None = None
    step: int = 0

    @property
    def columns(self) -> dict[str, str]:
        """The column, or ``:constant``, of each field."""
        if self.kind is None:
            return {}
        found = {
            field: head for field, head in fields_by_heading(self.kind, self.heads).items() if field not in self.loose
        }
        given = self.given or {}
        for field, head in given.items():
            found = {name: column for name, column in found.items() if name != field and column != head}
        return found | {field: head for field, head in given.items() if head is not None}

    def json(self) -> dict[str, Any]:
        """The answers as they are kept."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Answers":
        """Return answers as they were kept."""
        known = {name: kept[name] for name in cls.__dataclass_fields__ if name in kept}
        return cls(**known | {"heads": tuple(kept["heads"]), "loose": tuple(kept.get("loose", ()))})


@dataclass(frozen=True, slots=True)
class Seen:
    """What is to be asked next (``kind``, ``dates``, ``decimal``, or the field without a column), or the dry run."""

    ask: str | None = None
    example: str = ""
    report: Report | None = None


class TooLong(Exception):
    """The file has more rows or columns than are taken in chat."""


@asynccontextmanager
async def unpacked(content: bytes, name: str) -> AsyncIterator[Path]:
    """A file of its own with that content, for as long as the block lasts."""
    ending = Path(name).suffix.lower()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"file{ending if ending in ENDINGS else '.csv'}"
        await asyncio.to_thread(path.write_bytes, content)
        yield path


def look(path: Path, names: tuple[str, ...]) -> Answers:
    """Return what a file's headings and name tell; raises `Unreadable`, and `TooLong` for one with too many rows."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED:
                raise TooLong
    rows = list(islice(rows_of(path), MOST_ROWS + 1))
    heads = tuple(head for head in rows[0] if head) if rows else ()
    if not heads:
        raise Unreadable(f"{path}: no rows", "empty")
    if len(rows) > MOST_ROWS or len(heads) > MOST_COLUMNS:
        raise TooLong
    samples = {head: next((row[head] for row in rows if row.get(head)), "")[:40] for head in heads}
    kind = kind_of(heads, names)
    references = [head for kind in IN_CHAT if (head := fields_by_heading(kind, heads).get("ref"))]
    repeated = any(_repeats([row.get(head, "") for row in rows]) for head in references)
    # an order of several lines has one number on all of them: it is no row's own
    return Answers(heads, samples, len(rows), kind, {}, ("ref",) if repeated else ())


def _repeats(cells: list[str]) -> bool:
    filled = [cell for cell in cells if cell]
    return len(set(filled)) < len(filled)


def choices(answers: Answers, field: str, team: Team) -> list[str | None]:
    """Return what a field may be read from: columns, constants (``:call``), and for a field not needed, nothing."""
    kind = answers.kind or ""
    taken = {column for name, column in answers.columns.items() if name != field}
    found: list[Any] = [head for head in possible(kind, field, answers.heads) if head not in taken][:CHOICES]
    if field == "kind":
        words: Any = CONTACT_KINDS if kind == "contacts" else team.settings["cost_kinds"]
        found += [f":{word}" for word in words]
    return found if field in KINDS[kind].needed else [*found, None]


async def see(database: Database, team: TeamRow, content: bytes, name: str, answers: Answers, now: datetime) -> Seen:
    """Return what must be asked next, or what an import as it is answered would do."""
    if answers.kind is None:
        return Seen("kind")
    columns = answers.columns
    missing = [field for field in KINDS[answers.kind].needed if field not in columns]
    if missing:
        return Seen(missing[0])
    async with unpacked(content, name) as path:
        request = replace(asked(path, team, answers, now), dry_run=True)
        try:
            return Seen(report=await import_file(database, request))
        except Doubtful as doubt:
            return Seen(doubt.part, doubt.example)


def asked(path: Path, team: TeamRow, answers: Answers, now: datetime) -> ImportRequest:
    """Return the import that the answers ask for."""
    assert answers.kind is not None  # noqa: S101 - it was asked first
    columns = answers.columns
    unused = {field: ":" for field in KINDS[answers.kind].fields if field in answers.heads and field not in columns}
    return ImportRequest(
        path, answers.kind, team, now, columns | unused, date_format=answers.dates, decimal=answers.decimal, batch=BATCH
    )
