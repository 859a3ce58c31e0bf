"""The intake: keeps every update before Telegram is told, handles each exactly once, answers it at least once.

Each sender has a lane: their messages are handled one after the other, those of different senders in parallel. What
is kept and not answered when the process dies is taken up again by `recover`.
"""

import asyncio
import contextlib
import random
import secrets
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import structlog

import store.queues.inbox as rows
from bot import logs
from bot.chat import Heard, hear_safely, sender_of
from bot.sending import Courier, Undelivered
from bot.turns import outlasting
from handlers import replies
from handlers.base import Reply
from store import AlreadyDone, Database, Session
from store.queues.inbox import Incoming, Stored

LEASE = timedelta(seconds=60)
FLUSH_SECONDS = 0.05
FLUSH_ROWS = 100
TRIES = 5
AT_ONCE = 16
FULL = 2_000
_log = logs.logger("chot.inbox")


class Mark:
    """The intake's side of one message: marks it handled, with its reply, in the transaction of its effect.

    ``settled`` says that it did, ``late`` that the message had been handled before.
    """

    def __init__(self, row_id: int, now: Callable[[], datetime], fault: Callable[[str], None]) -> None:
        self.settled = self.late = False
        self._row_id = row_id
        self._now = now
        self._fault = fault

    async def settle(self, session: Session, reply: Reply) -> None:
        """Raise AlreadyDone when another worker has handled the message."""
        try:
            await rows.settle(session, self._row_id, replies.dump(reply), self._now())
        except AlreadyDone:
            self.late = True
            raise
        self.settled = True
        self._fault("before effect commit")


Answer = Callable[[Stored, Heard, Mark], Awaitable[Reply]]
Apology = Callable[[Heard, str], Awaitable[Reply]]


class Inbox:
    """Takes updates in and sees each of them answered.

    ``alone`` says that no other process works on this bot's rows (polling; any SQLite): rows are then claimed as they
    are kept. Replicas behind a webhook share the rows, and claim them one per sender. ``fault`` is called at named
    points; tests stop the process there.
    """

    def __init__(
        self,
        database: Database,
        bot_id: int,
        courier: Courier,
        *,
        answer: Answer,
        apology: Apology,
        now: Callable[[], datetime],
        alone: bool = True,
        fault: Callable[[str], None] = lambda _point: None,
    ) -> None:
        self._database, self._bot_id, self._courier = database, bot_id, courier
        self._answer, self._apology, self._now, self._alone, self._fault = answer, apology, now, alone, fault
        self._lanes: dict[int, deque[Stored]] = {}
        self._held: set[int] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._answered: list[int] = []
        self._to_flush = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._room = asyncio.Event()
        self._room.set()
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def take(self, updates: Sequence[Mapping[str, Any]]) -> None:
        """Keep updates in one transaction, then set to work on them; when it raises, none of them is kept."""
        now = self._now()
        incoming = [
            Incoming(int(update["update_id"]), sender_of(update), update)
            for update in updates
            if isinstance(update.get("update_id"), int)
        ]
        async with self._database.begin() as session:
            kept = await rows.keep(session, self._bot_id, incoming, now, now + LEASE if self._alone else None)
            self._fault("before intake commit")
        self._fault("after intake commit")
        if self._alone:
            self._enter(kept)
        else:
            for sender in dict.fromkeys(row.sender for row in kept):
                await self._claim(sender)

    async def room(self) -> None:
        """Wait until there is room for more: what is not asked for stays safely with Telegram."""
        await self._room.wait()

    async def recover(self, *, starting: bool = False) -> None:
        """Take up rows that nobody holds: at the start, and from time to time."""
        if starting and self._alone:
            async with self._database.begin() as session:
                await rows.release(session, self._bot_id)
        while await self._claim(None) == rows.MOST:
            pass

    async def _claim(self, sender: int | None) -> int:
        now = self._now()
        async with self._database.begin() as session:
            taken = await rows.claim(session, self._bot_id, now, now + LEASE, sender=sender, whole=self._alone)
        self._enter(taken)
        return len(taken)

    async def prune(self) -> None:
        """Forget rows that were answered two days ago."""
        async with self._database.begin() as session:
            await rows.prune(session, self._now())

    async def idle(self) -> None:
        """Wait until everything taken in so far is answered and marked so."""
        await self._idle.wait()

    async def run(self) -> None:
        """Mark answered rows, many in one transaction, until cancelled."""
        while True:
            await self._to_flush.wait()
            if len(self._answered) < FLUSH_ROWS:
                await asyncio.sleep(FLUSH_SECONDS)
            try:
                await self.flush()
            except Exception as error:
                if not rows.passes(error):
                    raise
                _log.warning("the database is away", error=type(error).__name__)
                await asyncio.sleep(1)

    async def flush(self) -> None:
        """Mark what has been answered so far."""
        self._to_flush.clear()
        marked = list(self._answered)
        if marked:
            async with self._database.begin() as session:
                await rows.mark_answered(session, marked, self._now())
            del self._answered[: len(marked)]
            self._held.difference_update(marked)
        self._settle_down()

    async def close(self) -> None:
        """Stop working: what is under way is given up and will be taken up at the next start."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.flush()

    def _enter(self, taken: Sequence[Stored]) -> None:
        for row in taken:
            if row.id in self._held:
                continue
            self._held.add(row.id)
            lane = self._lanes.setdefault(row.sender, deque())
            lane.append(row)
            if len(lane) == 1:
                task = asyncio.create_task(self._drain(row.sender), name=f"lane {row.sender}")
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
        if self._held:
            self._idle.clear()
        if len(self._held) >= FULL:
            self._room.clear()

    async def _drain(self, sender: int) -> None:
        lane = self._lanes[sender]
        while lane:
            row = lane[0]
            with structlog.contextvars.bound_contextvars(inbox_id=row.id, update_id=row.update_id):
                if await self._worked(row):
                    self._mark(row.id)
                else:
                    self._held.discard(row.id)
            if not self._alone:
                await self._next(sender)
            lane.popleft()
        del self._lanes[sender]
        self._settle_down()

    async def _worked(self, row: Stored) -> bool:
        """Work on a row; whatever fails, even noting a failure, the sender's next messages still have their turn."""
        try:
            return await self._work(row)
        except Exception as error:
            _log.error("a message will be taken up again", exc_info=error)
            return False

    async def _next(self, sender: int) -> None:
        with outlasting(_log):  # the tick will claim it
            await self._claim(sender)

    def _mark(self, row_id: int) -> None:
        self._answered.append(row_id)
        self._to_flush.set()

    def _settle_down(self) -> None:
        if len(self._held) < FULL:
            self._room.set()
        if not self._held and not self._lanes:
            self._idle.set()

    async def _work(self, row: Stored) -> bool:
        """Handle and answer one row; returns False when it has to be taken up again later."""
        heard = hear_safely(row.payload)
        if heard is None:
            return True
        reply = replies.load(row.reply) if row.handled else await self._handled(row, heard)
        if reply is None:
            return False
        self._fault("before send")
        try:
            await self._courier.deliver(reply, heard)
        except Undelivered:
            _log.warning("a reply could not be delivered yet")
            return False
        self._fault("after send")
        return True

    async def _handled(self, row: Stored, heard: Heard) -> Reply | None:
        """Handle a row until it succeeds; None when it never did and was set aside."""
        for attempt in count():
            mark = Mark(row.id, self._now, self._fault)
            try:
                async with self._slots:
                    reply = await self._once(row, heard, mark)
                self._fault("after effect commit")
                return reply
            except Exception as error:
                if mark.late:
                    return await self._kept_reply(row)
                if rows.passes(error):
                    _log.warning("the database is away, trying again", error=type(error).__name__)
                elif await self._failed(row, heard, error):
                    return None
            await asyncio.sleep(min(0.1 * 3**attempt, 5) * random.uniform(0.7, 1.3))
        return None

    async def _once(self, row: Stored, heard: Heard, mark: Mark) -> Reply:
        reply = await self._answer(row, heard, mark)
        if not mark.settled and not self._alone:  # another replica waits for this to take the sender's next one
            async with self._database.begin() as session:
                await mark.settle(session, reply)
        return reply

    async def _kept_reply(self, row: Stored) -> Reply:
        """The reply to a message that was handled already: what its commit kept, or silence when it was sent."""
        async with self._database.read() as session:
            return replies.load(await rows.reply_of(session, row.id))

    async def _failed(self, row: Stored, heard: Heard, error: Exception) -> bool:
        """Count a failure; after the last one tell the sender, set the row aside and return True."""
        reference = secrets.token_hex(3).upper()
        _log.error("a message could not be handled", reference=reference, exc_info=error)
        async with self._database.begin() as session:
            attempts = await rows.count_failure(session, row.id)
        if attempts < TRIES:
            return False
        with contextlib.suppress(Undelivered):
            await self._courier.deliver(await self._apology(heard, reference), heard)
        async with self._database.begin() as session:
            await rows.set_aside(session, row.id, self._now())
        _log.error("a message was set aside", reference=reference)
        return True
