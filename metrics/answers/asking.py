"""Asks a metric: gathers its facts, applies its formula, compares, breaks down. The only way to a figure."""

from asyncio import to_thread
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import replace
from datetime import date, datetime
from functools import cache, partial
from typing import Any

from metrics.answers.changing import Days, days_of, judged
from metrics.answers.targets import target_of
from metrics.answers.trending import known, row_of, trend_of
from metrics.answers.unrated import unrated_before
from metrics.base import BREAKDOWNS, NONE, TIMES, Answer, Facts, Figure, Metric, Part, Row, Rows, Scope, total
from metrics.periods import comparison
from metrics.periods.wall import wall_day
from metrics.refusals import Refused
from metrics.wording import Phrase, phrase
from store import Session
from store.facts import Cut, Filters, Key
from store.facts.team import first_record, member_names, product_names


async def ask(metric: Metric, session: Session, scope: Scope) -> Answer:
    """Answer a question; raises `Refused` for what the metric does not carry."""
    await fit(metric, session, scope)
    if metric.asked is not None:
        return replace(await metric.asked(session, scope), target=None)  # a report is no figure that has one
    born = await first_record(session, scope.team.id, scope.team.zone)
    before = scope.versus or comparison(scope.period, scope.now)
    now_cut, old_cut = scope.cut(scope.period), scope.cut(before)
    groups = await _groups(metric, session, scope) if known(now_cut, born) else {}
    # where no verdict is drawn from days, the groups add up to the whole
    days = groups if groups and not metric.is_judged_by_days else await _days(metric, session, scope, now_cut, born)
    days_before = await _days(metric, session, scope, old_cut, born)
    figure = await _figure(metric, session, scope, now_cut, born, days, whole=True)
    previous = await _figure(metric, session, scope, old_cut, born, days_before, whole=False)
    each_day = days_of(old_cut, days_before), days_of(now_cut, days)
    change = await to_thread(judged, metric, previous, figure, *each_day, metric.empty)
    trend = cache(partial(trend_of, metric, scope, scope.period, days, born))
    return Answer(
        metric=metric,
        scope=scope,
        figure=replace(figure, excluded=(*figure.excluded, *unrated_before(previous, before))),
        previous_period=before,
        previous=previous,
        change=change,
        breakdown=await _breakdown(metric, session, scope, trend, groups) if known(now_cut, born) else (),
        trend=trend,
        trend_before=cache(partial(trend_of, metric, scope, before, days_before, born)),
        filter_names=await _filter_names(session, scope.team.id, scope.filters),
        previous_from=_begun_within(old_cut, born),
        target=await target_of(session, metric, scope),
    )


async def figure_of(metric: Metric, session: Session, scope: Scope) -> Figure:
    """Return a period's figure alone, without what it is compared with or broken down by."""
    await fit(metric, session, scope)
    if metric.asked is not None:
        return (await metric.asked(session, scope)).figure
    born = await first_record(session, scope.team.id, scope.team.zone)
    cut = scope.cut(scope.period)
    days = await _days(metric, session, scope, cut, born)
    return await _figure(metric, session, scope, cut, born, days, whole=True)


def composed(answer: Answer, report: Metric, **parts: Any) -> Answer:
    """Make the answer of a metric that of a report composed of it: breakdown, course and target were the metric's."""
    return replace(answer, metric=report, breakdown=(), trend=tuple, trend_before=tuple, target=None, **parts)


def _begun_within(cut: Cut, born: datetime | None) -> date | None:
    """The day of the first record, where a span reaches back before it: of the days until then nothing is known."""
    first = None if born is None else wall_day(born, cut.zone)
    return first if first is not None and cut.first_day < first <= cut.last_day else None


async def rows(metric: Metric, session: Session, scope: Scope) -> Rows:
    """Return exactly the records behind the figure, oldest first."""
    await fit(metric, session, scope)
    if metric.listed is not None:
        return await metric.listed(session, scope)
    about = scope.of[0] if scope.of else metric.of or metric
    return await about.rows(session, scope.cut(scope.period), scope.team)


async def fit(metric: Metric, session: Session, scope: Scope) -> None:
    """Raise `Refused` for a question that the metric does not answer, without asking it."""
    _carried(metric, scope)
    if scope.versus is not None and metric.uncompared is not None:
        raise Refused(metric.uncompared)
    if metric.requires is not None:
        await metric.requires(session, scope)


def _carried(metric: Metric, scope: Scope) -> None:
    """Refuse what the metric's facts do not carry, naming what they do."""
    carried = metric.breakdowns | metric.views
    if scope.by is not None and scope.by not in carried:
        raise Refused(_not_split(metric, BREAKDOWNS[scope.by], _words(carried)))
    for name in sorted(scope.filters.named - metric.filters):
        raise Refused(_not_narrowed(metric, _words({name})[0], _words(metric.filters)))


def _words(names: Set[str]) -> list[Phrase]:
    return [words for name, words in BREAKDOWNS.items() if name in names]


def _not_split(metric: Metric, wanted: Phrase, held: list[Phrase]) -> Phrase:
    if not held:
        return phrase("<b>{metric}</b> is shown as a whole, not by {wanted}.", metric=metric.label, wanted=wanted)
    return phrase(
        "<b>{metric}</b> is not known by {wanted}, only by {held}.", metric=metric.label, wanted=wanted, held=held
    )


def _not_narrowed(metric: Metric, wanted: Phrase, held: list[Phrase]) -> Phrase:
    if not held:
        return phrase("<b>{metric}</b> is only known for the whole team, not by {wanted}.",
                      metric=metric.label, wanted=wanted)  # fmt: skip
    return phrase(
        "<b>{metric}</b> is not known for one {wanted}, only for one {held}.",
        metric=metric.label, wanted=wanted, held=held,
    )  # fmt: skip


async def _days(metric: Metric, session: Session, scope: Scope, cut: Cut, born: datetime | None) -> Days:
    """The facts of a period's days; of what is of no day all stand under None."""
    return await metric.gather(session, cut, "day", scope.team) if known(cut, born) else {}


async def _figure(
    metric: Metric, session: Session, scope: Scope, cut: Cut, born: datetime | None, facts: Days, *, whole: bool
) -> Figure:
    """A period's figure from facts that add up to it; only a ``whole`` one has the parts that do not add up."""
    if not known(cut, born):
        return _unborn(metric, scope, born)
    added = total(facts.values(), metric.empty)
    if whole and metric.complete is not None:
        added = await metric.complete(session, cut, added, scope.team)
    return await to_thread(metric.compute, added, scope.team)  # a year of a large team would hold the loop


def _unborn(metric: Metric, scope: Scope, born: datetime | None) -> Figure:
    """The figure of a time of which nothing is known: every number in it is undefined, the team's rules are not."""
    nothing = metric.compute(metric.empty, scope.team)
    parts = {
        name: replace(part, value=None, n=0) if isinstance(part, Part) else part for name, part in nothing.parts.items()
    }
    if born is None:
        reason = phrase("nothing is logged yet: start with /call or /sale")
    else:
        reason = phrase("the first record is of {at}", at=born.astimezone(scope.team.zone).date())
    return Figure(value=None, n=0, parts=parts, reason=reason)


async def _groups(metric: Metric, session: Session, scope: Scope) -> Mapping[Key, Facts]:
    """The facts under each key of the breakdown asked; none where there is none, or it is one of times."""
    if scope.by is None or scope.by in metric.views | TIMES:
        return {}
    return await metric.gather(session, scope.cut(scope.period), scope.by, scope.team)  # type: ignore[arg-type]


async def _breakdown(
    metric: Metric, session: Session, scope: Scope, trend: Callable[[], tuple[Row, ...]], groups: Mapping[Key, Facts]
) -> tuple[Row, ...]:
    by = scope.by
    if by is None or by in metric.views:
        return ()
    if by in TIMES:
        return trend()
    names = await key_names(session, scope.team.id, by, groups)
    found = [row_of(metric, scope, names.get(key, NONE), key, facts) for key, facts in groups.items()]
    return tuple(sorted(found, key=lambda row: (row.key == NONE, row.value is None, -(row.value or 0), row.key)))


async def key_names(session: Session, team_id: int, by: str, groups: Iterable[Key]) -> Mapping[Key, str]:
    """Return what the keys of a breakdown are called; those of no name are left out."""
    groups = list(groups)
    ids = [key for key in groups if isinstance(key, int)]
    if by == "rep":
        return _keyed(await member_names(session, team_id, ids))
    if by == "product":
        return _keyed(await product_names(session, team_id, ids))
    return {key: key for key in groups if isinstance(key, str)}


def _keyed(names: Mapping[int, str]) -> dict[Key, str]:
    return {key: name for key, name in names.items()}  # noqa: C416 - dict() would not widen the keys' type


async def _filter_names(session: Session, team_id: int, filters: Filters) -> tuple[str, ...]:
    """What the filters are called: ``@Lan``, ``#zalo``, a product's name."""
    said: list[str] = []
    if filters.rep is not None:
        said += [f"@{name}" for name in (await member_names(session, team_id, [filters.rep])).values()]
    if filters.product is not None:
        said += (await product_names(session, team_id, [filters.product])).values()
    said += [f"#{tag}" if tag else NONE for tag in (filters.channel, filters.campaign) if tag is not None]
    return tuple(said)
