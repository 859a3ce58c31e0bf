"""Telegram's limits on sending, kept for every message that the bot sends: replies go first.

30 messages a second in all, 20 a minute in a group, one a second in a chat. Replies in a private chat are held to the
first only: people write in bursts, Telegram mostly lets their answers through, and where it asks to wait, they wait.
"""

import asyncio
import heapq
import time
from collections import deque
from collections.abc import Awaitable, Callable
from itertools import count

PER_SECOND = 30
SECOND = 1.04
"""Messages that leave evenly arrive a little unevenly: a second is counted with some room."""
PER_MINUTE_IN_GROUP = 20
MINUTE = 60.5
KEPT = 5_000


class Limiter:
    """Hands out turns to send; ``per_second`` is infinite where no limits hold, as in simulated years."""

    def __init__(
        self,
        per_second: float = PER_SECOND,
        *,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._gap = SECOND / per_second
        self._unlimited = self._gap == 0
        self._clock, self._pause = clock, pause
        self._free_at = 0.0
        self._chats: dict[int, deque[float]] = {}
        self._held: dict[int, float] = {}
        self._line: list[tuple[int, int]] = []
        self._tickets = count()
        self._moved = asyncio.Condition()

    async def reply(self, chat_id: int) -> None:
        """Wait for the turn of a reply: before everything unasked."""
        while (delay := self._group_full(chat_id)) > 0:
            await self._pause(delay)
        await self._turn(0, chat_id)

    def delay(self, chat_id: int) -> float:
        """Return the seconds until something unasked may be sent in a chat; 0 for now."""
        if self._unlimited:
            return 0.0
        sent = self._chats.get(chat_id)
        free = max(self._held.get(0, 0.0), self._held.get(chat_id, 0.0), sent[-1] + 1.0 if sent else 0.0)
        return max(free - self._clock(), self._group_full(chat_id), 0.0)

    async def unasked(self, chat_id: int) -> None:
        """Wait for the turn of something unasked."""
        await self._turn(1, chat_id)

    def hold(self, chat_id: int | None, seconds: float) -> None:
        """Send nothing unasked in a chat (None: anywhere) for so long, as Telegram asks."""
        self._held[chat_id or 0] = self._clock() + seconds

    async def _turn(self, rank: int, chat_id: int) -> None:
        if self._unlimited:
            return
        ticket = (rank, next(self._tickets))
        heapq.heappush(self._line, ticket)
        try:
            while True:
                async with self._moved:
                    await self._moved.wait_for(lambda: self._line[0] == ticket)
                wait = self._free_at - self._clock()
                if wait <= 0:
                    break
                await self._pause(min(wait, self._gap))
            now = self._clock()
            self._free_at = max(now, self._free_at) + self._gap
            self._note(chat_id, now)
        finally:
            self._line.remove(ticket)
            heapq.heapify(self._line)
            async with self._moved:
                self._moved.notify_all()

    def _note(self, chat_id: int, now: float) -> None:
        if len(self._chats) > KEPT:
            self._chats = {chat: sent for chat, sent in self._chats.items() if sent and sent[-1] > now - 60}
        self._chats.setdefault(chat_id, deque(maxlen=PER_MINUTE_IN_GROUP)).append(now)

    def _group_full(self, chat_id: int) -> float:
        """The seconds until a group takes one more message."""
        sent = self._chats.get(chat_id) or deque[float]()
        if self._unlimited or chat_id > 0 or len(sent) < PER_MINUTE_IN_GROUP:
            return 0.0
        return max(sent[0] + MINUTE - self._clock(), 0.0)
