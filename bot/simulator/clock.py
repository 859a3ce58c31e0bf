"""A clock that tests and the control API can move."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


def real_time() -> datetime:
    """The machine's time, in UTC."""
    return datetime.now(UTC)


class Clock:
    """Tells the time of the simulated Telegram: a base clock plus an offset that can be set."""

    def __init__(self, base: Callable[[], datetime] = real_time) -> None:
        self._base = base
        self._offset = timedelta()

    def now(self) -> datetime:
        """The simulated time, in UTC."""
        return self._base() + self._offset

    def unix(self) -> int:
        """The simulated time in whole seconds, as Telegram dates its messages."""
        return int(self.now().timestamp())

    @property
    def offset_seconds(self) -> float:
        """How far the simulated time is ahead of the base clock, in seconds."""
        return self._offset.total_seconds()

    def set_offset(self, seconds: float) -> None:
        """Runs so many seconds ahead of the base clock (behind it when negative)."""
        self._offset = timedelta(seconds=seconds)

    def advance(self, seconds: float) -> None:
        """Moves so many seconds forward."""
        self._offset += timedelta(seconds=seconds)

    def go_to(self, at: time, zone: ZoneInfo, weekday: int | None = None) -> None:
        """Moves forward to the next time that it is `at` in a zone, on a weekday (Monday is 0) if one is named."""
        local = self.now().astimezone(zone)
        day = local.date() + timedelta(days=1 if local.time() >= at else 0)
        while weekday is not None and day.weekday() != weekday:
            day += timedelta(days=1)
        self.set(datetime.combine(day, at, zone))

    def set(self, moment: datetime) -> None:
        """Makes it `moment` (aware) now; time goes on from there."""
        self._offset = moment - self._base()
