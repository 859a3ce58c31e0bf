"""Telegram's limits on how fast a bot may send."""

import math
from collections import defaultdict, deque

PER_SECOND = 30
BURST_PER_CHAT = 5
PER_MINUTE_IN_GROUP = 20


class Limits:
    """30 messages a second in all, 1 a second in a chat with short bursts, 20 a minute in a group."""

    def __init__(self, enabled: bool = False) -> None:
        self.enabled = enabled
        self._all: deque[float] = deque()
        self._chats: dict[int, deque[float]] = defaultdict(deque)

    def wait(self, chat_id: int, is_group: bool, now: float) -> int:
        """Counts a message sent at `now` (Unix seconds) and gives 0, or the seconds to wait, not counting it."""
        if not self.enabled:
            return 0
        chat = self._chats[chat_id]
        most, window = (PER_MINUTE_IN_GROUP, 60.0) if is_group else (BURST_PER_CHAT, float(BURST_PER_CHAT))
        seconds = max(_excess(self._all, PER_SECOND, 1.0, now), _excess(chat, most, window, now))
        if seconds <= 0:
            self._all.append(now)
            chat.append(now)
            return 0
        return math.ceil(seconds)


def _excess(sent: deque[float], most: int, window: float, now: float) -> float:
    """The seconds until the window has room for one more."""
    while sent and sent[0] <= now - window:
        sent.popleft()
    return sent[0] + window - now if len(sent) >= most else 0.0
