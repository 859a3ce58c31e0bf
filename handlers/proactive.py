"""What is done by the clock, unasked: the work of each kind of schedule, and what is looked at at every tick.

To add something that comes by itself, copy one: write ``async def <work>(occasion) -> Outcome`` in the module of its
noun, list it in `WORK` under its kind, and, when every team has it, in `STANDING` with its rule.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from handlers.base import Painter, Team
from metrics.periods import Period
from metrics.timetable import Rule
from store import Database, Session
from store.schedules import Schedule

State = Literal["sent", "empty", "held"]


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
        return f"{self.schedule.kind}:{self.schedule.id}:{self.due:%Y%m%dT%H%M}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: ``write`` tells people, in the transaction that records the run; ``kept`` is what was said."""

    state: State = "sent"
    reason: str | None = None
    kept: Mapping[str, Any] | None = None
    write: Callable[[Session], Awaitable[None]] | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """A schedule that every team has by itself, in its own zone."""

    kind: str
    rule: Rule
    grace: timedelta


Work = Callable[[Occasion], Awaitable[Outcome]]
Pulse = Callable[[Database, datetime], Awaitable[None]]

WORK: Mapping[str, Work] = {}
"""Who does the work of each kind of schedule."""

STANDING: tuple[Standing, ...] = ()
"""What every team has by itself."""

PULSES: tuple[Pulse, ...] = ()
"""What is looked at at every tick, such as follow-ups that have become due; each must be quick when nothing is."""
