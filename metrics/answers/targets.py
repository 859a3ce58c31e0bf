"""Targets beside figures: which one a question has, how much of it is reached, and its even share of a part."""

from metrics.answers.comparing import short
from metrics.base import Answer, Metric, Scope
from metrics.periods import Unit
from metrics.periods.workdays import working_days
from metrics.wording import Percent, Phrase, phrase
from store import Session
from store.catalogue.targets import target_for
from store.facts import Cut

UNITS: tuple[Unit, ...] = ("week", "month", "quarter", "year")
"""The units of calendar that targets are set for."""


async def target_of(session: Session, metric: Metric, scope: Scope) -> float | None:
    """Return the target of a figure: of a whole unit, for the team or one rep; other filters have none."""
    if scope.period.unit not in UNITS or scope.filters.named - {"rep"}:
        return None
    return await target_for(
        session, scope.team.id, metric.key, scope.period.unit, scope.period.first_day, scope.filters.rep
    )


def is_reached(metric: Metric, value: float | None, target: float) -> bool | None:
    """Tell whether a target is reached; None where there is no value. The other way round where less is better."""
    if value is None:
        return None
    return value >= target if metric.better == "up" else value <= target


def aim_line(answer: Answer) -> Phrase | None:
    """Say the target, and how much of it is reached: ``target ₫100M: 62 % reached``."""
    metric, target = answer.metric, answer.target
    if target is None:
        return None
    said, done = short(answer, target), is_reached(metric, answer.value, target)
    if done is None:
        return phrase("target {target}", target=said)
    if metric.unit in {"money", "count"} and metric.better == "up" and target > 0:
        return phrase("target {target}: {share} reached", target=said, share=Percent((answer.value or 0) / target))
    if metric.better == "down":
        return phrase(
            "target at most {target}: reached" if done else "target at most {target}: not reached", target=said
        )
    return phrase("target {target}: reached" if done else "target {target}: not reached", target=said)


def whole(cut: Cut, answer: Answer) -> Cut:
    """The cut of the whole unit, whatever of it has passed."""
    period = answer.scope.period
    return Cut(cut.team_id, cut.zone, period.start, period.full_end, period.full_end, cut.filters)


def even_share(answer: Answer) -> float | None:
    """What each bar of a trend should reach: the target by the working days, weeks or months of the unit."""
    target, rows = answer.target, answer.trend()
    if target is None or not rows:
        return None
    scope = answer.scope
    first = rows[0].period
    if first is not None and first.unit in {"week", "month"}:
        span = (scope.period.full_end - scope.period.start).days
        parts = span / 7 if first.unit == "week" else {"quarter": 3, "year": 12}.get(scope.period.unit, 1)
        return target / parts
    days = working_days(whole(scope.cut(scope.period), answer), scope.team.week)
    return target / days if days else None
