"""Updates waiting for the bot: kept until confirmed, for 24 hours; one long poll at a time."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.simulator.errors import Json, conflict

KEPT_SECONDS = 24 * 3600
NOT_BY_DEFAULT = ("chat_member", "message_reaction", "message_reaction_count")
"""Kinds that Telegram sends only to a bot that asks for them by name."""
MOST_TIMEOUT_SECONDS = 50


@dataclass(slots=True)
class Webhook:
    """Where updates are posted, when the bot asked for that."""

    url: str = ""
    secret_token: str = ""
    max_connections: int = 40
    last_error_date: int | None = None
    last_error_message: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An update not confirmed yet; `since` in Unix seconds."""

    update_id: int
    since: int
    json: Json


@dataclass(slots=True)
class _Poll:
    """A long poll in progress."""

    wake: asyncio.Event = field(default_factory=asyncio.Event)
    displaced: bool = False


class Updates:
    """The queue between people and the bot."""

    def __init__(self, next_id: int, unix: Callable[[], int]) -> None:
        self._next_id = next_id
        self._unix = unix
        self.pending: deque[Waiting] = deque()
        self.allowed: tuple[str, ...] = ()
        self.webhook = Webhook()
        self.changed = asyncio.Event()
        self.closing = False
        self._poll: _Poll | None = None

    @property
    def polling(self) -> bool:
        """Whether a bot is waiting for updates right now."""
        return self._poll is not None

    def allow(self, kinds: tuple[str, ...]) -> None:
        """From now on only these kinds are kept; none means Telegram's default."""
        self.allowed = kinds

    def publish(self, kind: str, payload: Json) -> int | None:
        """Adds an update and gives its id; None when the bot did not ask for such."""
        if kind not in self.allowed if self.allowed else kind in NOT_BY_DEFAULT:
            return None
        update_id = self._next_id
        self._next_id += 1
        self.pending.append(Waiting(update_id, self._unix(), {"update_id": update_id, kind: payload}))
        self._wake()
        return update_id

    def _wake(self) -> None:
        self.changed.set()
        if self._poll:
            self._poll.wake.set()

    def confirm(self, offset: int) -> None:
        """Forgets updates below `offset`; a negative one keeps only so many of the last."""
        if offset < 0:
            while len(self.pending) > -offset:
                self.pending.popleft()
        while self.pending and self.pending[0].update_id < offset:
            self.pending.popleft()

    def forget_old(self) -> None:
        """Forgets what nobody took for 24 hours."""
        while self.pending and self.pending[0].since < self._unix() - KEPT_SECONDS:
            self.pending.popleft()

    def set_webhook(self, webhook: Webhook) -> None:
        """Posts updates to another place, or nowhere when its address is empty."""
        self.webhook = webhook
        if webhook.url and self._poll:
            self._poll.displaced = True
        self._wake()

    def close(self) -> None:
        """Ends a waiting poll with nothing, as when the server stops."""
        self.closing = True
        self._wake()

    async def poll(self, offset: int, limit: int, timeout_seconds: float) -> list[Json]:
        """The updates from `offset`, waiting for the first; 409 for a poll that another one displaces."""
        if self.webhook.url:
            raise conflict(
                "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            )
        if self._poll:
            self._poll.displaced = True
            self._poll.wake.set()
        mine = self._poll = _Poll()
        self.confirm(offset)
        self.forget_old()
        try:
            if not self.pending and timeout_seconds > 0 and not self.closing:
                await _wait(mine.wake, min(timeout_seconds, MOST_TIMEOUT_SECONDS))
        finally:
            if self._poll is mine:
                self._poll = None
        if mine.displaced:
            raise conflict("terminated by other getUpdates request; make sure that only one bot instance is running")
        return [waiting.json for waiting in list(self.pending)[:limit]]


async def _wait(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        pass
