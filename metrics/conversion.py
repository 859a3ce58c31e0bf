"""Conversion: how many of the people who showed interest became customers.

New customers of the period / leads created in it. A lead is a customer first known by a lead, a contact or a deal; a
new customer is one whose first purchase lies in the period, so people who were leads before, or never were (*walk-ins*:
created by their sale), may carry the figure past 100 %. *Cohort* is the share of the period's own leads that bought by
now; of the others *cohort open* have a journey open, and *cohort lost* are the rest.

Example: 4 leads in October, one of whom bought; 2 customers who were leads in September and 2 walk-ins bought first in
October: (1 + 2 + 2) / 4 = 125 %, cohort 1/4.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from metrics.answers.listing import CAMPAIGN, CHANNEL, CUSTOMER, REP, local, yes_or_no
from metrics.base import Figure, Metric, Part, Rows, TeamScope, share
from metrics.statistics.shares import likely, part_of
from metrics.wording import Phrase, phrase
from store import Session
from store.facts import By, Cut, Key
from store.facts.leads import Leads, Newcomers, lead_records, leads, newcomers, still_open


@dataclass(frozen=True, slots=True)
class ConversionFacts:
    """Leads and new customers of a period; for a whole period also how many of its leads are still open."""

    leads: Leads = field(default_factory=Leads)
    new: Newcomers = field(default_factory=Newcomers)
    open: int | None = None

    def __add__(self, other: "ConversionFacts") -> "ConversionFacts":
        return ConversionFacts(self.leads + other.leads, self.new + other.new)


def compute(facts: ConversionFacts, team: TeamScope) -> Figure:
    """Divide the new customers by the leads."""
    made, new = facts.leads.leads, facts.new.customers
    return Figure(
        value=share(new, made),
        n=made,
        numerator=new,
        denominator=made,
        parts={
            "leads": Part(made, "count", made),
            "new_customers": Part(new, "count", new),
            "walk_ins": Part(facts.new.walk_ins, "count", new),
            "cohort": part_of(facts.leads.bought, made),
            **_others(facts),
        },
        reason=None if made else phrase("no leads created in this period: add one with /lead"),
        numbers=phrase("{new} / {leads}", new=new, leads=made),
        told=_told(facts) if made else (),
    )


def _others(facts: ConversionFacts) -> dict[str, object]:
    """What became of the leads that did not buy."""
    made, left = facts.leads.leads, facts.leads.leads - facts.leads.bought
    lost = None if facts.open is None else left - facts.open
    return {"cohort_open": Part(facts.open, "count", made), "cohort_lost": Part(lost, "count", made)}


def _told(facts: ConversionFacts) -> tuple[Phrase, ...]:
    made, bought, new = facts.leads.leads, facts.leads.bought, facts.new
    said = [
        phrase("<b>Of these leads bought by now: {cohort}</b>", cohort=likely(bought, made)),
        phrase("{new} new customers, {walk_ins} of them walk-ins; {leads} leads",
               new=new.customers, walk_ins=new.walk_ins, leads=made),
    ]  # fmt: skip
    if new.customers > made:
        said.append(phrase("over 100 %: more first bought than were added as leads"))
    elif facts.open is not None:
        said.append(phrase("of the leads {bought} bought, {open} are open, {lost} lost",
                           bought=bought, open=facts.open, lost=made - bought - facts.open))  # fmt: skip
    return tuple(said)


async def gather(session: Session, cut: Cut, by: By, team: TeamScope) -> Mapping[Key, ConversionFacts]:
    """Count leads under the day they were created, owner or source; new customers as their first purchase."""
    made, new = await leads(session, cut, by), await newcomers(session, cut, by)
    return {key: ConversionFacts(made.get(key, Leads()), new.get(key, Newcomers())) for key in {**made, **new}}


async def complete(session: Session, cut: Cut, facts: ConversionFacts, team: TeamScope) -> ConversionFacts:
    """Count the leads that are still open."""
    return replace(facts, open=await still_open(session, cut, team.journey_gap_days))


async def rows(session: Session, cut: Cut, team: TeamScope) -> Rows:
    """List the leads of the period and its new customers."""
    columns = (CUSTOMER, REP, CHANNEL, CAMPAIGN, phrase("Created"), phrase("Created by a sale"),
               phrase("First purchase"))  # fmt: skip
    return Rows(columns, [
        (name, owner, channel, campaign, local(made, team.zone), yes_or_no(walked), local(first, team.zone))
        for name, owner, channel, campaign, made, walked, first in await lead_records(session, cut)
    ])  # fmt: skip


METRIC = Metric(
    key="conversion",
    alias="chuyendoi",
    label=phrase("Conversion"),
    words=(phrase("conversion"), phrase("conversion rate"), phrase("lead conversion")),
    about=phrase("how many leads become customers"),
    formula=phrase("customers who first bought in the period / leads created in it"),
    unit="ratio",
    better="up",
    benchmark=phrase("2–5 %"),
    breakdowns=frozenset({"rep", "channel", "campaign", "day", "week", "month"}),
    filters=frozenset({"rep", "channel", "campaign"}),
    gather=gather,
    empty=ConversionFacts(),
    compute=compute,
    rows=rows,
    complete=complete,
)
