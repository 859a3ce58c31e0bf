"""Sends what waits in the outbox: in order within a chat, at Telegram's pace, each message once.

A message that Telegram surely did not take is tried again later; one of which nobody knows (the connection broke while
Telegram was answering, the process died) is tried once more and marked so. Chats that cannot be reached are muted,
and the team's managers hear of it once. What people say to each other in a group shows that the bot hears it, not that
it may write there: only a reply that the group or topic took lifts its mute.
"""

import asyncio
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import httpx
from telegram import Bot
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError

import store.queues.outbox as rows
from bot import logs, turns
from bot.limiter import Limiter
from bot.sending import NO_PREVIEW, markup_of
from handlers.clockwork.unreachable import unreachable
from handlers.fitting import fits
from handlers.replies import load
from metrics.wording import Say
from store import Database
from store.queues.inbox import passes
from store.queues.outbox import Posted

LEASE = timedelta(seconds=90)
MOST = 40
SOON = 1.5
DOUBTS = 2
LONGEST_PAUSE = timedelta(minutes=5)
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)
_LOST = (
    "chat not found", "have no rights", "not enough rights", "chat_write_forbidden", "deactivated", "peer_id_invalid",
    "topic_closed", "topic_deleted", "thread not found", "chat_restricted", "bot is not a member",
)  # fmt: skip
_TOPIC = ("topic_closed", "topic_deleted", "thread not found")
_log = logs.logger("chot.outbox")


class Outbox:
    """The one sender of what is said unasked; replicas share the rows by leases.

    ``alone`` says that no other process works on them: leases found at the start are a dead process's.
    """

    def __init__(
        self,
        database: Database,
        bot: Bot,
        limiter: Limiter,
        *,
        now: Callable[[], datetime],
        alone: bool = True,
        fault: Callable[[str], None] = lambda _point: None,
    ) -> None:
        self._database, self._bot, self._limiter, self._now = database, bot, limiter, now
        self._alone, self._fault = alone, fault

    async def start(self) -> None:
        """Take up what a dead process held."""
        if self._alone:
            async with self._database.begin() as session:
                await rows.release(session)

    async def run(self) -> None:
        """Send until cancelled."""
        await turns.taken(self.pump, _log)

    async def pump(self) -> bool:
        """Claim what is due, send it, and return whether there was anything to do."""
        now = self._now()
        async with self._database.read() as session:
            if not await rows.waiting(session, now):
                return False
        async with self._database.begin() as session:
            claimed = await rows.claim(session, now, now + LEASE, MOST)
        self._fault("after outbox claim")
        await asyncio.gather(*(self._safely(row) for row in claimed))
        return bool(claimed)

    async def heard(self, chat_id: int) -> None:
        """Somebody wrote in their own muted chat: they block the bot no more, whatever process muted it."""
        async with self._database.begin() as session:
            await rows.unmute(session, chat_id, 0)

    async def posted(self, chat_id: int, thread_id: int) -> None:
        """A group, or a topic of it, took a reply: it takes what is said unasked again too."""
        with turns.outlasting(_log):
            async with self._database.read() as session:
                muted = await rows.is_muted(session, chat_id, thread_id)
            if muted:
                async with self._database.begin() as session:
                    await rows.unmute(session, chat_id, thread_id)

    async def _safely(self, row: Posted) -> None:
        """Send one row; whatever fails, the others are sent, and this one is taken up when its lease ends."""
        try:
            await self._send(row)
        except Exception as error:
            if not passes(error):
                _log.error("a message waits for its next turn", outbox_id=row.id, exc_info=error)

    async def _send(self, row: Posted) -> None:
        now = self._now()
        if row.expires_at is not None and row.expires_at <= now:
            return await self._fail(row, rows.EXPIRED)
        if row.doubts >= DOUBTS:
            return await self._fail(row, rows.UNKNOWN)
        if not fits(_text_of(row), caption=row.picture is not None):
            _log.error("a message is longer than Telegram takes, and is not sent", outbox_id=row.id, kind=row.kind)
            return await self._fail(row, rows.TOO_LONG)
        delay = self._limiter.delay(row.chat_id)
        if delay > SOON:
            return await self._put_off(row, timedelta(seconds=delay))
        await asyncio.sleep(delay)
        await self._limiter.unasked(row.chat_id)
        async with self._database.begin() as session:
            await rows.trying(session, row.id, self._now())
        self._fault("before outbox send")
        try:
            message_id = await self._post(row)
        except TelegramError as error:
            return await self._refused(row, error)
        self._fault("after outbox send")
        async with self._database.begin() as session:
            await rows.sent(session, row.id, self._now(), message_id)
        self._fault("after outbox mark")
        return None

    async def _post(self, row: Posted) -> int:
        reply = load(row.payload)
        text = _text_of(row)
        place: dict[str, Any] = {"message_thread_id": row.thread_id} if row.thread_id else {}
        place |= {"parse_mode": ParseMode.HTML, "reply_markup": markup_of(reply.buttons)}
        if row.picture is not None and "file" in row.payload:
            name = str(row.payload["file"])
            sent = await self._bot.send_document(row.chat_id, row.picture, caption=text, filename=name, **place)
        elif row.picture is not None:
            sent = await self._bot.send_photo(row.chat_id, row.picture, caption=text, filename="chart.png", **place)
        else:
            sent = await self._bot.send_message(row.chat_id, text, link_preview_options=NO_PREVIEW, **place)
        return int(sent.message_id)

    async def _refused(self, row: Posted, error: TelegramError) -> None:
        """Decide what a failure means: moved, asked to wait, gone for good, not sent, or unknown."""
        if isinstance(error, ChatMigrated):
            await self._follow(row, error.new_chat_id)
        elif isinstance(error, RetryAfter):
            wait = timedelta(seconds=0) + error.retry_after  # type: ignore[operator]
            self._limiter.hold(row.chat_id if row.chat_id < 0 else None, wait.total_seconds())
            await self._put_off(row, wait)
        elif isinstance(error, Forbidden) or _lost(error):
            await self._mute(row, error)
        elif isinstance(error, BadRequest):
            _log.error("Telegram refused a message", outbox_id=row.id, reason=error.message[:200])
            await self._fail(row, error.message[:200])
        else:
            await self._again(row, error)

    async def _again(self, row: Posted, error: TelegramError) -> None:
        """Try later what surely was not sent; what may have been, once more and soon."""
        wait = min(timedelta(seconds=2 ** min(row.attempts + 1, 9)) * random.uniform(0.8, 1.2), LONGEST_PAUSE)
        _log.warning("a message was not sent", outbox_id=row.id, error=type(error).__name__, attempts=row.attempts + 1)
        await self._put_off(row, wait, doubtful=_doubtful(error))

    async def _follow(self, row: Posted, new_chat_id: int) -> None:
        async with self._database.begin() as session:
            await rows.follow(session, row.chat_id, new_chat_id)
            await rows.put_off(session, row.id, self._now())

    async def _mute(self, row: Posted, error: TelegramError) -> None:
        """Say nothing more there; managers are told once, unless it is their own chat."""
        reason, now = error.message[:200], self._now()
        thread = row.thread_id if any(word in reason.lower() for word in _TOPIC) else 0
        async with self._database.begin() as session:
            await rows.fail(session, row.id, now, reason)
            if await rows.mute(session, row.chat_id, thread, now, reason):
                await unreachable(session, row.team_id, row.chat_id, thread, now)
        _log.warning("a chat cannot be reached; it is muted", reason=reason)

    async def _put_off(self, row: Posted, wait: timedelta, *, doubtful: bool = False) -> None:
        async with self._database.begin() as session:
            await rows.put_off(session, row.id, self._now() + wait, doubtful=doubtful)

    async def _fail(self, row: Posted, reason: str) -> None:
        async with self._database.begin() as session:
            await rows.fail(session, row.id, self._now(), reason)


def _lost(error: TelegramError) -> bool:
    return isinstance(error, BadRequest) and any(word in error.message.lower() for word in _LOST)


def _doubtful(error: TelegramError) -> bool:
    """Whether Telegram may have done what it was asked: no answer came, though the question had gone out."""
    if isinstance(error, InvalidToken) or not isinstance(error, NetworkError):
        return False
    cause = error.__cause__
    return isinstance(cause, httpx.TransportError) and not isinstance(cause, _NOT_SENT)


def _text_of(row: Posted) -> str:
    """What a row says, marked when it may have been said before."""
    text = load(row.payload).text
    if not row.doubts:
        return text
    say = Say(row.language)
    return f"{text}\n<i>{say('(sent again: it may have arrived before)')}</i>"
