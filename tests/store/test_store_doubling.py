"""Sales probably logged twice are marked as they are written, and follow every later change."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from store import Database
from store.catalogue.product_merging import merge as merge_products
from store.catalogue.product_merging import undo as undo_product_change
from store.catalogue.products import product_named
from store.customers.lookup import add_customer
from store.customers.merging import merge as merge_customers
from store.people.membership import member_named
from store.people.team import create_team, team_of
from store.records.corrections import remove
from store.records.entries import Clock, Origin, SaleEntry
from store.records.writing import log_sale
from store.tables import sales

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
MIDNIGHT = datetime(2026, 11, 18, 17, tzinfo=UTC)  # in Hanoi
ORIGIN = Origin(None, NOW)


class Shop:
    """A team with two customers and two products, whose sales are written one by one."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def open(self) -> "Shop":
        async with self.database.begin() as session:
            zone = "Asia/Ho_Chi_Minh"
            team_id = await create_team(session, name="Shop", zone=zone, currency="VND", locale="vi", now=NOW)
            self.clock = Clock.of(await team_of(session, team_id))
            self.rep = await member_named(session, team_id, "Rosa", NOW)
            self.lan, self.minh = [await add_customer(session, team_id, name) for name in ("Lan", "Minh")]
            self.water, self.tea = [await product_named(session, team_id, name) for name in ("Water", "Tea")]
        return self

    async def sell(
        self, at: datetime, amount: int = 100, currency: str = "VND", who: int | None = None, product: int | None = None
    ) -> int:
        entry = SaleEntry(who or self.lan, self.rep, at, amount, currency, product_id=product)
        async with self.database.begin() as session:
            return (await log_sale(session, self.clock, entry, ORIGIN, deal_id=0)).id

    async def doubled(self) -> list[int]:
        async with self.database.read() as session:
            found = await session.execute(select(sales.c.id).where(sales.c.counted, sales.c.doubled).order_by("id"))
            return list(found.scalars())


@pytest.mark.parametrize(
    ("after", "amount", "currency", "marked"),
    [
        (0 * MINUTE, 100, "VND", True),
        (10 * MINUTE, 100, "VND", True),
        (10 * MINUTE + timedelta(microseconds=1), 100, "VND", False),
        (MINUTE, 101, "VND", False),
        (MINUTE, 100, "USD", False),
    ],
)
async def test_the_later_of_two_alike_within_ten_minutes_is_marked(
    database: Database, after: timedelta, amount: int, currency: str, marked: bool
) -> None:
    shop = await Shop(database).open()
    await shop.sell(MIDNIGHT - MINUTE)
    second = await shop.sell(MIDNIGHT - MINUTE + after, amount, currency)  # of the next day, where it is later
    assert await shop.doubled() == ([second] if marked else [])


async def test_one_logged_later_about_an_earlier_instant_marks_the_other(database: Database) -> None:
    shop = await Shop(database).open()
    known = await shop.sell(MIDNIGHT)
    await shop.sell(MIDNIGHT - MINUTE)
    assert await shop.doubled() == [known]


async def test_taking_the_first_back_clears_the_mark(database: Database) -> None:
    shop = await Shop(database).open()
    first = await shop.sell(MIDNIGHT)
    second, third = await shop.sell(MIDNIGHT + MINUTE), await shop.sell(MIDNIGHT + 2 * MINUTE)
    assert await shop.doubled() == [second, third]
    async with database.begin() as session:
        await remove(session, shop.clock, first, shop.rep, NOW, None)
    assert await shop.doubled() == [third]


async def test_other_products_and_customers_are_others_until_they_are_made_one(database: Database) -> None:
    shop = await Shop(database).open()
    await shop.sell(MIDNIGHT, product=shop.water)
    tea = await shop.sell(MIDNIGHT + MINUTE, product=shop.tea)
    minhs = await shop.sell(MIDNIGHT + 2 * MINUTE, who=shop.minh, product=shop.tea)
    assert await shop.doubled() == []
    async with database.begin() as session:
        made = await merge_products(session, shop.clock, shop.tea, shop.water, shop.rep, NOW, None)
    assert await shop.doubled() == [tea]
    async with database.begin() as session:
        await undo_product_change(session, shop.clock, made.id, shop.rep, NOW, None)
    assert await shop.doubled() == []
    async with database.begin() as session:
        await merge_customers(session, shop.clock, shop.minh, shop.lan, shop.rep, NOW, None)
    assert await shop.doubled() == [minhs]
