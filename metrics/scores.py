"""Lead scores: the open leads in the order in which they are worth calling, each with its reasons.

Open leads are customers who have bought nothing and have a journey open at the end of the period. Each starts with 50
points; what is seen of it adds or takes away, and the sum is held to 0 … 100: its *source*, its *response* (did any
contact go both ways), the *recency* of the last contact (of its arrival, before the first), the *number of contacts*,
and the *outcome* of the last one. The figure is the number of open leads. Nothing that happened at or after now counts.

What each is worth comes from the team's own first journeys of the last 24 months: of every one that ended, one instant
while it was open is taken, spread evenly over its life, and what was seen of it then is counted with how it ended. With
w of n won, and W of N over all, p = (w + 10·W/N) / (n + 10), and the points are 10 · ln(odds of p / odds of W/N). Of
more than 4,000 journeys every second, third, … customer's are read. *How?* shows the table.

With fewer than 200 of them closed the points are fixed, and the answer says so. Last contact: within 3 days +15, 3 to 7
days ago +10, 7 to 14 days ago +5, 14 to 30 days ago 0, over 30 days ago −15. Last outcome: interested +20, quoted +20,
asked to be called back +10, answered +5, picked up +5, busy 0, no answer −5, not interested −20, wrong number −25.

Example: by the fixed points, called 2 days ago and interested is 50 + 15 + 20 = 85; no answer 40 days ago is
50 − 15 − 5 = 30.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from metrics import revenue
from metrics.answers.asking import ask, composed
from metrics.answers.comparing import when
from metrics.answers.listing import CHANNEL, CUSTOMER, REP, local
from metrics.base import NONE, Answer, Change, Figure, Metric, Part, Rows, Scope, share
from metrics.charts.specs import MOST_ROWS, Heading, Table, TableRow
from metrics.models.memory import remembered
from metrics.models.points import (
    FACTORS,
    LEAST,
    MIDDLE,
    Points,
    Seen,
    Worth,
    points_of,
    reasons,
    score_of,
    seen,
    taken_at,
)
from metrics.models.seen import said_of
from metrics.wording import Phrase, Say, phrase, plural_phrase
from store import Session
from store.facts import Cut, Filters
from store.facts.prospects import Lead, first_journeys, open_leads

MONTHS_BACK = timedelta(days=730)
MOST_JOURNEYS = 4_000
"""So many closed journeys say all that there is to say; of more, only some are read."""

_TOLD, _REASONS, _DRAWN_REASONS = 3, 2, 3


@dataclass(frozen=True, slots=True)
class Scored:
    """A lead with its score and what makes it up."""

    lead: Lead
    score: int
    seen: Seen
    reasons: Sequence[tuple[str, str, int]]


@dataclass(frozen=True, slots=True)
class Ranking:
    """The open leads at an instant, the best first, with the points that rank them."""

    at: datetime
    leads: Sequence[Lead]
    points: Points


async def _none_yet() -> list[Ranking]:
    return []


async def ranking(session: Session, scope: Scope) -> Ranking:
    """Score the open leads at the end of the period by what was known then; scores age by the minute."""
    cut = scope.cut(scope.period)
    latest = await remembered("scores", session, cut, scope.team, _none_yet)
    if not latest or latest[0].at != cut.end:
        latest[:] = [await _ranking(session, replace(cut, now=cut.end), scope.team.journey_gap_days)]
    return latest[0]


async def _ranking(session: Session, cut: Cut, gap: int) -> Ranking:
    at = partial(taken_at, gap_days=gap)
    past = await first_journeys(session, _whole(cut), gap, cut.end - MONTHS_BACK, MOST_JOURNEYS, at)
    points = points_of([(seen(lead), lead.won) for lead in past])
    del past  # the fewer objects there are, the sooner the collector has looked through them
    leads = await open_leads(session, cut, gap)
    return await asyncio.to_thread(_ranked, leads, points, cut.end)  # thousands of leads would hold the loop


def _ranked(leads: Sequence[Lead], points: Points, at: datetime) -> Ranking:
    return Ranking(at, sorted(leads, key=lambda lead: _rank(_scored(lead, points))), points)


def _whole(cut: Cut) -> Cut:
    """The whole team's: what a rep's leads are worth is learnt from everyone's."""
    return replace(cut, filters=Filters())


def _scored(lead: Lead, points: Points) -> Scored:
    things = seen(lead)
    why = reasons(things, points)
    return Scored(lead, score_of(why), things, why)


def _each(leads: Sequence[Lead], points: Points) -> Iterator[Scored]:
    """Score leads as they are told: of ten thousand only the order is kept."""
    return (_scored(lead, points) for lead in leads)


def _rank(one: Scored) -> tuple[float, float, str, int]:
    """The higher score first; of equal ones the one in touch last."""
    lead = one.lead
    return (-one.score, -lead.last_contact_at.timestamp(), lead.name, lead.customer_id)


async def asked(session: Session, scope: Scope) -> Answer:
    """Rank the open leads."""
    answer = await ask(revenue.METRIC, session, replace(scope, of=()))
    if answer.value is None:
        return _answer(answer, replace(answer.figure, parts={"leads": ()}))
    found = await ranking(session, scope)
    leads, points = found.leads, found.points
    figure = Figure(
        value=len(leads),
        n=len(leads),
        parts=_parts(leads, points),
        numbers=plural_phrase("{n} open lead", "{n} open leads", n=len(leads)),
        said=_said(answer, leads, points),
        explained=_explained(points),
        drawn=lambda answer, heading, say: _table(leads, points, heading, say),
    )
    return _answer(answer, figure)


def _answer(answer: Answer, figure: Figure) -> Answer:
    return composed(answer, REPORT, figure=figure, previous=Figure(None, 0), change=Change("none", None))


def basis(points: Points) -> Phrase:
    """Which table of points it is."""
    if points.own:
        return phrase("points from your own {closed} closed leads, {won} won", closed=points.closed, won=points.won)
    if points.closed >= LEAST and not points.won:
        return phrase("fixed points by recency and outcome: none of the {closed} closed leads was won",
                      closed=points.closed)  # fmt: skip
    if points.closed >= LEAST:
        return phrase("fixed points by recency and outcome: all {closed} closed leads were won", closed=points.closed)
    return phrase("fixed points by recency and outcome: own ones need {least} closed leads, {closed} so far",
                  least=LEAST, closed=points.closed)  # fmt: skip


def _said(answer: Answer, leads: Sequence[Lead], points: Points) -> tuple[Phrase, ...]:
    head = phrase("<b>{label}: {count}</b> · {period}", label=REPORT.label, count=len(leads),
                  period=when(answer))  # fmt: skip
    if not leads:
        return (head, phrase("no lead is open: add one with /lead Lan 0901234567"))
    lines = [
        phrase("{score} {name}: {reasons}", score=one.score, name=one.lead.name, reasons=_why(one))
        for one in _each(leads[:_TOLD], points)
    ]
    return (head, *lines, basis(points))


def _why(one: Scored) -> object:
    return [_reason(*reason) for reason in one.reasons[:_REASONS]] or [phrase("nothing known yet")]


def _reason(factor: str, value: str, worth: int) -> Phrase:
    return phrase("{what} {worth}", what=said_of(factor, value), worth=f"{worth:+d}".replace("-", "−"))


def _parts(leads: Sequence[Lead], points: Points) -> dict[str, object]:
    """The leads with their reasons, and the table they come from."""
    return {
        "basis": "history" if points.own else "fixed",
        "closed": Part(points.closed, "count", points.closed),
        "win_rate": Part(share(points.won, points.closed), "ratio", points.closed),
        "points": tuple(
            {"factor": factor, "value": value, "points": worth.points, "won": worth.won, "closed": worth.closed}
            for (factor, value), worth in _sorted(points)
        ),
        "leads": lambda: tuple(map(_lead, _each(leads, points))),
    }


def _sorted(points: Points) -> list[tuple[tuple[str, str], Worth]]:
    return sorted(points.table.items(), key=lambda item: (FACTORS.index(item[0][0]), -item[1].points, item[0][1]))


def _lead(one: Scored) -> Mapping[str, object]:
    return {
        "key": one.lead.name,
        "score": Part(one.score, "score", one.lead.contacts),
        "rep": one.lead.owner,
        "reasons": tuple(
            {"factor": factor, "value": value, "points": worth} for factor, value, worth in one.reasons
        ),
    }  # fmt: skip


def _explained(points: Points) -> tuple[Phrase, ...]:
    """The table of points, a line a factor."""
    lines = [phrase("Each lead starts with {middle} points; {basis}", middle=MIDDLE, basis=basis(points))]
    for factor in FACTORS:
        worths = [_reason(*key, worth.points) for key, worth in _sorted(points) if key[0] == factor]
        if worths:
            lines.append(phrase("{factor}: {worths}", factor=TITLES[factor], worths=worths))
    return tuple(lines)


def _table(leads: Sequence[Lead], points: Points, heading: Heading, say: Say) -> Table:
    """The best leads, each with its score as a bar and its three weightiest reasons."""
    empty = say(phrase("no lead is open: add one with /lead Lan 0901234567"))
    more = phrase("the first {shown} of {all}", shown=MOST_ROWS, all=len(leads))
    notes = (basis(points), more) if len(leads) > MOST_ROWS else (basis(points),)
    head = replace(heading, note=" · ".join(map(say, notes)), empty=empty)
    rows = tuple(
        TableRow(one.lead.name, _cells(one, say), one.score / 100, place=f"{one.score} ·")
        for one in _each(leads[:MOST_ROWS], points)
    )
    return Table(head, ("", "", ""), rows)


def _cells(one: Scored, say: Say) -> tuple[str, ...]:
    return tuple(say(_reason(*reason)) for reason in one.reasons[:_DRAWN_REASONS]) or (
        say(phrase("nothing known yet")),
    )


async def listed(session: Session, scope: Scope) -> Rows:
    """List every open lead with its score and what each thing seen of it is worth."""
    found = await ranking(session, scope)
    columns = (phrase("Score"), CUSTOMER, REP, CHANNEL, phrase("Started"), phrase("Last contact"), phrase("Contacts"),
               *(TITLES[factor] for factor in FACTORS))  # fmt: skip
    return Rows(columns, [_row(one, found.points, scope) for one in _each(found.leads, found.points)])


def _row(one: Scored, points: Points, scope: Scope) -> tuple[object, ...]:
    lead, zone = one.lead, scope.team.zone
    worths = [points.table.get((factor, one.seen.get(factor, ""))) for factor in FACTORS]
    return (one.score, lead.name, lead.owner, lead.channel or NONE, local(lead.start_at, zone),
            local(lead.last, zone), lead.contacts,
            *(worth.points if worth is not None else None for worth in worths))  # fmt: skip


TITLES: Mapping[str, Phrase] = {
    "source": phrase("Source"),
    "response": phrase("Response"),
    "recency": phrase("Recency"),
    "contacts": phrase("Number of contacts"),
    "outcome": phrase("Last outcome"),
}

REPORT: Metric = replace(
    revenue.METRIC,
    key="scores",
    alias="chamdiem",
    label=phrase("Open leads"),
    words=(phrase("lead scores"), phrase("open leads"), phrase("whom to call")),
    about=phrase("whom to call first, and why"),
    formula=phrase("customers who have bought nothing and have a journey open, ranked by points"),
    unit="count",
    breakdowns=frozenset(),
    filters=frozenset({"rep"}),
    additive=False,
    daily=None,
    asked=asked,
    listed=listed,
    work="model",
    uncompared=phrase("Leads are ranked as they stand at the end of one period, not compared with another."),
)
