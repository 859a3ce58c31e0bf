"""Tells the time: the one place where the product reads a clock."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta


def real_time() -> datetime:
    """The machine's time, in UTC."""
    return datetime.now(UTC)


class Clock:
    """A clock that can be moved, by whole offsets, in the demo and in tests; ``read`` is what it goes by."""

    def __init__(self, read: Callable[[], datetime] = real_time) -> None:
        self._read = read
        self._ahead = timedelta()

    def now(self) -> datetime:
        """The time, aware, in UTC."""
        return self._read() + self._ahead

    def move(self, by: timedelta) -> None:
        """Run so much further ahead."""
        self._ahead += by
