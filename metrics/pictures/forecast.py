"""The picture of the forecast: the last twelve months, and the three ahead with how far they may lie off."""

from dataclasses import replace
from datetime import date

from metrics.base import Answer
from metrics.charts.specs import Fan, Heading, Reach, Tick
from metrics.charts.ticks import nice_ticks
from metrics.models.ahead import Ahead, month_from
from metrics.wording import DayMonth, MonthName, Phrase, Say, ShortMoney, phrase

_PAST, _LABELS = 12, 5


def fan(answer: Answer, found: Ahead, heading: Heading, say: Say) -> Fan:
    """Lay the months out; each is named by its first day, or by itself where it is a calendar month."""
    currency, past = answer.scope.team.currency, found.past[-_PAST:]
    on = found.months[0].first
    firsts = [month_from(on, place - len(past)) for place in range(len(past) + len(found.months))]
    ahead = tuple(
        Reach(month.value, say.value(ShortMoney(month.value, currency)), month.low, month.high)
        for month in found.months
    )  # fmt: skip
    ends = [end for one in ahead for end in (one.low, one.value, one.high)]
    positions = nice_ticks([*map(float, past), *ends])
    step = -(-len(firsts) // _LABELS)
    last = len(firsts) - 1
    note = phrase("each point: one month, named by its first day" if on.day > 1 else "each point: one month")
    return Fan(
        heading=replace(heading, note=say(note)),
        past=tuple(map(float, past)),
        ahead=ahead,
        x_ticks=tuple(Tick(i, _name(first, say)) for i, first in enumerate(firsts) if (last - i) % step == 0),
        y_ticks=tuple(Tick(at, say.value(ShortMoney(at, currency))) for at in positions),
        past_label=say(phrase("sold")),
        ahead_label=say(phrase("expected")),
        band_label=say(_between(found, currency)),
    )


def _between(found: Ahead, currency: str) -> Phrase:
    """From where to where the three months together probably lie."""
    low, high = (None if end is None else ShortMoney(end, currency) for end in (found.low, found.high))
    return phrase("80 %: {low}–{high} in three months", low=low or "—", high=high or "—")


def _name(first: date, say: Say) -> str:
    return say.value(DayMonth(first) if first.day > 1 else MonthName(first))
