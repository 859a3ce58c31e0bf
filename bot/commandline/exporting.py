"""``chot export``: everything a team keeps, in one workbook."""

from pathlib import Path

import click

from bot.commandline.ground import Refusal, WrongUse, asynchronous, opened, settings_of, team_named
from handlers.clockwork.teams import team_from
from metrics.wording import Say


@click.command()
@click.option("--team", "team_name", required=True, help="the team whose data are written")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="the .xlsx file to make")
@asynchronous
async def export(team_name: str, out: Path) -> None:
    """Write everything a team keeps to an Excel workbook, a sheet for each kind."""
    from handlers.team.exports import write

    if not out.parent.is_dir():
        raise WrongUse(f"--out: there is no folder {out.parent}")

    async with opened(settings_of()) as database:
        row = await team_named(database, team_name)
        partial = out.with_name(out.name + ".partial")
        try:
            async with database.read() as session:
                count = await write(session, team_from(row), Say(row.locale, markup=False), partial)
            partial.replace(out)
        except OSError as error:
            raise Refusal(f"--out: {out} cannot be written ({error.strerror})") from None
        finally:
            partial.unlink(missing_ok=True)
    click.echo(f"{count:,} rows of {row.name} written to {out}.")
