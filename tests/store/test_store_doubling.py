"""Sales probably logged twice are marked as they are written, and follow every later change."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import select

import store.migrations
from store import Database, Session
from store.catalogue.product_merging import merge as merge_products
from store.catalogue.product_merging import undo as undo_product_change
from store.catalogue.products import product_named
from store.customers.editing import set_internal
from store.customers.lookup import add_customer
from store.customers.merging import merge as merge_customers
from store.customers.merging import unmerge
from store.derived.redating import Move, redate
from store.errors import AlreadyDone, Differs, NotFound
from store.migrations import blocking_url
from store.people.membership import member_named
from store.people.team import change_team, create_team, team_of
from store.records.bulk import land
from store.records.corrections import correct, remove, restore
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


HANOI, LONDON = ZoneInfo("Asia/Ho_Chi_Minh"), ZoneInfo("Europe/London")


class Dice(random.Random):
    """Does anything to a shop's sales, most of it within the same half hour."""

    def __init__(self, shop: Shop) -> None:
        super().__init__(1)
        self.shop, self.zone = shop, HANOI
        self.ids: list[int] = []
        self.merges: list[int] = []
        self.changes: list[int] = []

    def drawn(self) -> dict[str, Any]:
        """What a sale may be of."""
        shop = self.shop
        near = MIDNIGHT + timedelta(minutes=self.randrange(-15, 15), microseconds=self.choice([0, 1]))
        return {
            "at": near, "amount_minor": self.choice([100, 200]), "currency": self.choice(["VND", "VND", "EUR"]),
            "customer_id": self.choice([shop.lan, shop.minh]), "product_id": self.choice([None, shop.water, shop.tea]),
        }  # fmt: skip

    async def sell(self, session: Session) -> None:
        drawn = self.drawn()
        if self.random() < 0.3:  # known by its date: it moves with the zone
            drawn |= {"at": MIDNIGHT, "date_only": True}
        entry = SaleEntry(member_id=self.shop.rep, **drawn)
        self.ids += [one.id for one in await land(session, self.shop.clock, [(entry, ORIGIN)] * self.randrange(1, 3))]

    async def change(self, session: Session) -> None:
        shop, one = self.shop, self.choice(self.ids)
        match self.randrange(4):
            case 0:
                await remove(session, shop.clock, one, shop.rep, NOW, None)
            case 1:
                await restore(session, shop.clock, one, shop.rep, NOW, None)
            case _:
                changed = self.choice(list(self.drawn().items()))
                await correct(session, shop.clock, one, dict([changed]), shop.rep, NOW, None)

    async def join(self, session: Session) -> None:
        shop = self.shop
        if self.random() < 0.5:
            gone, kept = self.sample([shop.lan, shop.minh], 2)
            self.merges.append(await merge_customers(session, shop.clock, gone, kept, shop.rep, NOW, None))
        else:
            gone, kept = self.sample([shop.water, shop.tea], 2)
            self.changes.append((await merge_products(session, shop.clock, gone, kept, shop.rep, NOW, None)).id)

    async def part(self, session: Session) -> None:
        shop = self.shop
        if self.merges:
            await unmerge(session, shop.clock, self.merges.pop(), shop.rep, NOW, None)
        if self.changes:
            await undo_product_change(session, shop.clock, self.changes.pop(), shop.rep, NOW, None)

    async def turn(self, session: Session) -> None:
        shop = self.shop
        await set_internal(session, shop.clock, shop.minh, self.random() < 0.3, shop.rep, NOW, None)
        move = Move(self.zone, LONDON if self.zone is HANOI else HANOI, NOW)
        await change_team(session, shop.clock.team_id, zone=move.after.key)
        await redate(session, shop.clock.team_id, move, 90)
        self.zone, shop.clock = move.after, Clock.of(await team_of(session, shop.clock.team_id))


def plainly(rows: Sequence[Any]) -> list[int]:
    """Which of these sales have one like them up to ten minutes before."""
    alike = ("customer_id", "amount_minor", "currency", "product_id")
    return sorted({
        sale.id
        for sale in rows
        for first in rows
        if all(getattr(sale, name) == getattr(first, name) for name in alike)
        and timedelta(0) <= sale.at - first.at <= 10 * MINUTE and (first.at, first.id) < (sale.at, sale.id)
    })  # fmt: skip


async def test_the_marks_are_those_of_a_plain_reading_after_any_sequence(database: Database) -> None:
    shop = await Shop(database).open()
    dice, seen = Dice(shop), 0
    for _ in range(100):
        doing = dice.choice([dice.sell, dice.sell, dice.change, dice.change, dice.join, dice.part, dice.turn])
        try:
            async with database.begin() as session:
                await (doing if dice.ids else dice.sell)(session)
        except (AlreadyDone, Differs, NotFound):
            continue
        async with database.read() as session:
            rows = (await session.execute(select(sales).where(sales.c.counted))).all()
        assert await shop.doubled() == plainly(rows), doing.__name__
        seen += len(plainly(rows))
    assert seen > 100


async def test_a_database_of_before_is_marked_alike(database: Database, database_url: str) -> None:
    shop = await Shop(database).open()
    dice = Dice(shop)
    async with database.begin() as session:
        for _ in range(30):
            await dice.sell(session)
    marked = await shop.doubled()
    assert marked
    await database.close()
    config = Config()
    config.set_main_option("script_location", str(Path(store.migrations.__file__).parent))
    config.attributes["url"] = blocking_url(database_url)
    command.downgrade(config, "0016")
    command.upgrade(config, "head")
    shop.database = Database(database_url)
    assert await shop.doubled() == marked
    await shop.database.close()
