"""Sends replies: fits them to Telegram's limits, obeys its waiting times, tries again what may yet succeed."""

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import Any

from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    LinkPreviewOptions,
    ReplyParameters,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot import logs
from bot.chat import Heard
from bot.limiter import Limiter
from handlers.base import Button, Reply
from handlers.fitting import CAPTION, length, split

TRIES = 5
LONGEST_WAIT = timedelta(minutes=2)
_log = logs.logger("chot.sending")


class Undelivered(Exception):
    """Telegram could not be reached for now; the reply has to be sent again later."""


async def _unnoted(_chat_id: int, _thread_id: int) -> None:
    """Note nothing."""


class Courier:
    """Delivers replies to where the message came from; ``posted`` hears of each group and topic that took one."""

    def __init__(
        self,
        bot: Bot,
        limiter: Limiter | None = None,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        posted: Callable[[int, int], Awaitable[None]] = _unnoted,
    ) -> None:
        self._bot = bot
        self._limiter = limiter or Limiter()
        self._pause = pause
        self._posted = posted

    async def deliver(self, reply: Reply, heard: Heard) -> None:
        """Send a reply with all its parts; raises Undelivered. What Telegram refuses for good is logged."""
        if heard.press_id is not None:
            await self._answer_press(heard.press_id, reply.toast)
        for part in (reply, *reply.then):
            if not (part.text or part.photo or part.document):
                continue
            if part.reaction and heard.press_id is None and await self._react(part.reaction, heard):
                continue
            if not (part.edits and heard.press_id and heard.reachable and await self._edit(part, heard)):
                await self._send(part, heard)

    async def show(self, reply: Reply, heard: Heard) -> None:
        """Change the message that carries the pressed button at once, as far as that works: the answer follows."""
        if heard.press_id is None or not heard.reachable:
            return
        with contextlib.suppress(Undelivered):
            await self._edit(reply, heard)

    async def _answer_press(self, press_id: str, toast: str) -> None:
        try:
            await self._try(lambda: self._bot.answer_callback_query(press_id, text=toast or None))
        except BadRequest:
            _log.info("a button press was too old to be answered")

    async def _react(self, emoji: str, heard: Heard) -> bool:
        """Answer with a reaction; False where the chat does not allow it, or the message is gone."""
        place: dict[str, Any] = {"chat_id": heard.message.chat_id, "message_id": heard.message.message_id}
        try:
            await self._try(lambda: self._bot.set_message_reaction(**place, reaction=emoji))
        except (BadRequest, Forbidden, ChatMigrated):
            return False
        return True

    async def _edit(self, reply: Reply, heard: Heard) -> bool:
        """Change the message that carried the button; False when it cannot be changed."""
        try:
            await self._try(lambda: self._changed(reply, heard))
        except BadRequest as error:
            return "not modified" in error.message
        except Forbidden as error:
            _refused(error)
        return True

    def _changed(self, reply: Reply, heard: Heard) -> Awaitable[Any]:
        place: dict[str, Any] = {"chat_id": heard.message.chat_id, "message_id": heard.message.message_id}
        markup = markup_of(reply.buttons)
        fits = length(reply.text) <= CAPTION
        if reply.photo is not None:
            media = InputMediaPhoto(reply.photo.png, _caption(reply), parse_mode=ParseMode.HTML, filename="chart.png")
            return self._bot.edit_message_media(media, **place, reply_markup=markup)
        if reply.document is not None:
            document = reply.document
            file = InputMediaDocument(
                document.content, _caption(reply), parse_mode=ParseMode.HTML, filename=document.name
            )
            return self._bot.edit_message_media(file, **place, reply_markup=markup)
        if heard.carries_file and fits:
            return self._bot.edit_message_caption(
                **place, caption=reply.text, parse_mode=ParseMode.HTML, reply_markup=markup
            )
        return self._bot.edit_message_text(
            reply.text, **place, parse_mode=ParseMode.HTML, reply_markup=markup, link_preview_options=NO_PREVIEW
        )

    async def _send(self, reply: Reply, heard: Heard) -> None:
        """Send a reply as new messages: the file first, then what its caption cannot hold."""
        try:
            await self._all(reply, heard)
        except (BadRequest, Forbidden) as error:
            _refused(error)
            return
        if not heard.message.private:
            await self._posted(heard.message.chat_id, heard.thread_id or 0)

    async def _all(self, reply: Reply, heard: Heard) -> None:
        long_caption = length(reply.text) > CAPTION
        if reply.photo or reply.document:
            await self._migrating(partial(self._file, reply, heard, bare=long_caption), heard)
            if not long_caption:
                return
        parts = split(reply.text)
        for text in parts:
            markup = markup_of(reply.buttons) if text is parts[-1] else None
            await self._migrating(partial(self._text, text, markup, heard), heard)

    def _text(self, text: str, markup: InlineKeyboardMarkup | None, heard: Heard, chat: int) -> Awaitable[Any]:
        return self._bot.send_message(
            chat,
            text,
            parse_mode=ParseMode.HTML,
            reply_markup=markup,
            link_preview_options=NO_PREVIEW,
            **_place(heard),
        )

    def _file(self, reply: Reply, heard: Heard, chat: int, *, bare: bool) -> Awaitable[Any]:
        words: dict[str, Any] = {} if bare else {"caption": reply.text, "reply_markup": markup_of(reply.buttons)}
        words |= {"parse_mode": ParseMode.HTML, **_place(heard)}
        if reply.photo is not None:
            return self._bot.send_photo(chat, reply.photo.png, filename="chart.png", **words)
        assert reply.document is not None  # noqa: S101 - the caller has looked
        return self._bot.send_document(chat, reply.document.content, filename=reply.document.name, **words)

    async def _migrating(self, send: Callable[[int], Awaitable[Any]], heard: Heard) -> None:
        """Send, and follow a group that has become a supergroup."""
        try:
            await self._try(lambda: self._inturn(send, heard.message.chat_id))
        except ChatMigrated as moved:
            target = moved.new_chat_id
            await self._try(lambda: self._inturn(send, target))

    async def _inturn(self, send: Callable[[int], Awaitable[Any]], chat: int) -> Any:
        await self._limiter.reply(chat)
        return await send(chat)

    async def _try(self, call: Callable[[], Awaitable[Any]]) -> Any:
        """Call, waiting as Telegram asks and trying again after passing errors."""
        for attempt in range(TRIES):
            try:
                return await call()
            except (BadRequest, Forbidden, InvalidToken, ChatMigrated):
                raise
            except RetryAfter as error:
                wait = timedelta(seconds=0) + error.retry_after  # type: ignore[operator]
                if wait > LONGEST_WAIT:
                    break
                await self._pause(wait.total_seconds() + random.uniform(0, 0.2))
            except (NetworkError, TelegramError) as error:
                _log.warning("sending failed, trying again", error=type(error).__name__, attempt=attempt + 1)
                await self._pause(min(0.3 * 3**attempt, 10) * random.uniform(0.7, 1.3))
        raise Undelivered


NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
"""No message of the bot unfolds its links."""


def _place(heard: Heard) -> dict[str, Any]:
    """In a group a message is answered as a reply to it, in its topic."""
    place: dict[str, Any] = {"message_thread_id": heard.thread_id} if heard.thread_id else {}
    if not heard.message.private and heard.press_id is None:
        place["reply_parameters"] = ReplyParameters(heard.message.message_id, allow_sending_without_reply=True)
    return place


def _caption(reply: Reply) -> str | None:
    return reply.text if length(reply.text) <= CAPTION else None


def markup_of(rows: tuple[tuple[Button, ...], ...]) -> InlineKeyboardMarkup | None:
    """Return buttons as Telegram takes them."""
    if not rows:
        return None
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(key.text, callback_data=key.data, url=key.url) for key in row] for row in rows]
    )


def _refused(error: TelegramError) -> None:
    """Log a refusal that no second try would change: a blocked chat, a message that Telegram does not take."""
    _log.warning("Telegram refused a message for good", error=type(error).__name__, reason=error.message[:200])
