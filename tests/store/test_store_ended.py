"""Packed journeys say what the journeys themselves say, to the microsecond, whatever is asked of them."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from store import Database, Session
from store.derived.refreshing import rebuild
from store.facts import By, Cut, Filters
from store.facts.attempts import open_at_end, started_in, won_in
from store.facts.watching import CODES, ages_open, watched
from store.facts.wins import Wins, spans, wins
from store.records.bulk import NewCustomer, add_customers
from store.records.entries import ContactEntry, DealEntry, Origin, SaleEntry
from store.records.writing import log_contact, log_deal, log_sale
from tests.store.test_store_records import NOW, Shop, anything, shop

__all__ = ["shop"]
BYS: tuple[By, ...] = ("day", "rep", "channel", "campaign")
GAP = 90
START = datetime(2025, 7, 31, 17, tzinfo=UTC)


async def _work(session: Session, shop: Shop) -> None:
    dice, ids = random.Random(21), list[int]()
    people = await add_customers(session, shop.clock.team_id, [NewCustomer(f"Khách {n}") for n in range(6)])
    for _ in range(120):
        await anything(session, shop, dice, people, ids)
    for _ in range(30):  # known by their date alone
        at = NOW - timedelta(hours=dice.randrange(24 * 450))
        contact = ContactEntry(dice.choice(people), shop.rep, "call", at, date_only=dice.random() < 0.7)
        await log_contact(session, shop.clock, contact, Origin(shop.rep, NOW))
        deal = DealEntry(dice.choice(people), None, at, 1000, "VND")
        await log_deal(session, shop.clock, deal, Origin(None, NOW))
        sale = SaleEntry(dice.choice(people), None, at + timedelta(hours=9), 1000, "VND", date_only=dice.random() < 0.7)
        await log_sale(session, shop.clock, sale, Origin(None, NOW))


def _cuts(shop: Shop) -> list[Cut]:
    midnight = datetime(2026, 6, 30, 17, tzinfo=UTC)
    whole = Cut(shop.clock.team_id, shop.clock.zone, START, NOW, NOW)
    filters = [Filters(), Filters(rep=shop.rep), Filters(channel="zalo"), Filters(channel=""), Filters(campaign="web"),
               Filters(rep=shop.rep, channel="web")]  # fmt: skip
    ends = [(START, NOW), (START, midnight), (midnight, NOW - timedelta(days=20, hours=3))]
    return [replace(whole, start=start, end=end, filters=asked) for start, end in ends for asked in filters]


async def test_packed_journeys_say_what_journeys_say(database: Database, shop: Shop) -> None:
    async with database.begin() as session:
        await _work(session, shop)
    longest = 0
    async with database.read() as session:
        for cut in _cuts(shop):
            today, on = NOW.astimezone(cut.zone).date(), cut.end.astimezone(cut.zone).date()
            won = await won_in(session, cut, GAP)
            longest = max(longest, len(won))
            for by in BYS if not cut.filters.named else BYS[:1]:
                key = "end_day" if by == "day" else "member_id" if by == "rep" else by
                with_days = await spans(session, cut, by, GAP)
                assert set(with_days) == {getattr(one, key) for one in won}
                assert {under: replace(one, main=(), other=()) for under, one in with_days.items()} == await wins(
                    session, cut, by, GAP
                )
                for under, one in with_days.items():
                    some = [each for each in won if getattr(each, key) == under]
                    main = sorted(each.days for each in some if each.days is not None and (each.first or each.deal_id))
                    other = [each.days for each in some if not (each.first or each.deal_id)]
                    assert one.main_days.tolist() == [days for days in main if days >= 0]
                    assert one.other_days.tolist() == sorted(days for days in other if days is not None and days >= 0)
                    counts = (len(some), sum(each.sale_id is not None for each in some), sum(e.calls for e in some))
                    refunded = sum(each.refunded_at is not None for each in some)
                    assert replace(one, main=(), other=()) == Wins(*counts, refunded)
            started = await started_in(session, cut, GAP, cut.start)
            days, ends = await watched(session, cut, GAP, cut.start)
            assert sorted(zip(days.tolist(), ends.tolist(), strict=True)) == sorted(
                (one.age(NOW, today) if one.days is None else one.days, CODES[one.outcome]) for one in started
            )
            still = await open_at_end(session, cut, GAP)
            assert sorted((await ages_open(session, cut, GAP)).tolist()) == sorted(
                one.age(cut.end, on) for one in still
            )
    assert longest > 10


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_packed_journeys_are_read_of_the_present_and_never_of_the_past(database: Database, shop: Shop) -> None:
    async with database.begin() as session:
        await _work(session, shop)
        cut = _cuts(shop)[0]
        past = replace(cut, end=NOW - timedelta(days=90), now=NOW - timedelta(days=90))

        async def counted(asked: Cut) -> dict[object, int]:
            return {key: one.won for key, one in (await wins(session, asked, "rep", GAP)).items()}

        known, then = await counted(cut), await counted(past)
        await session.execute(text("DELETE FROM ended_days"))
        assert not await counted(cut)
        assert await counted(past) == then != known
        await rebuild(session, shop.clock.team_id, GAP)
        assert await counted(cut) == known
