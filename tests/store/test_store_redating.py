"""A change of zone: what happened at an hour stays at its instant, what is known by its date stays on that date."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from store import Database
from store.customers.lookup import add_customer
from store.derived.redating import Move, redate
from store.people.team import change_team, create_team, team_of
from store.records.bulk import land
from store.records.entries import Clock, DealEntry, Origin, RefundEntry, SaleEntry, TicketEntry
from store.records.writing import log_deal, log_refund, log_sale
from store.tables import deals, journeys, refunds, sales, tickets

HOME, WEST, EAST = (ZoneInfo(key) for key in ("Asia/Ho_Chi_Minh", "America/New_York", "Pacific/Auckland"))
NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
THIRD = date(2026, 11, 3)


def at(day: int, hour: int = 0, zone: ZoneInfo = HOME) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=zone)


async def moved(database: Database, team_id: int, before: ZoneInfo, after: ZoneInfo) -> None:
    async with database.begin() as session:
        await change_team(session, team_id, zone=after.key)
        await redate(session, team_id, Move(before, after, NOW), 90)


@pytest.mark.parametrize("zone", [WEST, EAST])
async def test_a_record_of_the_third_stays_on_the_third_with_all_that_hangs_on_it(
    database: Database, zone: ZoneInfo
) -> None:
    async with database.begin() as session:
        team_id = await create_team(session, name="T", zone=HOME.key, currency="VND", locale="vi", now=at(1))
        clock, origin = Clock.of(await team_of(session, team_id)), Origin(None, NOW)
        lan = await add_customer(session, team_id, "Lan")
        await log_deal(session, clock, DealEntry(lan, None, at(2), 900, "VND", opened_date_only=True), origin)
        sale = await log_sale(session, clock, SaleEntry(lan, None, at(3), 900, "VND", date_only=True), origin)
        await log_refund(session, clock, RefundEntry(lan, None, sale.id, at(4), 900, "VND", date_only=True), origin)
        await log_sale(session, clock, SaleEntry(lan, None, at(3, 1), 500, "VND"), origin)
        ticket = TicketEntry(lan, None, at(3), date_only=True, answered_at=at(5), resolved_at=at(6, 9))
        await land(session, clock, [(ticket, origin)])
    for before, after in ((HOME, zone), (zone, HOME)):
        await moved(database, team_id, before, after)
        async with database.read() as session:
            sold = (await session.execute(select(sales).order_by(sales.c.id))).all()
            back = (await session.execute(select(refunds))).one()
            deal = (await session.execute(select(deals))).one()
            asked = (await session.execute(select(tickets))).one()
            won = (await session.execute(select(journeys).where(journeys.c.outcome == "won"))).first()
        assert (sold[0].at, sold[0].day) == (at(3, zone=after), THIRD)
        assert (sold[1].at, sold[1].day) == (at(3, 1), at(3, 1).astimezone(after).date())
        assert (back.at, back.sale_at, sold[0].refunded_at) == (at(4, zone=after), sold[0].at, back.at)
        assert (deal.opened_at, deal.closed_at, deal.closed_day) == (at(2, zone=after), sold[0].at, THIRD)
        assert (asked.at, asked.answered_at, asked.resolved_at) == (at(3, zone=after), at(5, zone=after), at(6, 9))
        assert won is not None
        assert (won.end_day, won.days) == (THIRD, 1)


async def test_what_is_known_by_its_date_is_not_moved_behind_now(database: Database) -> None:
    async with database.begin() as session:
        team_id = await create_team(session, name="T", zone=HOME.key, currency="VND", locale="vi", now=at(1))
        clock, lan = Clock.of(await team_of(session, team_id)), await add_customer(session, team_id, "Lan")
        entry = SaleEntry(lan, None, NOW - timedelta(minutes=5), 900, "VND", date_only=True)
        await log_sale(session, clock, entry, Origin(None, NOW))
    await moved(database, team_id, HOME, WEST)
    async with database.read() as session:
        row = (await session.execute(select(sales.c.at, sales.c.day))).one()
    assert (row.at, row.day) == (NOW, date(2026, 11, 20))
