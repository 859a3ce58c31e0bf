"""Verbs that keep the database in order."""

import click

from bot.commandline.ground import Refusal, settings_of
from store.migrations import HEAD
from store.migrations import migrate as bring_up


@click.command()
def migrate() -> None:
    """Bring the database's schema up to date."""
    settings = settings_of()
    try:
        bring_up(settings.database_url)
    except Exception as error:
        raise Refusal(f"DATABASE_URL: the schema could not be brought up to date ({type(error).__name__})") from None
    click.echo(f"The schema is at {HEAD}.")
