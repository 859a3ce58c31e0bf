"""Landing a file: two passes, the first to recognise its formats, the second to write it in batches."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from handlers.imports import formats, plans
from handlers.imports.fields import Cells, Entry, Names, Style
from handlers.imports.files import Row, Unreadable, columns_of, rows_of
from handlers.imports.kinds import KINDS
from handlers.imports.people import Customers
from handlers.imports.words import AMOUNTS, DATES
from handlers.imports.writing import write
from store import Database, NotFound, Session
from store.bulk import landed_keys, record_of_key
from store.corrections import by_number
from store.entries import Clock, Origin
from store.membership import member_named
from store.names import fold
from store.products import product_named
from store.team import TeamRow

BATCH = 2000


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """What to import, as what, into which team, and how its columns are named."""

    path: Path
    kind: str
    team: TeamRow
    now: datetime
    columns: Mapping[str, str] = field(default_factory=dict)
    zone: ZoneInfo | None = None
    date_format: str | None = None
    decimal: str | None = None
    dry_run: bool = False


@dataclass(slots=True)
class Report:
    """What became of the rows: landed, there already, rejected; and sales that several open deals claim."""

    rows: int = 0
    landed: int = 0
    known: int = 0
    rejected: list[tuple[Row, str]] = field(default_factory=list)
    alone: list[str] = field(default_factory=list)
    rejected_path: Path | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A row with its cells by field, and the key that tells it from every other row."""

    row: Row
    cells: Cells
    key: str


async def import_file(
    database: Database, request: ImportRequest, progress: Callable[[Report], None] = lambda report: None
) -> Report:
    """Land a file's good rows, a transaction a batch; the bad ones go to ``FILE.rejected.csv`` with reasons.

    Raises `Unreadable` and `formats.Doubtful` before anything is written.
    """
    wanted = _columns(request)
    style = _style(request, wanted)
    report = Report()
    lines = _lines(rows_of(request.path), wanted, request.kind)
    seen: set[str] = set()
    async with database.read() as session:
        people = await Customers.of(session, request.team, style)
    while batch := list(islice(lines, BATCH)):
        report.rows += len(batch)
        if request.dry_run:
            async with database.read() as session:
                await _check(session, request, style, batch, report, seen)
        else:
            async with database.begin() as session:
                await _land(session, request, style, people, batch, report, seen)
            people.settle()
        progress(report)
    _write_rejected(request.path, report)
    return report


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
    from babel.numbers import get_currency_precision

    digits = get_currency_precision(request.team.currency)
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


def _lines(rows: Iterable[Row], wanted: Mapping[str, str], kind: str) -> Iterator[Line]:
    """Yield each row's cells and key: its reference, else its values and how many equal rows came before."""
    before: Counter[str] = Counter()
    for row in rows:
        cells = {name: column[1:] if column.startswith(":") else row.get(column, "") for name, column in wanted.items()}
        if "name" in cells:
            cells["customer"] = cells["name"]
        if cells.get("ref"):
            yield Line(row, cells, key_of(kind, cells["ref"]))
        else:
            values = "\x1f".join(f"{name}={cells[name]}" for name in sorted(wanted))
            yield Line(row, cells, key_of(kind, f"{values}\x1e{before[values]}"))
            before[values] += 1


def key_of(kind: str, reference: str) -> str:
    """Return the key under which a row of that kind lands once."""
    return hashlib.sha256(f"{kind}\x1d{reference}".encode()).hexdigest()


async def _land(
    session: Session,
    request: ImportRequest,
    style: Style,
    people: Customers,
    batch: Sequence[Line],
    report: Report,
    seen: set[str],
) -> None:
    if request.kind in plans.KINDS:
        landed = await plans.land(session, request.kind, style, Clock.of(request.team), [one.cells for one in batch])
        report.landed += landed.new
        report.known += landed.known
        report.rejected += [(batch[place].row, reason) for place, reason in landed.refused]
        return
    fresh = await _fresh(session, request.team.id, batch, report, seen)
    names = await _names(session, request, fresh, people.place)
    read: list[tuple[Line, Entry]] = []
    for line in fresh:
        try:
            read.append((line, KINDS[request.kind].read(line.cells, style, names)))
        except ValueError as error:
            report.rejected.append((line.row, str(error)))
    entries = await people.make(session, [(entry, line.cells) for line, entry in read])
    clock = Clock.of(request.team)
    landing = [
        (entry, Origin(None, request.now, import_key=line.key), line.cells)
        for entry, (line, _unmade) in zip(entries, read, strict=True)
    ]
    done = await write(session, clock, style, landing)
    report.landed += done.landed
    report.alone += done.alone
    report.rejected += [(read[place][0].row, reason) for place, reason in done.refused]


async def _check(
    session: Session, request: ImportRequest, style: Style, batch: Sequence[Line], report: Report, seen: set[str]
) -> None:
    """Read a batch as it would land, writing nothing."""
    names = Names(lambda name: 0, *[lambda name: None] * 4)
    for line in await _fresh(session, request.team.id, batch, report, seen):
        try:
            KINDS[request.kind].read(line.cells, style, names)
        except ValueError as error:
            report.rejected.append((line.row, str(error)))
        else:
            report.landed += 1


async def _fresh(session: Session, team_id: int, batch: Sequence[Line], report: Report, seen: set[str]) -> list[Line]:
    """Return the lines that are not there yet; a reference used twice in the file is rejected the second time."""
    known = await landed_keys(session, team_id, [line.key for line in batch])
    fresh = []
    for line in batch:
        if line.key in seen:
            report.rejected.append((line.row, f"ref is in the file twice: {line.cells['ref']}"))
        elif line.key in known:
            report.known += 1
        else:
            fresh.append(line)
        seen.add(line.key)
    return fresh


async def _names(session: Session, request: ImportRequest, lines: Sequence[Line], place: Callable[[str], int]) -> Names:
    """Find or make the members and products that a batch names, and find its sales and tickets."""
    team_id = request.team.id
    members = {name: await member_named(session, team_id, name, request.now) for name in _named(lines, "rep") if name}
    products = {name: await product_named(session, team_id, name) for name in _named(lines, "product") if name}
    found = {
        kind: {name: await _record(session, team_id, kind, name) for name in _named(lines, kind) if name}
        for kind in ("sale", "ticket")
    }

    def named(kind: str) -> Callable[[str], int | None]:
        def of(name: str) -> int | None:
            if name and found[kind][name] is None:
                raise ValueError(f"no {kind} with that reference or number: {name}")
            return found[kind][name] if name else None

        return of

    return Names(place, members.get, products.get, named("sale"), named("ticket"))


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
