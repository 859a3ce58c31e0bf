"""What work by the clock is given and gives back: Occasion, Outcome, Standing; `programme` lists the work."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from handlers.base import Painter, Team
from metrics.periods import Period
from metrics.periods.timetable import Rule
from store import Database, Session
from store.queues.digesting import said_under
from store.queues.schedules import Schedule

State = Literal["sent", "empty", "held"]
DOWN = "the bot was not running"
"""Why a due time was missed, where nothing failed."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """One due time of a schedule: when it was due, what period it is about, and the due times missed before it."""

    schedule: Schedule
    team: Team
    rule: Rule
    due: datetime
    period: Period
    now: datetime
    missed: tuple[datetime, ...]
    database: Database
    painter: Painter

    @property
    def key(self) -> str:
        """What this occasion's messages are kept under."""
        return said_under(self.schedule.kind, self.schedule.id, self.due)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: ``write`` tells people, in the transaction that records the run; ``kept`` is what was said.

    ``next_at`` is when it comes next, where that is not the rule's next due time: it was put off.
    """

    state: State = "sent"
    reason: str | None = None
    kept: Mapping[str, Any] | None = None
    write: Callable[[Session], Awaitable[None]] | None = None
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """A schedule that every team has by itself, in its own zone."""

    kind: str
    rule: Rule
    grace: timedelta


Work = Callable[[Occasion], Awaitable[Outcome]]
Pulse = Callable[[Database, datetime], Awaitable[None]]
