"""Totals of days say what the records say, are read only where they know no more, and what is remembered is of now."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, text

from metrics.base import TeamScope
from metrics.models.memory import remembered
from store import Database
from store.customers.lookup import add_customer
from store.derived.daily import touched_of
from store.facts import By, Cut, Filters, twoway
from store.facts import contacts as calling
from store.facts import sales as selling
from store.facts.firsts import Newness, newness
from store.people.team import create_team, team_of
from store.records.entries import Clock, CostEntry, Origin, SaleEntry
from store.records.writing import log_cost, log_sale
from tests.oracles.ledger import Ledger, write
from tests.oracles.plain import Call, History, Lead, Refund, Sale

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
START = datetime(2026, 8, 31, 17, tzinfo=UTC)
NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)
NOON = datetime(2026, 10, 10, 5, tzinfo=UTC)
BYS: tuple[By, ...] = ("day", "rep", "product", "channel", "campaign")


def some_history(seed: int) -> History:
    dice = random.Random(seed)
    span = int((NOW - START) / timedelta(hours=1))

    def at() -> datetime:
        return START + timedelta(hours=dice.randrange(span))

    channels, outcomes = [None, "zalo", "web"], [None, "busy", "quoted", "no_answer", "other"]
    sales = tuple(
        Sale(dice.randrange(1, 9), dice.randrange(1, 4), at(), 100 * dice.randrange(1, 50), dice.choice(channels),
             dice.choice([None, "A1", "A2", "x"]))
        for _ in range(60)
    )  # fmt: skip
    refunds = tuple(
        Refund(place, min(sale.at + timedelta(days=dice.randrange(30)), NOW - timedelta(hours=1)),
               sale.amount if dice.random() < 0.5 else sale.amount // 4)
        for place, sale in enumerate(sales) if dice.random() < 0.3
    )  # fmt: skip
    calls = tuple(
        Call(dice.randrange(1, 9), dice.randrange(1, 4), at(), dice.choice(["in", "out"]), dice.choice(outcomes),
             dice.choice([None, 0, 90]))
        for _ in range(80)
    ) + tuple(
        Call(dice.randrange(1, 5), dice.randrange(1, 4), at(), dice.choice(["in", "out", "out"]),
             dice.choice([None, None, None, "answered", "no_answer"]), None, dice.choice(["message", "email"]))
        for _ in range(70)
    )  # fmt: skip
    leads = tuple(Lead(dice.randrange(1, 9), 1, at(), dice.choice(channels)) for _ in range(6))
    return History(calls=calls, sales=sales, refunds=refunds, leads=leads)


def cuts(ledger: Ledger) -> list[Cut]:
    """To now, to a midnight, into a day, of a week, and as known in the past."""
    midnight = datetime(2026, 10, 31, 17, tzinfo=UTC)
    week = midnight - timedelta(days=7)
    spans = [
        (START, NOW, NOW), (START, midnight, NOW), (START, NOON, NOW), (week, midnight, NOW), (START, NOON, NOON),
        (START, midnight, midnight),
    ]  # fmt: skip
    return [Cut(ledger.team.id, ZONE, start, end, now) for start, end, now in spans]


async def test_totals_of_days_equal_the_sums_of_records(database: Database, backend: str) -> None:
    ledger = await write(database, some_history(1 if backend == "sqlite" else 2), ZONE)
    rep = ledger.reps[1]
    async with database.read() as session:
        product = (await session.execute(text("SELECT min(id) FROM products"))).scalar_one()
        filters = [Filters(), Filters(rep=rep), Filters(product=product), Filters(channel="zalo"), Filters(channel=""),
                   Filters(rep=rep, channel="web")]  # fmt: skip
        for cut in cuts(ledger):
            for asked in filters:
                here = Cut(cut.team_id, cut.zone, cut.start, cut.end, cut.now, asked)
                for by in BYS:
                    assert await selling.selling(session, here, by) == await selling.from_records(session, here, by)
                if not asked.named - {"rep"}:
                    for by in BYS[:2]:
                        assert await calling.calls(session, here, by) == await calling.from_records(session, here, by)
                        assert await twoway.answers(session, here, by) == await twoway.from_records(session, here, by)
                        both = await twoway.two_way_contacts(session, here, by)
                        assert both == await twoway.two_way_from_records(session, here, by)
            whole = Cut(cut.team_id, cut.zone, cut.start, cut.end, cut.now)
            counted = text(
                "SELECT count(DISTINCT customer_id) FROM sales WHERE counted AND at >= :start AND at < :end "
                "AND (refunded_at IS NULL OR refunded_at >= :now)"
            )
            micros = {name: int(getattr(whole, name).timestamp() * 1e6) for name in ("start", "end", "now")}
            assert await selling.buyers(session, whole) == (await session.execute(counted, micros)).scalar_one()


async def test_new_and_old_customers_revenue_is_the_same_by_month_of_first_purchase_and_by_records(
    database: Database,
) -> None:
    history = some_history(6)
    regret = Sale(9, 1, NOON, 700, "web")  # given back in full: of nobody who bought
    back = Refund(len(history.sales), NOON + timedelta(days=30), 700)
    history = replace(history, sales=(*history.sales, regret), refunds=(*history.refunds, back))
    ledger = await write(database, history, ZONE)
    october = datetime(2026, 9, 30, 17, tzinfo=UTC)
    november = datetime(2026, 10, 31, 17, tzinfo=UTC)
    seen = []
    async with database.read() as session:
        for start, end in ((START, NOW), (october, NOW), (october, november), (START, november)):
            whole = Cut(ledger.team.id, ZONE, start, end, NOW)
            by_channel = [replace(whole, filters=Filters(channel=name)) for name in ("zalo", "web", "")]
            parts = [await newness(session, one) for one in by_channel]
            seen.append(await newness(session, whole))
            assert seen[-1] == Newness(sum(one.new for one in parts), sum(one.neither for one in parts))
    assert any(one.new for one in seen[1:])
    assert any(one.neither for one in seen)


async def test_totals_are_read_of_the_present_and_never_of_the_past(database: Database) -> None:
    ledger = await write(database, some_history(4), ZONE)
    async with database.begin() as session:
        await session.execute(text("UPDATE sale_days SET gross = gross + 1000000"))
    async with database.read() as session:
        for cut in cuts(ledger):
            told = await selling.selling(session, cut, "day")
            known = await selling.from_records(session, cut, "day")
            assert (told != known) == (cut.now == NOW)


class Counting:
    """Makes a value and counts how often it was asked to."""

    def __init__(self) -> None:
        self.made = 0

    async def __call__(self) -> int:
        self.made += 1
        return self.made


async def test_a_model_is_remembered_until_something_is_written(database: Database) -> None:
    ledger = await write(database, some_history(5), ZONE)
    other = await write(database, some_history(5), ZONE)
    make = Counting()

    async def asked(now: datetime, of: Ledger = ledger, span: timedelta = timedelta(0)) -> int:
        cut = Cut(of.team.id, ZONE, START, now - span, now)
        async with database.read() as session:
            return await remembered("test", session, cut, of.team, make)

    assert [await asked(NOW), await asked(NOW + timedelta(hours=1)), await asked(NOW)] == [1, 1, 1]
    assert await asked(NOW, of=other) == 2, "another team's"
    assert await asked(NOW, span=timedelta(days=1)) == 3, "another period's"
    assert await asked(NOW + timedelta(days=1)) == 4, "the next day's"
    assert [await asked(NOON), await asked(NOON)] == [5, 6], "the past is not remembered"
    async with database.begin() as session:
        clock = Clock.of(await team_of(session, ledger.team.id))
        cost = CostEntry(None, "other", NOW.date(), NOW.date(), 5, "VND")
        await log_cost(session, clock, cost, Origin(None, NOW))
    assert [await asked(NOW), await asked(NOW, of=other)] == [7, 2]


async def test_nothing_is_remembered_of_what_may_be_taken_back(database: Database) -> None:
    make = Counting()
    async with database.begin() as session:
        team_id = await create_team(session, name="T", zone=ZONE.key, currency="VND", locale="vi", now=START)
        clock = Clock.of(await team_of(session, team_id))
        lan = await add_customer(session, team_id, "Lan")
    cut, team = Cut(team_id, ZONE, START, NOW, NOW), TeamScope(team_id, ZONE, "VND")

    class TakenBack(Exception):
        pass

    with pytest.raises(TakenBack):
        async with database.begin() as session:
            await log_sale(session, clock, SaleEntry(lan, None, NOON, 500, "VND"), Origin(None, NOW))
            await remembered("test", session, cut, team, make)
            raise TakenBack
    async with database.begin() as session:
        await log_sale(session, clock, SaleEntry(lan, None, NOON, 900, "VND"), Origin(None, NOW))
    async with database.read() as session:
        assert await remembered("test", session, cut, team, make) == 2


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_what_was_given_back_of_removed_sales_is_looked_up_by_an_index(database: Database) -> None:
    asked: list[tuple[str, Any]] = []
    async with database.read() as session:
        sync = session.sync_connection
        assert sync is not None

        @event.listens_for(sync, "before_cursor_execute")
        def keep(_c: Any, _cur: Any, statement: str, parameters: Any, _ctx: Any, _many: Any) -> None:
            asked.append((statement, parameters))

        await touched_of(session, 1, [1])
        event.remove(sync, "before_cursor_execute", keep)
        plans = [
            str(tuple(row)[3])
            for statement, parameters in asked
            for row in await session.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]
    assert [plan for plan in plans if "ix_refunds_sale (team_id=? AND sale_id=?)" in plan], plans
