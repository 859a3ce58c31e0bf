"""Facts are read in the order of an index, costs lose nothing to rounding, and now in the past knows nothing later."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, text

from metrics import METRICS, periods
from metrics.answers.asking import ask
from metrics.base import Scope
from store import Database, Session
from store.customers.lookup import add_customer
from store.derived.daily import recount_all
from store.facts import Cut
from store.facts.amounts import median_of
from store.facts.attempts import open_at_end, started_in, won_in
from store.facts.costs import Cost
from store.people.team import create_team, team_of
from store.records.entries import Clock, ContactEntry, DealEntry, Origin
from store.records.writing import log_contact, log_deal, lose_deal, win_deal
from tests.oracles.ledger import write
from tests.oracles.plain import Call, History, Refund, Sale
from tests.oracles.plain import Cost as Paid

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
GAP = 90
NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)


@given(st.integers(0, 10**12), st.integers(0, 400), st.integers(0, 400), st.integers(0, 400))
def test_the_shares_of_a_cost_add_up_to_it(amount: int, days: int, left: int, right: int) -> None:
    first = date(2026, 1, 1)
    last = first + timedelta(days=days)
    cost = Cost(1, "marketing", first, last, amount, None, None)
    cut = first + timedelta(days=left)
    assert cost.share(first, cut) + cost.share(cut + timedelta(days=1), last) == amount
    assert cost.share(first - timedelta(days=right), last + timedelta(days=right)) == amount
    assert cost.share(last + timedelta(days=1), last + timedelta(days=9)) == 0


def test_a_cost_of_three_days_gives_its_remainder_to_the_last() -> None:
    cost = Cost(1, "marketing", date(2026, 1, 1), date(2026, 1, 3), 100, None, None)
    assert [cost.share(day, day) for day in (date(2026, 1, 1), date(2026, 1, 2), date(2026, 1, 3))] == [33, 33, 34]


@pytest.mark.parametrize(("counts", "median"), [({}, None), ({5: 1}, 5), ({1: 2, 2: 1, 5: 1}, 1.5), ({3: 0, 4: 1}, 4)])
def test_the_median_of_counted_amounts(counts: dict[int, int], median: float | None) -> None:
    from collections import Counter

    assert median_of(Counter(counts)) == median


async def _deals(session: Session) -> tuple[Clock, list[int]]:
    """One customer's deal won after 10 days, one lost after 5, one open; a fourth called once and silent since."""
    clock = Clock.of(
        await team_of(
            session, await create_team(session, name="Deals", zone=ZONE.key, currency="VND", locale="vi", now=NOW)
        )
    )
    people = [await add_customer(session, clock.team_id, f"Khách {i}") for i in range(4)]
    opened, origin = datetime(2026, 10, 1, 3, tzinfo=UTC), Origin(None, NOW)
    deals = [
        (await log_deal(session, clock, DealEntry(people[i], None, opened, 500, "VND"), origin)).id for i in range(3)
    ]
    await win_deal(session, clock, deals[0], None, opened + timedelta(days=10), origin)
    await lose_deal(session, clock, deals[1], "price", opened + timedelta(days=5), origin)
    call = ContactEntry(people[3], None, "call", datetime(2026, 6, 1, 3, tzinfo=UTC))
    await log_contact(session, clock, call, origin)
    return clock, people


@pytest.mark.parametrize(
    ("now", "outcomes"),
    [
        (datetime(2026, 10, 3, 3, tzinfo=UTC), ["None", "None", "None", "lapsed"]),
        (datetime(2026, 10, 8, 3, tzinfo=UTC), ["None", "None", "lapsed", "lost"]),
        (datetime(2026, 10, 11, 3, tzinfo=UTC), ["None", "None", "lapsed", "lost"]),
        (datetime(2026, 10, 11, 3, 0, 1, tzinfo=UTC), ["None", "lapsed", "lost", "won"]),
        (NOW, ["None", "lapsed", "lost", "won"]),
    ],
)
async def test_journeys_are_what_was_known_at_now(database: Database, now: datetime, outcomes: list[str]) -> None:
    async with database.begin() as session:
        clock, _ = await _deals(session)
    cut = Cut(clock.team_id, ZONE, datetime(2026, 9, 30, 17, tzinfo=UTC), now, now)
    async with database.read() as session:
        watched = await started_in(session, cut, GAP, datetime(2026, 1, 1, tzinfo=UTC))
        won = await won_in(session, cut, GAP)
        open_ = await open_at_end(session, cut, GAP)
    assert sorted(str(one.outcome) for one in watched) == outcomes
    assert [one.days for one in won] == [10.0] * outcomes.count("won")
    assert len(open_) == outcomes.count("None")


async def test_a_silent_contact_lapses_just_after_the_gap(database: Database) -> None:
    async with database.begin() as session:
        clock, _ = await _deals(session)
    called = datetime(2026, 6, 1, 3, tzinfo=UTC)
    for now, outcome in ((called + timedelta(days=GAP), None), (called + timedelta(days=GAP, seconds=1), "lapsed")):
        cut = Cut(clock.team_id, ZONE, datetime(2026, 5, 31, 17, tzinfo=UTC), now, now)
        async with database.read() as session:
            (one,) = await started_in(session, cut, GAP, datetime(2026, 1, 1, tzinfo=UTC))
        assert (one.outcome, one.days) == (outcome, 0.0 if outcome else None)


HISTORY = History(
    calls=(Call(1, 1, datetime(2026, 10, 1, 3, tzinfo=UTC)),),
    sales=(Sale(1, 1, datetime(2026, 10, 3, 3, tzinfo=UTC), 500),),
    refunds=(Refund(0, datetime(2026, 10, 4, 3, tzinfo=UTC), 100),),
    costs=(Paid(date(2026, 10, 1), date(2026, 10, 5), 50),),
)


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.key)
async def test_no_figure_scans_a_table_of_records(database: Database, metric: Any) -> None:
    ledger = await write(database, HISTORY, ZONE)
    asked: list[tuple[str, Any]] = []
    async with database.read() as session:
        sync = session.sync_connection
        assert sync is not None

        @event.listens_for(sync, "before_cursor_execute")
        def keep(_c: Any, _cur: Any, statement: str, parameters: Any, _ctx: Any, _many: Any) -> None:
            asked.append((statement, parameters))

        await ask(metric, session, Scope(ledger.team, periods.month(2026, 10, ZONE, NOW), NOW))
        event.remove(sync, "before_cursor_execute", keep)
        explained = [
            ("GROUP BY" in statement, str(tuple(row)[3]))
            for statement, parameters in asked
            for row in await session.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]
    plans = [plan for _, plan in explained]
    assert plans
    for table in ("sales", "contacts", "refunds", "costs", "journeys", "customers"):
        assert not [plan for plan in plans if plan.startswith(f"SCAN {table}")]
    # what came after the cut is only looked for, to tell whose a customer was then
    totals = [plan for grouped, plan in explained if grouped and "_day (team_id=?" in plan and "day<?" in plan]
    assert all("COVERING" in plan for plan in totals)


async def test_money_without_a_rate_is_counted_apart(database: Database) -> None:
    ledger = await write(database, HISTORY, ZONE)
    async with database.begin() as session:
        await session.execute(text("UPDATE sales SET base_minor = NULL"))
        await recount_all(session, ledger.team.id)
    answer = await ledger.ask(next(m for m in METRICS if m.key == "revenue"), periods.month(2026, 10, ZONE, NOW), NOW)
    assert answer.value == -100
    assert [left.count for left in answer.figure.excluded] == [1]
