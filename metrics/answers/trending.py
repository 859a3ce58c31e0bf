"""A period in days, weeks or months: each by itself, or, for what does not add up, from the period's start to its end.

A ratio of a single day is mostly noise (a day without a sale, a cost that falls on one day), so a trend of a ratio
shows the running figure: point i is the metric from the start of the period to the end of the i-th part, and the last
point is the figure itself.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from metrics.answers.changing import Days
from metrics.base import TIMES, Breakdown, Facts, Metric, Row, Scope, total
from metrics.periods import Period, blocks, buckets
from store.facts import Cut, Key

_DAY = timedelta(days=1)
_MOST_DAYS, _MOST_WEEKS = 45, 180


def known(span: Cut | Period, born: datetime | None) -> bool:
    """Tell whether a span reaches past the team's first record; before it nothing is known."""
    return born is not None and span.end > born


def row_of(metric: Metric, scope: Scope, name: str, key: Key, facts: Facts, period: Period | None = None) -> Row:
    """Apply the formula to the facts of one line of a breakdown."""
    figure = metric.compute(facts, scope.team)
    return Row(
        key=name,
        value=figure.value,
        n=figure.n,
        id=key if isinstance(key, int) else None,
        numerator=figure.numerator,
        denominator=figure.denominator,
        parts=figure.parts,
        period=period,
        reason=figure.reason,
    )


def buckets_of(
    metric: Metric, scope: Scope, days: Days, born: datetime | None, parts: Iterable[Period]
) -> tuple[Row, ...]:
    """Return the parts of a period in order; those before the first record are undefined."""
    return tuple(
        _row(metric, scope, part, _held(metric, days, part))
        if known(part, born)
        else Row(part.first_day.isoformat(), None, 0, period=part)
        for part in parts
    )


def runs(metric: Metric, scope: Scope) -> bool:
    """Tell whether the trend is of running figures: where no unit is asked for, and parts would not add up."""
    return scope.by is None and not metric.additive


def trend_of(metric: Metric, scope: Scope, period: Period, days: Days, born: datetime | None) -> tuple[Row, ...]:
    """Return a period in days, weeks or months, for the picture."""
    unit = _unit(metric, scope)
    if unit is None or not known(period, born):
        return ()
    # a range of whole weeks that nobody asked by calendar week is cut from its own first day, edges and all
    whole = unit == "week" and scope.by is None and period.unit == "custom" and period.days % 7 == 0
    parts = blocks(period) if whole else buckets(period, unit)  # type: ignore[arg-type]
    if not runs(metric, scope):
        return buckets_of(metric, scope, days, born, parts)
    return _running(metric, scope, days, born, parts)


def _running(
    metric: Metric, scope: Scope, days: Days, born: datetime | None, parts: Iterable[Period]
) -> tuple[Row, ...]:
    rows, so_far = [], metric.empty
    for part in parts:
        so_far = so_far + _held(metric, days, part)
        seen = known(part, born)
        rows.append(
            _row(metric, scope, part, so_far) if seen else Row(part.first_day.isoformat(), None, 0, period=part)
        )
    return tuple(rows)


def _row(metric: Metric, scope: Scope, part: Period, facts: Facts) -> Row:
    return row_of(metric, scope, part.first_day.isoformat(), None, facts, part)


def _held(metric: Metric, days: Days, part: Period) -> Facts:
    """The facts of one day, week or month of the period, from those of its days."""
    first = part.first_day
    length = (part.last_day - first).days + 1
    if length == 1:
        return days.get(first, metric.empty)
    span = (first + _DAY * number for number in range(length))
    return total((days[on] for on in span if on in days), metric.empty)


def _unit(metric: Metric, scope: Scope) -> Breakdown | None:
    """What the trend is cut into: what was asked, else days, weeks or months by the period's length."""
    length = scope.period.days
    if scope.by is not None:
        return scope.by if scope.by in TIMES - metric.views else None
    if metric.chart != "trend" or length <= 1 or not metric.breakdowns & TIMES:
        return None
    return "day" if length <= _MOST_DAYS else "week" if length <= _MOST_WEEKS else "month"
