"""``chot demo``: the same bot against a Telegram of its own, with a sample team, in the browser."""

import asyncio
import contextlib
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from pathlib import Path

import click

from bot import logs
from bot.app import App, running
from bot.clock import Clock
from bot.commandline.ground import Refusal, WrongUse, asynchronous, settings_of
from bot.commandline.serving import until_stopped
from bot.settings import Settings
from bot.simulator import Group, Person, Simulator, serve
from handlers.digests.sending import KIND
from store import Database
from store.migrations import migrate
from store.people.team import list_teams
from store.queues.ahead import is_due, next_told

PORT = 8765
GROUP_ID = -2001
_PATIENCE = 50  # tenths of a second
_log = logs.logger("chot.demo")


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="0 takes a free one")
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), help="keep the data in this directory")
@click.option("--database", metavar="URL", help="keep the data in this database, which no other team may be in")
@asynchronous
async def demo(port: int, data: Path | None, database: str | None) -> None:
    """Play with the bot in the browser: a sample team, no token, no network. Ctrl-C ends it."""
    if data is not None and database is not None:
        raise WrongUse("--data and --database: choose one of the two")
    settings = settings_of()
    with _kept(data) if database is None else contextlib.nullcontext(database) as url:
        try:
            await until_stopped(_show(settings, url, port))
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno else error
            raise Refusal(f"--port: {port} cannot be used ({reason}); try --port 0") from None


async def _show(settings: Settings, database_url: str, port: int) -> None:
    async with shown(settings, database_url, port) as (url, app):
        click.echo(f"Chốt is at {url}  (Ctrl-C ends it)")
        await app.stopped()


@asynccontextmanager
async def shown(settings: Settings, database_url: str, port: int = 0) -> AsyncIterator[tuple[str, App]]:
    """The demo while it runs: the page's address and the bot; the sample team is made when it is not there.

    The port is taken first: that it is in use is told at once.
    """
    simulator = Simulator(zone="Asia/Ho_Chi_Minh")
    _add_people(simulator)
    async with serve(simulator, port=port) as address:
        await asyncio.to_thread(migrate, database_url)
        await _fill(database_url, simulator.clock.now())
        own = settings.model_copy(
            update={
                "telegram_bot_token": simulator.token,
                "telegram_api_url": address,
                "telegram_proxy_url": "",
                "database_url": database_url,
                "webhook_url": "",
                "health_listen": "",
            }
        )
        clock = Clock(simulator.clock.now)
        async with running(own, clock=clock, warm=True) as app:
            simulator.coming = partial(_coming, app.database, clock)
            yield address, app


async def _coming(database: Database, clock: Clock, _: datetime) -> datetime | None:
    """When the bot speaks next by itself: a digest, a follow-up, or what waits for the quiet hours' end.

    What the clock has just passed is let come first: when a digest comes again is known only then.
    """
    for _tenth in range(_PATIENCE):
        async with database.read() as session:
            if not await is_due(session, KIND, clock.now()):
                break
        await asyncio.sleep(0.1)
    async with database.read() as session:
        return await next_told(session, KIND, clock.now())


def _add_people(simulator: Simulator) -> None:
    """Put the sample team's people and their group into the simulator."""
    from bot.sample import PEOPLE, STRANGER

    for one in (*PEOPLE, STRANGER):
        simulator.add_person(
            Person(
                one.telegram_id,
                one.name,
                "",
                one.username,
                one.language,
                one.role or "stranger",
                started=bool(one.role),
            )
        )
    team = tuple(one.telegram_id for one in PEOPLE)
    simulator.add_group(Group(GROUP_ID, "Đội bán hàng", team, team[:1]))


async def _fill(database_url: str, now: datetime) -> None:
    """Put the sample team's year into an empty database."""
    from bot.sample import sample_team
    from bot.sample.team import NAME

    database = Database(database_url)
    try:
        async with database.read() as session:
            there = await list_teams(session)
        # what is due to another team would go to the simulator, and count as sent
        if any(team.name != NAME for team in there):
            raise Refusal(f"the demo's database holds another team ({there[0].name}); give it an empty one")
        if not there:
            click.echo("making the sample team …", err=True)
            await sample_team(database, now)
    finally:
        await database.close()


@contextlib.contextmanager
def _kept(data: Path | None) -> Iterator[str]:
    """The URL of a database in a directory; without one, in one that goes when the demo ends."""
    if data is not None:
        data.mkdir(parents=True, exist_ok=True)
        yield _in(data)
        return
    with tempfile.TemporaryDirectory(prefix="chot-demo-") as made:
        yield _in(Path(made))


def _in(directory: Path) -> str:
    return f"sqlite+aiosqlite:///{directory / 'demo.db'}"
