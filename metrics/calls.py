"""Calls: how many phone calls were made and taken in the period.

All calls with their time in the period, inbound and outbound. *Connect rate* is outbound calls in which somebody was
reached, over outbound calls of which that is known: connected, interested, not interested, quoted and callback count
as reached, and so does a call without an outcome that has talk time; no answer, busy and wrong number do not; a call
without either is unknown and left out of the rate. *Per working day* divides by the team's working days of the period,
without its public holidays, today by its elapsed share.

Example: 4 outbound calls (2 connected, 1 no answer, 1 unknown) and 1 inbound: 5 calls, connect rate 2/3.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from metrics.answers.listing import call_rows
from metrics.base import Excluded, Figure, Metric, Part, TeamScope, left_out, share
from metrics.periods.workdays import working_days
from metrics.wording import Percent, phrase, plural_phrase
from store import Session
from store.facts import By, Cut, Key
from store.facts.contacts import Calls, calls


@dataclass(frozen=True, slots=True)
class CallFacts:
    """The calls of a period, and its working days (None where they were not asked)."""

    calls: Calls = field(default_factory=Calls)
    working_days: float | None = None

    def __add__(self, other: "CallFacts") -> "CallFacts":
        return CallFacts(self.calls + other.calls, self.working_days)


def compute(facts: CallFacts, team: TeamScope) -> Figure:
    """Count the calls and what became of them."""
    made = facts.calls
    known, reached = made.outbound_known, made.outbound_connected
    unknown = made.outbound - known
    rate = share(reached, known)
    per_day = share(made.count, facts.working_days) if facts.working_days else None
    told = [
        phrase("{out} out, {inbound} in", out=made.outbound, inbound=made.inbound),
    ]
    if known:
        told.append(
            plural_phrase(
                "{rate} of {n} outbound call reached somebody",
                "{rate} of {n} outbound calls reached somebody",
                n=known,
                rate=Percent(rate or 0.0),
            )
        )
    return Figure(
        value=made.count,
        n=made.count,
        parts={
            "inbound": Part(made.inbound, "count", made.count),
            "outbound": Part(made.outbound, "count", made.count),
            "connected": Part(made.connected, "count", made.count),
            "connect_rate": Part(rate, "ratio", known),
            "per_working_day": Part(per_day, "number", made.count),
            "talk_minutes": Part(made.seconds / 60, "minutes", made.timed),
        },
        numbers=phrase("{out} out + {inbound} in", out=made.outbound, inbound=made.inbound),
        told=tuple(told) if made.count else (),
        excluded=_unknown(unknown),
    )


def _unknown(count: int) -> tuple[Excluded, ...]:
    what = plural_phrase("outbound call of unknown outcome, in no rate",
                         "outbound calls of unknown outcome, in no rate", n=count)  # fmt: skip
    return left_out(what, count, loud=False)


async def gather(session: Session, cut: Cut, by: By, team: TeamScope) -> Mapping[Key, CallFacts]:
    """Read the calls under each day or member."""
    return {key: CallFacts(found) for key, found in (await calls(session, cut, by)).items()}


async def complete(session: Session, cut: Cut, facts: CallFacts, team: TeamScope) -> CallFacts:
    """Add the working days of the whole period."""
    return replace(facts, working_days=working_days(cut, team.week))


METRIC = Metric(
    key="calls",
    alias="cuocgoi",
    label=phrase("Calls"),
    words=(phrase("calls"), phrase("phone calls"), phrase("number of calls")),
    about=phrase("how many calls were made, and how many reached somebody"),
    formula=phrase("all calls in the period, outbound and inbound"),
    unit="count",
    better="up",
    breakdowns=frozenset({"rep", "day", "week", "month"}),
    filters=frozenset({"rep"}),
    gather=gather,
    empty=CallFacts(),
    compute=compute,
    rows=call_rows,
    complete=complete,
    daily=lambda facts: facts.calls.count,
    additive=True,
)
