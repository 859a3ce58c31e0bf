"""Sales cycle: how many days from the first contact to the sale.

The median days of the journeys won in the period that were their customer's first or had a deal. *Repeat* is the
median of the other won journeys, *walk-ins* are sales that closed none. *Open older* are journeys open at the end of
the period for longer than the median. *Kaplan–Meier median* also weighs journeys not closed yet: over those started in
the 12 months to the end of the period, won and lost are events, open ones are censored at now and lapsed ones at their
last contact. *Won within 30, 60, 90 days* is the Aalen–Johansen probability, lost and lapsed competing. Closed deals
alone flatter: one public pipeline gives 45 days, with its open deals 69.

Example: first journeys won after 3, 8 and 20 days, one repeat journey after 1: median 8, mean 10.3, repeat 1.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from metrics.answers.listing import CUSTOMER, REP, local, yes_or_no
from metrics.base import Figure, Metric, Part, Rows, TeamScope, share
from metrics.periods.wall import year_before
from metrics.pictures.cycle import histogram
from metrics.statistics import median_interval, quantile
from metrics.statistics.survival import Curve, aalen_johansen, kaplan_meier
from metrics.wording import Days, phrase, plural_phrase
from store import Session
from store.facts import By, Cut, Key
from store.facts.attempts import names_of, won_in
from store.facts.sales import sales_in
from store.facts.watching import LOST, OPEN, WON, ages_open, watched
from store.facts.wins import Wins, spans

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]

HORIZONS = (30, 60, 90)


@dataclass(frozen=True, slots=True)
class Watch:
    """Journeys followed to now: their lengths so far in days, and how each ended (0 open, 1 won, 2 lost, 3 lapsed)."""

    days: "Floats"
    ends: "Whole"


@dataclass(frozen=True, slots=True)
class CycleFacts:
    """Won journeys; for a whole period also its sales, the ages of the open ones at its end, and those followed."""

    won: Wins = field(default_factory=Wins)
    sales: int = 0
    open_ages: "Floats | None" = None
    watch: Watch | None = None

    def __add__(self, other: "CycleFacts") -> "CycleFacts":
        return CycleFacts(self.won + other.won, self.sales + other.sales)


def compute(facts: CycleFacts, team: TeamScope) -> Figure:
    """Take the median of the won journeys, and what the open ones say."""
    main = facts.won.main_days
    median = quantile(main, 0.5)
    parts = _parts(facts, main, median)
    told = [phrase("from the first contact to the sale")]
    likely = parts["km_median"]
    if isinstance(likely, Part) and likely.value is not None:
        told[0] = phrase("{line}; with the open ones {days}", line=told[0], days=Days(likely.value))
    longer = parts["open_older"]
    if isinstance(longer, Part) and longer.value:
        told.append(phrase("{count} still open for longer than that", count=longer.value))
    return Figure(
        value=median,
        n=len(main),
        parts=parts,
        interval=median_interval(main),
        reason=None if len(main) else phrase("no sale closed a first attempt in this period: "
                                        "log calls with /call and sales with /sale"),
        numbers=plural_phrase("median of {n} duration", "median of {n} durations", n=len(main)),
        told=tuple(told),
        counted=plural_phrase("{n} sale", "{n} sales", n=len(main)),
        drawn=lambda answer, heading, say: histogram(main, _curves(facts.watch), median, heading, say),
    )  # fmt: skip


def _parts(facts: CycleFacts, main: "Floats", median: float | None) -> dict[str, object]:
    won, other, ages = facts.won, facts.won.other_days, facts.open_ages
    older = None if median is None or ages is None else int((ages > median).sum())
    return {
        "mean": Part(share(float(main.sum()), len(main)), "days", len(main)),
        "p90": Part(quantile(main, 0.9), "days", len(main)),
        "repeat": Part(quantile(other, 0.5), "days", len(other)),
        "walk_ins": Part(facts.sales - won.sold, "count", facts.sales),
        "refunded": Part(won.refunded, "count", won.won),
        "open_older": Part(older, "count", 0 if ages is None else len(ages)),
        **_outlook(facts.watch),
    }


def _outlook(watch: Watch | None) -> Mapping[str, object]:
    """What the journeys started in the last 12 months say, the open ones included."""
    curves = _curves(watch)
    if watch is None or curves is None:
        return _UNKNOWN
    (closing, winning), n = curves, len(watch.days)
    return {
        "km_median": Part(closing.median, "days", n),
        **{f"won_{days}": Part(_reached(winning, watch, days), "ratio", n) for days in HORIZONS},
    }


_UNKNOWN = {"km_median": Part(None, "days", 0), **{f"won_{days}": Part(None, "ratio", 0) for days in HORIZONS}}


def _curves(watch: Watch | None) -> tuple[Curve, Curve] | None:
    """Time to close (lapsed ones censored), and the probability of being won (lost and lapsed compete)."""
    if watch is None or not len(watch.days):
        return None
    closed = (watch.ends == WON) | (watch.ends == LOST)
    return kaplan_meier(watch.days, closed), aalen_johansen(watch.days, watch.ends, WON)


def _reached(curve: Curve, watch: Watch, days: int) -> float | None:
    """The probability by that many days; None while nobody has been followed so long and some are still open."""
    if watch.days.max() < days and bool((watch.ends == OPEN).any()):
        return None
    return curve.at(days)


async def gather(session: Session, cut: Cut, by: By, team: TeamScope) -> Mapping[Key, CycleFacts]:
    """Read won journeys under each key."""
    found = await spans(session, cut, by, team.journey_gap_days)
    return {key: CycleFacts(won) for key, won in found.items()}


async def complete(session: Session, cut: Cut, facts: CycleFacts, team: TeamScope) -> CycleFacts:
    """Add what the whole period's open and earlier journeys say."""
    gap = team.journey_gap_days
    days, ends = await watched(session, cut, gap, year_before(cut.end, cut.zone))
    known = days >= 0  # the others have impossible dates
    sold = sum(totals.lines for totals in (await sales_in(session, cut, "day")).values())
    watch = Watch(days[known], ends[known])
    return replace(facts, sales=sold, open_ages=await ages_open(session, cut, gap), watch=watch)


async def rows(session: Session, cut: Cut, team: TeamScope) -> Rows:
    """List the journeys won in the period."""
    found = await won_in(session, cut, team.journey_gap_days)
    customers, reps = await names_of(session, found)
    columns = (CUSTOMER, REP, phrase("Started"), phrase("Won"), phrase("Days"), phrase("Calls"),
               phrase("First or deal"), phrase("Refunded"))  # fmt: skip
    return Rows(columns, [
        (customers.get(one.customer_id), reps.get(one.member_id or 0), local(one.start_at, team.zone),
         local(one.end_at, team.zone), one.days, one.calls, yes_or_no(one.first or one.deal_id),
         yes_or_no(one.refunded_at is not None and one.refunded_at < cut.now))
        for one in found
    ])  # fmt: skip


def days_won(facts: CycleFacts) -> "Floats":
    """The durations that the median of a day's facts is taken of."""
    return facts.won.main_days


METRIC = Metric(
    key="cycle",
    alias="chuky",
    label=phrase("Sales cycle"),
    words=(phrase("sales cycle"), phrase("cycle"), phrase("time to close"), phrase("days to close")),
    about=phrase("how many days from the first contact to the sale"),
    formula=phrase(
        "median days from first contact to sale, of first sales to a customer and of deals, won in the period"
    ),
    unit="days",
    better="down",
    breakdowns=frozenset({"rep", "channel", "campaign", "day", "week", "month"}),
    filters=frozenset({"rep", "channel", "campaign"}),
    gather=gather,
    empty=CycleFacts(),
    compute=compute,
    rows=rows,
    complete=complete,
    medians=days_won,
    chart="histogram",
)
