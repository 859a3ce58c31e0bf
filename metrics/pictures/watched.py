"""The pictures of figures that are watched: the limit that they are held against, or the range that is usual."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from metrics.answers.comparing import short
from metrics.answers.expecting import Earlier
from metrics.base import Answer
from metrics.charts.specs import MOST_BARS, Band, Bar, Bars, Tick, Trend
from metrics.pictures import heading, made_of, whole_of
from metrics.pictures.axes import values_axis
from metrics.statistics.expected import Usual
from metrics.wording import DayMonth, Phrase, Say, phrase, plural_phrase


@dataclass(frozen=True, slots=True)
class Watched:
    """A rep's figure, what is usual for it (None: not known, or held against a limit), and whether it is spoken of.

    ``n`` is of how many it is made.
    """

    name: str
    value: float | None
    usual: Usual | None
    is_told: bool
    n: int = 0


def against_limit(answer: Answer, limit: float, earlier: Earlier, say: Say) -> Trend:
    """The days, or weeks, that led to the figure, the figure itself at the end, and the limit across them."""
    weekly = answer.scope.period.unit == "week"
    before = phrase("the weeks before") if weekly else phrase("the days before")
    course = _course(answer, earlier, before, [limit], say)
    return replace(course, target=_limit(answer, limit, say))


def against_usual(answer: Answer, usual: Usual, earlier: Earlier, say: Say) -> Trend:
    """The earlier days of the weekday, or weeks, the figure at the end, over the range that is usual."""
    weekly = answer.scope.period.unit == "week"
    before = phrase("the weeks before") if weekly else phrase("the same weekday before")
    course = _course(answer, earlier, before, [usual.low, usual.high], say)
    low, high = (short(answer, end) for end in (usual.low, usual.high))
    band = Band(usual.low, usual.high, say(phrase("usual: {low} to {high}", low=low, high=high)))
    return replace(course, heading=replace(course.heading, change=""), usual=band)


def _course(answer: Answer, earlier: Earlier, before: Phrase, reach: Sequence[float], say: Say) -> Trend:
    """The earlier values, paler, and the figure; the axis reaches to what it is held against."""
    past = tuple(value for _, value in reversed(earlier))
    days = [period.first_day for period, _ in (*reversed(earlier), (answer.scope.period, None))]
    return Trend(
        heading=heading(answer, say),
        values=(*[None] * len(past), answer.value),
        previous=(*past, None if answer.metric.additive else answer.value),
        x_ticks=tuple(Tick(i, say.value(DayMonth(on))) for i, on in enumerate(days) if (len(past) - i) % _STEP == 0),
        y_ticks=values_axis(answer, [*past, answer.value, *reach], say),
        now_label=say.value(answer.scope.period),
        before_label=say(before),
        kind="bars" if answer.metric.additive else "line",
    )


_STEP = 3
"""Of so many days, or weeks, one is named."""


def each_against_limit(answer: Answer, reps: Sequence[Watched], limit: float, say: Say) -> Bars:
    """A bar for each rep in the order given, and the limit across them; those not spoken of are muted."""
    rows = _rows(answer, reps, say)
    head = replace(heading(answer, say), note=_more(reps, say))
    return Bars(head, rows, _whole(answer, rows, limit), _limit(answer, limit, say))


def each_against_usual(answer: Answer, reps: Sequence[Watched], say: Say) -> Bars:
    """A bar for each rep in the order given, over the range that is usual for them."""
    rows = _rows(answer, reps, say)
    head = replace(heading(answer, say), change="", note=_more(reps, say))
    return Bars(head, rows, _whole(answer, rows, 0), usual_label=say(phrase("usual for each")))


def _rows(answer: Answer, reps: Sequence[Watched], say: Say) -> tuple[Bar, ...]:
    return tuple(
        Bar(one.name, one.value, say.value(short(answer, one.value)), muted=not one.is_told,
            usual=(one.usual.low, one.usual.high) if one.usual else None, of=made_of(answer, one.value, one.n, say))
        for one in reps[:MOST_BARS]
    )  # fmt: skip


def _more(reps: Sequence[Watched], say: Say) -> str:
    if len(reps) <= MOST_BARS:
        return ""
    return say(plural_phrase("… and {n} more rep", "… and {n} more reps", n=len(reps) - MOST_BARS))


def _whole(answer: Answer, rows: Sequence[Bar], limit: float) -> float | None:
    return whole_of(answer, [limit, *(row.value for row in rows)])


def _limit(answer: Answer, limit: float, say: Say) -> Tick:
    return Tick(limit, say(phrase("limit {value}", value=short(answer, limit))))
