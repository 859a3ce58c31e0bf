"""Holds figures against what is usual for them: a day against its weekday, a week against the weeks before."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from handlers.alerts.holding import WHOLE, Finding, Held
from handlers.alerts.kinds import Alert
from handlers.base import Team
from handlers.clockwork.calendar import is_holiday
from handlers.figures.asked import BY_KEY, Asked, scope_of
from metrics.answers.comparing import short
from metrics.answers.expecting import Expected, expect, expect_each, reasons
from metrics.base import Answer, Scope
from metrics.periods import Period, day, key, week
from metrics.statistics.expected import LEAST
from metrics.wording import Phrase, Weekday, phrase
from store import Session
from store.facts import Filters
from store.people.membership import members_of

EXPLAINED = 3
"""Of so many reps, the farthest out, a message says why."""


def is_free(team: Team, span: Period) -> bool:
    """Whether a day is a holiday, or a week has one: it is not usual, and no measure of others."""
    days = (span.full_last_day - span.first_day).days + 1
    return any(is_holiday(team, span.first_day + timedelta(days=number)) for number in range(days))


async def held_usually(
    session: Session, team: Team, alert: Alert, scope: Scope, joined: Mapping[int, datetime]
) -> tuple[Answer, list[Held]]:
    """Hold the team's figure, or each rep's, against what is usual; none of a day off or a week with one."""
    metric = BY_KEY[alert.metric]

    def free(span: Period) -> bool:
        return is_free(team, span)

    if alert.by_rep:
        answer, each = await expect_each(metric, session, scope, free, joined)
        held = [_held(str(rep), one) for rep, one in each.items()]
    else:
        answer, expected = await expect(metric, session, scope, free)
        held = [_held(WHOLE, expected)]
    return answer, [] if free(scope.period) else held


def _held(whose: str, one: Expected) -> Held:
    value, range_ = one.value, one.usual
    beyond = 0 if range_ is None or value is None else max(range_.low - value, value - range_.high)
    return Held(whose, "", value, one.side, beyond, range_, one.earlier)


async def why_each(session: Session, finding: Finding) -> dict[str, tuple[Phrase, ...]]:
    """Say what made the difference, by whose figure it is; of a rep the first reason is enough."""
    metric, scope = finding.answer.metric, finding.answer.scope
    why = {}
    for one in finding.crossed[:EXPLAINED]:
        of = Scope(scope.team, scope.period, scope.now, filters=Filters(rep=int(one.key) if one.key else None))
        told = await reasons(metric, session, of, one.before, BY_KEY["why"])
        why[one.key] = told[:1] if one.key else told
    return why


async def expectation(session: Session, team: Team, alert: Alert, now: datetime) -> Phrase:
    """Say what is usual for the last such day or week, or from when on it can be known."""
    last = now.astimezone(team.zone).date() - timedelta(days=7 if alert.weekly else 1)
    span = (week if alert.weekly else day)(last, team.zone, now)
    scope = scope_of(team, now, Asked(alert.metric, key(span)))
    if alert.by_rep:
        return await _of_each(session, team, alert, scope)
    answer, expected = await expect(BY_KEY[alert.metric], session, scope, lambda one: is_free(team, one))
    if expected.usual is not None:
        low, high = (short(answer, end) for end in (expected.usual.low, expected.usual.high))
        return phrase("Usual for {when}, judging by {n} weeks: {low} to {high}.", when=when(alert, span.first_day),
                      n=expected.n, low=low, high=high)  # fmt: skip
    if expected.n >= LEAST:
        return phrase("For {when} there was nothing so far: as long as that is so, it is silent.",
                      when=when(alert, span.first_day))  # fmt: skip
    return phrase(
        "What is usual for {when} is not known yet: {n} of the {least} earlier ones that it takes are logged. It"
        " begins by itself.",
        when=when(alert, span.first_day), n=expected.n, least=LEAST,
    )  # fmt: skip


async def _of_each(session: Session, team: Team, alert: Alert, scope: Scope) -> Phrase:
    """Say of how many reps it is known what is usual."""
    reps = {one.id: one.joined_at for one in await members_of(session, team.id) if one.role == "rep" and one.account_id}
    _, each = await expect_each(BY_KEY[alert.metric], session, scope, lambda one: is_free(team, one), reps)
    known = sum(one.usual is not None for one in each.values())
    count, on = len(reps.keys() | each.keys()), when(alert, scope.period.first_day)
    if known == count:
        return phrase("Each rep is compared with what is usual for themselves, {when}.", when=on)
    return phrase(
        "Each rep is compared with what is usual for themselves, {when}: known for {known} of {reps}. The others follow"
        " once they have {least} weeks.",
        when=on, known=known, reps=count, least=LEAST,
    )  # fmt: skip


def when(alert: Alert, on: date) -> object:
    """What a figure is held against, in words: ``Fri``, ``a week``."""
    return phrase("a whole week") if alert.weekly else Weekday(on)
