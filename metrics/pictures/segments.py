"""The picture of the segments: a grid of recency by frequency, each cell with its name, size and value."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from metrics.base import FEW, Answer, share
from metrics.charts.specs import Grid, GridCell, Heading
from metrics.wording import Percent, Phrase, Say, ShortMoney, has_cents, phrase, plural_phrase

if TYPE_CHECKING:
    from metrics.segments import Segment

_THIRDS = (3, 2, 1)


def grid(answer: Answer, segments: "Sequence[Segment]", heading: Heading, say: Say) -> Grid:
    """Lay the segments out: those who bought lately at the top, often at the right; coloured by value."""
    if not segments:
        few = phrase("a grid needs {least} customers who bought, {found} so far", least=FEW, found=answer.figure.n)
        empty = heading.empty if answer.value is None else say(few)
        return Grid(replace(heading, empty=empty), (), (), (), "", "")
    at = {(one.recency, one.frequency): one for one in segments}
    everything = sum(max(one.worth, 0) for one in segments)
    currency = answer.scope.team.currency
    cents = any(has_cents(one.worth, currency) for one in segments)
    said = {place: say.value(ShortMoney(one.worth, currency, cents)) for place, one in at.items()}
    rows, columns = _THIRDS, tuple(reversed(_THIRDS))
    return Grid(
        replace(heading, note=say(phrase("colour: share of all value; ★ of the best third by value"))),
        tuple(say(_since(segments, row)) for row in rows),
        tuple(say(_days(segments, column)) for column in columns),
        tuple(tuple(_cell(at[row, column], everything, said[row, column], say) for column in columns) for row in rows),
        "",
        say(phrase("on how many days they bought")),
    )


def _since(segments: "Sequence[Segment]", third: int) -> Phrase:
    """When the customers of a third of recency last bought: since a day, or, for the last, earlier."""
    from metrics.segments import ends

    days = ends([day for one in segments if one.recency == third for day in one.last_days])
    if not days:
        return phrase("nobody")
    if third == _THIRDS[-1]:
        return phrase("last bought by {day}", day=days[1])
    return phrase("last bought from {day}", day=days[0])


def _days(segments: "Sequence[Segment]", third: int) -> Phrase:
    """On how many days the customers of a third of frequency bought."""
    from metrics.segments import ends

    days = ends([count for one in segments if one.frequency == third for count in one.buying_days])
    if not days:
        return phrase("nobody")
    low, high = days
    if low == high:
        return plural_phrase("{n} day", "{n} days", n=low)
    return phrase("{low}–{high} days", low=low, high=high)


def _cell(one: "Segment", everything: int, worth: str, say: Say) -> GridCell:
    from metrics.segments import NAMES

    part = share(max(one.worth, 0), everything) or 0.0
    if not one.size:
        return GridCell(say(NAMES[one.recency, one.frequency]), say.value(0), (), 0.0)
    lines = (
        worth,
        say(phrase("{share} · ★ {count}", share=Percent(part), count=one.best)),
    )
    return GridCell(say(NAMES[one.recency, one.frequency]), say.value(one.size), lines, part)
