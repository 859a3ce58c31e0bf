"""Holds a figure that is watched against its limit, or against what is usual for its weekday."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from handlers.alerts.kinds import Alert
from handlers.base import Team, UserError
from handlers.digests.calendar import is_holiday
from handlers.figures import BY_KEY, Asked, scope_of
from handlers.proactive import Occasion
from handlers.suggestions import STALE
from metrics.answers.asking import ask
from metrics.answers.comparing import written
from metrics.answers.expecting import expect, reasons
from metrics.base import NONE, Answer
from metrics.periods import Period, day, key, week
from metrics.statistics.expected import LEAST, Usual
from metrics.wording import Phrase, Weekday, phrase
from store import Session
from store.membership import members_of

WHOLE = ""
"""The key of the whole team among what an alert has crossed."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What an alert has to say: the answer behind it, who has crossed and who is back, with the values.

    ``over`` is who stands crossed now. Of an unusual figure ``usual`` is the range, ``why`` what made the difference.
    """

    alert: Alert
    answer: Answer
    crossed: Mapping[str, float | None]
    back: Mapping[str, float | None]
    over: tuple[str, ...]
    usual: Usual | None = None
    why: tuple[Phrase, ...] = ()


def period_of(alert: Alert, occasion: Occasion) -> Period:
    """The whole day or week before."""
    zone = occasion.team.zone
    today = occasion.due.astimezone(zone).date()
    if alert.weekly:
        return week(today - timedelta(days=7), zone, occasion.now)
    return day(today - timedelta(days=1), zone, occasion.now)


async def found(session: Session, occasion: Occasion, alert: Alert) -> Finding:
    """Ask an alert's figure, and tell what has crossed and what is back since it was looked at last."""
    asked = Asked(alert.metric, key(period_of(alert, occasion)), by="rep" if alert.by_rep else None)
    scope = scope_of(occasion.team, occasion.now, asked)
    if alert.kind == "unusual":
        return await _unusual(session, occasion, alert, asked)
    answer = await ask(BY_KEY[alert.metric], session, scope)
    values: dict[str, float | None] = {WHOLE: answer.value}
    if alert.by_rep:
        values = await _by_rep(session, answer)
    now_over = {name for name, value in values.items() if alert.crossed(value)}
    known = {name for name, value in values.items() if value is not None}
    before = set(alert.over)
    return Finding(
        alert,
        answer,
        crossed={name: values[name] for name in _farthest_first(now_over - before, values, alert)},
        back={name: values[name] for name in sorted((before & known) - now_over)},
        over=tuple(sorted(now_over | (before - known))),
    )


async def _by_rep(session: Session, answer: Answer) -> dict[str, float | None]:
    """Each rep's value by name; of those who share a name, with the number of each.

    Of figures that add up a rep without any record has 0: who made no call has made fewer than five.
    """
    values = {row.id: (row.key, row.value) for row in answer.breakdown if row.key != NONE}
    if answer.metric.additive and answer.value is not None:
        for one in await members_of(session, answer.scope.team.id):
            if one.role == "rep" and one.account_id is not None and one.joined_at < answer.scope.period.end:
                values.setdefault(one.id, (one.name, 0))
    count = Counter(name for name, _ in values.values())
    return {name if count[name] == 1 else f"{name} ({id_})": value for id_, (name, value) in values.items()}


def _farthest_first(names: set[str], values: Mapping[str, float | None], alert: Alert) -> list[str]:
    return sorted(names, key=lambda name: ((values[name] or 0) * (1 if alert.below else -1), name))


async def _unusual(session: Session, occasion: Occasion, alert: Alert, asked: Asked) -> Finding:
    """A figure out of its weekday's range crosses by the side on which it is; one that cannot be known is on none."""
    team, scope = occasion.team, scope_of(occasion.team, occasion.now, asked)
    if is_holiday(team, scope.period.first_day):
        return Finding(alert, await ask(BY_KEY[alert.metric], session, scope), {}, {}, alert.over)
    expected = await expect(BY_KEY[alert.metric], session, scope, lambda on: is_holiday(team, on))
    side, before = expected.side, alert.over
    if side is None:
        return Finding(alert, expected.answer, {}, {}, before)
    value, over = expected.answer.value, (side,) if side else ()
    crossed = {side: value} if side and over != before else {}
    back = {WHOLE: value} if before and not side else {}
    why = await reasons(expected, session, BY_KEY["why"]) if crossed else ()
    return Finding(alert, expected.answer, crossed, back, over, expected.usual, why)


async def crossing_on(
    session: Session, team: Team, now: datetime, alert: Alert, on: date
) -> tuple[Answer, Mapping[str, float | None]]:
    """Return who is beyond an alert's limit in the day, or week, that begins on a date, the farthest first."""
    span = week(on, team.zone, now) if alert.weekly else day(on, team.zone, now)
    if span.start > now:
        raise UserError(STALE)
    asked = Asked(alert.metric, key(span), by="rep" if alert.by_rep else None)
    answer = await ask(BY_KEY[alert.metric], session, scope_of(team, now, asked))
    values = await _by_rep(session, answer)
    crossed = {name for name, value in values.items() if alert.crossed(value)}
    return answer, {name: values[name] for name in _farthest_first(crossed, values, alert)}


async def expectation(session: Session, team: Team, metric: str, now: datetime) -> Phrase:
    """Say what is usual for yesterday's weekday, or from when on it can be known."""
    yesterday = day(now.astimezone(team.zone).date() - timedelta(days=1), team.zone, now)
    scope = scope_of(team, now, Asked(metric, key(yesterday)))
    expected = await expect(BY_KEY[metric], session, scope, lambda on: is_holiday(team, on))
    weekday = Weekday(yesterday.first_day)
    if expected.usual is not None:
        low, high = (written(expected.answer, end) for end in (expected.usual.low, expected.usual.high))
        return phrase("Usual for {weekday}, by {n} weeks: {low} to {high}.", weekday=weekday, n=expected.n, low=low,
                      high=high)  # fmt: skip
    if expected.n >= LEAST:
        return phrase("On {weekday} there was nothing so far: of such a day it is silent.", weekday=weekday)
    return phrase(
        "What is usual for {weekday} is not known yet: {n} of the {least} earlier ones that it takes are logged. It"
        " begins by itself.",
        weekday=weekday, n=expected.n, least=LEAST,
    )  # fmt: skip
