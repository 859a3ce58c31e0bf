"""Merging two customers counts the records of both under one, and undoing it gives back exactly what was there."""

import random
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from store import AlreadyDone, Database, NotFound, Session
from store.customers.cards import card
from store.customers.editing import change_customer, details, set_internal
from store.customers.lookup import add_customer, customer, look_up
from store.customers.merging import REVERSIBLE, merge, merge_of, moving, unmerge
from store.derived.refreshing import JOURNEY_COLUMNS, rebuild
from store.errors import Differs
from store.people.membership import member_named
from store.people.team import create_team, team_of
from store.records.bulk import NewCustomer, add_customers, land
from store.records.corrections import correct, record, remove, restore
from store.records.entries import Clock, ContactEntry, LeadEntry, Origin, RefundEntry, SaleEntry
from store.records.writing import log_contact, log_lead, log_refund, log_sale
from store.tables import audit, customers, journeys, metadata
from tests.store.test_store_records import NOW, Shop, anything, derived


@pytest.fixture
async def shop(database: Database) -> Shop:
    async with database.begin() as session:
        team_id = await create_team(session, name="Shop", zone="Asia/Ho_Chi_Minh", currency="VND", locale="vi", now=NOW)
        rep = await member_named(session, team_id, "Hoa", NOW)
        lan = await add_customer(session, team_id, "Nguyễn Thị Lan", owner_id=rep)
        return Shop(Clock.of(await team_of(session, team_id)), rep, lan)


async def everything(session: Session) -> dict[str, list[tuple[object, ...]]]:
    """Every row that a merge could touch, without the ids that derived rows are given anew."""
    found = {}
    for table in (*moving(), metadata.tables["customers"], metadata.tables["journeys"], metadata.tables["cohorts"]):
        columns = [column for column in table.c if not (table.name in ("journeys", "cohorts") and column.name == "id")]
        rows = [tuple(row) for row in await session.execute(select(*columns))]
        found[table.name] = sorted(rows, key=repr)
    return found


async def test_every_table_with_a_customer_moves_or_is_derived() -> None:
    moved = {table.name for table in moving()}
    held = {table.name for table in metadata.sorted_tables if "customer_id" in table.c}
    assert held - moved == {"audit", "hand_overs", "journeys", "buyer_months", "customer_names"}
    assert all("id" in metadata.tables[name].c for name in moved)


@pytest.mark.parametrize("seed", [3, 11, 42])
async def test_undoing_a_merge_restores_exactly_and_derived_rows_are_right(
    database: Database, shop: Shop, seed: int
) -> None:
    dice, ids = random.Random(seed), list[int]()
    async with database.begin() as session:
        people = await add_customers(session, shop.clock.team_id, [NewCustomer(f"Khách {n}") for n in range(4)])
        for _ in range(80):
            await anything(session, shop, dice, people, ids)
        before = await everything(session)
        merge_id = await merge(session, shop.clock, people[0], people[1], shop.rep, NOW, None)
        kept = await derived(session, shop)
        await rebuild(session, shop.clock.team_id, shop.clock.journey_gap_days)
        assert await derived(session, shop) == kept
        assert await everything(session) != before
        await unmerge(session, shop.clock, merge_id, shop.rep, NOW, None)
        after = await everything(session)
    assert after == before


async def test_figures_after_a_merge_are_those_of_one_customer(database: Database, shop: Shop) -> None:
    """The same records logged for one customer from the start give the same derived rows."""
    team_id, clock = shop.clock.team_id, shop.clock
    dice = random.Random(5)
    moments = [NOW - timedelta(hours=dice.randrange(24 * 300)) for _ in range(30)]
    async with database.begin() as session:
        two = await add_customers(session, team_id, [NewCustomer("Một"), NewCustomer("Hai")])
        one = await add_customer(session, team_id, "Cả hai")
        for n, at in enumerate(moments):
            for customer_id in (dice.choice(two), one):
                origin = Origin(shop.rep, NOW)
                if n % 3:
                    await log_contact(session, clock, ContactEntry(customer_id, shop.rep, "call", at), origin)
                else:
                    await log_sale(session, clock, SaleEntry(customer_id, shop.rep, at, 1000 + n, "VND"), origin)
        await merge(session, clock, two[0], two[1], shop.rep, NOW, None)
        merged, single = await card(session, team_id, two[1]), await card(session, team_id, one)
        shape = [journeys.c[name] for name in JOURNEY_COLUMNS if name not in ("deal_id", "sale_id")]
        rows = await session.execute(select(journeys.c.customer_id, *shape).order_by(journeys.c.start_at))
        found = [tuple(row) for row in rows]
    assert (merged.sales, merged.net_minor, merged.contacts) == (single.sales, single.net_minor, single.contacts)
    assert (merged.created_at, merged.last_contact_at) == (single.created_at, single.last_contact_at)
    assert [row[1:] for row in found if row[0] == two[1]] == [row[1:] for row in found if row[0] == one]


async def test_a_merged_name_and_phone_find_the_survivor(database: Database, shop: Shop) -> None:
    team_id = shop.clock.team_id
    async with database.begin() as session:
        other = await add_customer(session, team_id, "Trần Lan Hương", phone="+84912345678")
        third = await add_customer(session, team_id, "Chị Hương Trần")
        first = await merge(session, shop.clock, other, shop.lan, shop.rep, NOW, None)
        for found in (
            await look_up(session, team_id, full=["tran lan huong"]),
            await look_up(session, team_id, phones=["+84912345678"]),
        ):
            assert [(row.id, row.owner_id) for row in found] == [(shop.lan, shop.rep)]
        assert (await customer(session, team_id, shop.lan)).phone == "+84912345678"
        with pytest.raises(NotFound):
            await customer(session, team_id, other)
        second = await merge(session, shop.clock, shop.lan, third, shop.rep, NOW, None)
        assert [row.id for row in await look_up(session, team_id, full=["tran lan huong"])] == [third]
        with pytest.raises(NotFound):
            await unmerge(session, shop.clock, first, shop.rep, NOW, None)
        await unmerge(session, shop.clock, second, shop.rep, NOW, None)
        await unmerge(session, shop.clock, first, shop.rep, NOW, None)
        assert (await customer(session, team_id, shop.lan)).phone is None
        assert [row.id for row in await look_up(session, team_id, full=["tran lan huong"])] == [other]
        actions = (await session.execute(select(audit.c.action).order_by(audit.c.id))).scalars().all()
    assert actions == ["merge", "merge", "unmerge", "unmerge"]


async def test_a_merge_is_undone_once_and_within_thirty_days(database: Database, shop: Shop) -> None:
    async with database.begin() as session:
        other = await add_customer(session, shop.clock.team_id, "Lan Nguyễn")
        late = await merge(session, shop.clock, other, shop.lan, shop.rep, NOW - REVERSIBLE - timedelta(hours=1), None)
        with pytest.raises(AlreadyDone):
            await unmerge(session, shop.clock, late, shop.rep, NOW, None)
        with pytest.raises(NotFound):
            await merge_of(session, shop.clock.team_id + 1, late)
        third = await add_customer(session, shop.clock.team_id, "Lan Ng")
        done = await merge(session, shop.clock, third, shop.lan, shop.rep, NOW, None)
        await unmerge(session, shop.clock, done, shop.rep, NOW, None)
        with pytest.raises(AlreadyDone):
            await unmerge(session, shop.clock, done, shop.rep, NOW, None)
        with pytest.raises(NotFound):
            await merge(session, shop.clock, shop.lan, shop.lan, shop.rep, NOW, None)


async def test_what_was_corrected_since_stays_where_it_was_put(database: Database, shop: Shop) -> None:
    team_id = shop.clock.team_id
    async with database.begin() as session:
        other, third = await add_customers(session, team_id, [NewCustomer("Lan N"), NewCustomer("Hoa")])
        sale = await log_sale(session, shop.clock, SaleEntry(other, shop.rep, NOW, 1000, "VND"), Origin(shop.rep, NOW))
        done = await merge(session, shop.clock, other, shop.lan, shop.rep, NOW, None)
        await correct(session, shop.clock, sale.id, {"customer_id": third}, shop.rep, NOW, None)
        await unmerge(session, shop.clock, done, shop.rep, NOW, None)
        assert (await record(session, team_id, sale.id)).customer_id == third


async def test_what_was_refunded_during_a_merge_goes_back_with_its_sale(database: Database, shop: Shop) -> None:
    team_id, clock, origin = shop.clock.team_id, shop.clock, Origin(shop.rep, NOW)
    sold_at = NOW - timedelta(days=9)
    async with database.begin() as session:
        other = await add_customer(session, team_id, "Lan N")
        sale = await log_sale(session, clock, SaleEntry(other, shop.rep, sold_at, 1000, "VND"), origin)
        done = await merge(session, clock, other, shop.lan, shop.rep, NOW, None)
        back = await log_refund(session, clock, RefundEntry(shop.lan, shop.rep, sale.id, NOW, 400, "VND"), origin)
        await unmerge(session, clock, done, shop.rep, NOW, None)
        view = await record(session, team_id, back.id)
        assert (view.customer_id, view.values["customer_id"]) == (other, other)
        await remove(session, clock, sale.id, shop.rep, NOW, None)
        kept = await derived(session, shop)
        await rebuild(session, team_id, clock.journey_gap_days)
        assert await derived(session, shop) == kept


async def test_undoing_a_sale_recounts_the_day_of_whoevers_refund_it_has(database: Database, shop: Shop) -> None:
    team_id, clock, origin = shop.clock.team_id, shop.clock, Origin(shop.rep, NOW)
    sold_at = NOW - timedelta(days=9)
    async with database.begin() as session:
        other = await add_customer(session, team_id, "Lan N")
        sale = await log_sale(session, clock, SaleEntry(other, shop.rep, sold_at, 1000, "VND"), origin)
        await log_refund(session, clock, RefundEntry(shop.lan, shop.rep, sale.id, NOW, 400, "VND"), origin)
        await remove(session, clock, sale.id, shop.rep, NOW, None)
        kept = await derived(session, shop)
        await rebuild(session, team_id, clock.journey_gap_days)
        assert await derived(session, shop) == kept


@pytest.mark.parametrize("internal", [False, True])
async def test_what_a_merge_gives_back_counts_by_each_ones_own_flag(
    database: Database, shop: Shop, internal: bool
) -> None:
    team_id, clock, origin = shop.clock.team_id, shop.clock, Origin(shop.rep, NOW)
    async with database.begin() as session:
        other = await add_customer(session, team_id, "Lan N")
        sale = await log_sale(session, clock, SaleEntry(other, shop.rep, NOW, 1000, "VND"), origin)
        own = await log_sale(session, clock, SaleEntry(shop.lan, shop.rep, NOW, 700, "VND"), origin)
        for customer_id in (other, shop.lan):
            await set_internal(session, clock, customer_id, internal, shop.rep, NOW, None)
        done = await merge(session, clock, other, shop.lan, shop.rep, NOW, None)
        await set_internal(session, clock, shop.lan, not internal, shop.rep, NOW, None)
        await unmerge(session, clock, done, shop.rep, NOW, None)
        counted = [(await record(session, team_id, logged.id)).values["counted"] for logged in (sale, own)]
        bought = [(await card(session, team_id, customer_id)).sales for customer_id in (other, shop.lan)]
        kept = await derived(session, shop)
        await rebuild(session, team_id, clock.journey_gap_days)
        assert await derived(session, shop) == kept
    assert counted == [not internal, internal]
    assert bought == [int(not internal), int(internal)]


async def test_an_internal_customers_records_leave_every_figure_and_come_back(database: Database, shop: Shop) -> None:
    team_id, clock, origin = shop.clock.team_id, shop.clock, Origin(shop.rep, NOW)
    async with database.begin() as session:
        await log_lead(session, clock, LeadEntry(shop.lan, shop.rep, NOW - timedelta(days=3)), origin)
        sale = await log_sale(session, clock, SaleEntry(shop.lan, shop.rep, NOW, 5000, "VND"), origin)
        gone = await log_sale(session, clock, SaleEntry(shop.lan, shop.rep, NOW, 900, "VND"), origin)
        await log_refund(session, clock, RefundEntry(shop.lan, shop.rep, sale.id, NOW, 1000, "VND"), origin)
        await log_refund(session, clock, RefundEntry(shop.lan, shop.rep, gone.id, NOW, 900, "VND"), origin)
        await remove(session, clock, gone.id, shop.rep, NOW, None)
        before = await everything(session)
        assert await set_internal(session, clock, shop.lan, True, shop.rep, NOW, None)
        assert not await set_internal(session, clock, shop.lan, True, shop.rep, NOW, None)
        assert (await card(session, team_id, shop.lan)).sales == 0
        assert (await session.execute(text("SELECT count(*) FROM journeys"))).scalar_one() == 0
        await set_internal(session, clock, shop.lan, False, shop.rep, NOW, None)
        assert await everything(session) == before


async def test_what_is_logged_or_restored_for_an_internal_customer_is_not_counted(
    database: Database, shop: Shop
) -> None:
    team_id, clock, origin = shop.clock.team_id, shop.clock, Origin(shop.rep, NOW)
    async with database.begin() as session:
        other = await add_customer(session, team_id, "Hoa")
        old = await log_sale(session, clock, SaleEntry(shop.lan, shop.rep, NOW, 1, "VND"), origin)
        moving_in = await log_sale(session, clock, SaleEntry(other, shop.rep, NOW, 2, "VND"), origin)
        await set_internal(session, clock, shop.lan, True, shop.rep, NOW, None)
        made = await log_sale(session, clock, SaleEntry(shop.lan, shop.rep, NOW, 3, "VND"), origin)
        landed = await land(session, clock, [(SaleEntry(shop.lan, shop.rep, NOW, 4, "VND"), origin)])
        await remove(session, clock, old.id, shop.rep, NOW, None)
        await restore(session, clock, old.id, shop.rep, NOW, None)
        await correct(session, clock, moving_in.id, {"customer_id": shop.lan}, shop.rep, NOW, None)
        counted = {
            sale: (await record(session, team_id, sale)).values["counted"]
            for sale in (made.id, landed[0].id, old.id, moving_in.id)
        }
        assert set(counted.values()) == {False}
        await correct(session, clock, moving_in.id, {"customer_id": other}, shop.rep, NOW, None)
        assert (await record(session, team_id, moving_in.id)).values["counted"]
        await set_internal(session, clock, shop.lan, False, shop.rep, NOW, None)
        assert (await card(session, team_id, shop.lan)).net_minor == 1 + 3 + 4
        with pytest.raises(Differs):
            await set_internal(session, clock, other, True, shop.rep, NOW, None)
            await merge(session, clock, other, shop.lan, shop.rep, NOW, None)


async def test_a_renamed_customer_is_found_by_the_new_name_only(database: Database, shop: Shop) -> None:
    team_id = shop.clock.team_id
    async with database.begin() as session:
        changes = {"name": "Trần Bích Ngọc", "phone": "+84912345678"}
        await change_customer(session, shop.clock, shop.lan, changes, shop.rep, NOW, None)
        assert [row.name for row in await look_up(session, team_id, given=["bich ngoc"])] == ["Trần Bích Ngọc"]
        assert await look_up(session, team_id, full=["nguyen thi lan"], given=["lan"]) == []
        assert (await details(session, team_id, shop.lan))["phone"] == "+84912345678"
        kept = (await session.execute(text("SELECT before, after FROM audit_values"))).one()
        assert "Nguyễn Thị Lan" in str(kept.before) or "Nguy\\u1ec5n" in str(kept.before)
        with pytest.raises(NotFound):
            await change_customer(session, shop.clock, 999, changes, shop.rep, NOW, None)
        rows = (await session.execute(select(customers.c.key))).scalars().all()
    assert rows == ["tran bich ngoc"]
