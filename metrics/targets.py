"""Targets: what is reached of each target of a week, month, quarter or year.

*Attained* is the value over the target (less is better: the target over the value). For figures that add up also
*pace*, value over the target's share of the working days gone by; *landing*, the value if the rest goes as the days so
far, with the 80 % range that they let expect once there are 14 whole ones; *needed*, what each remaining working day
must bring. Public holidays are no working days; today counts by the share of its working hours that has passed.
Targets of the asked unit are shown, of the team and of reps; the figure is the first one's.

Example: target 260, 26 working days, 13 gone by with 120: attained 46 %, pace 120/130 = 92 %, landing 240, needed
140/13 = 10.8 a working day.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from metrics import revenue
from metrics.answers.asking import ask
from metrics.answers.changing import change_of
from metrics.answers.targets import UNITS
from metrics.answers.unrated import unrated_of
from metrics.base import Answer, Figure, Metric, Part, Rows, Scope, quantity
from metrics.charts.specs import MOST_BARS, Bar, Bars, Heading, Tick
from metrics.models.progress import Progress, WorkingDays, by_working_day, progress
from metrics.periods import comparison, holding
from metrics.periods.workdays import working_days
from metrics.pictures import noted
from metrics.wording import Percent, Phrase, Say, ShortMoney, Span, has_cents, phrase
from store import Session
from store.catalogue.targets import Target, targets_on
from store.facts import Filters

_TOLD = 3
_FULL = 2.0
"""Where bars end: at twice the target."""
UNIT_NAMES: Mapping[str, Phrase] = {
    "week": phrase("week"),
    "month": phrase("month"),
    "quarter": phrase("quarter"),
    "year": phrase("year"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One target with the metric that it is of, how far it is, and that metric's figure."""

    target: Target
    metric: Metric
    progress: Progress
    figure: Figure


async def asked(session: Session, scope: Scope) -> Answer:
    """Ask every metric that has a target for such a period, and how far it is."""
    from metrics import METRICS

    known = {metric.key: metric for metric in METRICS}
    before = scope.versus or comparison(scope.period, scope.now)
    lines = await _lines(session, scope, known)
    old = await _lines(session, replace(scope, period=before, versus=None), known)
    main = lines[0].progress.attained if lines else None
    then = next((line.progress.attained for line in old if lines and _same(line.target, lines[0].target)), None)
    figure = Figure(
        value=main,
        n=len(lines),
        parts={"targets": tuple(_part(line) for line in lines)},
        reason=_reason(scope, lines),
        numbers=_numbers(lines[0], scope.team.currency) if lines else None,
        told=tuple(_told(line, scope) for line in lines[:_TOLD]),
        counted=_name(lines[0]) if lines else None,
        excluded=unrated_of(line.figure for line in lines),
        drawn=lambda answer, heading, say: _bars(answer, lines, heading, say),
    )
    return Answer(REPORT, scope, figure, before, Figure(value=then, n=len(old)), change_of(REPORT, then, main))


async def ahead(session: Session, scope: Scope, metrics: Sequence[Metric]) -> tuple[Phrase, ...]:
    """Say how far the targets are that the figures of a period count toward: each metric's next longer one.

    Of the day or the week that the scope asks about that is the week, the month, the quarter or the year that holds
    its last day, as it stands now: the team's target, or that of the one rep who is asked about.
    """
    period, told = scope.period, []
    left = {metric.key: metric for metric in metrics}
    for unit in UNITS[UNITS.index(period.unit) + 1 if period.unit in UNITS else 0 :]:
        whole = holding(unit, period.full_last_day, period.zone, scope.now)
        lines = await _lines(session, replace(scope, period=whole, versus=None), left, everyone=False)
        told += [phrase("Target, {period}: {told}", period=whole, told=_told(line, scope)) for line in lines]
        for line in lines:
            del left[line.metric.key]
    return tuple(told)


async def _lines(session: Session, scope: Scope, known: Mapping[str, Metric], *, everyone: bool = True) -> list[Line]:
    """Ask how far the targets of a unit are: the rep's who is asked about, else the team's and ``everyone``'s own."""
    period, rep = scope.period, scope.filters.rep
    if period.unit not in UNITS:
        return []
    cut = scope.cut(period)
    days = WorkingDays(
        working_days(cut, scope.team.week), working_days(replace(cut, end=period.full_end), scope.team.week)
    )
    if period.start > scope.now:
        days = replace(days, gone=0)
    held = [
        target
        for target in await targets_on(session, scope.team.id, period.first_day)
        if target.unit == period.unit
        and target.metric in known
        and (target.member_id == rep or (rep is None and everyone))
    ]
    held.sort(key=lambda one: (one.member_id is not None, list(known).index(one.metric), one.member_name or ""))
    lines = []
    for target in held:
        metric = known[target.metric]
        of_rep = Filters(rep=target.member_id)
        own = Scope(scope.team, period, scope.now, filters=of_rep)
        answer = await ask(metric, session, own)
        brought = await _brought(metric, session, own) if period.running else []
        done = progress(metric, answer.value, target.value or 0, days, brought)
        lines.append(Line(target, metric, done, answer.figure))
    return lines


async def _brought(metric: Metric, session: Session, scope: Scope) -> list[float]:
    """What each whole working day so far brought; nothing for what does not add up."""
    measure, cut = metric.daily, scope.cut(scope.period)
    if measure is None or not metric.additive:
        return []
    found = await metric.gather(session, cut, "day", scope.team)
    days = {on: float(measure(facts)) for on, facts in found.items() if isinstance(on, date)}
    return by_working_day(days, cut, scope.team.week)


def _same(one: Target, other: Target) -> bool:
    return (one.metric, one.member_id, one.unit) == (other.metric, other.member_id, other.unit)


def _reason(scope: Scope, lines: Sequence[Line]) -> Phrase | None:
    if scope.period.unit not in UNITS:
        return phrase("targets are of a week, a month, a quarter or a year: /targets this month")
    if not lines and scope.filters.rep is not None:
        return phrase("no own target for a {unit} yet; managers set one: /target revenue 100m {unit} @Lan",
                      unit=UNIT_NAMES[scope.period.unit])  # fmt: skip
    if not lines:
        return phrase("no target for a {unit} yet: /target revenue 100m {unit}", unit=UNIT_NAMES[scope.period.unit])
    first = lines[0].progress
    if first.attained is None and first.target:
        return phrase("nothing to measure yet")
    return phrase("a target of 0 has no share") if first.attained is None else None


def _numbers(line: Line, currency: str) -> Phrase:
    """The formula with the numbers of one target: what is above the other is better divided by it."""
    metric, done = line.metric, line.progress
    value, target = quantity(done.value, metric.unit, currency), quantity(done.target, metric.unit, currency)
    above, below = (value, target) if metric.better == "up" else (target, value)
    return phrase("{above} / {below}", above=above, below=below)


def _name(line: Line) -> Phrase:
    if line.target.member_name is None:
        return line.metric.label
    return phrase("{metric}, {name}", metric=line.metric.label, name=line.target.member_name)


def _short(value: float | None, metric: Metric, currency: str, cents: bool = False) -> object:
    if value is None:
        return "—"
    if metric.unit == "money":
        return ShortMoney(value, currency, cents)
    return quantity(round(value) if metric.unit == "count" else value, metric.unit, currency)


def _a_day(needed: float, metric: Metric, currency: str) -> object:
    """What a working day must bring; of what is counted with a decimal: 4.3 calls a day are not 4."""
    return round(needed, 1) if metric.unit == "count" else _short(needed, metric, currency)


def _told(line: Line, scope: Scope) -> Phrase:
    """One target in a line: reached of what, at what pace, where it lands, what is needed."""
    metric, done, currency = line.metric, line.progress, scope.team.currency
    landing = _landing(done, metric, currency)
    said = phrase("{name}: {value} of {target}", name=_name(line), value=_short(done.value, metric, currency),
                  target=_short(done.target, metric, currency))  # fmt: skip
    if done.landing is not None and done.needed is not None:
        if done.needed == 0:
            return phrase("{said}, reached; heading for {landing}", said=said,
                          landing=landing)  # fmt: skip
        return phrase("{said}; heading for {landing}, needs {needed} a working day", said=said, landing=landing,
                      needed=_a_day(done.needed, metric, currency))  # fmt: skip
    if done.needed:
        return phrase("{said}; needs {needed} a working day", said=said,
                      needed=_a_day(done.needed, metric, currency))  # fmt: skip
    return said


def _landing(done: Progress, metric: Metric, currency: str) -> object:
    """Where a target lands, with the range where it is known: ``398M (370M–430M)``."""
    landing = _short(done.landing, metric, currency)
    if done.within is None:
        return landing
    span = Span(*(_short(end, metric, currency) for end in done.within))  # type: ignore[arg-type]
    return phrase("{landing} ({span})", landing=landing, span=span)


def _part(line: Line) -> Mapping[str, object]:
    """One target as a part of the answer."""
    target, done, unit = line.target, line.progress, line.metric.unit
    ratio = {"attained": done.attained, "pace": done.pace}
    low, high = done.within or (None, None)
    amounts = {
        "target": done.target, "value": done.value, "landing": done.landing, "landing_low": low, "landing_high": high,
        "needed_per_day": done.needed,
    }  # fmt: skip
    return {
        "metric": line.metric.key,
        "rep": target.member_name,
        "period": target.unit,
        **{name: Part(value, unit, 1) for name, value in amounts.items()},
        **{name: Part(value, "ratio", 1) for name, value in ratio.items()},
    }


def _bars(answer: Answer, lines: Sequence[Line], heading: Heading, say: Say) -> Bars:
    """Each target as a bar of what is reached, a line where its pace would be now, and one where the target is.

    Where none is passed, the target is the full width. A bar ends at twice its target, either
    way: the number says the rest.
    """
    currency, rows = answer.scope.team.currency, []
    titled = {line.metric.key for line in lines[:1]}  # which reps' rows need not name again
    alone = {line.metric.key for line in lines if line.target.member_name} <= titled
    sums = [line.progress for line in lines if line.metric.unit == "money"]
    money = [end for done in sums for end in (done.value, done.target)]
    cents = any(has_cents(end, currency) for end in money)
    for line in lines:
        own, metric, done = line.target, line.metric, line.progress
        value, target = (say.value(_short(one, metric, currency, cents)) for one in (done.value, done.target))
        within = None if done.attained is None else max(min(done.attained, _FULL), -_FULL)
        share = "" if done.attained is None else f"{say.value(Percent(done.attained))} · "
        mark = done.due if answer.scope.period.running else None
        name = own.member_name if alone and own.member_name else say(_name(line))
        rows.append(Bar(name, within, f"{share}{value} / {target}", mark=mark))
    passed = any((row.value or 0) > 1 for row in rows[:MOST_BARS])
    title = " · ".join([heading.title, *(say(_name(line)) for line in lines[:1])])
    head = replace(heading, title=title, note="; ".join(map(say, _noted(rows[:MOST_BARS], passed=passed))))
    return noted(Bars(head, tuple(rows), whole=1.0, limit=Tick(1.0, say(phrase("target"))) if passed else None), say)


def _noted(rows: Sequence[Bar], *, passed: bool) -> Iterator[Phrase]:
    """How the bars are read."""
    if not passed:
        yield phrase("full width: the target")
    if any(row.mark is not None for row in rows):
        yield phrase("line: where the working days so far should have brought it")
    if any(abs(row.value or 0) == _FULL for row in rows):
        yield phrase("bars end at 200 %")


async def listed(session: Session, scope: Scope) -> Rows:
    """List the targets that the answer shows, each with what is reached: of who asks about one rep, that rep's."""
    from metrics import METRICS

    columns = (phrase("Figure"), phrase("Rep"), phrase("Unit"), phrase("From"), phrase("Target"), phrase("Value"))
    currency = scope.team.currency
    return Rows(columns, [
        (line.metric.label, line.target.member_name, UNIT_NAMES[line.target.unit], line.target.from_day,
         quantity(line.progress.target, line.metric.unit, currency),
         None if line.progress.value is None else quantity(line.progress.value, line.metric.unit, currency))
        for line in await _lines(session, scope, {metric.key: metric for metric in METRICS})
    ])  # fmt: skip


REPORT: Metric = replace(
    revenue.METRIC,
    key="targets",
    alias="muctieu",
    label=phrase("Target reached"),
    words=(phrase("targets"), phrase("target progress")),
    about=phrase("how far each target is, and what a working day must bring"),
    formula=phrase("value / target; pace: value / (target × working days gone by / working days)"),
    unit="ratio",
    breakdowns=frozenset(),
    filters=frozenset({"rep"}),
    additive=False,
    daily=None,
    asked=asked,
    listed=listed,
)
