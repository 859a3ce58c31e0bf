"""Holds a figure that is watched against its limit, or against what is usual, of the team or of each rep."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from handlers.alerts.holding import WHOLE, Finding, Held, news, out
from handlers.alerts.kinds import Alert
from handlers.alerts.usual import held_usually, why_each
from handlers.base import Team, UserError
from handlers.buttons import STALE
from handlers.clockwork.calendar import is_holiday
from handlers.figures.asked import BY_KEY, Asked, rules_of, scope_of
from metrics.answers.asking import ask
from metrics.answers.expecting import leading_to
from metrics.base import NONE, Answer
from metrics.periods import Period, day, key, week
from store import Session
from store.people.membership import members_of

_DAY = timedelta(days=1)
_DAYS, _WEEKS = 13, 11
"""So many earlier ones stand on the picture of a crossing."""


async def found(session: Session, team: Team, now: datetime, alert: Alert, mornings: Sequence[date]) -> list[Finding]:
    """Ask an alert's figure of the last of these mornings; of those before, which were missed, tell what has passed.

    What had crossed on a missed morning and is no longer out is told of the latest such day, and that it is back.
    """
    *missed, today = mornings[-1:] if alert.weekly else mornings
    last, passed = await _found(session, team, now, alert, today), []
    told = {one.key for one in out(last.held)}
    for morning in reversed(missed):
        then = await _found(session, team, now, alert, morning)
        crossed = tuple(one for one in then.crossed if one.key not in told)
        told |= {one.key for one in crossed}
        if crossed:
            passed.append(replace(then, crossed=crossed, back=()))
    if not passed:
        return [last]
    over = (*alert.over, *(held.mark for one in passed for held in one.crossed))
    return [*reversed(passed), await _found(session, team, now, replace(alert, over=over), today)]


async def _found(session: Session, team: Team, now: datetime, alert: Alert, morning: date) -> Finding:
    """Tell what has crossed in the morning's figure, and what is back, since the alert was looked at last.

    An alert by the week is about the week before, one by the day about yesterday. After holidays on which nothing was
    logged it is about the day before them: their mornings were silent. On any other day off it is about those only of
    whom something was logged.
    """
    if alert.weekly:
        answer, held = await held_in(session, team, now, alert, week(morning - 7 * _DAY, team.zone, now))
    else:
        on = morning - _DAY
        answer, held = await held_in(session, team, now, alert, day(on, team.zone, now))
        while is_holiday(team, on) and not answer.value:
            on -= _DAY
            answer, held = await held_in(session, team, now, alert, day(on, team.zone, now))
        if not rules_of(team).week.holds(on):
            held = [one for one in held if one.value]
    finding = news(alert, answer, held)
    if alert.kind == "unusual":
        return replace(finding, why=await why_each(session, finding))
    return finding if alert.by_rep or not (finding.crossed or finding.back) else await _with_course(session, finding)


async def _with_course(session: Session, finding: Finding) -> Finding:
    """Add the days, or weeks, that led to the team's figure, for its picture."""
    [held], answer = finding.held, finding.answer
    count = _WEEKS if finding.alert.weekly else _DAYS
    return replace(
        finding, held=(replace(held, earlier=await leading_to(answer.metric, session, answer.scope, count)),)
    )


async def held_in(session: Session, team: Team, now: datetime, alert: Alert, span: Period) -> tuple[Answer, list[Held]]:
    """Ask an alert's figure of a day or a week, and hold it, or each rep's, against the limit or the usual."""
    asked = Asked(alert.metric, key(span), by="rep" if alert.by_rep else None)
    scope = scope_of(team, now, asked)
    reps = {one.id: one for one in await members_of(session, team.id) if one.role == "rep" and one.account_id}
    if alert.kind == "unusual":
        answer, held = await held_usually(
            session, team, alert, scope, {id_: one.joined_at for id_, one in reps.items()}
        )
    else:
        answer = await ask(BY_KEY[alert.metric], session, scope)
        held = _against_limit(alert, answer, [id_ for id_, one in reps.items() if one.joined_at < span.end])
    return answer, _named(answer, held, {id_: one.name for id_, one in reps.items()})


def _against_limit(alert: Alert, answer: Answer, reps: list[int]) -> list[Held]:
    """Hold the team's value, or each rep's, against a limit.

    Of figures that add up a rep without any record has 0: who made no call has made fewer than five.
    """
    values: dict[str, float | None] = {WHOLE: answer.value}
    if alert.by_rep:
        idle = reps if answer.metric.additive and answer.value is not None else []
        values = {str(id_): 0 for id_ in idle}
        values |= {str(row.id): row.value for row in answer.breakdown if row.key != NONE}
    return [Held(key, "", value, _side(alert, value), _beyond(alert, value)) for key, value in values.items()]


def _beyond(alert: Alert, value: float | None) -> float:
    """How far a value is on the wrong side of the limit."""
    if value is None:
        return 0
    return alert.limit - value if alert.below else value - alert.limit


def _side(alert: Alert, value: float | None) -> str | None:
    """Where a value stands; an undefined one is on neither side."""
    if value is None:
        return None
    return ("low" if alert.below else "high") if alert.crossed(value) else ""


def _named(answer: Answer, held: list[Held], names: Mapping[int, str]) -> list[Held]:
    """Name each rep; those who share a name with the number of each."""
    whose = {str(id_): name for id_, name in names.items()} | {str(row.id): row.key for row in answer.breakdown}
    count = Counter(whose[one.key] for one in held if one.key)
    return [
        replace(one, name=whose[one.key] if count[whose[one.key]] == 1 else f"{whose[one.key]} ({one.key})")
        if one.key else one
        for one in held
    ]  # fmt: skip


async def crossing_on(
    session: Session, team: Team, now: datetime, alert: Alert, on: date
) -> tuple[Answer, tuple[Held, ...]]:
    """Return who is out in the day, or week, that begins on a date, the farthest first."""
    span = week(on, team.zone, now) if alert.weekly else day(on, team.zone, now)
    if span.start > now or not alert.by_rep:
        raise UserError(STALE)
    answer, held = await held_in(session, team, now, alert, span)
    return answer, out(held)
