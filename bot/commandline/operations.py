"""Verbs that keep the database in order: ``migrate``, ``rebuild``, ``backup``, ``restore``, ``doctor``."""

from pathlib import Path

import click

from bot.commandline.ground import Refusal, WrongUse, asynchronous, opened, settings_of
from bot.settings import Settings
from store import Database
from store.derived.refreshing import rebuild as derive_anew
from store.migrations import HEAD
from store.migrations import migrate as bring_up
from store.people.team import list_teams, team_of
from store.upkeep import Unusable, copy_in, copy_out, examine, is_busy

FILE = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))


@click.command()
def migrate() -> None:
    """Bring the database's schema up to date."""
    settings = settings_of()
    try:
        bring_up(settings.database_url)
    except Exception as error:
        raise Refusal(f"DATABASE_URL: the schema could not be brought up to date ({type(error).__name__})") from None
    click.echo(f"The schema is at {HEAD}.")


@click.command()
@asynchronous
async def rebuild() -> None:
    """Derive journeys, purchases and cohorts of every team anew from its records."""
    async with opened(settings_of()) as database:
        async with database.read() as session:
            teams = await list_teams(session)
        for team in teams:
            async with database.begin() as session:
                row = await team_of(session, team.id)
                customers = await derive_anew(session, row.id, row.journey_gap_days)
            click.echo(f"{team.name}: {customers} customers")
    click.echo(f"Rebuilt {len(teams)} teams.")


@click.command()
@FILE
def backup(file: Path) -> None:
    """Copy the SQLite database to FILE, also while the bot runs."""
    source = _file_of(settings_of(), "pg_dump")
    if not source.is_file():
        raise Refusal(f"DATABASE_URL: there is no database yet at {source}")
    if file.resolve() == source.resolve():
        raise WrongUse("FILE: is the database itself; name another, such as chot-backup.db")
    try:
        copy_out(source, file)
    except (OSError, Unusable) as error:
        raise Refusal(f"FILE: the copy could not be made ({error})") from None
    click.echo(f"Copied {source} to {file} ({file.stat().st_size:,} bytes). Bring it back: chot restore {file}")


@click.command()
@FILE
@click.option("--yes", is_flag=True, help="replace what is there without asking")
def restore(file: Path, yes: bool) -> None:
    """Put the copy FILE in the place of the SQLite database; stop the bot first."""
    target = _file_of(settings_of(), "pg_restore")
    if is_busy(target):
        raise Refusal(f"{target} is in use: stop the bot first, then restore")
    if target.is_file() and not yes:
        click.confirm(f"Replace {target}?", abort=True)
    try:
        copy_in(file, target)
    except (OSError, Unusable) as error:
        raise Refusal(f"FILE: {error}; nothing was replaced") from None
    bring_up(f"sqlite+aiosqlite:///{target}")
    click.echo(f"Restored {target} from {file}.")


@click.command()
@asynchronous
async def doctor() -> None:
    """Look whether the database is well; exit code 1 when something is not."""
    database = Database(settings_of().database_url)
    try:
        findings = await examine(database, HEAD)
    finally:
        await database.close()
    for finding in findings:
        click.echo(f"{'ok' if finding.well else 'BAD':4} {finding.what}: {finding.seen}")
    if not all(finding.well for finding in findings):
        raise Refusal("something is not well; a schema that is behind: chot migrate")


def _file_of(settings: Settings, tool: str) -> Path:
    path = Database(settings.database_url).path
    if path is None:
        raise WrongUse(f"DATABASE_URL: is PostgreSQL; use {tool}")
    return path
