"""What a digest is about and for whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from handlers.base import Team
from handlers.figures.asked import Asked, scope_of
from metrics.base import Scope
from metrics.periods import Period, key
from store.facts import Filters
from store.queues.schedules import Run


@dataclass(frozen=True, slots=True)
class View:
    """What a digest is about and for whom: ``group`` leaves out names with figures, and whatever is personal.

    ``rep`` is a member's id, or 0 for the team; ``sent`` the runs sent before, newest first; ``missed`` the due times
    that nobody was told of; ``next_at`` when the next one comes.
    """

    team: Team
    period: Period
    now: datetime
    metrics: tuple[str, ...]
    rep: int
    group: bool
    next_at: datetime
    sent: Sequence[Run] = ()
    missed: Sequence[datetime] = ()

    def scope(self, metric: str, period: Period | None = None) -> Scope:
        """Return the question that a metric answers here."""
        filters = Filters(rep=self.rep) if self.rep else Filters()
        return scope_of(self.team, self.now, Asked(metric, key(period or self.period), filters=filters))
