"""``chot demo``: the same bot against a Telegram of its own, with a sample team, in the browser."""

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import click

from bot import logs
from bot.app import App, running
from bot.clock import Clock
from bot.commandline.ground import Refusal, asynchronous, settings_of
from bot.commandline.serving import until_stopped
from bot.settings import Settings
from bot.simulator import Group, Person, Simulator, serve
from store import Database
from store.migrations import migrate
from store.people.team import list_teams

PORT = 8765
GROUP_ID = -2001
_log = logs.logger("chot.demo")


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="0 takes a free one")
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), help="keep the data in this directory")
@asynchronous
async def demo(port: int, data: Path | None) -> None:
    """Play with the bot in the browser: a sample team, no token, no network. Ctrl-C ends it."""
    settings = settings_of()
    with _directory(data) as directory:
        try:
            await until_stopped(_show(settings, directory, port))
        except OSError as error:
            raise Refusal(f"--port: {port} cannot be used ({error.strerror}); try --port 0") from None


async def _show(settings: Settings, directory: Path, port: int) -> None:
    async with shown(settings, directory, port) as (url, app):
        click.echo(f"Chốt is at {url}  (Ctrl-C ends it)")
        await app.stopped()


@asynccontextmanager
async def shown(settings: Settings, directory: Path, port: int = 0) -> AsyncIterator[tuple[str, App]]:
    """The demo while it runs: the page's address and the bot; the sample team is made when it is not there."""
    url = f"sqlite+aiosqlite:///{directory / 'demo.db'}"
    await asyncio.to_thread(migrate, url)
    simulator = Simulator(zone="Asia/Ho_Chi_Minh")
    await _people(simulator, url)
    async with serve(simulator, port=port) as address:
        own = settings.model_copy(
            update={
                "telegram_bot_token": simulator.token,
                "telegram_api_url": address,
                "telegram_proxy_url": "",
                "database_url": url,
                "webhook_url": "",
                "health_listen": "",
            }
        )
        async with running(own, clock=Clock(simulator.clock.now), warm=True) as app:
            yield address, app


async def _people(simulator: Simulator, url: str) -> None:
    """Put the sample team's people and their group into the simulator, and its year into an empty database."""
    from bot.sample import PEOPLE, STRANGER, sample_team

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
    database = Database(url)
    try:
        async with database.read() as session:
            there = await list_teams(session)
        if not there:
            await sample_team(database, simulator.clock.now())
    finally:
        await database.close()


@contextlib.contextmanager
def _directory(data: Path | None) -> Iterator[Path]:
    if data is not None:
        data.mkdir(parents=True, exist_ok=True)
        yield data
        return
    with tempfile.TemporaryDirectory(prefix="chot-demo-") as made:
        yield Path(made)
