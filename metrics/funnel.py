"""Funnel: how far the period's leads and deals have come, and how much money the pipeline moves a day.

*Leads* created in the period → *contacted*: those with any contact by now → the deals opened in the period at each
*stage* or beyond it (a won deal passed them all, a lost one counts up to the stage where it was lost, each deal once)
→ *won*. For each stage also the *value* of those deals (of one won by a sale, what was sold) and the mean *age*, at the
end of the period, of the ones that stand open at it. *Velocity*, the figure, is open deals × win rate × average won /
cycle: deals open at the end of the period, and over the 12 months to it won / (won + lost), the mean amount of a won
deal, and the median days to win.

Example: 10 open deals, half of the closed ones won at 600 on average, in 30 days: 10 × 50 % × 600 / 30 = 100 a day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from metrics import cycle, periods, revenue, winrate
from metrics.answers.asking import ask, composed, figure_of
from metrics.answers.changing import change_of
from metrics.answers.comparing import column
from metrics.answers.listing import AMOUNT, CUSTOMER, REP, local, money
from metrics.answers.unrated import unrated
from metrics.base import Answer, Figure, Metric, Part, Rows, Scope, TeamScope, no_rate, total
from metrics.charts.specs import Bar, Bars, Heading
from metrics.periods.wall import year_before
from metrics.wording import Days, Money, Percent, Say, phrase
from store import Session
from store.facts import Cut
from store.facts.funnel import StageDeal, deal_records, deals_opened, leads_reached, stages_of, won_average

_EDGES = {"leads": phrase("leads made"), "contacted": phrase("contacted leads"), "won": phrase("won deals")}


_NO_PACE = phrase("no pace yet: over 12 months some deals must be won and lost (/deal, /won, /lost)")


@dataclass(frozen=True, slots=True)
class Pace:
    """What the velocity is made of: open deals, win rate, average won in minor units, days of a cycle.

    ``unrated`` closed deals are in no average for want of an exchange rate.
    """

    open: int
    win_rate: float | None
    average_won: float | None
    cycle_days: float | None
    unrated: int

    @property
    def velocity(self) -> float | None:
        """Minor units a day; None where a factor is undefined or the cycle takes no time."""
        if self.win_rate is None or self.average_won is None or not self.cycle_days:
            return None
        return self.open * self.win_rate * self.average_won / self.cycle_days


async def asked(session: Session, scope: Scope) -> Answer:
    """Count the steps, and compare the velocity with the period before."""
    answer = composed(await ask(revenue.METRIC, session, scope), REPORT)
    if answer.value is None:
        return replace(answer, figure=replace(answer.figure, parts={}))
    cut = scope.cut(scope.period)
    deals, pace = await deals_opened(session, cut), await _pace(session, scope)
    steps = _steps(await leads_reached(session, cut), deals, await stages_of(session, scope.team.id), cut.end)
    figure = _figure(pace, steps, scope.team)
    figure = replace(figure, excluded=no_rate(max(pace.unrated, sum(deal.unpriced for deal in deals))))
    before = replace(scope, period=answer.previous_period, versus=None)
    velocity = (await _pace(session, before)).velocity if answer.previous.value is not None else None
    previous = Figure(value=velocity, n=0)
    change = change_of(REPORT, velocity, figure.value)
    return replace(answer, figure=figure, previous=previous, change=change)


async def _pace(session: Session, scope: Scope) -> Pace:
    """The factors of the velocity at the end of a period."""
    zone = scope.team.zone
    since = year_before(scope.cut(scope.period).end, zone).astimezone(zone).date()
    year = replace(scope, period=periods.custom(since, scope.period.last_day, zone, scope.now), versus=None)
    deals = await figure_of(winrate.METRIC, session, year)
    won = await cycle.gather(session, year.cut(year.period), "rep", scope.team)
    days = cycle.compute(total(won.values(), cycle.CycleFacts()), scope.team)
    average, _ = await won_average(session, year.cut(year.period))
    share, still = deals.parts["deals"], deals.parts["open"]
    rate = share.value if isinstance(share, Part) else None
    return Pace(int(still.value or 0) if isinstance(still, Part) else 0, rate, average, days.value, unrated(deals))


def _steps(
    leads: tuple[int, int], deals: Sequence[StageDeal], stages: Sequence[str], end: datetime
) -> tuple[Mapping[str, object], ...]:
    """Lay the steps out; deals of an unknown stage stand at the first."""
    place = {stage: number for number, stage in enumerate(stages)}
    reached = [(len(stages) if deal.outcome == "won" else place.get(deal.stage or "", 0), deal) for deal in deals]
    found = [{"key": key, "count": Part(count, "count", leads[0])} for key, count in
             (("leads", leads[0]), ("contacted", leads[1]))]  # fmt: skip
    for number, stage in enumerate([*stages, "won"]):
        here = [deal for at, deal in reached if at >= number]
        ages = [deal.age(end) for at, deal in reached if at == number and deal.outcome is None]
        found.append({
            "key": "won" if number == len(stages) else f"stage:{stage}",
            "count": Part(len(here), "count", len(deals)),
            "value": Part(sum(deal.amount or 0 for deal in here), "money", len(here)),
            "age": Part(sum(ages) / len(ages) if ages else None, "days", len(ages)),
        })  # fmt: skip
    return tuple(found)


def _figure(pace: Pace, steps: tuple[Mapping[str, object], ...], team: TeamScope) -> Figure:
    opened = steps[2]["count"]
    n = int(opened.value or 0) if isinstance(opened, Part) else 0
    factors = {
        "open": Part(pace.open, "count", pace.open),
        "win_rate": Part(pace.win_rate, "ratio", n),
        "average_won": Part(pace.average_won, "money", n),
        "cycle_days": Part(pace.cycle_days, "days", n),
    }
    won = phrase("{open} open deals × {rate} won × {average} / {days}", open=pace.open,
                 rate=Percent(pace.win_rate) if pace.win_rate is not None else "—",
                 average=Money(round(pace.average_won), team.currency) if pace.average_won is not None else "—",
                 days=Days(pace.cycle_days) if pace.cycle_days is not None else "—")  # fmt: skip
    return Figure(
        value=pace.velocity,
        n=n,
        parts={"velocity": Part(pace.velocity, "money", n), **factors, "stages": steps},
        reason=None if pace.velocity is not None else _NO_PACE,
        numbers=won,
        told=(won,),
        drawn=lambda answer, heading, say: _bars(answer, steps, heading, say),
    )  # fmt: skip


def _bars(answer: Answer, steps: Sequence[Mapping[str, object]], heading: Heading, say: Say) -> Bars:
    """The steps as bars of their counts, with the deals' value."""
    rows = []
    values = [value.value if isinstance(value := step.get("value"), Part) else None for step in steps]
    for step, value, said in zip(steps, values, column(values, "money", answer.scope.team.currency), strict=True):
        key, count = str(step["key"]), step["count"]
        number = int(count.value or 0) if isinstance(count, Part) else 0
        text = say.value(number)
        if value:
            text += f" · {say.value(said)}"
        stage = phrase(key.removeprefix("stage:"))
        label = say(_EDGES[key] if key in _EDGES else phrase("deals: {stage}", stage=stage))
        if isinstance(age := step.get("age"), Part) and age.value is not None:
            text += f" · {say.value(Days(age.value))}"
        rows.append(Bar(label, number, text))
    read = say(phrase("count · value · mean age of the ones open there"))
    noted = replace(heading, note=read if answer.reason is None else heading.empty)  # or why it has no pace
    return Bars(noted, tuple(rows))


async def rows(session: Session, cut: Cut, team: TeamScope) -> Rows:
    """List the deals opened in the period."""
    columns = (phrase("No."), phrase("Opened"), CUSTOMER, REP, phrase("Stage"), phrase("Outcome"), AMOUNT)
    return Rows(columns, [
        (number, local(at, team.zone), name, rep, stage, outcome, money(amount, currency))
        for number, at, name, rep, stage, outcome, amount, currency in await deal_records(session, cut)
    ])  # fmt: skip


REPORT: Metric = replace(
    revenue.METRIC,
    key="funnel",
    alias="pheu",
    label=phrase("Funnel, money a day"),
    words=(phrase("funnel"), phrase("sales velocity")),
    about=phrase("how far leads and deals have come, and the pace"),
    formula=phrase("open deals × share of closed deals won × average won deal / median days to win (last 12 months)"),
    breakdowns=frozenset(),
    filters=frozenset(),
    additive=False,
    daily=None,
    asked=asked,
    work="several",
    rows=rows,
)
