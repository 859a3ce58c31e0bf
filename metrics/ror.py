"""Return on relationships: how many of the customers looked after came by referral or came back.

Over the 12 months to the end of the period: *helped* are customers with a purchase by then and a two-way contact, an
answered ticket or a sale in those months; *referred* of them have a referrer or the source channel referral, *repeat*
of them have two buying days or more with one in those months. The figure is those who are either / helped. Some print
the division the other way round; a high percentage would then be a bad one.

Example: 4 customers helped; A came by referral, B bought again, C did both, D neither: 3/4, referred 2, repeat 2.
"""

from collections.abc import Mapping
from dataclasses import replace

from metrics.answers.listing import CHANNEL, CUSTOMER, REP, yes_or_no
from metrics.base import Figure, Metric, Part, Rows, TeamScope, share
from metrics.periods.wall import year_before
from metrics.statistics import wilson
from metrics.wording import phrase
from store import Session
from store.facts import By, Cut, Key
from store.facts.relating import Relations, relation_records, relations


def compute(facts: Relations, team: TeamScope) -> Figure:
    """Divide relationships by customers helped."""
    helped = facts.helped
    told = (
        phrase("of {helped} customers helped in 12 months {either} were referred or came back",
               helped=helped, either=facts.either),
        phrase("referred {referred}, came back {repeat}", referred=facts.referred, repeat=facts.repeat),
    )  # fmt: skip
    return Figure(
        value=share(facts.either, helped),
        n=helped,
        numerator=facts.either,
        denominator=helped,
        parts={
            "helped": Part(helped, "count", helped),
            "referred": Part(facts.referred, "count", helped),
            "repeat": Part(facts.repeat, "count", helped),
        },
        interval=wilson(facts.either, helped),
        reason=None if helped else phrase("no buyer was in touch in those 12 months: log sales with /sale"),
        numbers=phrase("{either} / {helped}", either=facts.either, helped=helped),
        told=told if helped else (),
    )


def _year(cut: Cut) -> Cut:
    return replace(cut, start=year_before(cut.end, cut.zone))


async def gather(session: Session, cut: Cut, by: By, team: TeamScope) -> Mapping[Key, Relations]:
    """Count customers under owner, channel or campaign; all under None where no breakdown is asked."""
    return await relations(session, _year(cut), by)


async def rows(session: Session, cut: Cut, team: TeamScope) -> Rows:
    """List the customers helped, with whether they were referred and whether they came back."""
    columns = (CUSTOMER, REP, CHANNEL, phrase("Referred"), phrase("Came back"))
    return Rows(columns, [
        (name, owner, channel, yes_or_no(referred), yes_or_no(repeat))
        for name, owner, channel, referred, repeat in await relation_records(session, _year(cut))
    ])  # fmt: skip


METRIC = Metric(
    key="ror",
    alias="",
    label=phrase("Return on relationships"),
    words=(phrase("ROR"), phrase("return on relationships"), phrase("relationships")),
    about=phrase("how many customers looked after were referred or came back"),
    formula=phrase("customers helped in 12 months who were referred or came back / customers helped in 12 months"),
    unit="ratio",
    better="up",
    breakdowns=frozenset({"rep", "channel", "campaign"}),
    filters=frozenset({"rep", "channel", "campaign"}),
    gather=gather,
    empty=Relations(),
    compute=compute,
    rows=rows,
    bounded=True,
)
