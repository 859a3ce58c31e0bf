"""What happened, for the chat page and for tests that wait."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable

from bot.simulator.errors import Json

KEPT = 5000


class Events:
    """A numbered log of the latest events that any number of listeners follow."""

    def __init__(self) -> None:
        self._log: deque[Json] = deque(maxlen=KEPT)
        self._changed = asyncio.Event()
        self.last = 0
        self.closing = False

    def add(self, kind: str, **data: object) -> None:
        """Tells every listener."""
        self.last += 1
        self._log.append({"seq": self.last, "kind": kind, **data})
        self._wake()

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    def close(self) -> None:
        """Ends all listening."""
        self.closing = True
        self._wake()

    def after(self, seq: int) -> list[Json]:
        """The events later than the given number."""
        return [event for event in self._log if event["seq"] > seq]

    async def follow(self, seq: int, idle_seconds: float) -> AsyncIterator[list[Json]]:
        """Batches of events from `seq` on; an empty batch after each idle while."""
        while not self.closing:
            changed = self._changed
            batch = self.after(seq)
            if batch:
                seq = batch[-1]["seq"]
                yield batch
                continue
            try:
                async with asyncio.timeout(idle_seconds):
                    await changed.wait()
            except TimeoutError:
                yield []

    async def until(self, true: Callable[[], bool], timeout_seconds: float) -> None:
        """Waits until a condition holds, looking after every event; TimeoutError when it never does."""
        async with asyncio.timeout(timeout_seconds):
            while True:
                changed = self._changed
                if true():
                    return
                await changed.wait()
