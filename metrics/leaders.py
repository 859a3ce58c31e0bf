"""Leaderboard: the team's reps, ranked by a metric.

The metric named (net revenue when none is) broken down by rep; the best comes first, whichever way is better. Equal
values share a place and the next place counts them (1, 2, 2, 4). Reps with a ratio of fewer than 10, or without a
value, are listed without a place. The figure is the team's.

Example: net revenue of Lan 300, Minh 200, Nga 200, Tú 100: places 1, 2, 2, 4.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from metrics import revenue
from metrics.answers.asking import ask, composed, fit
from metrics.answers.comparing import column
from metrics.base import NONE, Answer, Metric, Part, Row, Scope, quantity
from metrics.charts.specs import MOST_BARS, Bar, Bars, Heading
from metrics.pictures import made_of, noted, scaled, whole_of
from metrics.wording import Phrase, Say, phrase
from store import Session

LEAST = 10
"""A ratio of fewer than this many says nothing about who is better."""

_TOLD = 3


async def asked(session: Session, scope: Scope) -> Answer:
    """Ask the metric by rep and rank the rows."""
    metric, of_reps = _question(scope)
    answer = await ask(metric, session, of_reps)
    lines = ranked(answer.breakdown, metric)
    figure = replace(
        answer.figure,
        parts={"metric": metric.key, "leaders": lines},
        told=_told(lines, answer),
        interval=None,
        drawn=lambda drawn, heading, say: _board(lines, drawn, heading, say),
    )
    named = replace(
        metric,
        key=REPORT.key,
        label=phrase("Leaderboard · {metric}", metric=metric.label),
        about=REPORT.about,
        chart="trend",
    )
    return composed(answer, named, scope=scope, figure=figure)


def _question(scope: Scope) -> tuple[Metric, Scope]:
    """The metric that reps are ranked by, and what it is asked."""
    return scope.of[0] if scope.of else revenue.METRIC, replace(scope, by="rep", of=())


async def known_by_rep(session: Session, scope: Scope) -> None:
    """Refuse a metric that is not known by rep, or not with the question's filters."""
    metric, of_reps = _question(scope)
    await fit(metric, session, of_reps)


def ranked(rows: Sequence[Row], metric: Metric) -> tuple[Mapping[str, object], ...]:
    """Give the rows their places: ``{place, key, value}``, those without a place last."""
    fair = [row for row in rows if row.key != NONE and row.value is not None and not _few(row, metric)]
    sign = -1 if metric.better == "up" else 1
    fair.sort(key=lambda row: (sign * (row.value or 0), row.key))
    values = [row.value for row in fair]
    # ties share the place of the first of them
    placed = [(values.index(row.value) + 1, row) for row in fair]
    rest = sorted((row for row in rows if row not in fair), key=lambda row: (row.key == NONE, row.key))
    return tuple(
        {"place": place, "key": row.key, "value": Part(row.value, metric.unit, row.n)}
        for place, row in [*placed, *((None, row) for row in rest)]
    )


def _few(row: Row, metric: Metric) -> bool:
    return metric.unit in {"ratio", "number"} and row.n < LEAST


def _told(lines: Sequence[Mapping[str, object]], answer: Answer) -> tuple[Phrase, ...]:
    """The first three places, and that few data are not ranked."""
    currency = answer.scope.team.currency
    said = [
        phrase("{place}. {name}: {value}", place=line["place"], name=line["key"],
               value=quantity(part.value, part.unit, currency))
        for line in lines[:_TOLD] if line["place"] is not None and isinstance(part := line["value"], Part)
    ]  # fmt: skip
    return tuple(said) or (phrase("nobody has enough data to be ranked in this period"),)


def _board(lines: Sequence[Mapping[str, object]], answer: Answer, heading: Heading, say: Say) -> Bars:
    bars = []
    parts = [part if isinstance(part := line["value"], Part) else Part(None, "number", 0) for line in lines]
    texts = column([part.value for part in parts], answer.metric.unit, answer.scope.team.currency)
    for line, part, said in zip(lines, parts, texts, strict=True):
        value, n, place, name = part.value, part.n, line["place"], str(line["key"])
        label = say(phrase("(none)")) if name == NONE else name
        at = "" if place is None else f"{place}."
        of = made_of(answer, value, n, say)
        bars.append(Bar(label, value, say.value(said), muted=place is None, of=of, place=at))
    unranked = any(line["place"] is None for line in lines)
    head = replace(heading, note=say(phrase("grey: too few data to be ranked")) if unranked else "")
    values = [bar.value for bar in bars]
    board = noted(Bars(scaled(answer, head, values, say), tuple(bars), whole_of(answer, values)), say)
    return replace(board, rows=board.rows[:MOST_BARS])  # in their order: no unranked rep takes a place's room


REPORT = replace(
    revenue.METRIC,
    key="leaders",
    alias="bangxephang",
    label=phrase("Leaderboard"),
    words=(phrase("leaderboard"), phrase("ranking of reps")),
    about=phrase("who leads, by net revenue or another figure"),
    breakdowns=frozenset(),
    filters=frozenset({"product", "channel", "campaign"}),
    additive=False,
    asked=asked,
    of=revenue.METRIC,
    requires=known_by_rep,
)
