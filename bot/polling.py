"""Asks Telegram for updates and keeps them; only then does the next question tell Telegram to forget them."""

import asyncio
import contextlib
import random
from typing import Any

from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot import logs
from bot.inbox import Inbox
from bot.telegram_api import ChatBot
from store.queues.inbox import passes

LONGEST_PAUSE = 30.0
_log = logs.logger("chot.polling")


async def poll(bot: ChatBot, inbox: Inbox) -> None:
    """Ask for updates until cancelled; raises InvalidToken when Telegram no longer knows the token."""
    offset, failures = None, 0
    while True:
        await inbox.room()
        try:
            updates = await bot.updates(offset)
            failures = 0
        except InvalidToken:
            raise
        except TelegramError as error:
            failures += 1
            await _explain(bot, error, failures)
            await asyncio.sleep(_pause(error, failures))
            continue
        if updates:
            await _keep(inbox, updates)
            offset = max(int(update["update_id"]) for update in updates) + 1


async def _keep(inbox: Inbox, updates: list[dict[str, Any]]) -> None:
    """Keep a batch, however long the database is away; one that cannot be kept whole is kept update by update."""
    try:
        await _stubbornly(inbox, updates)
    except Exception as error:
        _log.error("a batch could not be kept whole", updates=len(updates), exc_info=error)
        for update in updates:
            try:
                await _stubbornly(inbox, [update])
            except Exception as poison:
                _log.error("an update could not be kept", update_id=update.get("update_id"), exc_info=poison)


async def _stubbornly(inbox: Inbox, updates: list[dict[str, Any]]) -> None:
    failures = 0
    while True:
        try:
            return await inbox.take(updates)
        except Exception as error:
            if not passes(error):
                raise
            failures += 1
            _log.warning("the database is away, updates wait", error=type(error).__name__)
            await asyncio.sleep(_backoff(failures))


async def _explain(bot: ChatBot, error: TelegramError, failures: int) -> None:
    if not isinstance(error, Conflict):
        _log.warning("Telegram could not be asked", error=type(error).__name__, failures=failures)
    elif "webhook" in error.message.lower():
        _log.warning("a webhook was set for this bot; it is taken away, because WEBHOOK_URL is not set")
        with contextlib.suppress(TelegramError):
            await bot.delete_webhook(drop_pending_updates=False)
    else:
        hint = "another process asks for this bot's updates: run one only (or set WEBHOOK_URL for replicas)"
        _log.error(hint, failures=failures)


def _pause(error: TelegramError, failures: int) -> float:
    if isinstance(error, RetryAfter):
        wait: Any = error.retry_after
        return float(wait.total_seconds())
    return _backoff(failures)


def _backoff(failures: int) -> float:
    return min(0.2 * 2.0 ** min(failures, 20), LONGEST_PAUSE) * random.uniform(0.7, 1.3)
