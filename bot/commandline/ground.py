"""What every verb stands on: settings read, logs set up, the database opened and its schema there."""

import asyncio
import functools
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, ParamSpec, TypeVar

import click

from bot import logs
from bot.settings import Settings, WrongSetting, load
from store import Database, NotFound
from store.migrations import HEAD, migrate, revision
from store.people.team import TeamRow, find_team, list_teams

P = ParamSpec("P")
T = TypeVar("T")
WRONG = 2


class Refusal(click.ClickException):
    """A verb that cannot be done: one line on standard error, exit code 1."""


class WrongUse(click.ClickException):
    """A wrong setting or argument: one line on standard error, exit code 2."""

    exit_code = WRONG


def settings_of() -> Settings:
    """Read the settings and set the logs up; a wrong setting ends the verb with one line."""
    try:
        settings = load()
    except WrongSetting as wrong:
        raise WrongUse(str(wrong)) from None
    logs.configure(settings.log_level, settings.secrets)
    return settings


def asynchronous(verb: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, T]:
    """Run an async verb to its end."""

    @functools.wraps(verb)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        return asyncio.run(verb(*args, **kwargs))

    return run


def prepare(settings: Settings) -> None:
    """Bring a SQLite schema up to date; a PostgreSQL one is only looked at: replicas share it."""
    if settings.database_url.startswith("sqlite"):
        migrate(settings.database_url)
    elif revision(settings.database_url) != HEAD:
        raise WrongUse("DATABASE_URL: this database cannot be reached or is not up to date; run: chot migrate")


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Database]:
    """The database, its schema there, closed at the end."""
    await asyncio.to_thread(prepare, settings)
    database = Database(settings.database_url)
    try:
        yield database
    finally:
        await database.close()


async def team_named(database: Database, name: str) -> TeamRow:
    """Return the team of that name; ends the verb with one line that names the teams there are."""
    async with database.read() as session:
        try:
            return await find_team(session, name)
        except NotFound:
            names = ", ".join(team.name for team in await list_teams(session))
    raise Refusal(f"there is no team {name!r}; " + (f"there are: {names}" if names else "make one: chot team create"))


def instant(text: str | None, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> datetime:
    """Return the instant that ``--at`` gives, else the present; it must carry its offset from UTC."""
    if text is None:
        return now()
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        raise WrongUse(f"--at: not a time: {text} (such as 2026-10-31T18:00:00+07:00)") from None
    if given.tzinfo is None:
        raise WrongUse(f"--at: say the offset from UTC too: {text}+07:00")
    return given.astimezone(UTC)
