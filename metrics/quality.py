"""Data quality: how much of what the figures rest on is clean.

Clean / all of the customers and the open deals at the end of the period and the sales of the period; what has several
faults counts once. *Duplicates*: customers with the phone of another, or with the name of one where either has no
phone; sales to one customer of the same amount and product within 10 minutes of each other (the later one). *Stale*:
deals opened, and last in contact, over 30 days before. *Incomplete*: customers without a phone, deals without amount or
expected date, sales without a product where the team has products. *Impossible dates*: deals expected before they were
opened, sales before their deal or after their refund, customers with a deal closed before it was opened. *Missing
rates*: sales and deals in a currency without an exchange rate.

Example: 10 customers of whom 2 have no phone, 4 open deals of which 1 is stale, 6 sales: 17/20 = 85 %.
"""

from collections.abc import Mapping
from dataclasses import replace

from metrics import revenue
from metrics.answers.asking import ask, composed
from metrics.answers.changing import judged
from metrics.answers.listing import AT, CUSTOMER, KIND, NUMBER, REP, local
from metrics.base import Answer, Figure, Metric, Part, Rows, Scope, TeamScope, share
from metrics.charts.specs import Bar, Bars, Heading
from metrics.wording import Phrase, Say, phrase
from store import Session
from store.facts.findings import FAULTS, Fault, Findings, Thing, findings, found_in
from store.facts.findings import listed as details

NAMES: Mapping[Fault, Phrase] = {
    "duplicates": phrase("duplicates"),
    "stale": phrase("stale"),
    "incomplete": phrase("incomplete"),
    "impossible": phrase("impossible dates"),
    "missing_rates": phrase("missing rates"),
}
THINGS: Mapping[Thing, Phrase] = {"customer": phrase("customer"), "deal": phrase("deal"), "sale": phrase("sale")}
FAULTY: Mapping[tuple[Fault, Thing], Phrase] = {
    ("duplicates", "customer"): phrase("duplicate customers"),
    ("duplicates", "sale"): phrase("sales logged twice"),
    ("stale", "deal"): phrase("stale deals"),
    ("incomplete", "customer"): phrase("incomplete customers"),
    ("incomplete", "deal"): phrase("incomplete deals"),
    ("incomplete", "sale"): phrase("incomplete sales"),
    ("impossible", "customer"): phrase("customers with impossible dates"),
    ("impossible", "deal"): phrase("deals with impossible dates"),
    ("impossible", "sale"): phrase("sales with impossible dates"),
    ("missing_rates", "deal"): phrase("deals without a rate"),
    ("missing_rates", "sale"): phrase("sales without a rate"),
}
"""What has each fault."""

ADVICE: Mapping[tuple[Fault, Thing], Phrase] = {
    ("duplicates", "customer"): phrase("join the two: /merge"),
    ("duplicates", "sale"): phrase("if it was logged twice, take one back: /undo with its number"),
    ("stale", "deal"): phrase("call, or close it: /lost"),
    ("incomplete", "customer"): phrase("ask for the phone and add it: /find"),
    ("incomplete", "deal"): phrase("add amount and expected date: edit the message that opened it"),
    ("incomplete", "sale"): phrase("add the product: edit the message that logged it"),
    ("impossible", "customer"): phrase("correct when the deal was opened or closed"),
    ("impossible", "deal"): phrase("correct the expected date: edit the message that opened it"),
    ("impossible", "sale"): phrase("correct the date of the sale, its deal or its refund"),
    ("missing_rates", "deal"): phrase("give the rate of that day: /fx usd 26000"),
    ("missing_rates", "sale"): phrase("give the rate of that day: /fx usd 26000"),
}
"""What to do about each fault."""

_TOLD = 2


async def asked(session: Session, scope: Scope) -> Answer:
    """Find the faults of the period, and those of the period before for comparison."""
    answer = composed(await ask(revenue.METRIC, session, scope), REPORT)
    if answer.value is None:
        return replace(answer, figure=replace(answer.figure, parts=_parts(None)))
    figure = await looked_through(session, scope)
    previous = Figure(None, 0)
    if answer.previous.value is not None:
        previous = compute(await findings(session, scope.cut(answer.previous_period)), scope.team)
    change = judged(REPORT, previous, figure, [], [], None)
    return replace(answer, figure=figure, previous=previous, change=change)


async def looked_through(session: Session, scope: Scope) -> Figure:
    """Find the faults of the period alone, without comparing."""
    return compute(await findings(session, scope.cut(scope.period)), scope.team)


def compute(found: Findings, team: TeamScope) -> Figure:
    """Divide what is clean by all there is."""
    everything = sum(found.all.values())
    clean = everything - sum(found.faulty.values())
    return Figure(
        value=share(clean, everything),
        n=everything,
        numerator=clean,
        denominator=everything,
        parts=_parts(found),
        reason=None if everything else phrase("nothing to look through: log with /lead, /deal and /sale"),
        numbers=phrase("{clean} clean / {everything} customers, open deals and sales",
                       clean=clean, everything=everything),
        told=_told(found) if everything else (),
        explained=tuple(_line(found, fault, thing) for fault, thing in ADVICE if _count(found, fault, thing)),
        drawn=lambda answer, heading, say: _bars(found, heading, say),
    )  # fmt: skip


def _count(found: Findings, fault: Fault, thing: Thing) -> int:
    return found.found.get((fault, thing), 0)


def _parts(found: Findings | None) -> dict[str, object]:
    """How many there are with each fault, of how many; and how many of each kind are clean."""
    parts: dict[str, object] = {}
    for fault in FAULTS:
        things = [thing for of, thing in ADVICE if of == fault]
        n = sum(found.all[thing] for thing in things) if found else 0
        count = sum(_count(found, fault, thing) for thing in things) if found else None
        parts[fault] = Part(count, "count", n)
    for thing in THINGS:
        n = found.all[thing] if found else 0
        clean = n - found.faulty[thing] if found else None
        parts[f"clean_{thing}s"] = Part(clean, "count", n)
    return parts


def _worst(found: Findings) -> list[tuple[Fault, Thing]]:
    """The faults that there are, the most frequent first."""
    held = [key for key in ADVICE if _count(found, *key)]
    return sorted(held, key=lambda key: -_count(found, *key))


def _told(found: Findings) -> tuple[Phrase, ...]:
    worst = _worst(found)[:_TOLD]
    return tuple(_line(found, *key) for key in worst) or (phrase("nothing to put right"),)


def _line(found: Findings, fault: Fault, thing: Thing) -> Phrase:
    """A fault with its count and what to do about it."""
    return phrase("{faulty}: {count} ({advice})", faulty=FAULTY[fault, thing], count=_count(found, fault, thing),
                  advice=ADVICE[fault, thing])  # fmt: skip


def _bars(found: Findings, heading: Heading, say: Say) -> Bars:
    """The faults by how often they occur; where there is none, said so."""
    bars = tuple(
        Bar(say(FAULTY[fault, thing]), _count(found, fault, thing), say.value(_count(found, fault, thing)))
        for fault, thing in _worst(found)
    )  # fmt: skip
    clean = phrase("nothing to put right") if sum(found.all.values()) else None
    noted = heading if clean is None else replace(heading, empty=say(clean))
    return Bars(replace(noted, note=say(phrase("what has several faults counts once in the figure"))), bars)


async def listed(session: Session, scope: Scope) -> Rows:
    """List what has a fault, each fault a line, with what to do about it."""
    found = await found_in(session, scope.cut(scope.period))
    columns = (phrase("Fault"), phrase("What to do"), KIND, NUMBER, CUSTOMER, REP, AT)
    records: list[tuple[object, ...]] = []
    for fault, thing in ADVICE:
        ids = found.get((fault, thing), frozenset())
        for _, one in sorted((await details(session, thing, ids)).items()):
            records.append((NAMES[fault], ADVICE[fault, thing], THINGS[thing], one.number, one.customer, one.member,
                            local(one.at, scope.team.zone)))  # fmt: skip
    return Rows(columns, records)


REPORT: Metric = replace(
    revenue.METRIC,
    key="quality",
    alias="chatluong",
    label=phrase("Data quality"),
    words=(phrase("data quality"), phrase("clean data")),
    about=phrase("what is double, stale, incomplete or impossible in records"),
    formula=phrase("customers, open deals and sales without a fault / all of them"),
    unit="ratio",
    breakdowns=frozenset(),
    filters=frozenset({"rep"}),
    bounded=True,
    additive=False,
    daily=None,
    asked=asked,
    work="several",
    listed=listed,
)
