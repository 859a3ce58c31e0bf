"""A question as it is kept: what is asked, against which team's rules, and whether it has an answer."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from handlers.base import Team, UserError
from handlers.buttons import STALE
from metrics import METRICS, REPORTS
from metrics.answers.asking import fit
from metrics.base import Breakdown, Metric, Scope, TeamScope
from metrics.periods import Period, day, from_key, key, year_earlier
from metrics.periods.workdays import WorkWeek
from metrics.refusals import Refused, Unanswerable
from metrics.wording import Phrase, phrase
from store import Session
from store.facts import Filters

BY_KEY: Mapping[str, Metric] = {metric.key: metric for metric in (*METRICS, *REPORTS)}
"""Each metric and report by the name it is asked by."""

YEAR = "year"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is kept: a metric's key, a period's key, a breakdown, filters, what it is compared with.

    ``versus`` is a period's key, ``year`` for the same dates a year earlier, or None for the period before. ``of`` are
    the metrics that a report is asked about, where some are named.
    """

    metric: str
    period: str
    by: Breakdown | None = None
    filters: Filters = field(default_factory=Filters)
    versus: str | None = None
    of: tuple[str, ...] = ()


def name_of(metric: Metric, locale: str) -> str:
    """The command that asks a metric, as the reader's language has it."""
    return metric.alias if locale == "vi" and metric.alias else metric.key


def kept(asked: Asked) -> dict[str, Any]:
    """Write a question as JSON."""
    return asdict(asked)


def unkept(question: Mapping[str, Any]) -> Asked:
    """Read what `kept` wrote; raises `UserError` for a metric that is no more."""
    about = question.get("of") or ()
    about = (about,) if isinstance(about, str) else tuple(about)
    if not {question.get("metric"), *about} <= set(BY_KEY):
        raise UserError(STALE)
    return Asked(**{**question, "filters": Filters(**question["filters"]), "of": about})


def rules_of(team: Team) -> TeamScope:
    """Return the team's rules that figures depend on."""
    target: Any = team.settings["service_target_hours"]
    discount: Any = team.settings["discount"]
    return TeamScope(
        team.id,
        team.zone,
        team.currency,
        team.window_days,
        team.journey_gap_days,
        team.return_basis,
        WorkWeek.of(team.settings),
        float(target),
        float(discount),
    )


def scope_of(team: Team, now: datetime, asked: Asked) -> Scope:
    """Return what the metrics need to know to answer."""
    rules = rules_of(team)
    period, versus = period_of(team, now, asked.period), asked.versus
    if versus is not None:
        before = year_earlier(period, now) if versus == YEAR else period_of(team, now, versus)
    return Scope(
        rules,
        period,
        now,
        by=asked.by,
        filters=asked.filters,
        versus=None if versus is None else before,
        of=tuple(BY_KEY[name] for name in asked.of),
    )


def period_of(team: Team, now: datetime, text: str) -> Period:
    """Return the period of a key; raises `UserError` for what is none, or has not begun."""
    try:
        period = from_key(text, team.zone, now)
    except ValueError:
        raise UserError(STALE) from None
    if period.start > now:
        raise UserError(phrase("That period has not begun yet."))
    return period


async def fitted(session: Session, team: Team, now: datetime, asked: Asked) -> Asked | None:
    """The question where it has an answer, else that of the day that has one; None where there is none."""
    try:
        await fit(BY_KEY[asked.metric], session, scope_of(team, now, asked))
    except Unanswerable as refused:
        return None if refused.on is None else replace(asked, period=key(day(refused.on, team.zone, now)))
    except Refused:
        return None
    return asked


def narrowed(asked: Asked) -> Asked:
    """The question without what its metric, or those it is about, do not carry."""
    about = (BY_KEY[asked.metric], *(BY_KEY[name] for name in asked.of))
    carried = {
        name: value for name, value in asdict(asked.filters).items() if all(name in one.filters for one in about)
    }
    versus = asked.versus if BY_KEY[asked.metric].uncompared is None else None
    return replace(asked, by=None, filters=Filters(**carried), versus=versus)


def closed_to(rep: int, asked: Asked) -> Phrase | None:
    """Why a question is not answered to a rep, who sees the own figures only; None when it is."""
    if "rep" not in BY_KEY[asked.metric].filters:
        return phrase(
            "{metric} is known for the whole team only, which managers see.", metric=BY_KEY[asked.metric].label
        )
    if asked.filters.rep != rep or asked.by == "rep":
        return phrase("You see your own figures; those of others are for managers. You can send: /revenue")
    return None
