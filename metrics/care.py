"""Customer care: how many of the tickets resolved left their customer content.

Tickets resolved in the period and rated 4 or 5 / tickets resolved in it and rated. A ticket's rating is the one given
by its link or as a reply to it, else the customer's first rating within 14 days of the end and before their next
ticket. Ratings are followed to now. *Resolved* counts all of them, *unrated* those without a rating, *median hours* is
from opening to end.

Example: four tickets resolved, rated 5, 4, 2 and not at all: 2/3, resolved 4, unrated 1.
"""

from asyncio import to_thread
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from metrics.answers.listing import CUSTOMER, NOTE, NUMBER, REP, local
from metrics.base import Figure, Metric, Part, Rows, TeamScope, share
from metrics.csat import GOOD, SCORE
from metrics.statistics import wilson
from metrics.wording import Minutes, phrase
from store import Session
from store.facts import By, Cut, Key
from store.facts.resolving import Resolved, resolved, resolved_records

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class CareFacts:
    """Tickets resolved, those rated, those rated well, and the hours each took; impossible ones have no hours."""

    resolved: int = 0
    rated: int = 0
    good: int = 0
    hours: tuple[float, ...] = ()

    def __add__(self, other: "CareFacts") -> "CareFacts":
        return CareFacts(
            self.resolved + other.resolved, self.rated + other.rated, self.good + other.good, self.hours + other.hours
        )


def compute(facts: CareFacts, team: TeamScope) -> Figure:
    """Divide the tickets rated well by those rated."""
    hours = median(facts.hours) if facts.hours else None
    told = [
        phrase("of {rated} rated tickets {good} were rated 4 or 5", rated=facts.rated, good=facts.good),
        phrase("resolved {resolved}, unrated {unrated}", resolved=facts.resolved,
               unrated=facts.resolved - facts.rated),
    ]  # fmt: skip
    if hours is not None:
        told.append(phrase("half of them within {time} of being opened", time=Minutes(hours * 60)))
    return Figure(
        value=share(facts.good, facts.rated),
        n=facts.rated,
        numerator=facts.good,
        denominator=facts.rated,
        parts={
            "resolved": Part(facts.resolved, "count", facts.resolved),
            "unrated": Part(facts.resolved - facts.rated, "count", facts.resolved),
            "median_hours": Part(hours, "number", len(facts.hours)),
        },
        interval=wilson(facts.good, facts.rated),
        reason=None
        if facts.rated
        else phrase("no ticket resolved in this period is rated: ask for a rating with /ratelink as a reply to it"),
        numbers=phrase("{good} / {rated}", good=facts.good, rated=facts.rated),
        told=tuple(told) if facts.rated else (),
    )


async def gather(session: Session, cut: Cut, by: By, team: TeamScope) -> Mapping[Key, CareFacts]:
    """Count the tickets resolved under each key."""
    return await to_thread(_summed, await resolved(session, cut, by))


def _summed(found: Iterable[Resolved]) -> Mapping[Key, CareFacts]:
    totals: dict[Key, CareFacts] = defaultdict(CareFacts)
    for one in found:
        hours = (one.resolved_at - one.opened_at) / _HOUR
        rated = one.score is not None
        good = one.score is not None and one.score >= GOOD
        totals[one.key] += CareFacts(1, int(rated), int(good), (hours,) if hours >= 0 else ())
    return totals


async def rows(session: Session, cut: Cut, team: TeamScope) -> Rows:
    """List the tickets resolved in the period, each with its rating."""
    named = await resolved_records(session, cut)
    columns = (NUMBER, CUSTOMER, REP, phrase("Opened"), phrase("Resolved"), phrase("Hours"), SCORE, NOTE)
    lines: list[tuple[object, ...]] = []
    for one in sorted(await resolved(session, cut, "day"), key=lambda one: (one.resolved_at, one.id)):
        number, name, rep, note = named[one.id]
        hours = round((one.resolved_at - one.opened_at) / _HOUR, 2)
        opened, ended = local(one.opened_at, team.zone), local(one.resolved_at, team.zone)
        lines.append((number, name, rep, opened, ended, hours, one.score, note))
    return Rows(columns, lines)


METRIC = Metric(
    key="care",
    alias="chamsoc",
    label=phrase("Customer care"),
    words=(phrase("customer care"), phrase("care"), phrase("support quality")),
    about=phrase("how many resolved tickets left a content customer"),
    formula=phrase("tickets resolved in the period and rated 4 or 5 / those resolved in it and rated"),
    unit="ratio",
    better="up",
    breakdowns=frozenset({"rep", "channel", "campaign", "day", "week", "month"}),
    filters=frozenset({"rep", "channel", "campaign"}),
    gather=gather,
    empty=CareFacts(),
    compute=compute,
    rows=rows,
    bounded=True,
)
