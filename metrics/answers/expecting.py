"""Asks whether a day's or a week's figure is usual, of the team or of each rep, and what made the difference if not.

A day is held against the days of its weekday before it, a week against the weeks before it. Days off, and weeks with
one, are no measure for others.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from metrics.answers.asking import ask
from metrics.answers.comparing import short
from metrics.base import NONE, Answer, Metric, Scope
from metrics.periods import Period, day, week
from metrics.statistics.expected import MOST, Usual, usual
from metrics.wording import Phrase, Signed, phrase
from store import Session

_WEEK = timedelta(days=7)
_FARTHEST = 16
"""Weeks gone back, days off among them."""

IsFree = Callable[[Period], bool]
Earlier = tuple[tuple[Period, float | None], ...]


@dataclass(frozen=True, slots=True)
class Expected:
    """A figure beside what is usual, and the ``earlier`` values that tell it, the latest first.

    ``usual`` is None while too little is known.
    """

    value: float | None
    usual: Usual | None
    earlier: Earlier

    @property
    def n(self) -> int:
        """How many earlier values are known."""
        return len(self.earlier)

    @property
    def side(self) -> str | None:
        """``low``, ``high`` or nothing; None where it cannot be known."""
        return None if self.usual is None or self.value is None else self.usual.side(self.value)


async def expect(metric: Metric, session: Session, scope: Scope, is_free: IsFree) -> tuple[Answer, Expected]:
    """Hold the team's figure against the last twelve such periods of which one is known."""
    answer = await ask(metric, session, scope)
    earlier = await _before(metric, session, scope, is_free)
    return answer, _expected(metric, answer.value, [(one.scope.period, one.value) for one in earlier])


async def expect_each(
    metric: Metric, session: Session, scope: Scope, is_free: IsFree, joined: Mapping[int, datetime]
) -> tuple[Answer, dict[int, Expected]]:
    """Hold each rep's figure, by the rep's id, against their own of the last twelve such periods of the team.

    Of figures that add up a rep without any record has 0 in each period since they ``joined``; what came before is
    not held against them.
    """
    answer = await ask(metric, session, replace(scope, by="rep"))
    earlier = await _before(metric, session, replace(scope, by="rep"), is_free)
    now, then = _by_rep(answer, joined), [(one.scope.period, _by_rep(one, joined)) for one in earlier]
    return answer, {rep: _expected(metric, value, [(at, values.get(rep)) for at, values in then])
                    for rep, value in now.items()}  # fmt: skip


async def leading_to(metric: Metric, session: Session, scope: Scope, count: int) -> Earlier:
    """The values of so many days, or weeks, right before a day or week, the latest first; None where undefined."""
    span, step = (week, _WEEK) if scope.period.unit == "week" else (day, timedelta(days=1))
    found = []
    for back in range(1, count + 1):
        earlier = span(scope.period.first_day - back * step, scope.team.zone, scope.now)
        beside = day(earlier.first_day, scope.team.zone, scope.now)  # no verdict is wanted: it would take long
        answer = await ask(metric, session, replace(scope, period=earlier, versus=beside))
        found.append((earlier, answer.value))
    return tuple(found)


async def _before(metric: Metric, session: Session, scope: Scope, is_free: IsFree) -> list[Answer]:
    """The answers of the last twelve such periods in which the team's figure is known, the latest first."""
    found: list[Answer] = []
    span = week if scope.period.unit == "week" else day
    for back in range(1, _FARTHEST + 1):
        earlier = span(scope.period.first_day - back * _WEEK, scope.team.zone, scope.now)
        if len(found) < MOST and not is_free(earlier):
            then = await ask(metric, session, replace(scope, period=earlier))
            found += [] if then.value is None else [then]
    return found


def _expected(metric: Metric, value: float | None, earlier: list[tuple[Period, float | None]]) -> Expected:
    known = tuple((at, then) for at, then in earlier if then is not None)
    found = usual([then for _, then in known], counts=metric.unit == "count")
    if found is not None and metric.bounded:  # of a share no more than all is usual
        found = replace(found, high=min(found.high, 1.0))
    return Expected(value, found, known)


def _by_rep(answer: Answer, joined: Mapping[int, datetime]) -> dict[int, float | None]:
    """Each rep's value: 0 of those without a record who were there for the whole period."""
    idle = 0 if answer.metric.additive and answer.value is not None else None
    values: dict[int, float | None] = {id_: idle for id_, at in joined.items() if at <= answer.scope.period.start}
    return values | {row.id: row.value for row in answer.breakdown if row.id is not None}


async def reasons(
    metric: Metric, session: Session, scope: Scope, before: Period | None, why: Metric
) -> tuple[Phrase, ...]:
    """Say what made the difference to the last such period: of net revenue its factors, of a count who moved it.

    ``why`` is the report that splits net revenue; a scope of one rep gives that rep's reasons.
    """
    if before is None:
        return ()
    versus = replace(scope, versus=before, by=None)
    if why.of is not None and why.of.key == metric.key:
        split = await ask(why, session, versus)
        told = split.figure.told if split.value is not None and split.previous.value is not None else ()
    elif metric.additive and "rep" in metric.breakdowns and scope.filters.rep is None:
        told = await _who(metric, session, versus)
    else:
        figure = (await ask(metric, session, versus)).figure
        return (
            () if figure.numbers is None or not figure.value else (phrase("that is {numbers}", numbers=figure.numbers),)
        )
    return tuple(phrase("against {day}: {what}", day=before, what=one) for one in told[:1]) + told[1:]


async def _who(metric: Metric, session: Session, scope: Scope) -> tuple[Phrase, ...]:
    """Who moved the figure most, the way that it moved."""
    now = await ask(metric, session, replace(scope, by="rep", versus=None))
    then = await ask(metric, session, replace(scope, by="rep", versus=None, period=scope.versus or scope.period))
    moved: dict[str, float] = {row.key: row.value or 0 for row in now.breakdown}
    for row in then.breakdown:
        moved[row.key] = moved.get(row.key, 0) - (row.value or 0)
    way = sum(moved.values())
    most = sorted(
        (name for name in moved if name != NONE and moved[name] * way > 0), key=lambda name: -abs(moved[name])
    )
    if not most:
        return ()
    parts = [phrase("{name} {change}", name=name, change=Signed(short(now, moved[name])))  # type: ignore[arg-type]
             for name in most[:2]]  # fmt: skip
    return (phrase("most of it: {parts}", parts=parts),)
