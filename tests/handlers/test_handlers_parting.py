"""Each owner hears once a week, on the first working day, who stopped buying; of nobody's customers the managers."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.scheduler import Programme, Scheduler
from handlers.clockwork.programme import STANDING
from handlers.reminders import parting
from handlers.replies import load
from store.customers.lookup import add_customer
from store.people.team import team_of
from store.records.entries import Clock, Origin, SaleEntry
from store.records.writing import log_sale
from store.tables import outbox, runs
from tests.handlers.clocked import DAY, labels, rows
from tests.handlers.office import NOW, Drawn, Office

MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""9:00 in Vietnam; the week before it is that of the office's Friday, its window of 90 days ends on 18 to 24 August."""
ROSA, TUAN = 3, 4


async def sold(office: Office, name: str, owner: int | None, on: datetime) -> None:
    async with office.database.begin() as session:
        clock = Clock.of(await team_of(session, office.team_id))
        customer_id = await add_customer(session, office.team_id, name, owner_id=owner)
        await log_sale(session, clock, SaleEntry(customer_id, owner, on, 100, "VND"), Origin(ROSA, NOW))


@pytest.fixture
async def shop(office: Office) -> Office:
    """Lan and Hoa are Rosa's and stop buying in that week, Binh is Tuan's and stops a week later."""
    await sold(office, "Lan", ROSA, MONDAY - 95 * DAY)
    await sold(office, "Hoa", ROSA, MONDAY - 94 * DAY)
    await sold(office, "Binh", TUAN, MONDAY - 88 * DAY)
    return office


async def live(office: Office, first: datetime, days: int) -> list[tuple[datetime, int, str]]:
    """Let so many days pass from the minute before ``first``; returns what was said: when, to whom, how it begins."""
    now = first - timedelta(minutes=1)
    programme = Programme({parting.KIND: parting.part}, (parting.STANDING,))
    process = Scheduler(office.database, Drawn(), programme, now=lambda: now)
    for number in range(days):
        while await process.tick():
            pass
        now = first + number * DAY
        while await process.tick():
            pass
    return [(row.due_at, row.chat_id, row.payload["text"][:33]) for row in await rows(office.database, outbox)]


def test_every_team_has_it() -> None:
    assert parting.STANDING in STANDING


async def test_each_owner_hears_once_on_the_first_working_day_with_the_reasons(shop: Office) -> None:
    said = await live(shop, MONDAY, 12)
    assert said == [
        (MONDAY, ROSA, "<b>2 customers stopped buying</b>"),
        (MONDAY + 7 * DAY, TUAN, "<b>1 customer stopped buying</b> "),
    ]
    reply = load((await rows(shop.database, outbox))[0].payload)
    assert "from 16 Nov 2026 to 22 Nov 2026" in reply.text
    assert labels(reply) == ["Lan", "Hoa"]
    asked = await shop.rep.press(reply.buttons[0][0].data)
    assert asked.text == "Why did Lan stop buying?"


async def test_a_holiday_on_monday_moves_it_to_tuesday(shop: Office) -> None:
    await shop.owner.say("/settings days t3 t4 t5 t6")
    said = await live(shop, MONDAY, 3)
    # 24 November is Vietnam's Culture Day, and Monday is free: Wednesday is the first working day
    assert [(at, chat) for at, chat, _ in said] == [(MONDAY + 2 * DAY, ROSA)]


async def test_weeks_without_a_working_day_are_caught_up_with(office: Office) -> None:
    # Tết 2026: 16 to 20 February are holidays; 9:00 on the Monday after it
    after = datetime(2026, 2, 23, 2, 0, tzinfo=UTC)
    await office.owner.say("/settings days t2 t3 t4 t5 t6")
    await sold(office, "Lan", ROSA, after - 95 * DAY)
    await sold(office, "Hoa", ROSA, after - 102 * DAY)
    said = await live(office, after - 7 * DAY, 8)
    assert [at for at, _, _ in said] == [after, after]
    texts = [row.payload["text"] for row in await rows(office.database, outbox)]
    assert ["Lan" in text for text in texts] == [True, False]
    assert ["Hoa" in text for text in texts] == [False, True]


async def test_nothing_is_said_when_nobody_stopped_and_late_ones_keep_the_quiet_hours(shop: Office) -> None:
    before = await live(shop, MONDAY - 7 * DAY, 6)
    assert before == []
    assert {row.state for row in await rows(shop.database, runs)} == {"empty"}
    now = MONDAY + timedelta(hours=13)  # the bot was down until 22:00
    process = Scheduler(
        shop.database, Drawn(), Programme({parting.KIND: parting.part}, (parting.STANDING,)), now=lambda: now
    )
    while await process.tick():
        pass
    [said] = await rows(shop.database, outbox)
    assert said.due_at == MONDAY + timedelta(hours=22, minutes=30)


async def test_who_left_the_team_hears_nothing_and_the_managers_hear_of_their_customers(shop: Office) -> None:
    await sold(shop, "Mai", None, MONDAY - 93 * DAY)
    await shop.owner.say("/remove Rosa")
    said = await live(shop, MONDAY, 3)
    assert said == [
        (MONDAY, shop.owner.telegram_id, "<b>3 customers whom nobody looks "),
        (MONDAY, shop.manager.telegram_id, "<b>3 customers whom nobody looks "),
    ]


async def test_customers_of_nobody_are_one_list_that_stays_theirs_as_reasons_are_given(shop: Office) -> None:
    await sold(shop, "Mai", None, MONDAY - 93 * DAY)
    await sold(shop, "Thu", None, MONDAY - 92 * DAY)
    await shop.manager.say("/lang vi")
    said = await live(shop, MONDAY, 3)
    assert [chat for _, chat, _ in said] == [shop.owner.telegram_id, shop.manager.telegram_id, ROSA]
    reply = load((await rows(shop.database, outbox))[1].payload)
    assert reply.text.splitlines() == [
        "<b>2 khách chưa có người phụ trách ngừng mua</b> từ 16/11/2026 đến 22/11/2026: 90 ngày chưa mua lại. Vì sao?",
        "Mai, mua lần cuối 22/8/2026",
        "Thu, mua lần cuối 23/8/2026",
    ]
    shop.manager.now = shop.rep.now = MONDAY
    asked = await shop.manager.press(reply.buttons[0][0].data)
    given = await shop.manager.press(asked.buttons[0][0].data)
    assert len(given.text.splitlines()) == 3, "Rosa's two are not in it"
    assert labels(given) == ["Thu"]
    shop.manager.now += timedelta(minutes=1)
    back = await shop.manager.press((await shop.manager.press(given.buttons[0][0].data)).buttons[-1][0].data)
    assert back.text == given.text
    assert "Lan" in (await shop.rep.press(asked.buttons[-1][0].data)).text, "a rep sees their own, whatever the button"
