"""Retention: of the customers active when the period began, how many are active when it ends.

Active at t: the last purchase before t lies in ``[t − W, t)``, W days earlier on the team's clock (``window_days``,
usually 90). S = active at the start, E = active at the end, N = those of E not in S: (E − N) / S, which is exactly
|S ∩ E| / |S|. *New* of N first bought in the period, the others are *reactivated*. *Bought again*: those of S who
bought in the period. Cohorts: by month of first purchase, who bought in each later month to now. Reasons: of those
lost, how many for each reason that a member has said since their last purchase. *Kept and lost*: over the period and
the W days before it, how many of those kept, and of those lost, had a contact and a ticket, and their mean rating. By
rep S counts under the owner at the start, whoever came under the owner at the end.

Example: W 90, October; A bought 1 Jul and 5 Oct, B 20 Aug, C 3 Oct (first), D 1 Feb and 9 Oct. S = {B}, E = {A, B, C,
D}, N = {A, C, D}: retention 1/1; new C; reactivated A, D; bought again 0/1.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from metrics.answers.listing import CUSTOMER, local, yes_or_no
from metrics.base import Answer, Figure, Metric, Part, Rows, TeamScope, share
from metrics.charts.specs import Chart, Heading
from metrics.facts import leaving
from metrics.facts.cohorts import Cohort, explained, name_of, table
from metrics.facts.leaving import windows
from metrics.pictures.retention import heat_map, waterfall
from metrics.statistics import wilson
from metrics.wording import Say, phrase, plural_phrase
from store import Session
from store.facts import By, Cut, Key
from store.facts.buying import Activity, activity, cohorts, first_purchase
from store.facts.buying_rows import active_customers
from store.facts.cut import month_of
from store.facts.kept import Looked, looked_after
from store.facts.leaving import gone, is_said


@dataclass(frozen=True, slots=True)
class RetentionFacts:
    """Who was active; for a whole period also the cohorts (``this_month`` is running), whether history is short,
    the reasons said for those lost, and how those kept and those lost were looked after."""

    activity: Activity = field(default_factory=Activity)
    cohorts: tuple[Cohort, ...] = ()
    this_month: int = 0
    short: bool = False
    reasons: tuple[Mapping[str, object], ...] = ()
    looked: Mapping[bool, Looked] = field(default_factory=dict)

    def __add__(self, other: "RetentionFacts") -> "RetentionFacts":
        return RetentionFacts(self.activity + other.activity)


def compute(facts: RetentionFacts, team: TeamScope) -> Figure:
    """Divide those still active by those active at the start."""
    seen = facts.activity
    new = seen.end - seen.kept
    why = leaving.told(facts.reasons)
    told = (
        plural_phrase("{kept} of {n} customer kept; active = bought in the last {window} days",
                      "{kept} of {n} customers kept; active = bought in the last {window} days",
                      n=seen.start, kept=seen.kept, window=team.window_days),
        phrase("lost {lost}, new {new}, reactivated {back}; {again} of the {start} bought again",
               lost=seen.start - seen.kept, new=seen.new, back=new - seen.new, again=seen.again, start=seen.start),
    )  # fmt: skip
    return Figure(
        value=share(seen.kept, seen.start),
        n=seen.start,
        numerator=seen.kept,
        denominator=seen.start,
        parts=_parts(facts, team),
        interval=wilson(seen.kept, seen.start),
        reason=None if seen.start else phrase("no customer had bought in the {window} days before: log sales with "
                                              "/sale, or /import older ones", window=team.window_days),
        numbers=phrase("({end} − {new}) / {start}", end=seen.end, new=new, start=seen.start),
        told=(*told, why) if why is not None else told,
        explained=leaving.contrasted(facts.looked, team.window_days),
        told_by={"month": (told[0], *explained(facts.cohorts, facts.this_month))},
        counted=plural_phrase("{n} customer", "{n} customers", n=seen.start),
        warnings=(phrase("history is shorter than {window} days", window=team.window_days),) if facts.short else (),
        drawn=lambda answer, heading, say: _drawn(answer, facts, heading, say),
    )  # fmt: skip


def _drawn(answer: Answer, facts: RetentionFacts, heading: Heading, say: Say) -> Chart:
    """The cohorts by month where they are asked for, else the steps from the start to the end."""
    if answer.scope.by == "month":
        why = replace(heading, note=heading.empty) if answer.value is None else heading
        return heat_map(facts.cohorts, facts.this_month, why, say)
    return waterfall(answer, facts.activity, heading, say)


def _parts(facts: RetentionFacts, team: TeamScope) -> dict[str, object]:
    seen = facts.activity
    back = seen.end - seen.kept - seen.new
    return {
        "start": Part(seen.start, "count", seen.start),
        "end": Part(seen.end, "count", seen.end),
        "new": Part(seen.new, "count", seen.end),
        "reactivated": Part(back, "count", seen.end),
        "lost": Part(seen.start - seen.kept, "count", seen.start),
        "window_days": team.window_days,
        "bought_again": Part(share(seen.again, seen.start), "ratio", seen.start),
        "reasons": list(facts.reasons),
        "kept_and_lost": leaving.side_by_side(facts.looked),
        "cohorts": [_written(cohort, facts.this_month) for cohort in facts.cohorts],
    }


def _written(cohort: Cohort, this_month: int) -> dict[str, object]:
    later = [
        {"month": name_of(month), "count": count, "partial": month == this_month}
        for month, count in enumerate(cohort.later, cohort.month + 1)
    ]
    return {"month": name_of(cohort.month), "customers": cohort.customers, "later": later}


async def gather(session: Session, cut: Cut, by: By, team: TeamScope) -> Mapping[Key, RetentionFacts]:
    """Count who was active; all under None where no breakdown is asked."""
    found = await activity(session, cut, windows(cut, team), by)
    return {key: RetentionFacts(seen) for key, seen in found.items()}


async def complete(session: Session, cut: Cut, facts: RetentionFacts, team: TeamScope) -> RetentionFacts:
    """Add the cohorts, whether the first purchase is younger than the window, and why those lost left."""
    counts = await cohorts(session, cut)
    this_month = month_of(cut.now.astimezone(cut.zone).date())
    first = await first_purchase(session, cut)
    short = first is not None and first > windows(cut, team).from_start
    reasons: tuple[Mapping[str, object], ...] = ()
    if await is_said(session, cut):
        reasons = tuple(leaving.counted(await gone(session, cut, windows(cut, team), cut.start)))
    looked = await looked_after(session, cut, windows(cut, team))
    return replace(
        facts, cohorts=table(counts, this_month), this_month=this_month, short=short, reasons=reasons, looked=looked
    )


async def rows(session: Session, cut: Cut, team: TeamScope) -> Rows:
    """List the customers active at the start or the end."""
    found = await active_customers(session, cut, windows(cut, team))
    columns = (CUSTOMER, phrase("Active at the start"), phrase("Active at the end"), phrase("Bought in the period"),
               phrase("First purchase"), phrase("Last purchase"))  # fmt: skip
    return Rows(columns, [
        (name, yes_or_no(start), yes_or_no(end), yes_or_no(inside),
         local(first, team.zone), local(last, team.zone))
        for name, start, end, inside, first, last in found
    ])  # fmt: skip


METRIC = Metric(
    key="retention",
    alias="giuchan",
    label=phrase("Retention"),
    words=(phrase("retention"), phrase("customer retention"), phrase("kept customers")),
    about=phrase("how many of the active customers are still active"),
    formula=phrase("(customers active at the end − those of them not active at the start) / active at the start"),
    unit="ratio",
    better="up",
    benchmark=phrase("70–80 %"),
    breakdowns=frozenset({"rep", "channel", "campaign"}),
    filters=frozenset({"rep", "channel", "campaign"}),
    gather=gather,
    empty=RetentionFacts(),
    compute=compute,
    rows=rows,
    complete=complete,
    chart="waterfall",
    bounded=True,
    views=frozenset({"month"}),
)
