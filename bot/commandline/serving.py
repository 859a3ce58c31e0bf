"""The bot at work, from its settings to the signal that ends it."""

import asyncio
import signal
from collections.abc import Awaitable
from concurrent.futures import ProcessPoolExecutor

from telegram.error import InvalidToken

from bot import logs
from bot.app import running
from bot.commandline.ground import WrongUse, asynchronous, prepare, settings_of
from bot.settings import Settings, WrongSetting, require_token
from metrics import apart
from store.people.team import list_teams

_log = logs.logger("chot.run")


@asynchronous
async def serving(worker: ProcessPoolExecutor | None) -> None:
    """Run the bot until it is asked to end; ``worker`` may have been started for it already."""
    if worker is not None:
        apart.adopt(worker)
    settings = settings_of()
    try:
        require_token(settings)
        prepare(settings)
        await until_stopped(serve(settings))
    except WrongSetting as wrong:
        raise WrongUse(str(wrong)) from None
    except InvalidToken:
        raise WrongUse("TELEGRAM_BOT_TOKEN: Telegram does not know this token") from None


async def serve(settings: Settings) -> None:
    """Run the bot until it is cancelled or fails."""
    async with running(settings, warm=True) as app:
        async with app.database.read() as session:
            if not settings.owner_ids and not await list_teams(session):
                _log.warning("there is no team here yet, nobody can join: chot team create NAME")
        _log.info("the bot is up", bot=app.bot.username, webhook=bool(settings.webhook_url))
        await app.stopped()


async def until_stopped(work: Awaitable[None]) -> None:
    """Await ``work`` until it ends or the process is asked to end; then ``work`` closes in its own time."""
    task = asyncio.ensure_future(work)
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, task.cancel)
    try:
        await task
    except asyncio.CancelledError:
        _log.info("ended as asked")
    finally:
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(name)
