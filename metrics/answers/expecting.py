"""Asks whether a day's figure is usual for its weekday, and what made the difference where it is not."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from metrics.answers.asking import ask
from metrics.answers.comparing import short
from metrics.base import NONE, Answer, Metric, Scope
from metrics.periods import day
from metrics.statistics.expected import MOST, Usual, usual
from metrics.wording import Phrase, Signed, phrase
from store import Session

_WEEK = timedelta(days=7)
_FARTHEST = 16
"""Weeks gone back, holidays among them."""


@dataclass(frozen=True, slots=True)
class Expected:
    """A day's answer beside what is usual: ``usual`` is None while too few such days are known, ``n`` how many are."""

    answer: Answer
    usual: Usual | None
    n: int
    before: date | None

    @property
    def side(self) -> str | None:
        """``low``, ``high`` or nothing; None where it cannot be known."""
        return None if self.usual is None or self.answer.value is None else self.usual.side(self.answer.value)


async def expect(metric: Metric, session: Session, scope: Scope, is_free: Callable[[date], bool]) -> Expected:
    """Hold a day's figure against the last twelve same weekdays of which one is known, free days left out."""
    answer, on = await ask(metric, session, scope), scope.period.first_day
    found: list[tuple[date, float]] = []
    for back in range(1, _FARTHEST + 1):
        earlier = on - back * _WEEK
        if len(found) < MOST and not is_free(earlier):
            then = await ask(metric, session, replace(scope, period=day(earlier, scope.team.zone, scope.now), by=None))
            found += [] if then.value is None else [(earlier, then.value)]
    range_ = usual([value for _, value in found], counts=metric.unit == "count")
    return Expected(answer, range_, len(found), found[0][0] if found else None)


async def reasons(expected: Expected, session: Session, why: Metric) -> tuple[Phrase, ...]:
    """Say what made the difference to the last such day: of net revenue its factors, of a count who moved it.

    ``why`` is the report that splits net revenue.
    """
    answer = expected.answer
    if expected.before is None:
        return ()
    before = day(expected.before, answer.scope.team.zone, answer.scope.now)
    versus = replace(answer.scope, versus=before, by=None)
    if why.of is not None and why.of.key == answer.metric.key:
        split = await ask(why, session, versus)
        told = split.figure.told if split.value is not None and split.previous.value is not None else ()
    elif answer.metric.additive and "rep" in answer.metric.breakdowns:
        told = await _by_rep(answer.metric, session, versus)
    else:
        return () if answer.figure.numbers is None else (phrase("that is {numbers}", numbers=answer.figure.numbers),)
    return tuple(phrase("against {day}: {what}", day=expected.before, what=one) for one in told[:1]) + told[1:]


async def _by_rep(metric: Metric, session: Session, scope: Scope) -> tuple[Phrase, ...]:
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
