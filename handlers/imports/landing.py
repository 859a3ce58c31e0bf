"""Landing a file: two passes, the first to recognise its formats, the second to write it in batches."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from handlers.imports import formats, plans
from handlers.imports.fields import Cells, Entry, Names, Style
from handlers.imports.files import Unreadable, columns_of, rows_of
from handlers.imports.kinds import KINDS
from handlers.imports.lines import Line, key_of, lines_of
from handlers.imports.people import Customers
from handlers.imports.reports import Report
from handlers.imports.words import AMOUNTS, DATES, Refused
from handlers.imports.writing import write
from metrics.wording import minor_digits, phrase
from store import Database, NotFound, Session
from store.catalogue.products import product_named
from store.names import fold
from store.people.membership import member_named
from store.people.team import TeamRow
from store.records.bulk import landed_keys, record_of_key
from store.records.corrections import by_number
from store.records.entries import Clock, Origin

BATCH = 2000
LONGEST = 200
"""Letters that a cell may have which is not free words."""
_WORDS = frozenset({"note", "text"})


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """What to import, as what, into which team, and how its columns are named.

    ``import_id`` is the import that was sent in chat, by ``member_id``; a transaction holds ``batch`` rows.
    """

    path: Path
    kind: str
    team: TeamRow
    now: datetime
    columns: Mapping[str, str] = field(default_factory=dict)
    zone: ZoneInfo | None = None
    date_format: str | None = None
    decimal: str | None = None
    dry_run: bool = False
    import_id: int | None = None
    member_id: int | None = None
    batch: int = BATCH


@dataclass(frozen=True, slots=True)
class _UnderWay:
    """A file while it is read: what was asked, how it writes values, its customers, and what has become of its rows.

    ``seen`` are the keys of the rows read so far.
    """

    request: ImportRequest
    style: Style
    people: Customers
    report: Report = field(default_factory=Report)
    seen: set[str] = field(default_factory=set)


async def import_file(
    database: Database, request: ImportRequest, progress: Callable[[Report], None] = lambda report: None
) -> Report:
    """Land a file's good rows, a transaction a batch; the bad ones go to ``FILE.rejected.csv`` with reasons.

    Raises `Unreadable` and `formats.Doubtful` before anything is written.
    """
    wanted, style = await asyncio.to_thread(recognise, request)
    lines = lines_of(rows_of(request.path), wanted, request.kind)
    async with database.read() as session:
        file = _UnderWay(request, style, await Customers.of(session, request.team, style))
    report = file.report
    while batch := await asyncio.to_thread(list, islice(lines, request.batch)):
        report.rows += len(batch)
        if request.dry_run:
            async with database.read() as session:
                await _check(session, file, batch)
        else:
            async with database.begin() as session:
                await _land(session, file, batch)
        file.people.settle()
        progress(report)
    _write_rejected(request.path, report)
    return report


def recognise(request: ImportRequest) -> tuple[dict[str, str], Style]:
    """Return each field's column and how the file writes values; raises `Unreadable` and `formats.Doubtful`."""
    wanted = _columns(request)
    return wanted, _style(request, wanted)


def _columns(request: ImportRequest) -> dict[str, str]:
    """Return the column, or ``:constant``, of each field of the import; raises `Unreadable` naming what is missing."""
    kind = KINDS[request.kind]
    there = columns_of(request.path)
    for name, column in request.columns.items():
        if name not in kind.fields:
            raise Unreadable(f"{request.kind} have no field {name}: they have {', '.join(kind.fields)}")
        if not column.startswith(":") and column not in there:
            raise Unreadable(f"no column {column} for {name}: the file has {', '.join(there)}")
    wanted = {name: name for name in kind.fields if name in there} | dict(request.columns)
    missing = [name for name in kind.needed if name not in wanted]
    if missing:
        example = f"--map {missing[0]}=Column"
        raise Unreadable(f"no column for {', '.join(missing)}: say {example}; the file has {', '.join(there)}")
    return wanted


def _style(request: ImportRequest, wanted: Mapping[str, str]) -> Style:
    """Recognise how the file writes amounts and dates, from all its rows."""
    digits = minor_digits(request.team.currency)
    decimal = {"point": formats.POINT, "comma": formats.COMMA}.get(request.decimal or "")
    if decimal is None and any(name in wanted for name in AMOUNTS):
        # a rate of 165.123 dong is no thousands, whatever the currency's decimals
        decimal = formats.decimal_sign(_values(request.path, wanted, AMOUNTS), 2 if "rate" in wanted else digits)
    dates = request.date_format or formats.date_format(_values(request.path, wanted, DATES))
    zone = request.zone or ZoneInfo(request.team.zone)
    return Style(zone, request.team.currency, digits, decimal or formats.POINT, dates, request.now)


def _values(path: Path, wanted: Mapping[str, str], names: Iterable[str]) -> Iterator[str]:
    columns = [wanted[name] for name in names if name in wanted and not wanted[name].startswith(":")]
    for row in rows_of(path):
        for column in columns:
            if row.get(column):
                yield row[column]


async def _land(session: Session, file: _UnderWay, batch: Sequence[Line]) -> None:
    """Write a batch."""
    request, report = file.request, file.report
    clock = Clock.of(request.team)
    if request.kind in plans.KINDS:
        landed = await plans.land(session, request.kind, file.style, clock, [one.cells for one in batch])
        report.landed += landed.new
        report.known += landed.known
        for place, error in landed.refused:
            report.refuse(batch[place], error)
        return
    fresh = await _fresh(session, file, batch)
    read = await asyncio.to_thread(_read, file, await _names(session, file, fresh), fresh)
    entries = await file.people.make(session, [(entry, line.cells) for line, entry in read])
    landing = [
        (entry, Origin(None, request.now, import_key=line.key, import_id=request.import_id), line.cells)
        for entry, (line, _unmade) in zip(entries, read, strict=True)
    ]
    done = await write(session, clock, file.style, landing)
    if request.kind == "leads":
        leads = [(id_, entry, line.cells) for id_, entry, (line, _) in zip(done.bulk, entries, read, strict=True)]
        await file.people.refer(session, leads, request.member_id, request.now)
    report.landed += done.landed
    report.alone += done.alone
    for place, why in done.refused:
        report.refuse(read[place][0], why)


def _read(file: _UnderWay, names: Names, lines: Sequence[Line]) -> list[tuple[Line, Entry]]:
    """Return what the good rows say; the others are rejected."""
    read: list[tuple[Line, Entry]] = []
    for line in lines:
        try:
            read.append((line, KINDS[file.request.kind].read(line.cells, file.style, names)))
        except ValueError as error:
            file.report.refuse(line, error)
    return read


async def _check(session: Session, file: _UnderWay, batch: Sequence[Line]) -> None:
    """Read a batch as it would land, writing nothing, and count what it comes to."""
    fresh, report = await _fresh(session, file, batch), file.report
    sale, ticket = [await _found(session, file.request.team.id, kind, fresh) for kind in ("sale", "ticket")]
    names = Names(file.people.place, lambda name: None, lambda name: None, sale, ticket)
    read = await asyncio.to_thread(_read, file, names, fresh)
    for line, entry in read:
        report.landed += 1
        report.tally.add(line, entry)
    report.tally.people += file.people.suppose([(entry, line.cells) for line, entry in read])


async def _fresh(session: Session, file: _UnderWay, batch: Sequence[Line]) -> list[Line]:
    """Return the lines that are not there yet; a reference used twice in the file is rejected the second time."""
    known, report = await landed_keys(session, file.request.team.id, [line.key for line in batch]), file.report
    fresh = []
    for line in batch:
        if line.key in file.seen:
            said = phrase("{field} is in the file twice: {text}", field="ref", text=line.cells["ref"])
            report.refuse(line, Refused(said))
        elif line.key in known:
            report.known += 1
        elif (field := _too_long(line.cells)) is not None:
            report.refuse(line, Refused(phrase("{field} is longer than {n} letters", field=field, n=LONGEST)))
        else:
            fresh.append(line)
        file.seen.add(line.key)
    return fresh


def _too_long(cells: Cells) -> str | None:
    """The field that is too long to be a name or a value: no index of PostgreSQL takes whole paragraphs."""
    return next((field for field, text in cells.items() if field not in _WORDS and len(text) > LONGEST), None)


async def _names(session: Session, file: _UnderWay, lines: Sequence[Line]) -> Names:
    """Find or make the members and products that a batch names, and find its sales and tickets."""
    request, team_id = file.request, file.request.team.id
    members = {name: await member_named(session, team_id, name, request.now) for name in _named(lines, "rep") if name}
    products = {name: await product_named(session, team_id, name) for name in _named(lines, "product") if name}
    sale, ticket = [await _found(session, team_id, kind, lines) for kind in ("sale", "ticket")]
    return Names(file.people.place, members.get, products.get, sale, ticket)


async def _found(session: Session, team_id: int, kind: str, lines: Sequence[Line]) -> Callable[[str], int | None]:
    """Find the sales or tickets that a batch names."""
    found = {name: await _record(session, team_id, kind, name) for name in _named(lines, kind) if name}

    def of(name: str) -> int | None:
        if name and found[name] is None:
            raise Refused(phrase("no {kind} with that reference or number: {name}", kind=kind, name=name))
        return found[name] if name else None

    return of


def _named(lines: Sequence[Line], name: str) -> list[str]:
    return sorted({line.cells.get(name, "") for line in lines})


async def _record(session: Session, team_id: int, kind: str, name: str) -> int | None:
    """Return the id of the sale or ticket imported under a reference, or with a number such as ``#128``."""
    known = await record_of_key(session, team_id, key_of(f"{kind}s", name))
    if known is not None or not fold(name).lstrip("#").isdigit():
        return known
    try:
        found = await by_number(session, team_id, int(fold(name).lstrip("#")))
    except NotFound:
        return None
    return found.id if found.kind == kind else None


def _write_rejected(path: Path, report: Report) -> None:
    import csv

    if not report.rejected:
        return
    report.rejected_path = path.with_name(path.name + ".rejected.csv")
    with report.rejected_path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*report.rejected[0][0], "reason"])
        writer.writeheader()
        writer.writerows({**row, "reason": reason} for row, reason in report.rejected)
