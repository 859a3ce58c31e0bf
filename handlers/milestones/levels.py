"""Tells half, nine tenths and all of a target, each once, soon after the record that brings it.

Of figures that add up alone: a sum that has reached its target has reached it, a mean may fall below it again
(`handlers.milestones.ends`). What a correction takes back and brings again is not told again.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from handlers.base import Team
from handlers.clockwork.looking import Watch, look_at_teams
from handlers.clockwork.teams import team_named
from handlers.figures.asked import BY_KEY, rules_of
from handlers.milestones.telling import on_the_way, reached, tell_whose
from metrics.answers.asking import ask
from metrics.answers.targets import UNITS
from metrics.base import Scope
from metrics.periods import Period, current, day, key, step
from store import Database, Session
from store.catalogue.targets import Target, targets_on
from store.queues import looks

KIND = "milestones"
LEVELS = (50, 90, 100)
"""Per cent of a target."""
AGAIN = timedelta(minutes=2)
"""How soon a team's targets are looked at again."""
LATE = timedelta(days=1)
"""So long after its end a period may still be completed: yesterday evening's sales are logged this morning."""
AHEAD = timedelta(minutes=2)
"""Records of so far ahead count: Telegram's clock, which dates a message, may be ahead of this machine's."""
MOST = 4


@dataclass(frozen=True, slots=True)
class Milestone:
    """A part of a target that is reached: of which period, with which value."""

    target: Target
    period: Period
    value: float
    level: int

    @property
    def name(self) -> str:
        """What is kept of it: the same target of the same period has one highest level."""
        return f"{self.target.id}:{key(self.period)}"


async def _look(database: Database, look: looks.Look, now: datetime) -> None:
    async with database.read() as session:
        version, team = await looks.version_of(session, look.team_id), await team_named(session, look.team_id)
        found = [one async for one in _reached(session, team, now + AHEAD)]
    before: Mapping[str, Any] = look.kept.get("told", {})
    new = [one for one in found if one.level > int(before.get(one.name, 0))]
    known = {name: level for name, level in before.items() if _recent(name, team, now + AHEAD)}
    async with database.begin() as session:
        for one in new:
            words = reached if one.level == LEVELS[-1] else on_the_way
            word, name = words(team, one.target, one.period, one.value), f"milestone:{one.name}:{one.level}"
            await tell_whose(session, team, one.target, word, key=name, now=now)
        told = known | {one.name: one.level for one in new}
        await looks.looked(session, team.id, KIND, version, {"told": told})


def _recent(name: str, team: Team, now: datetime) -> bool:
    """Whether what was told of a target still matters: it may be reached again."""
    return name.partition(":")[2] in {key(one) for one in _periods(team, now)}


def _periods(team: Team, now: datetime) -> list[Period]:
    """The week, month, quarter and year that run now, and those that ended less than a day ago."""
    running = [current(unit, team.zone, now) for unit in UNITS]
    before = [step(one, -1, now) for one in running]
    return running + [one for one in before if one is not None and now - one.full_end < LATE]


async def _reached(session: Session, team: Team, now: datetime) -> AsyncIterator[Milestone]:
    """Yield the highest level that is reached of each target."""
    for period in _periods(team, now):
        held = await targets_on(session, team.id, period.first_day)
        aimed = [one for one in held if one.unit == period.unit and _adds_up(one)]
        for metric in sorted({one.metric for one in aimed}):
            values = await _values(session, team, metric, period, now, aimed)
            for one in aimed:
                value, target = values.get(one.member_id), one.value or 0.0
                level = max((at for at in LEVELS if value is not None and value * 100 >= target * at), default=0)
                if one.metric == metric and value is not None and level:
                    yield Milestone(one, period, value, level)


def _adds_up(one: Target) -> bool:
    metric = BY_KEY.get(one.metric)
    return metric is not None and metric.additive and metric.better == "up" and bool(one.value and one.value > 0)


async def _values(
    session: Session, team: Team, metric: str, period: Period, now: datetime, aimed: Sequence[Target]
) -> dict[int | None, float | None]:
    """The team's value, and each rep's where one has a target."""
    mine = any(one.member_id is not None for one in aimed if one.metric == metric)
    first = day(period.first_day, team.zone, now)  # no verdict on the change is drawn from one day: it would take long
    scope = Scope(rules_of(team), period, now, by="rep" if mine else None, versus=first)
    answer = await ask(BY_KEY[metric], session, scope)
    return {None: answer.value, **{row.id: row.value for row in answer.breakdown if row.id is not None}}


_TARGETS = Watch(KIND, AGAIN, MOST, looks.behind, _look)


async def tell_milestones(database: Database, now: datetime) -> None:
    """Look at the targets of the teams whose records have changed."""
    await look_at_teams(_TARGETS, database, now)
