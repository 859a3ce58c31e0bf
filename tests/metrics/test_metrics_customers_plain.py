"""Metrics of customers and contacts equal a slow plain reading of their definitions over random histories."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metrics import METRICS, periods
from metrics.base import Answer, Part
from metrics.periods import Period
from store import Database
from tests.oracles.ledger import Ledger, write
from tests.oracles.plain import Call, Cost, History, Lead, Optout, Rating, Refund, Sale, Ticket
from tests.oracles.reading import Reading

LONDON = ZoneInfo("Europe/London")  # its clocks change on 29 March and 25 October 2026
BY_KEY = {metric.key: metric for metric in METRICS}
GAP = 90
START = datetime(2026, 8, 20, tzinfo=UTC)
people, reps = st.integers(1, 5), st.integers(1, 2)
# midnights of London in summer time, those of UTC, and the hours around them
moments = st.builds(
    lambda day, hour: START + timedelta(days=day, hours=hour), st.integers(0, 100), st.sampled_from([0, 9, 22, 23])
)
channels = st.sampled_from([None, "web", "referral"])
kinds = st.sampled_from(["call", "message", "message", "email", "meeting", "visit", "event"])
outcomes = st.sampled_from([None, None, "connected", "no_answer", "answered", "busy"])
calls = st.builds(
    Call, people, reps, moments, st.sampled_from(["in", "out"]), outcomes, st.sampled_from([None, 0, 60]), kinds
)
sales = st.builds(
    Sale, people, reps, moments, st.integers(1, 4).map(lambda n: n * 60), channels,
    st.sampled_from([None, "A1", "A2", "B1", "x"]), st.integers(1, 3),
    st.sampled_from([None, None, None, "upsell", "cross"]),
)  # fmt: skip
costs = st.builds(
    lambda day, days, amount, channel, kind: Cost(
        date(2026, 9, 15) + timedelta(days=day), date(2026, 9, 15) + timedelta(days=day + days), amount, channel, kind
    ),
    st.integers(0, 60), st.integers(0, 40), st.integers(1, 1000), channels, st.sampled_from(["marketing", "tools"]),
)  # fmt: skip


tickets = st.builds(
    lambda who, rep, at, one, two: Ticket(who, rep, at, at + one if one else None, at + two if two else None),
    people, reps, moments, *[st.sampled_from([None, timedelta(0), timedelta(hours=3), timedelta(days=9)])] * 2,
)  # fmt: skip
ratings = st.builds(Rating, people, reps, moments, st.integers(1, 5))
optouts = st.builds(
    lambda who, at, days: Optout(who, at, at + timedelta(days=days) if days else None),
    people, moments, st.sampled_from([None, 1, 20, 60]),
)  # fmt: skip


@st.composite
def histories(draw: Any) -> History:
    sold = draw(st.lists(sales, max_size=10, unique_by=lambda s: (s.customer, s.at)))
    back = tuple(
        Refund(i, sale.at + timedelta(days=draw(st.integers(0, 30))), sale.amount // draw(st.sampled_from([1, 2])))
        for i, sale in enumerate(sold)
        if draw(st.integers(0, 3)) == 0
    )
    taken = {(s.customer, s.at) for s in sold}
    free = st.lists(calls, max_size=12, unique_by=lambda c: (c.customer, c.at)).map(
        lambda made: tuple(c for c in made if (c.customer, c.at) not in taken)
    )
    leads = draw(st.lists(st.builds(Lead, people, reps, moments, channels), max_size=4, unique_by=lambda x: x.customer))
    referred = tuple(draw(st.sets(st.integers(2, 5), max_size=2)))
    spent = tuple(draw(st.lists(costs, max_size=3)))
    asked = draw(st.lists(tickets, max_size=4))
    rated = [draw(ratings) for _ in range(draw(st.integers(0, 4)))]
    about = [
        replace(one, customer=asked[0].customer, ticket=0) if asked and draw(st.booleans()) else one for one in rated
    ]
    away = draw(st.lists(optouts, max_size=3, unique_by=lambda one: one.customer))
    return History(draw(free), tuple(sold), back, spent, tuple(leads), referred=referred, tickets=tuple(asked),
                   ratings=tuple(about), optouts=tuple(away))  # fmt: skip


def value_of(answer: Answer, name: str) -> float | None:
    part = answer.figure.parts[name]
    assert isinstance(part, Part)
    return part.value


def over(part: int, whole: int) -> float | None:
    return part / whole if whole else None


@pytest.mark.parametrize("now", [datetime(2026, 11, 28, 12, tzinfo=UTC), datetime(2026, 10, 20, 22, tzinfo=UTC)])
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories())
async def test_figures_of_customers_equal_the_plain_reading(
    database: Database, now: datetime, history: History
) -> None:
    ledger = await write(database, history, LONDON)
    october = periods.month(2026, 10, LONDON, now)
    born = history.moments() + [
        datetime(c.first.year, c.first.month, c.first.day, tzinfo=LONDON) for c in history.costs
    ]
    if not born or min(born) >= october.end:
        return
    plain = Reading(history, LONDON, now)
    for check in CHECKS:
        await check(ledger, plain, october, now)


async def conversion(ledger: Ledger, plain: Reading, period: Period, now: datetime) -> None:
    leads, new = plain.new_leads(period.start, period.end), plain.new(period.start, period.end)
    bought = leads & set(plain.firsts())
    answer = await ledger.ask(BY_KEY["conversion"], period, now, by="week")
    assert answer.value == over(len(new), len(leads))
    assert value_of(answer, "cohort") == over(len(bought), len(leads))
    assert value_of(answer, "walk_ins") == len(plain.walk_ins(period.start, period.end))
    waiting = (leads - bought) & plain.open_journeys(GAP)
    assert value_of(answer, "cohort_open") == len(waiting)
    assert value_of(answer, "cohort_lost") == len(leads - bought - waiting)
    for by in ("week", "channel", "rep"):
        found = (await ledger.ask(BY_KEY["conversion"], period, now, by=by)).breakdown
        assert sum(row.numerator or 0 for row in found) == len(new)
        assert sum(row.denominator or 0 for row in found) == len(leads)


async def cac(ledger: Ledger, plain: Reading, period: Period, now: datetime) -> None:
    new, cost = plain.new(period.start, period.end), plain.cost(period.start, period.end, {"marketing", "sales"})
    for by in ("week", "channel"):
        answer = await ledger.ask(BY_KEY["cac"], period, now, by=by)
        assert answer.value == (over(cost, len(new)) if cost else None)
        assert sum(row.numerator or 0 for row in answer.breakdown) == cost
        assert sum(row.denominator or 0 for row in answer.breakdown) == len(new)


async def winrate(ledger: Ledger, plain: Reading, period: Period, now: datetime) -> None:
    sold, both = len(plain.values(period.start, period.end)), len(plain.two_way(period.start, period.end))
    for by in ("day", "rep"):
        answer = await ledger.ask(BY_KEY["winrate"], period, now, by=by)
        assert (answer.figure.numerator, answer.figure.denominator) == (sold, both)
        assert answer.value == over(sold, both)
        assert sum(row.numerator or 0 for row in answer.breakdown) == sold
        assert sum(row.denominator or 0 for row in answer.breakdown) == both


async def loyalty(ledger: Ledger, plain: Reading, period: Period, now: datetime) -> None:
    days = plain.buying_days(period.end)
    answer = await ledger.ask(BY_KEY["loyalty"], period, now, by="channel")
    assert answer.value == over(sum(len(on) >= 5 for on in days.values()), len(days))
    assert sum(row.denominator or 0 for row in answer.breakdown) == len(days)
    table = answer.figure.parts["distribution"]
    assert isinstance(table, list)
    assert [row["customers"] for row in table[:4]] == [sum(len(on) == n for on in days.values()) for n in (1, 2, 3, 4)]


async def response(ledger: Ledger, plain: Reading, period: Period, now: datetime) -> None:
    reached, known = plain.connect_rate(period.start, period.end)
    sent = [c for c in plain.contacts if period.start <= c.at < period.end and c.direction == "out"]
    for kind, name in (("message", "messages"), ("email", "emails")):
        told = [said for c in sent if c.kind == kind and (said := plain.answered(c)) is not None]
        assert value_of(await ledger.ask(BY_KEY["response"], period, now), name) == over(sum(told), len(told))
        reached, known = reached + sum(told), known + len(told)
    for by in ("week", "rep"):
        answer = await ledger.ask(BY_KEY["response"], period, now, by=by)
        assert answer.value == over(reached, known)
        assert sum(row.denominator or 0 for row in answer.breakdown) == known


async def upsell(ledger: Ledger, plain: Reading, period: Period, now: datetime) -> None:
    existing = plain.existing(period.start)
    told = {
        i: plain.verdict(i)
        for i, s in plain.bought.items()
        if period.start <= s.at < period.end and s.customer in existing
    }
    who = {name: {plain.sales[i].customer for i, said in told.items() if said == name} for name in ("upsell", "cross")}
    judged = {plain.sales[i].customer for i, said in told.items() if said is not None}
    vague = {plain.sales[i].customer for i in told} - judged
    moved, base = who["upsell"] | who["cross"], len(existing - vague)
    answer = await ledger.ask(BY_KEY["upsell"], period, now, by="channel")
    assert answer.value == over(len(moved), base)
    assert value_of(answer, "upsell") == over(len(who["upsell"]), base)
    assert value_of(answer, "cross") == over(len(who["cross"]), base)
    assert value_of(answer, "of_buyers") == over(len(moved), len(judged))
    left = {i: plain.sales[i].amount - plain.back[i] for i, said in told.items() if said is not None}
    more = sum(value for i, value in left.items() if told[i] != "repeat")
    assert value_of(answer, "revenue") == more
    assert value_of(answer, "revenue_share") == over(more, sum(left.values()))
    assert value_of(answer, "unclassified") == len(told) - len(left)
    assert sum(row.numerator or 0 for row in answer.breakdown) == len(moved)
    assert sum(row.denominator or 0 for row in answer.breakdown) == base


async def engagement(ledger: Ledger, plain: Reading, period: Period, now: datetime) -> None:
    kinds = plain.engaged(period.start, period.end)
    known = plain.contactable(period.start, min(period.end, now))
    active = set().union(*kinds.values()) & known
    for by in ("rep", "channel"):
        answer = await ledger.ask(BY_KEY["engagement"], period, now, by=by)
        assert answer.value == over(len(active), len(known))
        assert sum(row.numerator or 0 for row in answer.breakdown) == len(active)
        assert sum(row.denominator or 0 for row in answer.breakdown) == len(known)
    table = answer.figure.parts["by_kind"]
    assert isinstance(table, list)
    assert all(row["customers"] == len(kinds.get(row["kind"], set()) & known) for row in table)


async def ror(ledger: Ledger, plain: Reading, period: Period, now: datetime) -> None:
    helped, referred, repeat = plain.relationships(period.end)
    answer = await ledger.ask(BY_KEY["ror"], period, now, by="channel")
    assert answer.value == over(len(referred | repeat), len(helped))
    assert (value_of(answer, "referred"), value_of(answer, "repeat")) == (len(referred), len(repeat))
    assert sum(row.denominator or 0 for row in answer.breakdown) == len(helped)


async def kept_and_lost(ledger: Ledger, plain: Reading, period: Period, now: datetime) -> None:
    answer = await ledger.ask(BY_KEY["retention"], period, now)
    rows: Any = answer.figure.parts["kept_and_lost"]
    names = ("customers", "contacted", "with_ticket", "mean_rating")
    found = {row["key"]: tuple(row[name].value for name in names) for row in rows}
    assert found == plain.looked_after(period.start, period.end, 90)


CHECKS = (conversion, cac, winrate, loyalty, response, upsell, engagement, ror, kept_and_lost)
