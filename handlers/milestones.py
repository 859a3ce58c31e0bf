"""Milestones: half, nine tenths and all of a target, each told once, soon after the record that brings it.

A rep's own target is told to the rep; the team's where the team's digests go, else to its managers. Of figures that
add up alone: a ratio is not half reached. What a correction takes back and brings again is not told again.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from handlers.base import Button, Reply, Team
from handlers.digests.sending import KIND as DIGEST
from handlers.digests.sending import place_of
from handlers.figures import BY_KEY, rules_of
from handlers.hours import quiet_hours
from handlers.teams import team_named
from handlers.telling import Place, Word, may_hear, tell, tell_leaders, tell_member
from metrics.answers.asking import ask
from metrics.answers.goals import UNITS
from metrics.base import Scope, quantity
from metrics.periods import Period, current, day, key, step
from metrics.periods.timetable import out_of
from metrics.wording import Percent, Phrase, Say, phrase
from store import Database, Session, looks, schedules
from store.plans import Target, targets_on

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


async def tell_milestones(database: Database, now: datetime) -> None:
    """Look at the targets of the teams whose records have changed."""
    async with database.read() as session:
        behind = await looks.behind(session, KIND, now, MOST)
    for team_id in behind:
        async with database.begin() as session:
            look = await looks.claim(session, team_id, KIND, now, now + AGAIN)
        if look is not None:
            await _look(database, look, now)


async def _look(database: Database, look: looks.Look, now: datetime) -> None:
    async with database.read() as session:
        version, team = await looks.version_of(session, look.team_id), await team_named(session, look.team_id)
        reached = [one async for one in _reached(session, team, now + AHEAD)]
    before: Mapping[str, Any] = look.kept.get("told", {})
    new = [one for one in reached if one.level > int(before.get(one.name, 0))]
    known = {name: level for name, level in before.items() if _recent(name, team, now + AHEAD)}
    async with database.begin() as session:
        for one in new:
            await _tell(session, team, one, now)
        told = known | {one.name: one.level for one in new}
        await looks.looked(session, team.id, KIND, version, {"told": told})


def _recent(name: str, team: Team, now: datetime) -> bool:
    """Whether what was told of a target still matters: it may be reached again."""
    return name.partition(":")[2] in {key(one) for one in _periods(team, now)}


def _periods(team: Team, now: datetime) -> list[Period]:
    """The week, month, quarter and year that run now, and those that ended less than a day ago."""
    running = [current(unit, team.zone, now) for unit in UNITS]  # type: ignore[arg-type]
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


async def _tell(session: Session, team: Team, one: Milestone, now: datetime) -> None:
    """Say a milestone once, outside quiet hours: to whom the target is of."""
    name, due_at = f"milestone:{one.name}:{one.level}", out_of(quiet_hours(team), team.zone, now)
    word = _word(team, one)
    if one.target.member_id is not None:
        await tell_member(session, team.id, one.target.member_id, word, key=name, now=now, due_at=due_at)
        return
    places = await _places(session, team.id)
    told = [await tell(session, place, word, key=f"{name}:{place.chat_id}:{place.thread_id}", now=now, due_at=due_at)
            for place in places]  # fmt: skip
    if not any(told):
        await tell_leaders(session, team.id, word, key=name, now=now, due_at=due_at)


async def _places(session: Session, team_id: int) -> list[Place]:
    """Where the digests of the whole team go."""
    held = [one for one in await schedules.of_kind(session, team_id, DIGEST) if one.paused_at is None]
    places = {place_of(one): None for one in held if one.chat_id and not one.what.get("rep")}
    return [place for place in places if await may_hear(session, place)]


_REACHED: Mapping[bool, Phrase] = {
    True: phrase("🎉 {metric}, {period}: your target of {target} is reached, with {value}."),
    False: phrase("🎉 {metric}, {period}: the team's target of {target} is reached, with {value}."),
}
_ON_THE_WAY: Mapping[bool, Phrase] = {
    True: phrase("🎯 {metric}, {period}: {value}, {share} of your target of {target}; {left} to go."),
    False: phrase("🎯 {metric}, {period}: {value}, {share} of the team's target of {target}; {left} to go."),
}


def _word(team: Team, one: Milestone) -> Word:
    metric, target = BY_KEY[one.target.metric], one.target.value or 0.0
    amounts = (one.value, target, max(target - one.value, 0))
    value, whole, left = (quantity(round(amount), metric.unit, team.currency) for amount in amounts)
    period = replace(one.period, end=one.period.full_end, running=False)
    words = (_REACHED if one.level == LEVELS[-1] else _ON_THE_WAY)[one.target.member_id is not None]
    about: dict[str, object] = {"metric": metric.label, "period": period, "value": value, "target": whole}
    about |= {"share": Percent(one.value / target), "left": left}

    def word(say: Say) -> Reply:
        return Reply(say(replace(words, params=about)), ((Button(say.plain("Targets"), "v1|run|targets"),),))

    return word
