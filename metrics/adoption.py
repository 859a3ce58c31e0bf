"""Adoption: how many of those who should log their work do.

Reps and managers with an account who logged at least one record in the period / those who were in the team during it
(joined before its end, not removed before its start). What counts is who wrote the record and when it was written;
imports and removed records are left out. *Days per member* is on how many days a member logged something, on average of
all of them; *median lag* is the hours from what happened to its being logged.

Example: 4 members; A logged on 10 days, B on 2, C and D never: 2/4, 3 days per member.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from statistics import median

from metrics.answers.listing import REP
from metrics.base import Figure, Metric, Part, Rows, TeamScope, share
from metrics.statistics import wilson
from metrics.wording import Minutes, Phrase, phrase
from store import Session
from store.facts import By, Cut, Key
from store.facts.using import lags, usage


@dataclass(frozen=True, slots=True)
class AdoptionFacts:
    """Members, those who logged something, and their days; for a whole period also the hours each record was late."""

    members: int = 0
    logging: int = 0
    days: int = 0
    lags: tuple[float, ...] | None = None

    def __add__(self, other: "AdoptionFacts") -> "AdoptionFacts":
        return AdoptionFacts(self.members + other.members, self.logging + other.logging, self.days + other.days)


def compute(facts: AdoptionFacts, team: TeamScope) -> Figure:
    """Divide the members who logged something by all of them."""
    everybody, late = facts.members, facts.lags or ()
    return Figure(
        value=share(facts.logging, everybody),
        n=everybody,
        numerator=facts.logging,
        denominator=everybody,
        parts={
            "days_per_member": Part(share(facts.days, everybody), "number", everybody),
            "median_lag_hours": Part(median(late) if late else None, "number", len(late)),
        },
        interval=wilson(facts.logging, everybody),
        reason=None
        if everybody
        else phrase("no rep or manager with an account in the team then: ask them in with /invite"),
        numbers=phrase("{logging} / {members}", logging=facts.logging, members=everybody),
        told=_told(facts) if everybody else (),
    )


def _told(facts: AdoptionFacts) -> tuple[Phrase, ...]:
    said = [
        phrase("{logging} of {members} reps and managers logged something, on {days} days on average",
               logging=facts.logging, members=facts.members, days=facts.days / facts.members),
    ]  # fmt: skip
    if facts.lags:
        said.append(phrase("half of the records within {lag} of what happened", lag=Minutes(median(facts.lags) * 60)))
    return tuple(said)


async def gather(session: Session, cut: Cut, by: By, team: TeamScope) -> Mapping[Key, AdoptionFacts]:
    """Read what each member logged; all under None where no breakdown is asked."""
    found: dict[Key, AdoptionFacts] = {
        one.member_id: AdoptionFacts(1, int(one.records > 0), one.days) for one in await usage(session, cut)
    }
    if by == "rep":
        return found
    return {None: sum(found.values(), start=AdoptionFacts())}


async def complete(session: Session, cut: Cut, facts: AdoptionFacts, team: TeamScope) -> AdoptionFacts:
    """Add how late each record was."""
    return replace(facts, lags=tuple(await lags(session, cut)))


async def rows(session: Session, cut: Cut, team: TeamScope) -> Rows:
    """List the members with what they logged."""
    columns = (REP, phrase("Records logged"), phrase("Days with a record"))
    return Rows(columns, [(one.name, one.records, one.days) for one in await usage(session, cut)])


METRIC = Metric(
    key="adoption",
    alias="sudung",
    label=phrase("Adoption"),
    words=(phrase("adoption"), phrase("who logs"), phrase("use of the bot")),
    about=phrase("how many reps and managers log their work"),
    formula=phrase("reps and managers who logged a record in the period / those in the team during it"),
    unit="ratio",
    better="up",
    breakdowns=frozenset({"rep"}),
    filters=frozenset({"rep"}),
    gather=gather,
    empty=AdoptionFacts(),
    compute=compute,
    rows=rows,
    complete=complete,
    bounded=True,
)
