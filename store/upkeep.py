"""Keeping a database in order: copies of a SQLite file, and the questions that ``chot doctor`` asks."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from store.database import Database
from store.migrations import revision
from store.tables import inbox, records, teams

CONTAINERS = ("-wal", "-shm")
"""What SQLite keeps beside a file that is open; they belong to that file and no other."""


class Unusable(Exception):
    """The file is no whole database of this program; the reason is in plain English, for the operator."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's: what was looked at, whether it is well, and what was seen."""

    what: str
    well: bool
    seen: str


def copy_out(source: Path, target: Path) -> None:
    """Copy a SQLite database, also while it is written to; the copy appears whole or not at all."""
    partial = target.with_name(target.name + ".partial")
    partial.unlink(missing_ok=True)
    with closing(sqlite3.connect(source)) as there, closing(sqlite3.connect(partial)) as here:
        there.backup(here)
        here.execute("PRAGMA journal_mode=DELETE")
    check_file(partial)
    partial.replace(target)


def copy_in(source: Path, target: Path) -> None:
    """Put a copy in the place of a database that nobody has open; raises `Unusable` before anything is replaced."""
    check_file(source)
    arriving = target.with_name(target.name + ".arriving")
    arriving.write_bytes(source.read_bytes())
    for container in CONTAINERS:
        target.with_name(target.name + container).unlink(missing_ok=True)
    arriving.replace(target)


def check_file(path: Path) -> None:
    """Raise `Unusable` unless the file is a whole SQLite database with this program's tables."""
    if not path.is_file():
        raise Unusable(f"{path}: no such file")
    try:
        with closing(sqlite3.connect(path)) as there:
            verdict = there.execute("PRAGMA quick_check").fetchone()[0]
            known = there.execute("SELECT count(*) FROM sqlite_master WHERE name = 'records'").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise Unusable(f"{path}: not a SQLite database") from error
    if verdict != "ok" or not known:
        raise Unusable(f"{path}: damaged, or not a database of this program")


def is_busy(path: Path) -> bool:
    """Whether another process has the SQLite file open for writing right now, or left a log that it has not merged."""
    log = path.with_name(path.name + "-wal")
    return log.exists() and log.stat().st_size > 0


async def examine(database: Database, head: str) -> list[Finding]:
    """Look at the schema, the file, and what waits in the inbox."""
    at = revision(database.url.render_as_string(hide_password=False))
    findings = [Finding("schema", at == head, f"{at or 'none'} (newest: {head})")]
    if at != head:
        return findings
    async with database.read() as session:
        if database.sqlite:
            findings.append(await _file(session))
        findings += [await _waiting(session), await _set_aside(session), await _size(session)]
    return findings


async def _file(session: AsyncConnection) -> Finding:
    verdict = (await session.execute(text("PRAGMA quick_check"))).scalar_one()
    return Finding("file", verdict == "ok", str(verdict))


async def _waiting(session: AsyncConnection) -> Finding:
    open_rows = (inbox.c.answered_at.is_(None), inbox.c.set_aside_at.is_(None))
    count = (await session.execute(select(func.count()).select_from(inbox).where(*open_rows))).scalar_one()
    return Finding("inbox", True, f"{count} messages wait to be answered")


async def _set_aside(session: AsyncConnection) -> Finding:
    count = (
        await session.execute(select(func.count()).select_from(inbox).where(inbox.c.set_aside_at.is_not(None)))
    ).scalar_one()
    return Finding("set aside", count == 0, f"{count} messages could not be handled")


async def _size(session: AsyncConnection) -> Finding:
    known = (await session.execute(select(func.count()).select_from(teams))).scalar_one()
    logged = (await session.execute(select(func.count()).select_from(records))).scalar_one()
    return Finding("size", True, f"{known} teams, {logged} records")
