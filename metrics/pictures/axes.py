"""The values' axis of a picture: round positions, and what is written there."""

import math
from collections.abc import Sequence

from metrics.base import Answer
from metrics.charts.specs import Tick
from metrics.charts.ticks import nice_ticks, whole_ticks
from metrics.wording import Days, Money, Percent, Phrase, Say, ShortMoney, ShortNumber, minor_digits, phrase

_HOUR, _DAY = 60, 24 * 60
_TINY = 1e-9


def values_axis(answer: Answer, values: Sequence[float | None], say: Say) -> tuple[Tick, ...]:
    """Round positions for values of an answer's metric; money is rounded in major units, as it is read."""
    unit = answer.metric.unit
    positions = (whole_ticks if unit == "count" else waits if unit == "minutes" else nice_ticks)(values)
    if unit == "minutes":
        return waiting(positions, say)
    currency = answer.scope.team.currency
    if unit == "money" and any(round(at) % 10 ** minor_digits(currency) for at in positions):
        return tuple(Tick(at, say.value(Money(round(at), currency))) for at in positions)  # cents on all or on none
    places = max(0, -math.floor(math.log10(positions[-1] - positions[-2]) + _TINY))
    return tuple(Tick(position, _scale(answer, position, places, say)) for position in positions)


def waiting(positions: Sequence[float], say: Say) -> tuple[Tick, ...]:
    """Minutes as ticks of one axis, all in the unit of the largest."""
    unit = _unit_of(max(positions))
    if unit == _DAY:
        return tuple(Tick(position, say.value(Days(position / _DAY))) for position in positions)
    return tuple(Tick(at, say(_short(_plain(at / unit), unit))) for at in positions)


def _short(count: float, unit: int) -> Phrase:
    return phrase("{n} h", n=count) if unit == _HOUR else phrase("{n} min", n=count)


def _plain(value: float) -> float:
    return int(value) if value == int(value) else value


def _unit_of(most: float) -> int:
    return 1 if most < 2 * _HOUR else _HOUR if most < 2 * _DAY else _DAY


def waits(values: Sequence[float | None]) -> tuple[float, ...]:
    """Round positions of minutes in the unit that they are read in: minutes, from two hours on hours, later days."""
    most = max((value for value in values if value is not None), default=0)
    unit = _unit_of(most)
    return tuple(unit * tick for tick in nice_ticks([None if value is None else value / unit for value in values]))


def _scale(answer: Answer, position: float, places: int, say: Say) -> str:
    """A position of an axis whose steps have so many decimals: no two are written alike."""
    unit = answer.metric.unit
    if unit == "money":
        return say.value(ShortMoney(position, answer.scope.team.currency))
    if unit == "ratio":
        return say.value(Percent(position))
    if unit == "days":
        return say.value(Days(position, places))
    return say.value(ShortNumber(position, places))
