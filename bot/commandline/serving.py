"""``chot run``: the bot itself."""

import asyncio
import signal
from collections.abc import Awaitable

import click
from telegram.error import InvalidToken

from bot import logs
from bot.app import running
from bot.commandline.ground import WrongUse, asynchronous, prepare, settings_of
from bot.settings import Settings, WrongSetting, require_token

_log = logs.logger("chot.run")


@click.command()
@asynchronous
async def run() -> None:
    """Start the bot: polling, or a webhook when WEBHOOK_URL is set. Ctrl-C or SIGTERM ends it."""
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
