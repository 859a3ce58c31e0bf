"""The picture of the forecast: the last twelve months, and the three ahead with how far they may lie off."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from metrics.base import Answer
from metrics.charts.specs import Fan, Heading, Reach, Tick
from metrics.charts.ticks import nice_ticks
from metrics.models.ahead import Ahead, Month
from metrics.periods.wall import months_on
from metrics.wording import DayMonth, MonthName, Say, ShortMoney, Span, phrase

_PAST, _MONTHS, _DATES = 12, 4, 3


def fan(answer: Answer, found: Ahead, heading: Heading, say: Say) -> Fan:
    """Lay the months out; each is named by its first day, or by itself where it is a calendar month."""
    currency, past = answer.scope.team.currency, found.past[-_PAST:]
    on = found.months[0].first
    firsts = [months_on(on, place - len(past)) for place in range(len(past) + len(found.months))]
    ahead = tuple(_ahead(month, currency, say) for month in found.months)
    ends = [end for one in ahead for end in (one.low, one.value, one.high)]
    between = _span(found.low, found.high, currency)
    positions = nice_ticks([*map(float, past), *ends])
    note = phrase("each point: one month, named by its first day" if on.day > 1 else "each point: one month")
    return Fan(
        heading=replace(heading, note=say(note)),
        past=tuple(map(float, past)),
        ahead=ahead,
        x_ticks=_x_ticks(firsts, say),
        y_ticks=tuple(Tick(at, say.value(ShortMoney(at, currency))) for at in positions),
        past_label=say(phrase("sold")),
        ahead_label=say(phrase("expected")),
        band_label=say(phrase("80 %: {span} in three months", span=between)) if between else "",
    )


def _ahead(month: Month, currency: str, say: Say) -> Reach:
    """One month ahead in words and numbers."""
    between = _span(month.low, month.high, currency)
    name = MonthName(month.first) if month.first.day == 1 else month.first
    return Reach(
        say.value(name), month.value, say.value(ShortMoney(month.value, currency)), month.low, month.high,
        say.value(between) if between else "",
    )  # fmt: skip


def _span(low: float | None, high: float | None, currency: str) -> Span | None:
    """From where to where a sum probably lies, where that is known."""
    return None if low is None or high is None else Span(ShortMoney(low, currency), ShortMoney(high, currency))


def _x_ticks(firsts: Sequence[date], say: Say) -> tuple[Tick, ...]:
    """A few months, the last one always: calendar months by name, others by their first day, with each new year."""
    step, last = -(-len(firsts) // (_MONTHS if firsts[0].day == 1 else _DATES)), len(firsts) - 1
    named = [(i, first) for i, first in enumerate(firsts) if (last - i) % step == 0]
    years = [None, *(first.year for _, first in named)]
    return tuple(
        Tick(i, say.value(MonthName(first) if first.day == 1 else DayMonth(first) if first.year == year else first))
        for (i, first), year in zip(named, years, strict=False)
    )
