"""``chot import``: rows of a file become records, once each."""

import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from bot.commandline.ground import Refusal, WrongUse, asynchronous, opened, settings_of, team_named
from bot.settings import is_zone
from handlers.imports import KINDS, Doubtful, ImportRequest, Report, Unreadable, import_file


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--team", "team_name", required=True, help="the team that the rows go to")
@click.option("--as", "kind", type=click.Choice(sorted(KINDS)), required=True, help="what the rows are")
@click.option("--map", "maps", multiple=True, help="field=Column,field=Column …; field=:text for the same in all rows")
@click.option("--dry-run", is_flag=True, help="check every row, write nothing")
@click.option("--timezone", help="the zone of the file's times, when it is not the team's")
@click.option("--date-format", help="such as %d/%m/%Y, when it cannot be told from the file")
@click.option("--decimal", type=click.Choice(["point", "comma"]), help="how the file writes decimals")
@asynchronous
async def import_(
    file: Path,
    team_name: str,
    kind: str,
    maps: Sequence[str],
    dry_run: bool,
    timezone: str | None,
    date_format: str | None,
    decimal: str | None,
) -> None:
    """Import FILE (CSV or XLSX); rejected rows go to FILE.rejected.csv, and the exit code is then 1."""
    settings = settings_of()
    if timezone and not is_zone(timezone):
        raise WrongUse(f"--timezone: no such zone: {timezone}")
    async with opened(settings) as database:
        request = ImportRequest(
            path=file,
            kind=kind,
            team=await team_named(database, team_name),
            now=datetime.now(UTC),
            columns=columns_of(maps),
            zone=ZoneInfo(timezone) if timezone else None,
            date_format=date_format,
            decimal=decimal,
            dry_run=dry_run,
        )
        try:
            report = await import_file(database, request, Progress())
        except (Unreadable, Doubtful) as error:
            raise Refusal(str(error)) from None
    _tell(report, dry_run)
    if report.rejected:
        sys.exit(1)


def columns_of(maps: Sequence[str]) -> dict[str, str]:
    """Read ``field=Column,field=Column``; ends the verb for anything else."""
    columns: dict[str, str] = {}
    for part in (part for text in maps for part in text.split(",")):
        name, sign, column = part.partition("=")
        if not (sign and name.strip() and column.strip()):
            raise WrongUse(f"--map: not field=Column: {part!r}")
        columns[name.strip()] = column.strip()
    return columns


class Progress:
    """One line on standard error that grows while rows land; silent where nobody watches."""

    def __init__(self) -> None:
        self._watched = sys.stderr.isatty()
        self._started = time.monotonic()

    def __call__(self, report: Report) -> None:
        """Show how far it is."""
        if self._watched:
            seconds = max(time.monotonic() - self._started, 0.001)
            click.echo(f"\r{report.rows:,} rows, {report.rows / seconds:,.0f} a second ", nl=False, err=True)


def _tell(report: Report, dry_run: bool) -> None:
    if sys.stderr.isatty():
        click.echo(err=True)
    verb = "would be added" if dry_run else "added"
    line = f"{report.rows:,} rows: {report.landed:,} {verb}, {report.known:,} there already"
    click.echo(f"{line}, {len(report.rejected):,} rejected.")
    for note in report.alone:
        click.echo(note)
    if report.rejected_path is not None:
        click.echo(f"Rejected rows and their reasons: {report.rejected_path}")
