"""Every metric equals a slow plain reading of its definition over random histories, at any now."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metrics import METRICS, periods
from metrics.base import Answer, Part
from store import Database
from store.facts import Filters
from tests.oracles.ledger import Ledger, write
from tests.oracles.plain import Call, Cost, History, Plain, Refund, Sale, median

LONDON = ZoneInfo("Europe/London")  # its clocks change on 29 March and 25 October 2026
BY_KEY = {metric.key: metric for metric in METRICS}
WINDOW = GAP = 90
START = datetime(2026, 7, 1, tzinfo=UTC)
# midnights of London in summer time, those of UTC, and the hours around them
moments = st.builds(
    lambda day, hour: START + timedelta(days=day, hours=hour), st.integers(0, 150), st.sampled_from([0, 9, 22, 23])
)
outcomes = st.sampled_from([None, "connected", "no_answer", "busy", "quoted", "wrong_number"])
calls = st.builds(
    Call, st.integers(1, 4), st.integers(1, 2), moments, st.sampled_from(["in", "out"]), outcomes,
    st.sampled_from([None, 0, 60])
)  # fmt: skip
sales = st.builds(
    Sale, st.integers(1, 4), st.integers(1, 2), moments, st.integers(1, 9).map(lambda n: n * 100),
    st.sampled_from([None, "web", "zalo"]),
)  # fmt: skip
costs = st.builds(
    lambda day, days, amount, channel: Cost(
        date(2026, 9, 15) + timedelta(days=day), date(2026, 9, 15) + timedelta(days=day + days), amount, channel
    ),
    st.integers(0, 60), st.integers(0, 40), st.integers(1, 1000), st.sampled_from([None, "web"]),
)  # fmt: skip


@st.composite
def histories(draw: Any) -> History:
    sold = draw(st.lists(sales, max_size=12, unique_by=lambda s: (s.customer, s.at)))
    called = draw(st.lists(calls, max_size=10, unique_by=lambda c: (c.customer, c.at)))
    back = []
    for i, sale in enumerate(sold):
        left = sale.amount
        for part in draw(st.lists(st.sampled_from([0.5, 1.0]), max_size=2)) if draw(st.booleans()) else []:
            amount = int(left * part)
            if amount:
                back.append(Refund(i, sale.at + timedelta(days=draw(st.integers(0, 60))), amount))
                left -= amount
    return History(tuple(called), tuple(sold), tuple(back), tuple(draw(st.lists(costs, max_size=3))))


def value_of(answer: Answer, name: str) -> float | None:
    part = answer.figure.parts[name]
    assert isinstance(part, Part)
    return part.value


@pytest.mark.parametrize("now", [datetime(2026, 11, 28, 12, tzinfo=UTC), datetime(2026, 10, 20, 22, tzinfo=UTC)])
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories())
async def test_figures_equal_the_plain_reading(database: Database, now: datetime, history: History) -> None:
    ledger = await write(database, history, LONDON)
    plain = Plain(history, LONDON, now)
    october = periods.month(2026, 10, LONDON, now)
    born = [c.at for c in history.calls] + [s.at for s in history.sales]
    born += [datetime(c.first.year, c.first.month, c.first.day, tzinfo=LONDON) for c in history.costs]
    if not born or min(born) >= october.end:
        for metric in METRICS:
            assert (await ledger.ask(metric, october, now)).value is None
        return
    start, end = october.start, october.end
    await check_money(ledger, plain, october, now)
    for window in (WINDOW, 200):  # sales of few days are read by day, of more by customer
        await check_retention(ledger, plain, october, now, window)
    answer = await ledger.ask(BY_KEY["calls"], october, now)
    assert answer.value == sum(start <= c.at < end for c in plain.calls)
    reached, known = plain.connect_rate(start, end)
    assert value_of(answer, "connect_rate") == (reached / known if known else None)
    won = plain.won(start, end, GAP)
    first = [days for days, _, is_first in won if is_first]
    cycle = await ledger.ask(BY_KEY["cycle"], october, now)
    assert cycle.value == pytest.approx(median(first))
    assert value_of(cycle, "repeat") == pytest.approx(median([days for days, _, is_first in won if not is_first]))
    assert value_of(cycle, "walk_ins") == sum(start <= s.at < end for s in plain.sales.values()) - len(won)
    effort = await ledger.ask(BY_KEY["callspersale"], october, now)
    assert value_of(effort, "effort") == (sum(n for _, n, _ in won) / len(won) if won else None)
    sold = len(plain.values(start, end))
    assert effort.value == (answer.value / sold if sold else None)


async def check_money(ledger: Ledger, plain: Plain, period: periods.Period, now: datetime) -> None:
    start, end = period.start, period.end
    net, values = plain.net(start, end), plain.values(start, end)
    revenue = await ledger.ask(BY_KEY["revenue"], period, now, by="channel")
    assert revenue.value == net == sum(row.value or 0 for row in revenue.breakdown)
    assert value_of(revenue, "customers") == len(plain.buyers(start, end))
    aov = await ledger.ask(BY_KEY["aov"], period, now)
    assert aov.value == (sum(values) / len(values) if values else None)
    assert value_of(aov, "median") == median([float(v) for v in values])
    assert value_of(aov, "refund_timing") == net - sum(values)
    new = plain.new(start, end)
    value = await ledger.ask(BY_KEY["value"], period, now, by="rep")
    assert value.value == sum(plain.values(start, end, new)) == sum(row.value or 0 for row in value.breakdown)
    assert value_of(value, "new_customers") == len(new)
    cost = plain.cost(start, end)
    roi = await ledger.ask(BY_KEY["roi"], period, now, by="week")
    assert roi.value == ((net - cost) / cost if cost else None)
    assert sum(row.numerator or 0 for row in roi.breakdown) == net - cost
    assert sum(row.denominator or 0 for row in roi.breakdown) == cost
    if cost:
        assert value_of(roi, "new_customers_roi") == pytest.approx((plain.net(start, end, new) - cost) / cost)
        old = plain.net(start, end, plain.existing(start))
        assert value_of(roi, "existing_customers_roi") == pytest.approx((old - cost) / cost)


async def check_retention(
    ledger: Ledger, plain: Plain, period: periods.Period, now: datetime, window: int = WINDOW
) -> None:
    ledger = replace(ledger, team=replace(ledger.team, window_days=window))
    before, after = plain.active(period.start, window), plain.active(period.end, window)
    again = before & plain.buyers(period.start, period.end)
    answer = await ledger.ask(BY_KEY["retention"], period, now)
    assert answer.value == (len(before & after) / len(before) if before else None)
    assert value_of(answer, "end") == len(after)
    assert value_of(answer, "new") == len(after & plain.new(period.start, period.end))
    assert value_of(answer, "bought_again") == (len(again) / len(before) if before else None)
    table = answer.figure.parts["cohorts"]
    assert isinstance(table, list)
    told = {(row["month"], row["month"]): row["customers"] for row in table}
    told |= {(row["month"], later["month"]): later["count"] for row in table for later in row["later"]}
    assert {pair: count for pair, count in told.items() if count} == plain.cohorts()


async def test_a_channel_filter_and_its_breakdown_agree(database: Database) -> None:
    at = datetime(2026, 10, 5, 9, tzinfo=UTC)
    history = History(sales=(Sale(1, 1, at, 500, "web"), Sale(2, 1, at, 300), Sale(3, 2, at, 200, "zalo")))
    ledger = await write(database, history, LONDON)
    now = datetime(2026, 11, 28, tzinfo=UTC)
    october = periods.month(2026, 10, LONDON, now)
    whole = await ledger.ask(BY_KEY["revenue"], october, now, by="channel")
    assert [(row.key, row.value) for row in whole.breakdown] == [("web", 500), ("zalo", 200), ("(none)", 300)]
    for channel, wanted in (("web", 500), ("zalo", 200), ("", 300)):
        part = await ledger.ask(BY_KEY["revenue"], october, now, filters=Filters(channel=channel))
        assert part.value == wanted
