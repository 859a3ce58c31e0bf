"""Forecast: the net revenue of the next three months, with an 80 % interval.

Open deals × the own win rate of their stage + the run rate of what sells otherwise. *Deals*: those open at the end of
the period, each amount times the share of deals that were won of those that came as far, (won + 10 · team) / (closed +
10); past its expected day, of those that were past theirs. *Run rate*: net revenue without the sales of deals already
open when the months begin, continued by the mean of three months, the last month, exponential smoothing or the same
month a year before, whichever missed least when up to twelve past months were forecast in the same way. *Interval*: as
far either way as the smallest error of those forecasts that at least 80 % of them keep to. The months begin on the day
after a finished period, or today, and end three months later. Under 6 months of history there is none.

Example: 300 of sales without a deal in each of the last 9 months, an open deal of 900 at a stage where 6 + 6 of 8 + 10
are won: 3 × 300 + 900 × 2/3 = 1,500; every forecast of the past was right, so the interval is 1,500–1,500.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from metrics import periods, revenue
from metrics.answers.asking import ask, composed
from metrics.answers.changing import change_of
from metrics.answers.listing import AMOUNT, CUSTOMER, REP, local, money
from metrics.base import Answer, Excluded, Figure, Metric, Part, Rows, Scope, TeamScope, left_out, no_rate
from metrics.facts.selling import Sold, gather_net
from metrics.models.ahead import LEAST_MONTHS, MOST_MONTHS, Ahead, look, whole_months
from metrics.models.pipeline import expected_of, rates_of
from metrics.models.runrate import AHEAD
from metrics.periods import Period
from metrics.periods.wall import local_midnight, months_on
from metrics.pictures.forecast import fan
from metrics.wording import Money, Phrase, ShortMoney, phrase, plural_phrase
from store import Session
from store.facts import Cut
from store.facts.funnel import stages_of
from store.facts.pipeline import PastDeal, deals_until, open_deal_records

METHODS: Mapping[str, Phrase] = {
    "mean_of_three": phrase("mean of three months"),
    "last_month": phrase("last month again"),
    "smoothing": phrase("exponential smoothing"),
    "year_before": phrase("same month a year before"),
}


async def asked(session: Session, scope: Scope) -> Answer:
    """Forecast from the end of the period, and compare with the three months before it."""
    answer = composed(await ask(revenue.METRIC, session, replace(scope, by=None)), REPORT)
    cut = scope.cut(scope.period)
    on = cut.end.astimezone(cut.zone).date()
    months, first = 0, None
    if answer.value is not None:
        sold = await _sold_by_day(session, cut, on)
        net = {day: one.net for day, one in sold.items()}
        first = min(net, default=None)
        months = 0 if first is None else whole_months(on, first)
    ahead, before = _months(on, scope, AHEAD), _months(months_on(on, -AHEAD), scope, AHEAD)
    answer = replace(answer, scope=replace(scope, period=ahead), previous_period=before)
    if months < LEAST_MONTHS:
        reason = answer.reason or _too_short(first)
        nothing = Figure(None, 0, parts=_parts(None), reason=reason)
        return replace(answer, figure=nothing, previous=nothing, change=change_of(REPORT, None, None))
    deals, stages = await deals_until(session, cut.without_filters()), await stages_of(session, scope.team.id)
    found = await asyncio.to_thread(look, net, deals, stages, on, months, scope.filters.rep)
    figure, last = _figure(found, scope.team), sum(found.past[-AHEAD:])
    figure = replace(figure, excluded=(*figure.excluded, *no_rate(sum(one.unpriced for one in sold.values()))))
    previous = Figure(last, AHEAD)
    return replace(answer, figure=figure, previous=previous, change=change_of(REPORT, last, figure.value))


def _too_short(first: date | None) -> Phrase:
    """Why nothing can be forecast: no sale at all, or the first of them too late."""
    if first is None:
        return phrase("no sales to go by: log them with /sale, or /import older ones")
    return phrase("needs 6 months of sales, the first is of {day}: /import older ones", day=first)


def _months(first: date, scope: Scope, count: int) -> Period:
    """So many whole months from a day on, whether they have begun or not."""
    span = periods.custom(first, months_on(first, count), scope.team.zone, scope.now)
    end = local_midnight(months_on(first, count), scope.team.zone)
    return replace(span, end=end, full_end=end, running=False)


async def _sold_by_day(session: Session, cut: Cut, on: date) -> Mapping[date, Sold]:
    """What was sold and refunded on each day of the months that a forecast looks at."""
    start = local_midnight(months_on(on, -MOST_MONTHS), cut.zone)
    found = await gather_net(session, replace(cut, start=start), "day")
    return {day: sold for day, sold in found.items() if isinstance(day, date)}


def _figure(found: Ahead, team: TeamScope) -> Figure:
    amounts = {"deals": Money(found.pipeline, team.currency), "rest": Money(found.run_rate, team.currency)}
    short = {name: ShortMoney(money.minor, money.currency) for name, money in amounts.items()}
    method, choice = METHODS[found.choice.method], found.choice
    told = [plural_phrase("{deals} of {n} open deal + {rest} otherwise ({method})",
                          "{deals} of {n} open deals + {rest} otherwise ({method})",
                          n=len(found.deals), method=method, **short)]  # fmt: skip
    if choice.error is not None:
        told.append(phrase("tried on {n} past months: off by {error} on average over three months",
                           n=len(choice.origins), error=ShortMoney(round(choice.error), team.currency)))  # fmt: skip
    return Figure(
        value=found.value,
        n=len(found.past),
        parts=_parts(found),
        numbers=phrase("{deals} + {rest}", **amounts),
        told=tuple(told),
        counted=plural_phrase("from {n} month", "from {n} months", n=len(found.past)),
        interval=(found.low, found.high) if found.low is not None and found.high is not None else None,
        interval_by=phrase("Interval: 80 % by the errors of {n} forecasts of the past (split conformal)",
                           n=len(choice.origins)),
        drawn=lambda answer, heading, say: fan(answer, found, heading, say),
        excluded=_excluded(found),
        warnings=_warnings(found),
    )  # fmt: skip


def _excluded(found: Ahead) -> tuple[Excluded, ...]:
    unpriced = sum(one.deal.amount is None for one in found.deals)
    what = plural_phrase("open deal without an amount in the team's currency",
                         "open deals without an amount in the team's currency", n=unpriced)  # fmt: skip
    return left_out(what, unpriced)


def _warnings(found: Ahead) -> tuple[Phrase, ...]:
    said = []
    if found.low is None:
        said.append(phrase("no interval yet: too few months to try it on"))
    if found.deals and found.rates is None:
        said.append(phrase("open deals count nothing: none has been won or lost yet"))
    return tuple(said)


def _parts(found: Ahead | None) -> dict[str, object]:
    if found is None:
        return {name: Part(None, "money", 0) for name in ("deals", "run_rate", "error")} | {"method": None}
    n, rates = len(found.past), found.rates
    months = tuple(
        {"month": month.first.isoformat(), **{name: Part(value, "money", n) for name, value in (
            ("value", month.value), ("low", month.low), ("high", month.high))}}
        for month in found.months
    )  # fmt: skip
    return {
        "deals": Part(found.pipeline, "money", len(found.deals)),
        "run_rate": Part(found.run_rate, "money", n),
        "error": Part(found.choice.error, "money", len(found.choice.origins)),
        "win_rate": Part(rates.team if rates else None, "ratio", rates.closed if rates else 0),
        "method": found.choice.method,
        "months": months,
        "stages": _stages(found),
    }


def _stages(found: Ahead) -> tuple[Mapping[str, object], ...]:
    """The open deals by stage: how many, for how much, how often won, and what that makes."""
    lines = []
    for stage in dict.fromkeys(
        [*(found.rates.stages if found.rates else ()), *(one.deal.stage for one in found.deals)]
    ):
        held = [one for one in found.deals if one.deal.stage == stage]
        rate = found.rates.stages.get(stage or "") if found.rates else None
        lines.append({
            "key": stage or "",
            "deals": Part(len(held), "count", len(held)),
            "amount": Part(sum(one.deal.amount or 0 for one in held), "money", len(held)),
            "win_rate": Part(rate, "ratio", found.rates.closed if found.rates else 0),
            "expected": Part(round(sum(one.worth for one in held)), "money", len(held)),
        })  # fmt: skip
    return tuple(lines)


async def rows(session: Session, cut: Cut, team: TeamScope) -> Rows:
    """List the deals open at the end of the period with the rate that each is weighed with."""
    deals, stages = await deals_until(session, cut.without_filters()), await stages_of(session, team.id)
    on = cut.end.astimezone(cut.zone).date()
    weighed = {one.deal.id: one for one in expected_of(_own(deals, cut), rates_of(deals, stages), on)}
    columns = (phrase("No."), phrase("Opened"), CUSTOMER, REP, phrase("Stage"), phrase("Expected on"), AMOUNT,
               phrase("Win rate"), phrase("Expected to bring"))  # fmt: skip
    return Rows(columns, [
        (number, local(at, team.zone), name, rep, one.deal.stage, one.deal.expected_day, money(amount, currency),
         one.rate, money(round(one.worth), team.currency))
        for id_, number, at, name, rep, amount, currency in await open_deal_records(session, cut)
        if (one := weighed.get(id_)) is not None
    ])  # fmt: skip


def _own(deals: list[PastDeal], cut: Cut) -> list[PastDeal]:
    return [deal for deal in deals if cut.filters.rep in {None, deal.member_id}]


REPORT: Metric = replace(
    revenue.METRIC,
    key="forecast",
    alias="dubao",
    label=phrase("Forecast, net revenue"),
    words=(phrase("forecast"), phrase("expected revenue")),
    about=phrase("what the next three months may bring"),
    formula=phrase("open deals × how often deals of their stage are won + run rate of all other sales, three months"),
    breakdowns=frozenset(),
    filters=frozenset({"rep"}),
    additive=False,
    daily=None,
    asked=asked,
    rows=rows,
    estimated=True,
    uncompared=phrase("A forecast is compared with the three months before it, and with no other period."),
)
