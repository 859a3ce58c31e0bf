"""Unsubscribe rate: how many of the customers who could be contacted asked not to be any more.

Customers who opted out in the period / customers contactable at some instant of it: created before its end, and not
opted out from before its start to its end. Who opts out twice counts once; who had opted out before and never came back
is in neither. *Count* is how many opted out.

Example: 50 customers, 2 opted out in September, 1 more in October: October 1/48.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from metrics.answers.listing import AT, CHANNEL, CUSTOMER, NOTE, REP, local
from metrics.base import Figure, Metric, Part, Rows, TeamScope, share
from metrics.statistics import wilson
from metrics.wording import phrase
from store import Session
from store.facts import By, Cut, Key
from store.facts.engaging import contactable, opted_out, optout_records


@dataclass(frozen=True, slots=True)
class UnsubscribeFacts:
    """Customers contactable, and those who opted out."""

    contactable: int = 0
    left: int = 0

    def __add__(self, other: "UnsubscribeFacts") -> "UnsubscribeFacts":
        return UnsubscribeFacts(self.contactable + other.contactable, self.left + other.left)


def compute(facts: UnsubscribeFacts, team: TeamScope) -> Figure:
    """Divide those who opted out by those contactable."""
    everybody, left = facts.contactable, facts.left
    return Figure(
        value=share(left, everybody),
        n=everybody,
        numerator=left,
        denominator=everybody,
        parts={"count": Part(left, "count", everybody)},
        interval=wilson(left, everybody),
        reason=None if everybody else phrase("nobody could be contacted: add customers with /lead, /call or /sale"),
        numbers=phrase("{left} / {customers}", left=left, customers=everybody),
        told=(phrase("{left} of {customers} customers asked not to be contacted", left=left, customers=everybody),)
        if everybody
        else (),
    )


async def gather(session: Session, cut: Cut, by: By, team: TeamScope) -> Mapping[Key, UnsubscribeFacts]:
    """Count customers under owner, channel or campaign; all under None where no breakdown is asked."""
    everybody, left = await contactable(session, cut, by), await opted_out(session, cut, by)
    return {key: UnsubscribeFacts(everybody.get(key, 0), left.get(key, 0)) for key in {**everybody, **left}}


async def rows(session: Session, cut: Cut, team: TeamScope) -> Rows:
    """List the opt-outs of the period."""
    found = await optout_records(session, cut)
    return Rows((AT, CUSTOMER, REP, CHANNEL, NOTE), [(local(at, team.zone), *rest) for at, *rest in found])


METRIC = Metric(
    key="unsubscribe",
    alias="ngungtin",
    label=phrase("Unsubscribe rate"),
    words=(phrase("unsubscribe rate"), phrase("unsubscribes"), phrase("opt-outs")),
    about=phrase("how many customers asked not to be contacted"),
    formula=phrase("customers who opted out in the period / customers who could be contacted in it"),
    unit="ratio",
    better="down",
    breakdowns=frozenset({"rep", "channel", "campaign"}),
    filters=frozenset({"rep", "channel", "campaign"}),
    gather=gather,
    empty=UnsubscribeFacts(),
    compute=compute,
    rows=rows,
    bounded=True,
)
