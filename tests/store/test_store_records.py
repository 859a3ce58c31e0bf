import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from store import AlreadyDone, Database, Duplicate, NotFound
from store.catalogue.product_merging import merge as merge_products
from store.catalogue.product_merging import undo as undo_products
from store.catalogue.products import change_product, product_named
from store.catalogue.rates import give_rate
from store.customers.cards import card
from store.customers.lookup import add_customer, look_up
from store.derived.refreshing import JOURNEY_COLUMNS, rebuild
from store.errors import TooLarge
from store.people.membership import member_named
from store.people.team import create_team, team_of
from store.records.bulk import NewCustomer, add_customers, land
from store.records.corrections import correct, last_of, of_message, record, remove, restore
from store.records.deals import open_deals_of
from store.records.entries import (
    Clock,
    ContactEntry,
    CostEntry,
    DealEntry,
    LeadEntry,
    Origin,
    RateEntry,
    RefundEntry,
    SaleEntry,
)
from store.records.totals import today_of
from store.records.writing import log_contact, log_cost, log_deal, log_lead, log_refund, log_sale, lose_deal, win_deal
from store.tables import (
    audit,
    buyer_months,
    cohorts,
    contact_days,
    contacts,
    customers,
    deals,
    ended_days,
    journeys,
    refunds,
    sale_days,
    sales,
)

NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)


@dataclass(frozen=True)
class Shop:
    clock: Clock
    rep: int
    lan: int


@pytest.fixture
async def shop(database: Database) -> Shop:
    async with database.begin() as session:
        team_id = await create_team(session, name="Shop", zone="Asia/Ho_Chi_Minh", currency="VND", locale="vi", now=NOW)
        rep = await member_named(session, team_id, "Hoa", NOW)
        lan = await add_customer(session, team_id, "Nguyễn Thị Lan", owner_id=rep)
        return Shop(Clock.of(await team_of(session, team_id)), rep, lan)


def sold(shop: Shop, at: datetime = NOW, amount: int = 500_000) -> SaleEntry:
    return SaleEntry(shop.lan, shop.rep, at, amount, "VND")


def called(shop: Shop, at: datetime = NOW) -> ContactEntry:
    return ContactEntry(shop.lan, shop.rep, "call", at, outcome="connected", duration_s=300)


async def test_numbers_count_up_per_team(database: Database, shop: Shop) -> None:
    async with database.begin() as session:
        first = await log_contact(session, shop.clock, called(shop), Origin(shop.rep, NOW))
        second = await log_sale(session, shop.clock, sold(shop), Origin(shop.rep, NOW))
        other = await create_team(session, name="Other", zone="UTC", currency="EUR", locale="en", now=NOW)
        clock = Clock.of(await team_of(session, other))
        cost = CostEntry(None, "other", NOW.date(), NOW.date(), 100, "EUR")
        third = await log_cost(session, clock, cost, Origin(None, NOW))
    assert (first.number, second.number, third.number) == (1, 2, 1)


async def test_the_same_line_of_a_message_lands_once(database: Database, shop: Shop) -> None:
    origin = Origin(shop.rep, NOW, inbox_id=7, line=0)
    async with database.begin() as session:
        await log_sale(session, shop.clock, sold(shop), origin)
    with pytest.raises(Duplicate):
        async with database.begin() as session:
            await log_sale(session, shop.clock, sold(shop), origin)
    async with database.read() as session:
        assert (await card(session, shop.clock.team_id, shop.lan)).sales == 1


async def test_a_sale_in_another_currency_has_no_base_amount(database: Database, shop: Shop) -> None:
    async with database.begin() as session:
        entry = SaleEntry(shop.lan, shop.rep, NOW, 120_000, "USD")
        made = await log_sale(session, shop.clock, entry, Origin(shop.rep, NOW))
        view = await record(session, shop.clock.team_id, made.id)
    assert (view.values["amount_minor"], view.values["currency"], view.values["base_minor"]) == (120_000, "USD", None)


async def test_todays_total_counts_the_local_day(database: Database, shop: Shop) -> None:
    late = datetime(2026, 11, 20, 17, 30, tzinfo=UTC)  # 0:30 on the 21st in Saigon
    async with database.begin() as session:
        await log_contact(session, shop.clock, called(shop), Origin(shop.rep, NOW))
        await log_sale(session, shop.clock, sold(shop), Origin(shop.rep, NOW))
        await log_sale(session, shop.clock, sold(shop, late, 7), Origin(shop.rep, NOW))
        total = await today_of(session, shop.clock.team_id, shop.rep, datetime(2026, 11, 20, tzinfo=UTC).date())
    assert (total.calls, total.contacts, total.sales, total.amount_minor) == (1, 1, 1, 500_000)


async def test_removing_takes_it_out_once_and_restoring_brings_it_back(database: Database, shop: Shop) -> None:
    team_id = shop.clock.team_id
    async with database.begin() as session:
        made = await log_sale(session, shop.clock, sold(shop), Origin(shop.rep, NOW))
    async with database.begin() as session:
        await remove(session, shop.clock, made.id, shop.rep, NOW, None)
        assert (await card(session, team_id, shop.lan)).sales == 0
        assert await last_of(session, team_id, shop.rep) is None
    with pytest.raises(AlreadyDone):
        async with database.begin() as session:
            await remove(session, shop.clock, made.id, shop.rep, NOW, None)
    async with database.begin() as session:
        await restore(session, shop.clock, made.id, shop.rep, NOW, None)
        assert (await card(session, team_id, shop.lan)).net_minor == 500_000
        actions = (await session.execute(select(audit.c.action).order_by(audit.c.id))).scalars().all()
    assert actions == ["log", "remove", "restore"]


async def test_another_teams_record_is_not_found(database: Database, shop: Shop) -> None:
    async with database.begin() as session:
        made = await log_sale(session, shop.clock, sold(shop), Origin(shop.rep, NOW))
        with pytest.raises(NotFound):
            await record(session, shop.clock.team_id + 1, made.id)


async def test_correcting_moves_day_amount_and_derived_rows(database: Database, shop: Shop) -> None:
    earlier = NOW - timedelta(days=40)
    async with database.begin() as session:
        origin = Origin(shop.rep, NOW, inbox_id=1, line=0, chat_id=5, message_id=9)
        made = await log_sale(session, shop.clock, sold(shop), origin)
        after = await correct(session, shop.clock, made.id, {"at": earlier, "amount_minor": 700_000}, shop.rep, NOW, 2)
        first = (await session.execute(select(customers.c.first_purchase_at))).scalar_one()
        again = await of_message(session, shop.clock.team_id, 5, 9)
    assert (after.values["day"], after.values["base_minor"]) == (earlier.date(), 700_000)
    assert first == earlier
    assert [view.id for view in again] == [made.id]


async def test_a_sale_wins_the_only_open_deal_and_undoing_reopens_it(database: Database, shop: Shop) -> None:
    async with database.begin() as session:
        opened = DealEntry(shop.lan, shop.rep, NOW - timedelta(days=9), 900_000, "VND")
        deal = await log_deal(session, shop.clock, opened, Origin(shop.rep, NOW))
        made = await log_sale(session, shop.clock, sold(shop), Origin(shop.rep, NOW))
        assert made.won_deal == deal.number
        assert await open_deals_of(session, shop.clock.team_id, shop.lan) == []
        await remove(session, shop.clock, made.id, shop.rep, NOW, None)
        assert [row.id for row in await open_deals_of(session, shop.clock.team_id, shop.lan)] == [deal.id]


async def test_a_deal_is_closed_as_exactly_as_its_sale_is_dated(database: Database, shop: Shop) -> None:
    async with database.begin() as session:
        opened = DealEntry(shop.lan, shop.rep, NOW - timedelta(days=9), 900_000, "VND")
        await log_deal(session, shop.clock, opened, Origin(shop.rep, NOW))
        made = await log_sale(session, shop.clock, sold(shop), Origin(shop.rep, NOW))
        closed = []
        for changes in ({"at": NOW - timedelta(days=2), "date_only": True}, {"date_only": False}, {"date_only": True}):
            await correct(session, shop.clock, made.id, changes, shop.rep, NOW, None)
            columns = (deals.c.closed_at, deals.c.closed_date_only)
            closed.append(tuple((await session.execute(select(*columns))).one()))
    assert closed == [(NOW - timedelta(days=2), date_only) for date_only in (True, False, True)]


async def test_of_several_open_deals_none_is_won(database: Database, shop: Shop) -> None:
    async with database.begin() as session:
        ids = tuple([
            (await log_deal(
                session, shop.clock, DealEntry(shop.lan, shop.rep, NOW, None, "VND"), Origin(shop.rep, NOW)
            )).id
            for _ in range(2)
        ])  # fmt: skip
        made = await log_sale(session, shop.clock, sold(shop), Origin(shop.rep, NOW))
    assert (made.won_deal, made.open_deals) == (None, ids)


async def test_winning_again_never_adds_a_second_sale(database: Database, shop: Shop) -> None:
    async with database.begin() as session:
        deal = await log_deal(
            session, shop.clock, DealEntry(shop.lan, shop.rep, NOW, 900_000, "VND"), Origin(shop.rep, NOW)
        )
        await win_deal(session, shop.clock, deal.id, sold(shop, NOW, 900_000), NOW, Origin(shop.rep, NOW))
        with pytest.raises(AlreadyDone):
            await win_deal(session, shop.clock, deal.id, sold(shop), NOW, Origin(shop.rep, NOW))
        with pytest.raises(AlreadyDone):
            await lose_deal(session, shop.clock, deal.id, "price", NOW, Origin(shop.rep, NOW))
        assert (await card(session, shop.clock.team_id, shop.lan)).sales == 1


async def test_refunds_add_up_and_never_pass_the_sale(database: Database, shop: Shop) -> None:
    def back(sale_id: int, days: int, amount: int) -> RefundEntry:
        return RefundEntry(shop.lan, shop.rep, sale_id, NOW + timedelta(days=days), amount, "VND")

    async with database.begin() as session:
        made = await log_sale(session, shop.clock, sold(shop), Origin(shop.rep, NOW))
        await log_refund(session, shop.clock, back(made.id, 2, 200_000), Origin(shop.rep, NOW))
        with pytest.raises(TooLarge) as refused:
            await log_refund(session, shop.clock, back(made.id, 3, 300_001), Origin(shop.rep, NOW))
        assert refused.value.left_minor == 300_000
        last = await log_refund(session, shop.clock, back(made.id, 3, 300_000), Origin(shop.rep, NOW))
        whole = select(sales.c.refunded_at)
        assert (await session.execute(whole)).scalar_one() == NOW + timedelta(days=3)
        assert (await session.execute(select(customers.c.first_purchase_at))).scalar_one() is None
        await remove(session, shop.clock, last.id, shop.rep, NOW, None)
        assert (await session.execute(whole)).scalar_one() is None
        assert set((await session.execute(select(refunds.c.sale_at))).scalars()) == {NOW}


@pytest.mark.parametrize("same", [True, False])
async def test_a_refund_moved_to_another_sale_moves_what_hangs_on_both(
    database: Database, shop: Shop, same: bool
) -> None:
    clock, origin = shop.clock, Origin(shop.rep, NOW)
    async with database.begin() as session:
        other = shop.lan if same else await add_customer(session, clock.team_id, "Hoa")
        first = await log_sale(session, clock, sold(shop, NOW - timedelta(days=40)), origin)
        entry = SaleEntry(other, shop.rep, NOW - timedelta(days=3), 500_000, "VND")
        second = await log_sale(session, clock, entry, origin)
        back = await log_refund(session, clock, RefundEntry(shop.lan, shop.rep, first.id, NOW, 500_000, "VND"), origin)
        changes = {"sale_id": second.id, "customer_id": other}
        await correct(session, clock, back.id, changes, shop.rep, NOW, None)
        whole = (await session.execute(select(sales.c.id).where(sales.c.refunded_at.is_not(None)))).scalars().all()
        last = (await session.execute(select(customers.c.id, customers.c.buying_days).order_by("id"))).all()
        kept = await derived(session, shop)
        await rebuild(session, clock.team_id, clock.journey_gap_days)
        assert await derived(session, shop) == kept
    assert whole == [second.id]
    assert [tuple(row) for row in last] == [(shop.lan, 1)] + ([] if same else [(other, 0)])


async def test_a_customer_is_found_by_full_given_name_and_phone(database: Database, shop: Shop) -> None:
    team_id = shop.clock.team_id
    async with database.begin() as session:
        await add_customer(session, team_id, "Minh", phone="+84912345678")
        by_name = await look_up(session, team_id, full=["nguyen thi lan"])
        by_given = await look_up(session, team_id, given=["lan"])
        by_phone = await look_up(session, team_id, phones=["+84912345678"])
        elsewhere = await look_up(session, team_id + 1, full=["nguyen thi lan"])
    assert [(row.name, row.given, row.owner_name) for row in by_name] == [("Nguyễn Thị Lan", False, "Hoa")]
    assert [row.given for row in by_given] == [True]
    assert [row.name for row in by_phone] == ["Minh"]
    assert elsewhere == []


async def test_of_a_crowd_the_whole_name_and_ones_own_are_read_first(database: Database, shop: Shop) -> None:
    team_id = shop.clock.team_id
    async with database.begin() as session:
        await add_customers(
            session, team_id, [NewCustomer(f"Trần Thị {chr(97 + n // 26)}{chr(97 + n % 26)} Lan") for n in range(300)]
        )
        own = await add_customer(session, team_id, "Lê Lan", owner_id=shop.rep)
        whole = await add_customer(session, team_id, "Lan")
        found = await look_up(session, team_id, full=["lan"], given=["lan"], mine=shop.rep)
    assert found[0].id == whole
    assert own in {row.id for row in found}
    assert len(found) == 100


async def test_derived_rows_equal_a_rebuild_after_any_sequence(database: Database, shop: Shop) -> None:
    dice = random.Random(7)
    ids: list[int] = []
    async with database.begin() as session:
        people = await add_customers(session, shop.clock.team_id, [NewCustomer(f"Khách {n}") for n in range(5)])
        for _ in range(150):
            await anything(session, shop, dice, people, ids)
            await of_products(session, shop, dice, people, ids)
        kept = await derived(session, shop)
        await rebuild(session, shop.clock.team_id, shop.clock.journey_gap_days)
        again = await derived(session, shop)
    assert kept == again
    assert all(kept)


async def anything(session: object, shop: Shop, dice: random.Random, people: list[int], ids: list[int]) -> None:
    from store import Session

    assert isinstance(session, Session)
    at = NOW - timedelta(hours=dice.randrange(24 * 500))
    customer, origin = dice.choice(people), Origin(shop.rep, NOW)
    channel, way = dice.choice([None, "zalo", "web"]), dice.choice(["in", "out"])
    clock = shop.clock

    async def log() -> None:
        choices: list[Callable[[], Awaitable[object]]] = [
            lambda: log_contact(session, clock, ContactEntry(customer, shop.rep, "call", at), origin),
            lambda: log_contact(session, clock, ContactEntry(customer, shop.rep, "message", at, way), origin),
            lambda: log_lead(session, clock, LeadEntry(customer, shop.rep, at, channel=channel), origin),
            lambda: log_sale(session, clock, SaleEntry(customer, shop.rep, at, 1000, "VND", campaign=channel), origin),
            lambda: log_sale(session, clock, SaleEntry(customer, None, at, 1000, "EUR", channel=channel), origin),
            lambda: log_deal(session, clock, DealEntry(customer, shop.rep, at, 1000, "VND"), origin),
            lambda: land(session, clock, [(SaleEntry(customer, shop.rep, at, 500, "VND"), origin)]),
        ]
        made = await dice.choice(choices)()
        ids.append(made[0].id if isinstance(made, list) else made.id)  # type: ignore[attr-defined]

    if ids and dice.random() < 0.4:
        chosen = dice.choice(ids)
        view = await record(session, clock.team_id, chosen)
        if view.removed_at is not None:
            await restore(session, clock, chosen, shop.rep, NOW, None)
        elif view.kind == "sale" and dice.random() < 0.4:
            await _give_back(session, shop, view.id, view.customer_id or 0, at)
        elif view.kind != "deal" and dice.random() < 0.5:
            await correct(session, clock, chosen, {"at": at, "customer_id": dice.choice(people)}, shop.rep, NOW, None)
        else:
            await remove(session, clock, chosen, shop.rep, NOW, None)
    else:
        await log()


async def of_products(session: object, shop: Shop, dice: random.Random, people: list[int], ids: list[int]) -> None:
    """Sell a product, and now and then change its category, make one of two, or give a rate."""
    from store import Session

    assert isinstance(session, Session)
    clock, at = shop.clock, NOW - timedelta(hours=dice.randrange(24 * 500))
    product, other = [await product_named(session, clock.team_id, f"Hàng {dice.randrange(5)}") for _ in range(2)]
    if dice.random() < 0.1:
        await change_product(session, clock.team_id, product, category=dice.choice([None, "Một", "Hai"]))
    if dice.random() < 0.05:
        await give_rate(session, clock, RateEntry("EUR", at.date(), Decimal(dice.randrange(1, 9))), shop.rep, NOW)
    if dice.random() < 0.05 and product != other:
        made = await merge_products(session, clock, product, other, shop.rep, NOW, None)
        if dice.random() < 0.5:
            await undo_products(session, clock, made.id, shop.rep, NOW, None)
        return
    entry = SaleEntry(
        dice.choice(people), shop.rep, at, dice.randrange(1, 9) * 100, dice.choice(["VND", "EUR"]),
        product_id=product, quantity=dice.randrange(1, 3), tag=dice.choice([None, None, "upsell"]),
    )  # fmt: skip
    ids.append((await log_sale(session, clock, entry, Origin(shop.rep, NOW))).id)


async def _give_back(session: object, shop: Shop, sale_id: int, customer_id: int, at: datetime) -> None:
    try:
        entry = RefundEntry(customer_id, shop.rep, sale_id, at, 500, "VND")
        await log_refund(session, shop.clock, entry, Origin(shop.rep, NOW))  # type: ignore[arg-type]
    except TooLarge:
        pass


async def derived(session: object, shop: Shop) -> tuple[list[object], ...]:
    from store import Session

    assert isinstance(session, Session)
    wanted = [
        select(journeys.c.customer_id, *[journeys.c[name] for name in JOURNEY_COLUMNS]),
        select(cohorts.c.cohort, cohorts.c.month, cohorts.c.customers),
        select(buyer_months.c.customer_id, buyer_months.c.month),
        select(sale_days),
        select(contact_days),
        select(ended_days),
        select(contacts.c.id, contacts.c.reply).where(contacts.c.counted),
        select(customers.c.id, customers.c.channel, customers.c.created_at, customers.c.walk_in,
               customers.c.first_purchase_at, customers.c.last_purchase_at, customers.c.buying_days,
               customers.c.first_day, customers.c.first_member_id, customers.c.first_channel,
               customers.c.first_campaign),
        select(sales.c.id, sales.c.verdict).where(sales.c.counted, sales.c.refunded_at.is_(None)),
        select(sales.c.id, sales.c.doubled).where(sales.c.counted),
    ]  # fmt: skip
    return tuple([sorted(map(tuple, (await session.execute(query)).all()), key=repr) for query in wanted])


async def test_the_zone_decides_the_local_day(database: Database, shop: Shop) -> None:
    assert shop.clock.zone == ZoneInfo("Asia/Ho_Chi_Minh")
    async with database.begin() as session:
        at = datetime(2026, 10, 31, 17, 0, tzinfo=UTC)
        made = await log_sale(session, shop.clock, sold(shop, at), Origin(shop.rep, NOW))
        view = await record(session, shop.clock.team_id, made.id)
    assert view.values["day"].isoformat() == "2026-11-01"
