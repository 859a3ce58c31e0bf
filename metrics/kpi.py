"""KPIs: the team's own four or five figures, each against the period before, in one picture.

The metrics are those the team has chosen (``/kpi revenue roi retention``, or by buttons); each stands with its figure,
its change and whether that can be told from chance, its target where one is set, and a line of its course: the days,
weeks or months of the period where the metric has them, else the periods before. The figure is how many of them are
better than in the period before; one without a value, or without a change, is not. A rep sees those that are known by
rep.

Example: revenue 300 after 200, cycle 12 days after 10, ROI without a cost: 1 of 3 better.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from metrics import revenue
from metrics.answers.asking import ask, composed, figure_of
from metrics.answers.comparing import moved, short, when, with_lengths
from metrics.answers.unrated import unrated_of
from metrics.base import Answer, Change, Excluded, Figure, Metric, Part, Rows, Scope, quantity
from metrics.periods import comparison
from metrics.pictures import steady
from metrics.pictures.kpi import dashboard
from metrics.refusals import Unanswerable
from metrics.wording import Phrase, phrase
from store import Session
from store.people.team import team_of
from store.remembering import remembering

MOST = 5
_LINES = 4
"""How many lines of a caption are left under its first."""

_OLDER = 4


@dataclass(frozen=True, slots=True)
class Kpi:
    """One of the figures: its metric's answer, and the values of its course, the newest last."""

    metric: Metric
    answer: Answer
    course: tuple[float | None, ...]

    @property
    def better(self) -> bool | None:
        """Whether it moved for the better; None when it did not move, or nothing can be compared."""
        change = self.answer.change
        if change.kind in {"none", "new"} or not change.value:
            return None
        return (change.value > 0) == (self.metric.better == "up")


async def asked(session: Session, scope: Scope) -> Answer:
    """Ask each of the chosen metrics."""
    session = remembering(session)
    return reported([await figured(metric, session, scope) for metric in await chosen(session, scope)], scope)


def reported(kpis: Sequence[Kpi], scope: Scope) -> Answer:
    """Put figures that have been asked side by side."""
    first = kpis[0].answer
    known = [kpi for kpi in kpis if kpi.answer.value is not None]
    better = sum(kpi.better is True for kpi in kpis)
    figure = Figure(
        value=better if known else None,
        n=len(kpis),
        numerator=better if known else None,
        denominator=len(kpis),
        parts=_parts(kpis),
        reason=None if known else first.reason,
        numbers=phrase("{better} of {n} better", better=better, n=len(kpis)),
        said=_said(kpis, better) if known else (),
        explained=tuple(_explained(kpi) for kpi in kpis),
        excluded=_left_out(kpis),
        drawn=lambda answer, heading, say: dashboard(answer, kpis, heading, say),
    )
    nothing = Figure(None, 0)
    return composed(first, REPORT, scope=scope, figure=figure, previous=nothing, change=Change("none", None))


async def chosen(session: Session, scope: Scope) -> tuple[Metric, ...]:
    """Return the metrics that the question names, else the team's choice: those that carry the question's filters."""
    from metrics import METRICS

    by_key = {metric.key: metric for metric in METRICS}
    keys = (await team_of(session, scope.team.id)).settings["kpis"]
    wanted = scope.of or tuple(by_key[key] for key in keys if key in by_key)
    held = tuple(metric for metric in wanted if scope.filters.named <= metric.filters)
    if not held:
        raise Unanswerable(phrase("None of the chosen figures is known that way. For example: /kpi revenue calls"))
    return held[:MOST]


async def figured(metric: Metric, session: Session, scope: Scope) -> Kpi:
    """Ask one metric's value, with its course."""
    alone = replace(scope, of=())
    # of the value alone nothing is missing that adds up to no whole
    answer = await ask(replace(metric, chart="trend", complete=None), session, alone)
    if any(row.value is not None for row in answer.trend()):
        return Kpi(metric, answer, steady(answer))
    return Kpi(metric, answer, await _periods_before(metric, session, alone, answer))


async def _periods_before(metric: Metric, session: Session, scope: Scope, answer: Answer) -> tuple[float | None, ...]:
    """The figure of the periods before, as much of each as has passed of this one, and of this."""
    values, period = [answer.value], scope.period
    alone = replace(metric, complete=None)
    for _ in range(_OLDER):
        period = comparison(period, scope.now)
        values.append((await figure_of(alone, session, replace(scope, period=period, versus=None))).value)
    return tuple(reversed(values))


def _parts(kpis: Sequence[Kpi]) -> dict[str, object]:
    """Each metric's figure, and all of them in the order chosen with what they are compared with."""
    rows = []
    for kpi in kpis:
        answer, unit = kpi.answer, kpi.metric.unit
        change = answer.change
        moved_by = unit if change.kind in {"absolute", "new"} else "ratio"
        rows.append({
            "key": kpi.metric.key,
            "value": Part(answer.value, unit, answer.figure.n),
            "previous": Part(answer.previous.value, unit, answer.previous.n),
            "change": change.kind,
            "change_value": Part(change.value, moved_by, answer.figure.n),
            "clear": change.clear,
            "better": kpi.better,
            "target": Part(answer.target, unit, answer.figure.n),
        })  # fmt: skip
    figures = {kpi.metric.key: Part(kpi.answer.value, kpi.metric.unit, kpi.answer.figure.n) for kpi in kpis}
    return {**figures, "kpis": tuple(rows)}


def _said(kpis: Sequence[Kpi], better: int) -> tuple[Phrase, ...]:
    """The caption: how many are better, then a line for each, two on the first lines where there are more."""
    answer = kpis[0].answer
    if all(kpi.answer.previous.value is None for kpi in kpis):
        head = phrase("<b>KPIs</b> · {period}; nothing before it to compare with", period=when(answer))
    else:
        head = phrase("<b>KPIs: {better} of {n} better</b> · {period} against {before}",
                      better=better, n=len(kpis), period=when(answer),
                      before=with_lengths(answer, answer.previous_period))  # fmt: skip
    lines = [_line(kpi) for kpi in kpis]
    left = [phrase("left out: {count} {what}", count=one.count, what=one.what) for one in _left_out(kpis)]
    many = max(0, len(lines) + len(left) - _LINES)
    pairs = [phrase("{first} · {second}", first=lines[at], second=lines[at + 1]) for at in range(0, 2 * many, 2)]
    return (head, *pairs, *lines[2 * many :], *left)


def _left_out(kpis: Sequence[Kpi]) -> tuple[Excluded, ...]:
    return unrated_of(kpi.answer.figure for kpi in kpis)


def _line(kpi: Kpi) -> Phrase:
    answer = kpi.answer
    figure = phrase("{label}: {value}", label=kpi.metric.label, value=short(answer, answer.value))
    if answer.change.kind in {"none", "new"}:
        return figure
    if not answer.change.value:
        return phrase("{figure} ({change})", figure=figure, change=phrase("unchanged"))
    if answer.change.clear and answer.previous_from is None:
        return phrase("{figure} ({change}, a clear change)", figure=figure, change=moved(answer))
    return phrase("{figure} ({change})", figure=figure, change=moved(answer))


def _explained(kpi: Kpi) -> Phrase:
    """A metric's formula with its numbers."""
    answer, metric = kpi.answer, kpi.metric
    value = quantity(answer.value, metric.unit, answer.scope.team.currency)
    if answer.value is None or answer.figure.numbers is None:
        return phrase("<b>{label}</b> = {formula} = <b>{value}</b>", label=metric.label, formula=metric.formula,
                      value=value)  # fmt: skip
    return phrase("<b>{label}</b> = {formula} = {numbers} = <b>{value}</b>", label=metric.label,
                  formula=metric.formula, numbers=answer.figure.numbers, value=value)  # fmt: skip


async def listed(session: Session, scope: Scope) -> Rows:
    """List the figures with what they are compared with; each one's records stand behind the metric itself."""
    columns = (phrase("Figure"), phrase("Value"), phrase("The period before"), phrase("Target"), phrase("n"))
    records: list[tuple[object, ...]] = []
    for metric in await chosen(session, scope):
        answer = await ask(metric, session, replace(scope, of=()))
        values = [
            None if value is None else quantity(value, metric.unit, scope.team.currency)
            for value in (answer.value, answer.previous.value, answer.target)
        ]
        records.append((metric.label, *values, answer.figure.n))
    return Rows(columns, records)


REPORT: Metric = replace(
    revenue.METRIC,
    key="kpi",
    alias="",
    label=phrase("KPIs"),
    words=(phrase("KPI"), phrase("key figures"), phrase("dashboard")),
    about=phrase("the team's chosen figures at a glance"),
    formula=phrase("how many of the chosen figures are better than in the period before"),
    unit="count",
    breakdowns=frozenset(),
    filters=frozenset({"rep"}),
    additive=False,
    asked=asked,
    work="several",
    listed=listed,
    of=revenue.METRIC,
    most=MOST,
    requires=chosen,
)
