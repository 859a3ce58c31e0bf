"""Before and after: a metric in whole weeks on both sides of a date.

The windows are equally long and hold the same weekdays: *after* runs from the date for as many whole weeks as have
passed since (8 at most; today, not over yet, is in none), *before* as many weeks up to the day before it. The verdict
is that of every comparison. Without 7 days on each side there is no answer, and the sentence says from when there is.

Example: asked on Friday 20 November about 2 November, 18 days have passed: 2–15 November against 19 October–1 November.
"""

from dataclasses import replace
from datetime import date, timedelta

from metrics import periods, revenue
from metrics.answers.asking import ask, fit
from metrics.base import Answer, Figure, Metric, Part, Rows, Scope
from metrics.periods import Period
from metrics.pictures import two_bars
from metrics.refusals import Unanswerable
from metrics.wording import Phrase, phrase, plural_phrase
from store import Session
from store.facts.team import first_record

MOST_WEEKS = 8
"""Longer windows would tell more of the seasons than of what happened on the date."""

_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)


async def asked(session: Session, scope: Scope) -> Answer:
    """Ask the metric of the weeks after the date, against those before it."""
    metric = scope.of[0] if scope.of else revenue.METRIC
    sides = await windows(session, scope)
    if sides is None:
        return replace(await ask(metric, session, replace(scope, of=())), metric=REPORT)
    after, before = sides
    answer = await ask(metric, session, replace(scope, period=after, versus=before, of=()))
    named = replace(
        metric,
        key=REPORT.key,
        label=phrase("{metric}, before and after", metric=metric.label),
        about=REPORT.about,
    )
    return replace(answer, metric=named, figure=_figure(answer, metric, after))


def _figure(answer: Answer, metric: Metric, after: Period) -> Figure:
    """The metric's figure, with both windows among its parts."""
    figure, weeks = answer.figure, after.days // 7
    sides = plural_phrase(
        "{n} whole week from {day} against as long before it", "{n} whole weeks from {day} against as long before it",
        n=weeks, day=after.first_day,
    )  # fmt: skip
    return replace(
        figure,
        parts={
            "metric": metric.key,
            "date": after.first_day.isoformat(),
            "weeks": weeks,
            "before": Part(answer.previous.value, metric.unit, answer.previous.n),
            "after": Part(figure.value, metric.unit, figure.n),
            **{name: part for name, part in figure.parts.items() if isinstance(part, Part)},
        },
        told=(sides, *figure.told),
        drawn=two_bars,  # for what has no trend of days
    )


async def windows(session: Session, scope: Scope) -> tuple[Period, Period] | None:
    """Return the weeks after and before the first day of the question's period, or None where nothing is logged.

    Raises `Unanswerable` where there is no whole week on each side, `Refused` where the metric is not known that way.
    """
    await fit(scope.of[0] if scope.of else revenue.METRIC, session, replace(scope, of=()))
    on, zone = scope.period.first_day, scope.team.zone
    born = await first_record(session, scope.team.id, zone)
    if born is None:
        return None
    weeks = _weeks(on, born.astimezone(zone).date(), scope)
    after = periods.custom(on, on + weeks * _WEEK - _DAY, zone, scope.now)
    return after, periods.custom(on - weeks * _WEEK, on - _DAY, zone, scope.now)


def _weeks(on: date, first: date, scope: Scope) -> int:
    """How many whole weeks there are on both sides of a date; raises `Unanswerable` when there is none."""
    today = scope.now.astimezone(scope.team.zone).date()
    since, before = (today - on) // _WEEK, (on - first) // _WEEK
    if today - first < 2 * _WEEK:
        raise Unanswerable(phrase(
            "Before and after needs 7 full days on each side of a date: the first record is of {first}, so ask from "
            "{from_day} on.", first=first, from_day=first + 2 * _WEEK))  # fmt: skip
    if since < 1:
        raise Unanswerable(phrase(
            "Before and after needs 7 full days on each side: {day} can be compared from {from_day} on. "
            "For example: /compare revenue {example}",
            day=on, from_day=on + _WEEK, example=_written(today - _WEEK)), today - _WEEK)  # fmt: skip
    if before < 1:
        raise Unanswerable(phrase(
            "The first record is of {first}, so {day} has no 7 days before it. The first date that can be compared "
            "is {from_day}. For example: /compare revenue {example}",
            first=first, day=on, from_day=first + _WEEK, example=_written(first + _WEEK)), first + _WEEK)  # fmt: skip
    return min(since, before, MOST_WEEKS)


def _written(on: date) -> str:
    """A date as it can be typed in both languages."""
    return f"{on:%d/%m/%Y}"


async def listed(session: Session, scope: Scope) -> Rows:
    """List the records of both windows, each line with its window."""
    metric = scope.of[0] if scope.of else revenue.METRIC
    sides = await windows(session, scope) or (scope.period, scope.period)
    after, before = [await metric.rows(session, scope.cut(period), scope.team) for period in sides]
    named: tuple[tuple[Phrase, Rows], ...] = ((phrase("before"), before), (phrase("after"), after))
    records = [(words, *record) for words, found in named for record in found.records]
    return Rows((phrase("Window"), *after.columns), records)


REPORT = replace(
    revenue.METRIC,
    key="compare",
    alias="sosanh",
    label=phrase("Before and after"),
    words=(phrase("compare"), phrase("before and after")),
    about=phrase("a figure before and after a date"),
    breakdowns=frozenset(),
    filters=frozenset({"rep", "product", "channel", "campaign"}),
    additive=False,
    asked=asked,
    listed=listed,
    of=revenue.METRIC,
    requires=windows,
)
