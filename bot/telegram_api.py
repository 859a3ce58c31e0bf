"""The connection to Telegram (or the simulator): one bot, its pools, and updates as they come."""

from typing import Any

from telegram import Bot
from telegram.error import TelegramError
from telegram.request import HTTPXRequest

from bot.chat import ALLOWED_UPDATES
from bot.settings import Settings
from handlers.base import FileGone

POLL_SECONDS = 25
SENDERS = 16
DOWNLOAD_SECONDS = 60


class ChatBot(Bot):
    """The library's bot, which also hands out updates as plain JSON: one that it cannot read stops no other."""

    async def updates(self, offset: int | None, timeout_seconds: int = POLL_SECONDS) -> list[dict[str, Any]]:
        """Wait for updates from ``offset`` on; asking for an offset tells Telegram to forget those before it."""
        data = {"offset": offset, "timeout": timeout_seconds, "limit": 100, "allowed_updates": ALLOWED_UPDATES}
        answer = await self._post("getUpdates", data, read_timeout=timeout_seconds + 10)
        return [update for update in answer if isinstance(update, dict)] if isinstance(answer, list) else []

    async def fetch(self, file_id: str) -> bytes:
        """Return the bytes of a file that somebody sent (at most 20 MB); raises FileGone."""
        try:
            file = await self.get_file(file_id)
            return bytes(await file.download_as_bytearray(read_timeout=DOWNLOAD_SECONDS))
        except (TelegramError, OSError) as error:
            raise FileGone(type(error).__name__) from error


def connect(settings: Settings) -> ChatBot:
    """Return the bot that the settings name, not yet connected."""
    proxy = settings.telegram_proxy_url or None
    return ChatBot(
        settings.telegram_bot_token,
        base_url=f"{settings.telegram_api_url}/bot",
        base_file_url=f"{settings.telegram_api_url}/file/bot",
        request=HTTPXRequest(
            connection_pool_size=SENDERS, read_timeout=20, connect_timeout=10, pool_timeout=30, proxy=proxy
        ),
        get_updates_request=HTTPXRequest(connection_pool_size=8, connect_timeout=10, pool_timeout=5, proxy=proxy),
    )
