"""The plain errors of the systems that sales teams use today, one test each, through the store and `ask`."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from metrics import METRICS, REPORTS, periods
from metrics.answers.asking import ask, rows
from metrics.answers.rendering import lines
from metrics.answers.written import to_json
from metrics.base import NONE, Answer, Scope, TeamScope
from metrics.periods import Period
from metrics.wording import Money, Say
from store import Database
from store.customers.lookup import add_customer
from store.facts import Filters
from store.people.membership import greet, join, remove_member
from store.people.team import create_team, team_of
from store.records.corrections import correct, record, remove, restore
from store.records.deals import open_deals_of
from store.records.entries import Clock, ContactEntry, DealEntry, Origin, RefundEntry, SaleEntry
from store.records.writing import log_contact, log_deal, log_refund, log_sale, lose_deal, win_deal

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)  # a Friday, 15:00 in Hanoi
BY_KEY = {one.key: one for one in (*METRICS, *REPORTS)}
OCTOBER, SEPTEMBER, NOVEMBER = (periods.month(2026, month, HANOI, NOW) for month in (10, 9, 11))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HANOI)


@dataclass
class Shop:
    """A team with two reps, written to as the bot writes; customers are made as they are named."""

    database: Database
    clock: Clock
    reps: dict[str, int]
    customers: dict[str, int] = field(default_factory=dict)

    @property
    def origin(self) -> Origin:
        return Origin(self.reps["Rosa"], NOW)

    async def customer(self, name: str) -> int:
        if name not in self.customers:
            async with self.database.begin() as session:
                self.customers[name] = await add_customer(session, self.clock.team_id, name)
        return self.customers[name]

    async def sale(self, when: str, amount: int, who: str = "Lan", rep: str = "Rosa", currency: str = "VND") -> int:
        entry = SaleEntry(await self.customer(who), self.reps[rep], at(when), amount, currency)
        async with self.database.begin() as session:
            return (await log_sale(session, self.clock, entry, self.origin, deal_id=0)).id

    async def call(self, when: str, who: str = "Lan", rep: str = "Rosa") -> int:
        entry = ContactEntry(await self.customer(who), self.reps[rep], "call", at(when), "out", "connected")
        async with self.database.begin() as session:
            return (await log_contact(session, self.clock, entry, self.origin)).id

    async def refund(self, sale: int, when: str, amount: int, who: str = "Lan") -> None:
        entry = RefundEntry(await self.customer(who), self.reps["Rosa"], sale, at(when), amount, "VND")
        async with self.database.begin() as session:
            await log_refund(session, self.clock, entry, self.origin)

    async def deal(self, when: str, amount: int, who: str = "Lan", stage: str | None = None) -> int:
        entry = DealEntry(await self.customer(who), self.reps["Rosa"], at(when), amount, "VND", stage=stage)
        async with self.database.begin() as session:
            return (await log_deal(session, self.clock, entry, self.origin)).id

    async def win(self, deal: int, when: str, amount: int, who: str = "Lan") -> int:
        entry = SaleEntry(await self.customer(who), self.reps["Rosa"], at(when), amount, "VND")
        async with self.database.begin() as session:
            logged = await win_deal(session, self.clock, deal, entry, at(when), self.origin)
        assert logged is not None
        return logged.id

    async def lose(self, deal: int, when: str) -> None:
        async with self.database.begin() as session:
            await lose_deal(session, self.clock, deal, "price", at(when), self.origin)

    async def change(self, record: int, **columns: object) -> None:
        async with self.database.begin() as session:
            # a change made at now is not known yet at now
            await correct(session, self.clock, record, columns, None, NOW - timedelta(hours=1), None)

    async def undo(self, record: int) -> None:
        async with self.database.begin() as session:
            await remove(session, self.clock, record, None, NOW, None)

    async def redo(self, record: int) -> None:
        async with self.database.begin() as session:
            await restore(session, self.clock, record, None, NOW, None)

    def scope(self, period: Period, **changes: Any) -> Scope:
        return Scope(TeamScope(self.clock.team_id, HANOI, "VND"), period, changes.pop("now", NOW), **changes)

    async def ask(self, key: str, period: Period = OCTOBER, **changes: Any) -> Answer:
        async with self.database.read() as session:
            return await ask(BY_KEY[key], session, self.scope(period, **changes))

    async def parts(self, key: str, period: Period = OCTOBER, **changes: Any) -> dict[str, Any]:
        found = to_json(await self.ask(key, period, **changes))["parts"]
        return {
            name: part["value"] if isinstance(part, dict) and "value" in part else part for name, part in found.items()
        }


@pytest.fixture
async def shop(database: Database) -> AsyncIterator[Shop]:
    async with database.begin() as session:
        team_id = await create_team(
            session, name="Shop", zone=HANOI.key, currency="VND", locale="en", now=at("2024-01-01 09:00")
        )
        reps = {}
        for number, name in enumerate(("Rosa", "Tuan"), 1):
            account = await greet(session, number, name, None)
            reps[name] = (await join(session, team_id, account.id, name, "rep", at("2024-01-01 09:00"))).id
        clock = Clock.of(await team_of(session, team_id))
    yield Shop(database, clock, reps)


async def test_a_7_day_week_compared_with_6_days(shop: Shop) -> None:
    for day in range(1, 21):
        await shop.sale(f"2026-11-{day:02} 12:00", 100)
    whole = await shop.ask("revenue", periods.week(at("2026-11-10 09:00").date(), HANOI, NOW))
    assert (whole.value, whole.previous.value) == (700, 700)
    running = await shop.ask("revenue", periods.current("week", HANOI, NOW))  # Monday to Friday 15:00
    assert (running.value, running.previous.value) == (500, 500)
    assert running.scope.period.end - running.scope.period.start == (
        running.previous_period.end - running.previous_period.start
    )
    at_noon = datetime(2026, 11, 20, 4, tzinfo=UTC)  # before the noon sales of both Fridays
    cut = await shop.ask("revenue", periods.current("week", HANOI, at_noon), now=at_noon)
    assert (cut.value, cut.previous.value) == (400, 400)


async def test_previous_0_shown_as_0_or_100_percent(shop: Shop) -> None:
    await shop.call("2026-08-01 09:00")
    await shop.sale("2026-10-05 09:00", 500)
    answer = await shop.ask("revenue")
    assert (answer.previous.value, answer.change.kind, answer.change.value) == (0, "new", 500)
    assert "%" not in lines(answer, Say("en", markup=False))[1]
    both_zero = await shop.ask("revenue", SEPTEMBER)
    assert (both_zero.value, both_zero.change.kind, both_zero.change.value) == (0, "none", None)
    ratio = await shop.ask("retention", SEPTEMBER)
    assert (ratio.value, ratio.change.kind) == (None, "none")


async def test_missing_exchange_rate_taken_as_1(shop: Shop) -> None:
    await shop.sale("2026-10-05 09:00", 500)
    await shop.sale("2026-10-06 09:00", 300, currency="USD")
    answer = await shop.ask("revenue", by="rep")
    assert answer.value == 500 == sum(row.value or 0 for row in answer.breakdown)
    assert answer.figure.parts["sales"].value == 2  # type: ignore[attr-defined]
    assert "left out: 1 record without an exchange rate" in "\n".join(lines(answer, Say("en", markup=False)))
    assert (await shop.ask("aov")).value == 500


async def test_a_win_dated_by_creation(shop: Shop) -> None:
    deal = await shop.deal("2026-09-10 09:00", 800)
    await shop.win(deal, "2026-10-20 09:00", 800)
    assert (await shop.ask("revenue", SEPTEMBER)).value == 0
    assert (await shop.ask("revenue", OCTOBER)).value == 800
    assert (await shop.parts("winrate", SEPTEMBER))["deals"] is None
    assert (await shop.parts("winrate", OCTOBER))["deals"] == 1
    assert (await shop.ask("cycle", OCTOBER)).value == 40


async def test_lost_deals_in_the_forecast_at_full_value(shop: Shop) -> None:
    for month in range(2, 11):
        await shop.sale(f"2026-{month:02}-25 09:00", 300)
    won = await shop.deal("2026-10-25 09:00", 100, "Minh")
    await shop.win(won, "2026-10-26 09:00", 100, "Minh")
    before = (await shop.parts("forecast", NOVEMBER))["deals"]
    lost = await shop.deal("2026-11-10 09:00", 9_000_000, "Nga")
    hoped = (await shop.parts("forecast", NOVEMBER))["deals"]
    await shop.lose(lost, "2026-11-15 09:00")
    after = await shop.parts("forecast", NOVEMBER)
    assert (before, hoped, after["deals"], after["win_rate"]) == (0, 9_000_000, 0, 0.5)
    await shop.deal("2026-11-16 09:00", 1_000_000, "Hoa")
    assert (await shop.parts("forecast", NOVEMBER))["deals"] == 1_000_000 * (1 + 10 * 0.5) / (2 + 10)


async def test_invoices_counted_as_customers(shop: Shop) -> None:
    for day in (5, 6, 7):
        await shop.sale(f"2026-10-0{day} 09:00", 100)
    await shop.sale("2026-10-08 09:00", 100, "Minh")
    assert (await shop.parts("revenue"))["customers"] == 2
    assert (await shop.parts("value"))["new_customers"] == 2
    assert (await shop.parts("conversion"))["new_customers"] == 2
    days = {row["days"]: row["customers"] for row in (await shop.parts("loyalty"))["distribution"]}
    assert {key: count for key, count in days.items() if count} == {1: 1, 3: 1}
    assert (await shop.ask("retention", NOVEMBER)).figure.denominator == 2


async def turned(shop: Shop, who: str, opened: str, closed: str, *, won: bool) -> None:
    """A deal dated to close before it was opened: a slip, corrected into the record afterwards."""
    deal = await shop.deal("2026-10-01 09:00", 100, who)
    await (shop.win(deal, closed, 100, who) if won else shop.lose(deal, closed))
    await shop.change(deal, opened_at=at(opened))


async def test_abs_hiding_a_negative_cycle(shop: Shop) -> None:
    right = await shop.deal("2026-10-01 09:00", 100, "Minh")
    await shop.win(right, "2026-10-11 09:00", 100, "Minh")
    await turned(shop, "Lan", "2026-10-28 09:00", "2026-10-21 09:00", won=True)
    await turned(shop, "Nga", "2026-10-15 15:00", "2026-10-15 09:00", won=True)
    await turned(shop, "Hoa", "2026-10-29 09:00", "2026-10-22 09:00", won=False)
    for _ in range(2):  # from the packed days, then from the events: with something later the past is told anew
        answer = await shop.ask("cycle", by="rep")
        assert (answer.value, answer.figure.n) == (10, 1)
        assert [(row.key, row.value, row.n) for row in answer.breakdown] == [("Rosa", 10, 1)]
        parts = to_json(answer)["parts"]
        found = {name: (parts[name]["value"], parts[name]["n"]) for name in ("mean", "p90", "repeat", "km_median")}
        assert found == {"mean": (10, 1), "p90": (10, 1), "repeat": (None, 0), "km_median": (10, 1)}
        assert (parts["won_30"]["value"], parts["open_older"]["value"]) == (1, 0)
        assert (parts["walk_ins"]["value"], parts["walk_ins"]["n"]) == (2, 3)  # sold all the same, by no journey
        faults = await shop.ask("quality")  # each is named: three customers and their two sales
        assert (await shop.parts("quality"))["impossible"] == 5
        assert "impossible dates" in "\n".join(lines(faults, Say("en", markup=False)))
        for who in ("Minh", "Lan", "Nga", "Hoa"):
            await shop.call("2026-11-25 09:00", who)


async def test_a_deal_counted_twice_in_a_stage(shop: Shop) -> None:
    deal = await shop.deal("2026-10-02 09:00", 100, stage="new")
    for stage in ("quoted", "contacted", "quoted", "negotiating", "new", "quoted"):
        await shop.change(deal, stage=stage)
    await shop.deal("2026-10-03 09:00", 100, "Minh", stage="new")
    stages = {row["key"]: row["count"]["value"] for row in (await shop.parts("funnel"))["stages"]}
    assert all(count <= 2 for count in stages.values())
    assert stages["stage:quoted"] == 1
    assert (await shop.parts("winrate"))["open"] == 2


async def test_month_buckets_without_the_year(shop: Shop) -> None:
    await shop.sale("2025-10-05 09:00", 100)
    await shop.sale("2026-10-05 09:00", 300)
    two_years = periods.custom(at("2025-01-01 00:00").date(), at("2026-10-31 00:00").date(), HANOI, NOW)
    answer = await shop.ask("revenue", two_years, by="month")
    found = {row.key: row.value for row in answer.breakdown}
    assert (len(found), found["2025-10-01"], found["2026-10-01"]) == (22, 100, 300)
    cohorts = (await shop.parts("retention", OCTOBER))["cohorts"]
    assert [row["month"] for row in cohorts if row["customers"]] == ["2025-10"]
    assert {row["month"]: row["count"] for row in cohorts[0]["later"]}["2026-10"] == 1


async def test_boundary_records_in_both_periods(shop: Shop) -> None:
    await shop.call("2026-08-01 09:00", "Minh")
    await shop.sale("2026-10-01 00:00", 100)
    await shop.sale("2026-10-31 23:59:59.999999", 10)
    await shop.sale("2026-11-01 00:00", 1)
    await shop.call("2026-11-01 00:00")
    assert [(await shop.ask("revenue", one)).value for one in (SEPTEMBER, OCTOBER, NOVEMBER)] == [0, 110, 1]
    assert [(await shop.ask("calls", one)).value for one in (OCTOBER, NOVEMBER)] == [0, 1]
    quarter = await shop.ask("revenue", periods.quarter(2026, 4, HANOI, NOW), by="month")
    assert [row.value for row in quarter.breakdown] == [110, 1]
    assert quarter.value == 111
    at_now = datetime(2026, 11, 1, tzinfo=HANOI)  # a record at now is not known yet
    assert (await shop.ask("revenue", periods.year(2026, HANOI, at_now), now=at_now)).value == 110
    await shop.sale("2026-11-10 12:00", 5)
    await shop.call("2026-11-10 12:00")
    for noon, found in ((at("2026-11-10 12:00"), (1, 1)), (at("2026-11-10 12:00:00.000001"), (6, 2))):
        month = periods.month(2026, 11, HANOI, noon)
        assert tuple([(await shop.ask(key, month, now=noon)).value for key in ("revenue", "calls")]) == found


async def test_won_amount_changing_after_the_win(shop: Shop) -> None:
    deal = await shop.deal("2026-10-02 09:00", 100)
    sale = await shop.win(deal, "2026-10-12 09:00", 80)
    lost = await shop.deal("2026-10-02 09:00", 20, "Minh")
    await shop.lose(lost, "2026-10-12 09:00")
    before = [(await shop.ask("revenue")).value, await shop.parts("winrate"), await shop.parts("funnel")]
    assert (before[0], before[1]["deals_by_value"], before[2]["average_won"]) == (80, 0.8, 80)  # type: ignore[index]
    await shop.change(deal, amount_minor=5_000)
    after = [(await shop.ask("revenue")).value, await shop.parts("winrate"), await shop.parts("funnel")]
    assert after == before
    assert [row["value"]["value"] for row in after[2]["stages"][2:]] == [100, 80, 80, 80, 80]  # type: ignore[index]
    async with shop.database.read() as session:
        listed = await rows(BY_KEY["funnel"], session, shop.scope(OCTOBER))
    assert sorted(value.minor for record in listed.records for value in record if isinstance(value, Money)) == [20, 80]
    await shop.change(sale, amount_minor=90)  # the sale itself may be corrected
    funnel = await shop.parts("funnel")
    assert ((await shop.ask("revenue")).value, funnel["average_won"]) == (90, 90)
    assert funnel["stages"][-1]["value"]["value"] == 90
    before_the_win = at("2026-10-12 09:00")
    hoped = await shop.parts("funnel", periods.month(2026, 10, HANOI, before_the_win), now=before_the_win)
    assert [row["value"]["value"] for row in hoped["stages"][2:]] == [5_020, 0, 0, 0, 0]


async def test_refunds_positive(shop: Shop) -> None:
    sale = await shop.sale("2026-10-05 09:00", 500)
    await shop.refund(sale, "2026-10-06 09:00", 200)
    answer = await shop.ask("revenue", by="rep")
    assert (answer.value, [row.value for row in answer.breakdown]) == (300, [300])
    assert (await shop.parts("revenue"))["refunds"] == 200
    async with shop.database.read() as session:
        listed = await rows(BY_KEY["revenue"], session, shop.scope(OCTOBER))
    amounts = [next(value.minor for value in record if isinstance(value, Money)) for record in listed.records]
    assert sorted(amounts) == [-200, 500]
    await shop.refund(sale, "2026-11-02 09:00", 300)
    later = await shop.ask("revenue", NOVEMBER)
    assert later.value == -300
    assert "−₫300" in lines(later, Say("en", markup=False))[0]


async def closings(shop: Shop, period: Period, **changes: Any) -> dict[str, object]:
    """What the figures of a period say of its deals closed, and of one still open at its end."""
    rate, cycle = [to_json(await shop.ask(key, period, **changes)) for key in ("winrate", "cycle")]
    return {
        "won": (rate["parts"]["deals"]["value"], rate["parts"]["deals"]["n"]),
        "open": rate["parts"]["open"]["value"],
        "cycle": (cycle["value"], cycle["n"]),
        "revenue": (await shop.ask("revenue", period, **changes)).value,
    }


async def test_reopened_deals_keeping_their_close_date(shop: Shop) -> None:
    both = periods.custom(at("2026-10-01 00:00").date(), at("2026-11-20 00:00").date(), HANOI, NOW)
    unclosed = {"won": (None, 0), "open": 1, "cycle": (None, 0), "revenue": 0}
    deal = await shop.deal("2026-10-02 09:00", 100)
    sale = await shop.win(deal, "2026-10-12 09:00", 100)
    assert await closings(shop, OCTOBER) == {"won": (1, 1), "open": 0, "cycle": (10, 1), "revenue": 100}
    await shop.undo(sale)
    for period in (OCTOBER, NOVEMBER, both):
        assert await closings(shop, period) == unclosed
    async with shop.database.read() as session:
        assert [one.id for one in await open_deals_of(session, shop.clock.team_id, shop.customers["Lan"])] == [deal]
        kept = (await record(session, shop.clock.team_id, deal)).values
    assert {kept[name] for name in ("outcome", "reason", "sale_id", "closed_at", "closed_day")} == {None}
    again = await shop.win(deal, "2026-11-11 09:00", 120)
    won = {"won": (1, 1), "open": 0, "cycle": (40, 1), "revenue": 120}
    for period, found in ((OCTOBER, unclosed), (NOVEMBER, won), (both, won)):
        assert await closings(shop, period) == found
    assert await closings(shop, NOVEMBER, now=at("2026-11-05 09:00")) == unclosed
    assert (await shop.parts("cycle", both))["walk_ins"] == 0
    await shop.redo(sale)  # the first sale is back, by itself: the deal stays won once, by the second
    assert await closings(shop, both) == won | {"revenue": 220}
    assert (await shop.parts("cycle", OCTOBER))["walk_ins"] == 1
    await shop.undo(again)
    assert (await closings(shop, both))["won"] == (None, 0)
    await shop.lose(deal, "2026-11-15 09:00")
    assert (await closings(shop, both))["won"] == (0, 1)


async def test_own_records_of_a_member_who_left_missing(shop: Shop) -> None:
    await shop.sale("2026-10-05 09:00", 500)
    await shop.sale("2026-10-06 09:00", 300, "Minh", rep="Tuan")
    await shop.call("2026-10-06 08:00", "Minh", rep="Tuan")
    async with shop.database.begin() as session:
        await remove_member(session, shop.clock.team_id, shop.reps["Tuan"], at("2026-10-07 09:00"))
    for key, wanted in (("revenue", {"Rosa": 500, "Tuan": 300}), ("calls", {"Tuan": 1})):
        answer = await shop.ask(key, by="rep")
        assert {row.key: row.value for row in answer.breakdown} == wanted
        assert answer.value == sum(wanted.values())
        assert NONE not in wanted
    assert (await shop.ask("revenue", filters=Filters(rep=shop.reps["Tuan"]))).value == 300
    leaders = (await shop.parts("leaders"))["leaders"]
    assert [(row["place"], row["key"]) for row in leaders] == [(1, "Rosa"), (2, "Tuan")]
    later = at("2026-10-06 12:00") + timedelta(days=30)
    assert (await shop.ask("revenue", now=later, by="rep")).breakdown[1].key == "Tuan"
