"""Turns an answer into the picture that goes with it: the same numbers as the caption's, in plain words."""

from collections.abc import Sequence

from metrics.base import NONE, TIMES, Answer, Row, quantity
from metrics.charts.specs import Bar, Bars, Chart, Heading, Tick, Trend
from metrics.charts.ticks import nice_ticks, whole_ticks
from metrics.wording import (
    DayMonth,
    Days,
    MonthName,
    Percent,
    Say,
    ShortMoney,
    ShortNumber,
    phrase,
)

_LABELS = 6


def picture_of(answer: Answer, say: Say) -> Chart | None:
    """Choose and fill the chart; ``say`` writes plain text. None where there is nothing to draw."""
    if answer.scope.by is not None and answer.scope.by not in TIMES:
        return _bars(answer, say)
    if answer.trend:
        return _trend(answer, say)
    drawn = answer.figure.drawn
    if callable(drawn):
        made: Chart | None = drawn(answer, heading(answer, say), say)
        return made
    return Bars(heading(answer, say), _compared(answer, say))


def heading(answer: Answer, say: Say) -> Heading:
    """The words around a picture: what, how much, of when and of how many."""
    from metrics.rendering import brief_change

    zone = say(phrase("{period} · {zone}", period=answer.scope.period, zone=answer.scope.team.zone))
    counted = say(phrase("n = {n}", n=answer.figure.n))
    return Heading(
        title=" · ".join([say(answer.metric.label), *answer.filter_names]),
        figure=say.value(quantity(answer.value, answer.metric.unit, answer.scope.team.currency)),
        subtitle=f"{zone} · {counted}",
        change=say(moved) if (moved := brief_change(answer)) is not None else "",
        empty=say(answer.reason) if answer.reason is not None else say(phrase("nothing to draw")),
    )


def written(answer: Answer, value: float | None, say: Say) -> str:
    """A value as it stands beside its bar."""
    if value is not None and answer.metric.unit == "money":
        return say.value(ShortMoney(value, answer.scope.team.currency))
    return say.value(quantity(value, answer.metric.unit, answer.scope.team.currency))


def _bars(answer: Answer, say: Say) -> Bars:
    rows = tuple(
        Bar(say(phrase("(none)")) if row.key == NONE else row.key, row.value, written(answer, row.value, say),
            muted=row.key == NONE)
        for row in answer.breakdown
    )  # fmt: skip
    return Bars(heading(answer, say), rows)


def _compared(answer: Answer, say: Say) -> tuple[Bar, ...]:
    """The period and the one before it as two bars."""
    pairs = ((answer.scope.period, answer.value, False), (answer.previous_period, answer.previous.value, True))
    if all(value is None for _, value, _ in pairs):
        return ()
    return tuple(Bar(say.value(period), value, written(answer, value, say), muted) for period, value, muted in pairs)


def _trend(answer: Answer, say: Say) -> Trend:
    values = tuple(row.value for row in answer.trend)
    before = tuple(row.value for row in answer.trend_before)
    whole = answer.metric.unit == "count"
    return Trend(
        heading=heading(answer, say),
        values=values,
        previous=before,
        x_ticks=_x_ticks(answer.trend, say),
        y_ticks=_y_ticks(answer, [*values, *before], say, whole=whole),
        now_label=say.value(answer.scope.period),
        before_label=say.value(answer.previous_period),
        kind="bars" if answer.metric.additive else "line",
        running=answer.scope.period.running,
    )


def _x_ticks(rows: Sequence[Row], say: Say) -> tuple[Tick, ...]:
    step = -(-len(rows) // _LABELS)
    return tuple(Tick(i, _when(row, say)) for i, row in enumerate(rows) if i % step == 0)


def _when(row: Row, say: Say) -> str:
    if row.period is None:
        return row.key
    first = row.period.first_day
    return say.value(MonthName(first) if row.period.unit == "month" else DayMonth(first))


def _y_ticks(answer: Answer, values: Sequence[float | None], say: Say, *, whole: bool) -> tuple[Tick, ...]:
    """Round positions; money is rounded in major units, as it is read."""
    positions = whole_ticks(values) if whole else nice_ticks(values)
    return tuple(Tick(position, _scale(answer, position, say)) for position in positions)


def _scale(answer: Answer, position: float, say: Say) -> str:
    unit = answer.metric.unit
    if unit == "money":
        return say.value(ShortMoney(position, answer.scope.team.currency))
    if unit == "ratio":
        return say.value(Percent(position))
    if unit == "days":
        return say.value(Days(position))
    return say.value(ShortNumber(position))
