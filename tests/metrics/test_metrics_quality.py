"""Data quality: every fault set up by hand and counted, each thing once, and a clean team."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from metrics import periods, quality
from metrics.answers.asking import ask, rows
from metrics.answers.rendering import caption
from metrics.answers.written import to_json
from metrics.base import Scope, TeamScope
from metrics.wording import Say
from store import Database
from store.catalogue.products import product_named
from store.customers.lookup import add_customer
from store.facts import Filters
from store.people.membership import member_named
from store.people.team import create_team, team_of
from store.records.entries import Clock, ContactEntry, DealEntry, Origin, RefundEntry, SaleEntry
from store.records.writing import log_contact, log_deal, log_refund, log_sale, lose_deal

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
NOVEMBER = periods.month(2026, 11, HANOI, NOW)
DAY = timedelta(days=1)


async def messy(database: Database) -> tuple[TeamScope, int]:
    """A team with each fault, and the id of the rep who owns the first customer."""
    origin = Origin(None, NOW)
    async with database.begin() as session:
        team_id = await create_team(session, name="Messy", zone=HANOI.key, currency="VND", locale="en", now=NOW)
        clock = Clock.of(await team_of(session, team_id))
        rep = await member_named(session, team_id, "Rosa", NOW)
        lan = await add_customer(session, team_id, "Lan", phone="+84901111111", owner_id=rep)
        again = await add_customer(session, team_id, "Chị Lan", phone="+84901111111")  # the phone of Lan
        hoa = await add_customer(session, team_id, "Hoa", phone="+84902222222")
        hoa2 = await add_customer(session, team_id, "hoà")  # the name of Hoa, and no phone
        minh = await add_customer(session, team_id, "Minh", phone="+84903333333")
        minh2 = await add_customer(session, team_id, "Minh", phone="+84904444444")  # another phone: another Minh
        water = await product_named(session, team_id, "Water")

        async def sell(who: int, at: datetime, amount: int, currency: str = "VND", product: int | None = water) -> int:
            entry = SaleEntry(who, rep, at, amount, currency, product_id=product)
            return (await log_sale(session, clock, entry, origin, deal_id=0)).id

        first = NOW - 5 * DAY
        await sell(lan, first, 100)
        await sell(lan, first + timedelta(minutes=4), 100)  # twice within ten minutes
        await sell(again, first + timedelta(minutes=4), 100)  # of another customer: not the same
        await sell(hoa, first, 100, product=None)  # incomplete
        await sell(hoa2, first, 900, "USD")  # no rate
        back = await sell(minh, first, 50)
        await log_refund(session, clock, RefundEntry(minh, rep, back, first - 2 * DAY, 10, "VND"), origin)
        old = NOW - 40 * DAY
        for who, expected in ((minh2, date(2026, 12, 1)), (lan, date(2026, 12, 1)), (hoa, date(2026, 1, 1))):
            entry = DealEntry(who, rep, old, 70, "VND", stage="new", expected_day=expected)
            await log_deal(session, clock, entry, origin)  # Hoa's is expected before it was opened
        await log_contact(session, clock, ContactEntry(lan, rep, "call", NOW - 3 * DAY), origin)  # Lan's is not stale
        await log_deal(session, clock, DealEntry(minh2, rep, NOW - DAY, None, "VND"), origin)  # no amount, no date
        turned = await log_deal(session, clock, DealEntry(minh2, rep, NOW - 9 * DAY, 5, "VND"), origin)
        await lose_deal(session, clock, turned.id, "price", NOW - 12 * DAY, origin)  # ends before it begins
    return TeamScope(team_id, HANOI, "VND"), rep


async def test_each_fault_is_counted_and_each_thing_once(database: Database) -> None:
    team, _ = await messy(database)
    async with database.read() as session:
        answer = await ask(quality.REPORT, session, Scope(team, NOVEMBER, NOW))
    written = to_json(answer)
    parts = {name: (part["value"], part["n"]) for name, part in written["parts"].items()}
    assert parts == {
        "duplicates": (5, 12),  # Lan, Chị Lan, Hoa, hoà; one sale
        "stale": (2, 4),  # Minh's and Hoa's deals of 40 days ago, never spoken of since
        "incomplete": (3, 16),  # hoà has no phone; a sale without product; a deal without amount
        "impossible": (3, 16),  # Hoa's expected date; the refund before its sale; Minh's deal that ended first
        "missing_rates": (1, 10),
        "clean_customers": (1, 6),  # only the first Minh
        "clean_deals": (1, 4),  # only Lan's
        "clean_sales": (2, 6),
    }
    assert (written["numerator"], written["denominator"], written["value"]) == (4, 16, 0.25)


async def test_the_rows_name_what_to_do(database: Database) -> None:
    team, rep = await messy(database)
    say = Say("en", markup=False)
    async with database.read() as session:
        found = await rows(quality.REPORT, session, Scope(team, NOVEMBER, NOW))
        mine = await ask(quality.REPORT, session, Scope(team, NOVEMBER, NOW, filters=Filters(rep=rep)))
    kinds = [(say(record[0]), say(record[2]), record[4]) for record in found.records]  # type: ignore[arg-type]
    assert ("duplicates", "customer", "hoà") in kinds
    assert ("missing rates", "sale", "hoà") in kinds
    assert len(kinds) == 14
    assert all(say(record[1]) for record in found.records)  # type: ignore[arg-type]
    assert to_json(mine)["parts"]["clean_customers"]["n"] == 1
    for language in ("en", "vi"):
        assert len(caption(mine, Say(language)).split("\n")) <= 5


async def test_a_team_with_nothing_wrong_is_wholly_clean(database: Database) -> None:
    async with database.begin() as session:
        team_id = await create_team(session, name="Neat", zone=HANOI.key, currency="VND", locale="en", now=NOW)
        clock = Clock.of(await team_of(session, team_id))
        lan = await add_customer(session, team_id, "Lan", phone="+84901111111")
        await log_sale(session, clock, SaleEntry(lan, None, NOW - DAY, 100, "VND"), Origin(None, NOW))
    async with database.read() as session:
        answer = await ask(quality.REPORT, session, Scope(TeamScope(team_id, HANOI, "VND"), NOVEMBER, NOW))
    assert (answer.value, answer.figure.numerator) == (1.0, 2)
    assert "nothing to put right" in caption(answer, Say("en"))


@pytest.mark.parametrize(
    ("sold", "sold_by_day", "back", "back_by_day", "wrong"),
    [
        ("2026-11-10 15:00", False, "2026-11-10 14:59", False, 1),  # both have an hour
        ("2026-11-10 15:00", False, "2026-11-10 15:00", False, 0),
        ("2026-11-10 15:00", False, "2026-11-10 09:00", True, 0),  # known by its date alone: the same day
        ("2026-11-10 15:00", True, "2026-11-10 09:00", False, 0),
        ("2026-11-10 00:00", True, "2026-11-09 23:59", False, 1),
    ],
)
async def test_a_refund_before_its_sale_is_impossible(
    database: Database, sold: str, sold_by_day: bool, back: str, back_by_day: bool, wrong: int
) -> None:
    def at(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=HANOI)

    async with database.begin() as session:
        team_id = await create_team(session, name="Back", zone=HANOI.key, currency="VND", locale="en", now=NOW)
        clock, origin = Clock.of(await team_of(session, team_id)), Origin(None, NOW)
        lan = await add_customer(session, team_id, "Lan", phone="+84901111111")
        sale = SaleEntry(lan, None, at(sold), 100, "VND", date_only=sold_by_day)
        sale_id = (await log_sale(session, clock, sale, origin)).id
        refund = RefundEntry(lan, None, sale_id, at(back), 10, "VND", date_only=back_by_day)
        await log_refund(session, clock, refund, origin)
    async with database.read() as session:
        answer = await ask(quality.REPORT, session, Scope(TeamScope(team_id, HANOI, "VND"), NOVEMBER, NOW))
    assert to_json(answer)["parts"]["impossible"]["value"] == wrong
