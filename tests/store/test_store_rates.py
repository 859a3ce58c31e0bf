"""Exchange rates: which rate prices a record, that it is frozen then, and that a missing one is never taken as 1."""

import asyncio
import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from metrics import METRICS
from metrics.answers.asking import ask
from metrics.base import Answer, Scope, TeamScope
from metrics.periods import custom
from store import Database
from store.catalogue import rates
from store.customers.lookup import add_customer
from store.people.team import create_team, team_of
from store.records.bulk import land
from store.records.corrections import correct
from store.records.entries import Clock, CostEntry, DealEntry, Logged, Origin, RateEntry, RefundEntry, SaleEntry
from store.records.writing import log_cost, log_deal, log_refund, log_sale
from tests.conftest import BACKENDS

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
REVENUE = next(metric for metric in METRICS if metric.key == "revenue")
ROI = next(metric for metric in METRICS if metric.key == "roi")
_ORIGIN = Origin(None, NOW)


def at(day: int, month: int = 11) -> datetime:
    """Noon of a day in Ho Chi Minh City."""
    return datetime(2026, month, day, 12, tzinfo=ZONE)


class Shop:
    """A team that counts in dong, with one customer."""

    def __init__(self, database: Database, clock: Clock, customer_id: int) -> None:
        self.database, self.clock, self.customer_id = database, clock, customer_id

    async def sell(self, amount: int, day: int, currency: str = "USD") -> Logged:
        """Log a sale."""
        entry = SaleEntry(self.customer_id, None, at(day), amount, currency)
        async with self.database.begin() as session:
            return await log_sale(session, self.clock, entry, _ORIGIN)

    async def give(self, rate: str, day: int, currency: str = "USD") -> rates.Priced:
        """Give a rate from a day of November on."""
        entry = RateEntry(currency, date(2026, 11, day), Decimal(rate))
        async with self.database.begin() as session:
            return await rates.give_rate(session, self.clock, entry, None, NOW)

    async def worth(self, table: str = "sales") -> list[int | None]:
        """What each row of a table is worth in dong, in the order of logging."""
        async with self.database.read() as session:
            rows = await session.execute(text(f"SELECT base_minor FROM {table} ORDER BY id"))
            return [row[0] for row in rows]

    async def ask(self, metric: object = REVENUE) -> Answer:
        """Ask of November."""
        team = TeamScope(self.clock.team_id, ZONE, "VND")
        scope = Scope(team, custom(date(2026, 11, 1), date(2026, 11, 19), ZONE, NOW), NOW)
        async with self.database.read() as session:
            return await ask(metric, session, scope)  # type: ignore[arg-type]


@pytest.fixture
async def shop(database: Database) -> Shop:
    """A shop without records and rates."""
    async with database.begin() as session:
        team_id = await create_team(
            session, name="Shop", zone=ZONE.key, currency="VND", locale="vi", now=NOW - timedelta(days=90)
        )
        clock = Clock.of(await team_of(session, team_id))
        return Shop(database, clock, await add_customer(session, team_id, "Lan"))


async def test_missing_exchange_rate_taken_as_1(shop: Shop) -> None:
    await shop.sell(1_000_000, 3, "VND")
    await shop.sell(100_00, 3)
    answer = await shop.ask()
    assert answer.value == 1_000_000  # neither + 10,000 cents nor + 100 dollars
    assert [(left.what.source, left.count) for left in answer.figure.excluded] == [
        ("record without an exchange rate", 1)
    ]
    await shop.give("26000", 3)
    answer = await shop.ask()
    assert answer.value == 1_000_000 + 2_600_000
    assert answer.figure.excluded == ()


async def test_a_cost_without_a_rate_is_left_out_of_roi_and_named(shop: Shop) -> None:
    await shop.sell(5_200_000, 3, "VND")
    async with shop.database.begin() as session:
        entry = CostEntry(None, "marketing", date(2026, 11, 2), date(2026, 11, 11), 100_00, "USD")
        await log_cost(session, shop.clock, entry, _ORIGIN)
    answer = await shop.ask(ROI)
    assert answer.value is None
    assert [left.count for left in answer.figure.excluded if left.loud] == [1]
    await shop.give("26000", 2)  # a cost takes the rate of its first day
    await shop.give("99000", 3)
    answer = await shop.ask(ROI)
    assert answer.value == pytest.approx((5_200_000 - 2_600_000) / 2_600_000)


async def test_the_latest_rate_dated_on_or_before_the_day_prices_a_record(shop: Shop) -> None:
    await shop.give("25000", 1)
    await shop.give("26000", 10)
    for day in (1, 9, 10, 15):
        await shop.sell(1_00, day)
    assert await shop.worth() == [25_000, 25_000, 26_000, 26_000]


async def test_a_rate_given_later_fills_what_had_none_and_moves_nothing_frozen(shop: Shop) -> None:
    await shop.sell(1_00, 2)
    await shop.sell(1_00, 5)
    await shop.sell(1_00, 5, "EUR")
    given = await shop.give("25000", 5)
    assert (given.records, given.left, given.oldest_left) == (1, 1, date(2026, 11, 2))
    assert await shop.worth() == [None, 25_000, None]
    await shop.give("26000", 5)  # the same day once more: only for what comes
    await shop.give("24000", 1)
    assert await shop.worth() == [24_000, 25_000, None]
    await shop.sell(1_00, 5)
    assert await shop.worth() == [24_000, 25_000, None, 26_000]


async def test_a_correction_keeps_the_frozen_rate_until_day_or_currency_change(shop: Shop) -> None:
    await shop.give("25000", 1)
    sale = await shop.sell(1_00, 5)
    await shop.give("26000", 1)

    async def change(**values: object) -> list[int | None]:
        async with shop.database.begin() as session:
            await correct(session, shop.clock, sale.id, values, None, NOW, None)
        return await shop.worth()

    assert await change(amount_minor=3_00) == [75_000]
    assert await change(at=at(6)) == [78_000]
    assert await change(currency="EUR") == [None]
    assert await change(currency="VND", amount_minor=500) == [500]
    async with shop.database.read() as session:
        assert (await session.execute(text("SELECT rate_id FROM sales"))).scalars().all() == [None]


async def test_a_mistaken_rate_is_taken_back(shop: Shop) -> None:
    await shop.give("25000", 1)
    await shop.sell(1_00, 2)
    wrong = await shop.give("2600", 5)
    await shop.sell(1_00, 6)
    assert await shop.worth() == [25_000, 2_600]
    async with shop.database.begin() as session:
        assert await rates.take_back(session, shop.clock, wrong.rate_id) == 1
    assert await shop.worth() == [25_000, 25_000]


@pytest.mark.skipif("postgresql" not in BACKENDS, reason="SQLite lets in one writer at a time")
@pytest.mark.parametrize("backend", ["postgresql"])
async def test_a_sale_and_a_rate_written_at_once_find_each_other(shop: Shop) -> None:
    entry = SaleEntry(shop.customer_id, None, at(3), 100_00, "USD")
    async with shop.database.begin() as session:
        await log_sale(session, shop.clock, entry, _ORIGIN)
        giving = asyncio.create_task(shop.give("25000", 1))
        await asyncio.sleep(0.2)
        assert not giving.done(), "the rate waits for the sale"
    assert (await giving).records == 1
    assert await shop.worth() == [2_500_000]


@pytest.mark.skipif("postgresql" not in BACKENDS, reason="SQLite lets in one writer at a time")
@pytest.mark.parametrize("backend", ["postgresql"])
async def test_a_rate_taken_back_waits_for_the_sale_that_it_prices(shop: Shop) -> None:
    """The other way round: the sale is priced by a rate that is taken back meanwhile."""
    wrong = await shop.give("25000", 1)

    async def take_back() -> int:
        async with shop.database.begin() as session:
            return await rates.take_back(session, shop.clock, wrong.rate_id)

    entry = SaleEntry(shop.customer_id, None, at(3), 100_00, "USD")
    async with shop.database.begin() as session:
        await log_sale(session, shop.clock, entry, _ORIGIN)
        taking = asyncio.create_task(take_back())
        await asyncio.sleep(0.2)
    assert await taking == 1
    assert await shop.worth() == [None]


@pytest.mark.skipif("postgresql" not in BACKENDS, reason="SQLite lets in one writer at a time")
@pytest.mark.parametrize("backend", ["postgresql"])
async def test_a_correction_and_a_rate_written_at_once_do_not_lock_each_other(shop: Shop) -> None:
    sale = await shop.sell(100_00, 3)
    async with shop.database.begin() as session:
        await correct(session, shop.clock, sale.id, {"amount_minor": 200_00}, None, NOW, None)
        giving = asyncio.create_task(shop.give("25000", 1))
        await asyncio.sleep(0.2)
    assert (await giving).records == 1
    assert await shop.worth() == [5_000_000]


async def test_refunds_and_deals_are_priced_on_their_own_day(shop: Shop) -> None:
    await shop.give("25000", 1)
    await shop.give("26000", 8)
    sale = await shop.sell(10_00, 3)
    async with shop.database.begin() as session:
        await log_refund(session, shop.clock, RefundEntry(shop.customer_id, None, sale.id, at(9), 4_00, "USD"), _ORIGIN)
        await log_deal(session, shop.clock, DealEntry(shop.customer_id, None, at(4), 7_00, "USD"), _ORIGIN)
        await log_deal(session, shop.clock, DealEntry(shop.customer_id, None, at(4), None, "USD"), _ORIGIN)
    assert (await shop.worth("refunds"), await shop.worth("deals")) == ([104_000], [175_000, None])
    async with shop.database.read() as session:
        assert await rates.unpriced(session, shop.clock.team_id) == {}  # a deal without an amount waits for nothing


async def test_rows_landed_together_are_priced_each_on_its_day(shop: Shop) -> None:
    await shop.give("25000", 4)
    entries = [
        SaleEntry(shop.customer_id, None, at(day), 1_00, currency)
        for day, currency in ((3, "USD"), (4, "USD"), (5, "VND"))
    ]
    async with shop.database.begin() as session:
        await land(session, shop.clock, [(entry, _ORIGIN) for entry in entries])
    assert sorted(await shop.worth(), key=lambda one: one or 0) == [None, 100, 25_000]


@pytest.mark.parametrize(
    ("minor", "currency", "base", "rate", "worth"),
    [
        (1234, "USD", "VND", "26000.5", 320_846),
        (100, "VND", "USD", "0.0000385", 0),
        (1_000_000, "VND", "USD", "0.0000385", 3850),
        (500, "JPY", "VND", "165.123", 82_562),
        (5, "USD", "VND", "10", 0),
        (15, "USD", "VND", "10", 2),
        (1_000, "KWD", "USD", "3.25", 325),
    ],
)
def test_amounts_are_turned_exactly_a_half_to_the_even(
    minor: int, currency: str, base: str, rate: str, worth: int
) -> None:
    assert rates.in_base(minor, currency, base, Decimal(rate)) == worth


async def test_any_order_of_rates_and_sales_agrees_with_a_slow_plain_reading(shop: Shop) -> None:
    chance = random.Random(7)
    given: list[tuple[int, int, int]] = []
    expected: dict[int, tuple[int, int | None]] = {}
    for step in range(60):
        day = chance.randint(1, 19)
        if chance.random() < 0.4:
            rate = chance.randint(24_000, 27_000)
            given.append((day, step, rate))
            await shop.give(str(rate), day)
            for sold, (on, worth) in expected.items():
                if worth is None:
                    expected[sold] = (on, plain(given, on))
        else:
            expected[step] = (day, plain(given, day))
            await shop.sell(1_00, day)
    assert await shop.worth() == [worth for _, worth in expected.values()]
    known = sum(worth for _, worth in expected.values() if worth is not None)
    assert (await shop.ask()).value == known


def plain(given: list[tuple[int, int, int]], day: int) -> int | None:
    """The rate in force on a day: of those dated by then the latest, the newest of a day."""
    held = [one for one in given if one[0] <= day]
    return max(held)[2] if held else None
