"""Turns an answer into the picture that goes with it: the same numbers as the caption's, in plain words."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from metrics.answers.comparing import beside, brief_change, column, short, written
from metrics.answers.targets import aim_line, even_share
from metrics.answers.trending import runs
from metrics.base import NONE, TIMES, Answer, Row
from metrics.charts.specs import MOST_BARS, Bar, Bars, Chart, Heading, Tick, Trend
from metrics.pictures.axes import values_axis
from metrics.wording import DayMonth, MonthName, Phrase, Say, phrase

_LABELS, _MONTHS = 6, 4
_LEAST = 10
_READABLE, _SEEN = 0.2, 0.03
_LONGER = 1.25
"""How much longer the previous period may be and still be drawn whole: its days must stand where these do."""
_WEEK_DAYS = 7


def picture_of(answer: Answer, say: Say) -> Chart | None:
    """Choose and fill the chart; ``say`` writes plain text. None where there is nothing to draw."""
    if answer.scope.by is not None and answer.scope.by not in TIMES | answer.metric.views:
        return _bars(answer, say)
    rows = answer.trend()
    if len(rows) > 1:
        return _trend(answer, say)
    if rows:  # one point is no course: the period and the one before it say more
        return two_bars(answer, heading(answer, say), say)
    drawn = answer.figure.drawn
    if callable(drawn):
        made: Chart | None = drawn(answer, heading(answer, say), say)
        return made
    return two_bars(answer, heading(answer, say), say)


def two_bars(answer: Answer, heading: Heading, say: Say) -> Bars:
    """The period and the one before it: shares of all, unless they are too small to be seen so."""
    values = [answer.value, answer.previous.value]
    missing = answer.reason if answer.value is None else answer.previous.reason if values[1] is None else None
    if missing is not None:
        heading = replace(heading, note=say(phrase("rows with —: {reason}", reason=missing)))
    return Bars(scaled(answer, heading, values, say, _SEEN), compared(answer, say), whole_of(answer, values, _SEEN))


def heading(answer: Answer, say: Say) -> Heading:
    """The words around a picture: what, how much, of when and of how many."""
    zone = say(phrase("{period} · {zone}", period=answer.scope.period, zone=answer.scope.team.zone))
    aim = f" · {say(said)}" if (said := aim_line(answer)) is not None else ""
    counted = say(phrase("n = {n}", n=answer.figure.n))
    return Heading(
        title=" · ".join([say(answer.metric.label), *answer.filter_names]),
        figure=say.value(written(answer, answer.value)),
        subtitle=f"{zone} · {counted}{aim}",
        change=say(moved) if (moved := brief_change(answer)) is not None else "",
        empty=say(answer.reason) if answer.reason is not None else say(phrase("nothing in this period")),
    )


def _bars(answer: Answer, say: Say) -> Bars:
    values, head = [row.value for row in answer.breakdown], heading(answer, say)
    if answer.reason is not None:
        if all(value is None for value in values):
            return Bars(head, ())  # which says why
        head = replace(head, note=say(answer.reason))
    else:
        head = replace(head, note=_unknown(answer.breakdown[:MOST_BARS], say))
    rows = tuple(
        _bar(answer, row, said, say) for row, said in zip(answer.breakdown, _said(answer, values), strict=True)
    )
    return _held(Bars(scaled(answer, head, values, say), rows, whole_of(answer, values)), answer, say)


def _unknown(rows: Sequence[Row], say: Say) -> str:
    """Why some rows have no value, where that is one reason or two."""
    reasons = list(dict.fromkeys(say(row.reason) for row in rows if row.value is None and row.reason is not None))
    if len(reasons) == 2:  # what to do about both would be cut
        reasons = [reason.partition(": ")[0] for reason in reasons]
    return say(phrase("rows with —: {reason}", reason="; ".join(reasons))) if 1 <= len(reasons) <= 2 else ""


def _said(answer: Answer, values: Sequence[float | None]) -> list[object]:
    """Values of the answer's metric that stand under one another."""
    return column(values, answer.metric.unit, answer.scope.team.currency)


def _bar(answer: Answer, row: Row, said: object, say: Say) -> Bar:
    """One group; of how many it is made where that says how far its value can be trusted."""
    name = say(phrase("(none)")) if row.key == NONE else row.key
    of = made_of(answer, row.value, row.n, say)
    return Bar(name, row.value, say.value(said), muted=row.key == NONE, of=of)


def made_of(answer: Answer, value: float | None, n: int, say: Say) -> str:
    """Of how many one row's figure is made; of what adds up its size says enough."""
    return "" if answer.metric.additive or value is None else say(phrase("n = {n}", n=n))


def _held(bars: Bars, answer: Answer, say: Say) -> Bars:
    """A ranking of as many rows as there is room for: the others are summed up in one row, where sums make sense."""
    ranked, muted = ([bar for bar in bars.rows if bar.muted is muted] for muted in (False, True))
    room = MOST_BARS - len(muted)
    if len(ranked) <= room:
        return bars
    if not answer.metric.additive:
        return noted(bars, say)
    rest = ranked[room - 1 :]
    kept = (*ranked[: room - 1], *muted)
    texts = _said(answer, [*(bar.value for bar in kept), sum(bar.value or 0 for bar in rest)])
    kept = tuple(replace(bar, text=say.value(said)) for bar, said in zip(kept, texts, strict=False))
    # no bar: it would be longer than all others, and make them look alike
    others = Bar(say(phrase("{n} others", n=len(rest))), None, say.value(texts[-1]), muted=True)
    return replace(bars, rows=(*kept[: room - 1], others, *kept[room - 1 :]))


def noted(bars: Bars, say: Say) -> Bars:
    """A ranking that says how many of its rows are drawn, where not all are."""
    if len(bars.rows) <= MOST_BARS:
        return bars
    said = [bars.heading.note] if bars.heading.note else []
    said.append(say(phrase("the first {shown} of {all}", shown=MOST_BARS, all=len(bars.rows))))
    return replace(bars, heading=replace(bars.heading, note=" · ".join(said)))


def whole_of(answer: Answer, values: Sequence[float | None], least: float = _READABLE) -> float | None:
    """What a full bar stands for: all of it where shares are of a size to be read so, else the longest.

    A share of one number in another that may pass it is read so too while none does.
    """
    most = max((value for value in values if value is not None), default=0)
    return 1.0 if _is_share(answer) and least <= most <= 1 else None


def scaled(
    answer: Answer, heading: Heading, values: Sequence[float | None], say: Say, least: float = _READABLE
) -> Heading:
    """The heading of bars, which says what the longest stands for where shares are not held against all."""
    most = max((value for value in values if value is not None), default=0)
    if most <= 0 or not _is_share(answer) or whole_of(answer, values, least) is not None:
        return heading
    full = say(phrase("full width: {most}", most=short(answer, most)))
    return replace(heading, note=" · ".join(filter(None, (full, heading.note))))


def _is_share(answer: Answer) -> bool:
    metric = answer.metric
    return metric.bounded or (metric.unit == "ratio" and metric.over == metric.under == "count")


def compared(answer: Answer, say: Say) -> tuple[Bar, ...]:
    """The period and the one before it as two bars."""
    pairs = ((answer.scope.period, answer.value, False), (beside(answer), answer.previous.value, True))
    if all(value is None for _, value, _ in pairs):
        return ()
    texts = _said(answer, [value for _, value, _ in pairs])
    return tuple(
        Bar(say.value(period), value, say.value(said), muted)
        for (period, value, muted), said in zip(pairs, texts, strict=True)
    )


def _trend(answer: Answer, say: Say) -> Trend:
    running = runs(answer.metric, answer.scope)
    values, before = (_points(rows, _least(answer)) for rows in (answer.trend(), answer.trend_before()))
    before, cut = (before[: len(values)], True) if len(before) > _LONGER * len(values) else (before, False)
    notes = _notes(answer, values, before if cut else (), running)
    target = _target(answer, say, running=running)
    if answer.metric.additive and target is None and not any((*values, *before)):
        values, before = (), ()  # sums of nothing are no course
    return Trend(
        heading=replace(heading(answer, say), note=" · ".join(map(say, notes))),
        values=values,
        previous=before,
        x_ticks=_x_ticks(answer.trend(), say, running=running),
        y_ticks=values_axis(answer, [*values, *before, target.position if target else None], say),
        now_label=say.value(answer.scope.period),
        before_label=say.value(beside(answer)),
        kind="bars" if answer.metric.additive else "line",
        running=answer.scope.period.running,
        target=target,
    )


def _notes(
    answer: Answer, values: Sequence[float | None], cut: Sequence[float | None], running: bool
) -> Iterator[Phrase]:
    """What must be known to read a trend right; ``cut`` is what is drawn of a longer period behind."""
    if answer.value is None and answer.reason is not None:
        yield answer.reason
    if running and any(value is not None for value in values):
        yield phrase("each point: from the start of the period to that day")
    weekly = any(row.period is not None and row.period.days == _WEEK_DAYS for row in answer.trend())
    if answer.metric.additive and answer.scope.by is None and weekly:
        yield phrase("each bar: one week")
    if answer.metric.additive and answer.scope.period.running and values and values[-1]:
        yield phrase("striped: not over yet")
    parts = answer.scope.by in TIMES and not answer.metric.additive
    if parts and answer.scope.period.running and values and values[-1] is not None:
        yield phrase("last point: not over yet")
    if any(value is not None for value in cut):
        yield phrase("behind: the first part of {period}, as long as this period", period=beside(answer))


def steady(answer: Answer) -> tuple[float | None, ...]:
    """The values of a trend as they are drawn, without the noise of a running figure's first days."""
    return _points(answer.trend(), _least(answer))


def _target(answer: Answer, say: Say, *, running: bool) -> Tick | None:
    """The target as a level: of what adds up its even share of each bar, of all else the target itself."""
    if answer.target is None:
        return None
    shared = answer.metric.additive and not running
    level = even_share(answer) if shared else answer.target
    if level is None:
        return None
    said = short(answer, level)
    return Tick(
        level, say(phrase("target, evenly {target}", target=said) if shared else phrase("target {target}", target=said))
    )


def _least(answer: Answer) -> float:
    """Of how many a running figure must be made to be drawn: a tenth of them, and ten; all where there are fewer."""
    if not runs(answer.metric, answer.scope):
        return 0
    return max(_LEAST, answer.figure.n / 10) if answer.figure.n >= _LEAST else 0


def _points(rows: Sequence[Row], least: float) -> tuple[float | None, ...]:
    """The values to draw: the first days of a running figure are noise."""
    return tuple(row.value if row.n >= least else None for row in rows)


def _x_ticks(rows: Sequence[Row], say: Say, *, running: bool) -> tuple[Tick, ...]:
    """Some six days, weeks or months, the last one always: those of equal steps back from it."""
    months = any(row.period is not None and row.period.unit == "month" for row in rows)
    step, last = -(-len(rows) // (_MONTHS if months else _LABELS)), len(rows) - 1
    return tuple(Tick(i, _day(row, say, running)) for i, row in enumerate(rows) if (last - i) % step == 0)


def _day(row: Row, say: Say, running: bool) -> str:
    """A part's first day, or the one that a running figure reaches; months by name."""
    if row.period is None:
        return row.key
    first, last = row.period.first_day, row.period.last_day
    if row.period.unit == "month":
        return say.value(MonthName(first))
    return say.value(DayMonth(last if running else first))
