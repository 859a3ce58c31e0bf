"""Engagement: how many of the customers who can be reached were in touch, bought or rated.

Of the customers contactable at some instant of the period (created before its end, and not opted out from before its
start to its end) those with a two-way contact, a sale or a rating in it. Two-way are inbound contacts, calls that
reached somebody, answered messages and e-mails, meetings and visits; a sale refunded in full is none. *By kind*: how
many customers each kind of contact, sales and ratings engaged; one customer may be in several.

Example: 10 customers; 2 talked on the phone, one of them also bought, 1 answered a message: 3/10.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from metrics.answers.listing import CHANNEL, CUSTOMER, REP, local, yes_or_no
from metrics.base import Figure, Metric, Rows, TeamScope, share
from metrics.statistics import wilson
from metrics.wording import phrase
from store import Session
from store.facts import By, Cut, Key
from store.facts.engaging import RATING, SALE, contactable, engaged, known_records, people, silent

if TYPE_CHECKING:
    from store.facts.engaging import Ids

KINDS = ("call", "message", "email", "meeting", "visit", "event", "social", SALE, RATING)


@dataclass(frozen=True, slots=True)
class EngagementFacts:
    """Customers contactable, those engaged, and how many by each of `KINDS`."""

    contactable: int = 0
    engaged: int = 0
    by_kind: tuple[int, ...] = (0,) * len(KINDS)

    def __add__(self, other: "EngagementFacts") -> "EngagementFacts":
        kinds = tuple(one + two for one, two in zip(self.by_kind, other.by_kind, strict=True))
        return EngagementFacts(self.contactable + other.contactable, self.engaged + other.engaged, kinds)


def compute(facts: EngagementFacts, team: TeamScope) -> Figure:
    """Divide those engaged by those contactable."""
    everybody, active = facts.contactable, facts.engaged
    counts = dict(zip(KINDS, facts.by_kind, strict=True))
    written = counts["message"] + counts["email"]
    met = counts["meeting"] + counts["visit"]
    told = (
        phrase("{engaged} of {customers} customers were in touch, bought or rated",
               engaged=active, customers=everybody),
        phrase("by call {calls}, in writing {written}, face to face {met}; {buyers} bought, {raters} rated",
               calls=counts["call"], written=written, met=met, buyers=counts[SALE], raters=counts[RATING]),
    )  # fmt: skip
    return Figure(
        value=share(active, everybody),
        n=everybody,
        numerator=active,
        denominator=everybody,
        parts={"by_kind": [{"kind": kind, "customers": count} for kind, count in counts.items()]},
        interval=wilson(active, everybody),
        reason=None if everybody else phrase("no customers yet: add one with /lead, /call or /sale"),
        numbers=phrase("{engaged} / {customers}", engaged=active, customers=everybody),
        told=told if everybody else (),
    )


async def gather(session: Session, cut: Cut, by: By, team: TeamScope) -> Mapping[Key, EngagementFacts]:
    """Count customers under owner, channel or campaign; all under None where no breakdown is asked."""
    import numpy as np

    kinds = await engaged(session, cut)
    active = await _active(session, cut, kinds)
    seen = [np.isin(active, kinds.get(kind, ())) for kind in KINDS]
    if by == "day" and not cut.filters.named:
        by_kind = tuple(int(one.sum()) for one in seen)
        everybody = await contactable(session, cut, by)
        return {None: EngagementFacts(everybody[None], active.size, by_kind)}
    known = await people(session, cut, by)
    there, engaged_of = np.bincount(known.places, minlength=len(known.keys)), known.counted(active)
    of_kinds = [known.counted(active[one]) for one in seen]
    return {
        key: EngagementFacts(int(there[at]), int(engaged_of[at]), tuple(int(one[at]) for one in of_kinds))
        for at, key in enumerate(known.keys)
    }


async def _active(session: Session, cut: Cut, kinds: Mapping[str, "Ids"]) -> "Ids":
    """Everybody engaged who was contactable, each once."""
    import numpy as np

    ids = np.sort(np.concatenate(list(kinds.values())))
    each = ids[np.diff(ids, prepend=-1) > 0]  # np.unique takes ten times as long
    return each[np.isin(each, await silent(session, cut), invert=True)]


async def rows(session: Session, cut: Cut, team: TeamScope) -> Rows:
    """List everybody contactable, with whether they were engaged."""
    active = set((await _active(session, cut, await engaged(session, cut))).tolist())
    away = set((await silent(session, cut)).tolist())
    return Rows((CUSTOMER, REP, CHANNEL, phrase("Created"), phrase("Engaged")), [
        (name, owner, channel, local(made, team.zone), yes_or_no(id_ in active))
        for id_, name, owner, channel, made, _ in await known_records(session, cut)
        if id_ not in away
    ])  # fmt: skip


METRIC = Metric(
    key="engagement",
    alias="tuongtac",
    label=phrase("Engagement"),
    words=(phrase("engagement"), phrase("engaged customers"), phrase("engagement rate")),
    about=phrase("how many customers were in touch, bought or rated"),
    formula=phrase(
        "customers with a two-way contact, a sale or a rating in the period / customers who could be contacted in it"
    ),
    unit="ratio",
    better="up",
    breakdowns=frozenset({"rep", "channel", "campaign"}),
    filters=frozenset({"rep", "channel", "campaign"}),
    gather=gather,
    empty=EngagementFacts(),
    compute=compute,
    rows=rows,
    bounded=True,
)
