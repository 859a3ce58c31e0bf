"""Waiting time: how long customers wait for the first answer to what they ask.

The Kaplan–Meier median of the minutes from a ticket's opening to its first answer, over the tickets opened in the
period; the first answer is when it was marked answered, else when it was resolved. Tickets not answered yet are
censored at now: they have waited at least so long. *p90* is the first time by which 90 % are answered, *in working
hours* the same median counting only the team's working hours without its public holidays, *within target* the share
answered within the team's service target (4 h unless set otherwise; unanswered ones younger than it left out),
*waiting* how many tickets wait at the end of the period, whenever they were opened. Tickets answered before they were
opened are left out.

Example: tickets answered after 10, 30 and 90 minutes, one waiting for 60 so far: S(10) = 3/4, S(30) = 1/2, S(90) = 0;
median 30, p90 90; within 4 h 3/3, the waiting one being younger.
"""

from asyncio import to_thread
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from metrics.answers.listing import NOTE, WHO, local
from metrics.base import Excluded, Figure, Metric, Part, Rows, TeamScope, left_out
from metrics.pictures.waiting import histogram
from metrics.statistics.shares import part_of
from metrics.statistics.survival import Curve, kaplan_meier
from metrics.wording import Minutes, Percent, Phrase, phrase, plural_phrase
from store import Session
from store.facts import By, Cut, Key
from store.facts.caring import Wait, ticket_records, waiting, waits

P90 = 0.1
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Waited:
    """One ticket: minutes waited, those of them in working hours, and whether it was answered."""

    minutes: float
    working: float
    answered: bool
    date_only: bool = False


@dataclass(frozen=True, slots=True)
class WaitingFacts:
    """Tickets opened in a period; for a whole one also how many wait at its end."""

    tickets: tuple[Waited, ...] = ()
    waiting: int | None = None

    def __add__(self, other: "WaitingFacts") -> "WaitingFacts":
        return WaitingFacts(self.tickets + other.tickets)


def compute(facts: WaitingFacts, team: TeamScope) -> Figure:
    """Take the Kaplan–Meier median of the waits."""
    known = [one for one in facts.tickets if one.minutes >= 0]
    wrong, vague = len(facts.tickets) - len(known), sum(one.date_only for one in known)
    curve, working = _curve(known), _curve(known, working=True)
    median = curve.median if curve else None
    due = [one for one in known if one.answered or one.minutes >= team.target_hours * 60]
    met = sum(one.answered and one.minutes <= team.target_hours * 60 for one in due)
    return Figure(
        value=median,
        n=len(known),
        parts={
            "p90": Part(curve.quantile(P90) if curve else None, "minutes", len(known)),
            "in_working_hours": Part(working.median if working else None, "minutes", len(known)),
            "within_target": part_of(met, len(due)),
            "waiting": Part(facts.waiting, "count", facts.waiting or 0),
        },
        reason=_reason(known) if median is None else None,
        numbers=plural_phrase("Kaplan–Meier median of {n} wait, {answered} of them answered",
                              "Kaplan–Meier median of {n} waits, {answered} of them answered",
                              n=len(known), answered=sum(one.answered for one in known)),
        told=_told(facts, working, met, len(due), team),
        counted=plural_phrase("{n} ticket", "{n} tickets", n=len(known)),
        drawn=lambda answer, heading, say: histogram(_answered(known), curve, median, heading, say),
        excluded=_left_out(wrong),
        warnings=(phrase("{n} with a date only, counted from midnight", n=vague),) if vague else (),
    )  # fmt: skip


def _left_out(wrong: int) -> tuple[Excluded, ...]:
    what = plural_phrase("ticket answered before it was opened", "tickets answered before they were opened", n=wrong)
    return left_out(what, wrong)


def _curve(known: list[Waited], *, working: bool = False) -> Curve | None:
    if not known:
        return None
    return kaplan_meier([one.working if working else one.minutes for one in known], [one.answered for one in known])


def _answered(known: list[Waited]) -> list[float]:
    return [one.minutes for one in known if one.answered]


def _reason(known: list[Waited]) -> Phrase:
    if not known:
        return phrase("no tickets opened in this period: log them with /ticket")
    return phrase("fewer than half of the tickets are answered so far: mark them with /answered")


def _told(facts: WaitingFacts, working: Curve | None, met: int, due: int, team: TeamScope) -> tuple[Phrase, ...]:
    said = []
    if working is not None and working.median is not None:
        said.append(phrase("until the first answer; in working hours {minutes}", minutes=Minutes(working.median)))
    if due:
        said.append(phrase("{met} of {due} answered within {target} ({rate})", met=met, due=due,
                           target=Minutes(team.target_hours * 60), rate=Percent(met / due)))  # fmt: skip
    if facts.waiting:
        said.append(plural_phrase("{n} ticket still waits for an answer", "{n} tickets still wait for an answer",
                                  n=facts.waiting))  # fmt: skip
    return tuple(said)


async def gather(session: Session, cut: Cut, by: By, team: TeamScope) -> Mapping[Key, WaitingFacts]:
    """Read the tickets opened under each key, followed to now."""
    found = await waits(session, cut, by)

    def followed() -> Mapping[Key, WaitingFacts]:
        return {key: WaitingFacts(tuple(_waited(one, cut, team) for one in group)) for key, group in found.items()}

    return await to_thread(followed)  # working hours of tens of thousands would hold the loop


def _waited(one: Wait, cut: Cut, team: TeamScope) -> Waited:
    until = one.answered_at or cut.now
    working = team.week.minutes_between(one.opened_at, until, team.zone)
    return Waited((until - one.opened_at) / _MINUTE, max(working, 0.0), one.answered_at is not None, one.date_only)


async def complete(session: Session, cut: Cut, facts: WaitingFacts, team: TeamScope) -> WaitingFacts:
    """Add how many tickets wait at the end."""
    return replace(facts, waiting=await waiting(session, cut))


async def rows(session: Session, cut: Cut, team: TeamScope) -> Rows:
    """List the tickets opened in the period, with the minutes each waited; those not answered yet have none."""
    columns = (*WHO, phrase("First answer"), phrase("Minutes waited"), phrase("Resolved"), NOTE)
    return Rows(columns, [
        (number, local(at, team.zone), name, rep, local(answered, team.zone),
         round((answered - at) / _MINUTE, 1) if answered is not None else None, local(resolved, team.zone), note)
        for number, at, name, rep, answered, resolved, note in await ticket_records(session, cut)
    ])  # fmt: skip


METRIC = Metric(
    key="waiting",
    alias="choxuly",
    label=phrase("Waiting time"),
    words=(phrase("waiting time"), phrase("first response time"), phrase("time to answer")),
    about=phrase("how long customers wait for the first answer"),
    formula=phrase("Kaplan–Meier median minutes from a ticket's opening in the period to its first answer; "
                   "unanswered ones have waited until now"),
    unit="minutes",
    better="down",
    breakdowns=frozenset({"rep", "channel", "campaign", "day", "week", "month"}),
    filters=frozenset({"rep", "channel", "campaign"}),
    gather=gather,
    empty=WaitingFacts(),
    compute=compute,
    rows=rows,
    complete=complete,
    chart="histogram",
)  # fmt: skip
