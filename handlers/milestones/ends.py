"""Tells, in the morning after a period has ended, that a mean, a share or a duration has reached its target.

Of such a figure half a target means nothing (half of 60 minutes' waiting is not half of the way), and within the
period reached may be unreached again: the month's first sale of 10 tr makes an average order of 10 tr, the second of
2 tr makes it 6. Only the whole period has one value, so it is held against the target then, once, with how many
records it comes from; few of them are said to be few. What is logged late is in the figure by that morning or is not
told of: ``/targets`` shows it.
"""

from datetime import timedelta

from handlers.base import Team
from handlers.clockwork.occasions import Occasion, Outcome, Standing
from handlers.figures.asked import BY_KEY, rules_of
from handlers.milestones.telling import ended, tell_whose
from metrics.answers.asking import ask
from metrics.answers.targets import UNITS, is_reached
from metrics.base import Answer, Scope
from metrics.periods import Period, current, day, key, step
from metrics.periods.timetable import Rule
from store import Session
from store.catalogue.targets import Target, targets_on
from store.facts import Filters

KIND = "targets"
STANDING = Standing(KIND, Rule("day", "08:10"), timedelta(days=3))


async def tell_ends(occasion: Occasion) -> Outcome:
    """Hold the figures of the periods that ended since the last morning against their targets."""
    team, now = occasion.team, occasion.now
    async with occasion.database.remembering() as session:
        found = [one for period in _ended(occasion) for one in await _reached(session, occasion, period)]
    if not found:
        return Outcome("empty")

    async def write(session: Session) -> None:
        for target, answer in found:
            name = f"{KIND}:{target.id}:{key(answer.scope.period)}"
            await tell_whose(session, team, target, ended(team, target, answer), key=name, now=now)

    return Outcome(write=write)


def _ended(occasion: Occasion) -> list[Period]:
    """The week, month, quarter and year that ended since the due time before this one, missed ones counted in."""
    zone, due = occasion.team.zone, occasion.due
    since = due - timedelta(days=1 + len(occasion.missed))
    before = [step(current(unit, zone, due), -1, due) for unit in UNITS]
    return [one for one in before if one is not None and since < one.full_end <= due]


async def _reached(session: Session, occasion: Occasion, period: Period) -> list[tuple[Target, Answer]]:
    held = await targets_on(session, occasion.team.id, period.first_day)
    found = []
    for one in held:
        if one.unit == period.unit and _is_held(one):
            answer = await _answer(session, occasion.team, one, period, occasion)
            if is_reached(answer.metric, answer.value, one.value or 0):
                found.append((one, answer))
    return found


def _is_held(one: Target) -> bool:
    """Whether a target is of a figure that does not add up; more than nothing is no aim."""
    metric = BY_KEY.get(one.metric)
    return metric is not None and not metric.additive and one.value is not None and (
        one.value > 0 or metric.better == "down"
    )  # fmt: skip


async def _answer(session: Session, team: Team, one: Target, period: Period, occasion: Occasion) -> Answer:
    """The figure as ``/targets`` says it; compared with one day, for no verdict on a change is wanted here."""
    first = day(period.first_day, team.zone, occasion.now)
    scope = Scope(rules_of(team), period, occasion.now, filters=Filters(rep=one.member_id), versus=first)
    return await ask(BY_KEY[one.metric], session, scope)
