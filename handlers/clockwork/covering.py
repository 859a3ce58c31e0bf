"""Which days a daily digest is about: each day once, also when the days on which it comes are changed."""

from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from handlers.base import Team
from handlers.clockwork.calendar import is_holiday
from metrics.periods import Period
from metrics.periods.timetable import Rule, period_of, period_since
from store import Session
from store.queues import schedules
from store.queues.schedules import Run, Schedule

UNTOLD = "untold"
"""In what a schedule keeps: from which day on nothing had been told when the days on which it comes were changed."""
_LOOKED_BACK = 16
"""Runs looked at for the last that told something: more than there are holidays in a row."""
_LONGEST = timedelta(days=31)


async def covered(session: Session, one: Schedule, rule: Rule, team: Team, due: datetime) -> Period:
    """Return the period that a due time of a schedule is about.

    After holidays a daily one is about the days since the last one; where its days were changed, about those of which
    nothing was told. Example: Monday to Friday until Sunday, then Monday to Saturday: Monday is about Friday too.
    """
    period = period_of(rule, due, team.zone, partial(is_holiday, team))
    if rule.every != "day":
        return period
    today = due.astimezone(team.zone).date()
    told = await _told_before(session, one, team, today)
    kept: Any = one.what.get(UNTOLD)
    untold = date.fromisoformat(kept) if kept else None
    if untold is not None and (told or untold) <= untold < today <= untold + _LONGEST:
        return period_since(untold, due, team.zone)
    return period_since(max(told or period.first_day, period.first_day), due, team.zone)


async def _told_before(session: Session, one: Schedule, team: Team, today: date) -> date | None:
    """The day of the last daily run before today, of all days before which something was told, or was missed."""
    before = await schedules.runs_of(session, team.id, one.id, _LOOKED_BACK)
    days = (run.due_at.astimezone(team.zone).date() for run in before if run.state != "held" and _is_daily(run))
    return max((on for on in days if on < today), default=None)


def _is_daily(run: Run) -> bool:
    kept: Any = run.kept or {}
    return str(kept.get("period", "d"))[0] in "dc"


async def kept_untold(session: Session, one: Schedule, old: Rule, new: Rule, team: Team) -> dict[str, Any]:
    """Return what a schedule keeps when it comes by another rule: with the first day that is untold by its old one."""
    what = {name: value for name, value in one.what.items() if name != UNTOLD}
    if old.every != "day" or new.every != "day":
        return what
    period = await covered(session, one, old, team, one.next_run_at)
    return what | {UNTOLD: period.first_day.isoformat()}
