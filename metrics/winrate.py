"""Win rate: how many of the conversations with customers end in a sale.

Sales of the period not refunded in full / its two-way contacts: inbound ones, calls that reached somebody, messages and
e-mails that were answered, meetings and visits. *Deals* is won / (won + lost) of the deals closed in the period, *deals
by value* the same of their amounts (deals without an amount left out). *Open* are the deals open at the end of the
period, *stale* those of them opened, and last in contact, more than 30 days before it.

Example: 3 sales; 4 calls that reached somebody, 2 visits, 4 messages of which 2 were answered: 3 / 8 = 37.5 %.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from metrics.answers.listing import contact_rows, contacts_and_sales, sold_rows
from metrics.base import Figure, Metric, Part, Rows, TeamScope, no_rate, share
from metrics.statistics.shares import likely, part_of
from metrics.wording import Phrase, phrase
from store import Session
from store.facts import By, Cut, Key
from store.facts.closing import Closed, Open, closed, open_deals
from store.facts.sales import SaleTotals, sales_in
from store.facts.twoway import two_way_contacts


@dataclass(frozen=True, slots=True)
class WinFacts:
    """Sales, two-way contacts and closed deals of a period; for a whole period also the deals open at its end."""

    sold: SaleTotals = field(default_factory=SaleTotals)
    contacts: int = 0
    closed: Closed = field(default_factory=Closed)
    open: Open | None = None

    def __add__(self, other: "WinFacts") -> "WinFacts":
        return WinFacts(self.sold + other.sold, self.contacts + other.contacts, self.closed + other.closed)


def compute(facts: WinFacts, team: TeamScope) -> Figure:
    """Divide the sales by the two-way contacts."""
    sold, made, ended = facts.sold.sales, facts.contacts, facts.closed
    amount = ended.won_amount + ended.lost_amount
    still = facts.open
    return Figure(
        value=share(sold, made),
        n=made,
        numerator=sold,
        denominator=made,
        parts={
            "deals": part_of(ended.won, ended.won + ended.lost),
            "deals_by_value": Part(share(ended.won_amount, amount), "ratio", ended.priced),
            "open": Part(still.deals if still else None, "count", still.deals if still else 0),
            "stale": Part(still.stale if still else None, "count", still.deals if still else 0),
        },
        reason=None
        if made
        else phrase("no two-way contact in this period: log calls and meetings with /call and /meet"),
        numbers=phrase("{sales} / {contacts}", sales=sold, contacts=made),
        told=_told(facts),
        excluded=no_rate(ended.unpriced),
    )


def _told(facts: WinFacts) -> tuple[Phrase, ...]:
    ended, still = facts.closed, facts.open
    said = [phrase("{sales} sales, {contacts} two-way contacts", sales=facts.sold.sales, contacts=facts.contacts)]
    over = ended.won + ended.lost
    if over:
        said.append(phrase("deals won: {won} of {closed} closed, {rate}",
                           won=ended.won, closed=over, rate=likely(ended.won, over)))  # fmt: skip
    if still is not None and still.deals:
        said.append(phrase("{open} deals open, {stale} of them without contact for 30 days",
                           open=still.deals, stale=still.stale))  # fmt: skip
    return tuple(said)


async def gather(session: Session, cut: Cut, by: By, team: TeamScope) -> Mapping[Key, WinFacts]:
    """Read sales, two-way contacts and closed deals under each day or member."""
    sold, made = await sales_in(session, cut, by), await two_way_contacts(session, cut, by)
    ended = await closed(session, cut, by)
    return {
        key: WinFacts(sold.get(key, SaleTotals()), made.get(key, 0), ended.get(key, Closed()))
        for key in {**sold, **made, **ended}
    }


async def complete(session: Session, cut: Cut, facts: WinFacts, team: TeamScope) -> WinFacts:
    """Count the deals open at the end of the period."""
    return replace(facts, open=await open_deals(session, cut))


async def rows(session: Session, cut: Cut, team: TeamScope) -> Rows:
    """List the two-way contacts, then the sales that stand."""
    made, sold = await contact_rows(session, cut, team, only_two_way=True), await sold_rows(session, cut, team)
    return contacts_and_sales([record[:7] for record in made.records], sold)


METRIC = Metric(
    key="winrate",
    alias="tylechot",
    label=phrase("Win rate"),
    words=(phrase("win rate"), phrase("sales per contact"), phrase("closing rate")),
    about=phrase("how many conversations end in a sale"),
    formula=phrase("sales in the period not refunded in full / two-way contacts in it"),
    unit="ratio",
    better="up",
    breakdowns=frozenset({"rep", "day", "week", "month"}),
    filters=frozenset({"rep"}),
    gather=gather,
    empty=WinFacts(),
    compute=compute,
    rows=rows,
    complete=complete,
)
