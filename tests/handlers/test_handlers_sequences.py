"""After-sale sequences: what every sale brings with it comes at its time, and follows the sale's corrections."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from handlers.reminders.reminding import remind
from store.customers.lookup import add_customer
from store.tables import customers, followups, members
from tests.handlers.clocked import DAY, Clocked, key, labels
from tests.handlers.office import NOW, Chat, Office

NINE = NOW - timedelta(hours=6)
"""Nine in the morning of the office's Friday."""
Step = tuple[int, str, str | None, str]


@pytest.fixture
async def shop(office: Office) -> Office:
    """The office with the usual sequence, and two customers of Rosa's."""
    await office.manager.say("/sequence on")
    async with office.database.begin() as session:
        for name in ("Lan", "Hoa"):
            await add_customer(session, office.team_id, name, owner_id=3)
    return office


async def planned(office: Office) -> list[Step]:
    """The open follow-ups: days after the office's Friday, text, customer and whose they are."""
    query = (
        select(followups.c.due_at, followups.c.text, customers.c.name, members.c.name)
        .select_from(followups.join(members, members.c.id == followups.c.member_id))
        .join(customers, customers.c.id == followups.c.customer_id)
        .where(followups.c.done_at.is_(None))
        .order_by(followups.c.due_at)
    )
    async with office.database.read() as session:
        return [((row[0] - NINE).days, *row[1:]) for row in await session.execute(query)]


def steps(customer: str, seller: str, *days: int) -> list[Step]:
    texts = {3: "ask whether all is well", 7: "ask how they like it", 30: "offer the next one"}
    return [(day, texts[day], customer, seller) for day in days]


async def edit(chat: Chat, message: int, words: str, now: datetime = NOW) -> str:
    return (await chat.say(words, edited=True, message_id=message, sent_at=now)).text


async def test_the_usual_sequence_comes_on_the_third_seventh_and_thirtieth_day(clocked: Clocked, shop: Office) -> None:
    await shop.rep.say("/sale Lan 12tr")
    assert await planned(shop) == steps("Lan", "Rosa", 3, 7, 30)
    told = []
    for day in range(1, 32):
        before = len(await clocked.said())
        await remind(shop.database, NINE + day * DAY + timedelta(minutes=1))
        told += [(day, text) for text in (await clocked.said())[before:]]
    assert told == [
        (3, "⏰ <b>Lan · ask whether all is well</b>"),
        (7, "⏰ <b>Lan · ask how they like it</b>"),
        (30, "⏰ <b>Lan · offer the next one</b>"),
    ]


async def test_a_corrected_sale_takes_its_follow_ups_along(shop: Office) -> None:
    sold = await shop.rep.say("/sale Lan 12tr")
    message = shop.rep.ids[0]
    assert "sale to Hoa" in await edit(shop.rep, message, "/sale Hoa 12tr")
    assert await planned(shop) == steps("Hoa", "Rosa", 3, 7, 30)
    await edit(shop.rep, message, "/sale Hoa 12tr 15/11")  # five days ago: the third day is past
    assert [(day, text) for day, text, *_ in await planned(shop)] == [
        (2, "ask how they like it"), (25, "offer the next one"),
    ]  # fmt: skip
    whose = await shop.manager.press(key(await shop.manager.press(key(sold, "Edit")), "Whose"))
    await shop.manager.press(key(whose, "Tuan"))
    assert [owner for *_, owner in await planned(shop)] == ["Tuan", "Tuan"]


async def test_a_step_that_lies_ahead_again_is_planned_and_one_done_stays_done(shop: Office) -> None:
    await shop.rep.say("/sale Lan 12tr 15/11")
    message = shop.rep.ids[0]
    assert [day for day, *_ in await planned(shop)] == [2, 25]
    await shop.rep.press("v1|fu|1:ok")
    await edit(shop.rep, message, "/sale Lan 12tr")
    assert await planned(shop) == steps("Lan", "Rosa", 3, 30)


async def test_a_call_that_becomes_a_sale_brings_the_sequence_and_drops_its_own_next_try(shop: Office) -> None:
    called = await shop.rep.say("/call Lan no answer")
    message = shop.rep.ids[0]
    await shop.rep.press(key(called, "Tomorrow"))
    assert [day for day, *_ in await planned(shop)] == [1]
    assert "It replaces #1." in await edit(shop.rep, message, "/sale Lan 12tr")
    today = await shop.rep.say("/call Lan 5p")
    assert today.text.endswith(" · next 09:00 23 Nov")


async def test_what_an_undone_sale_brought_is_not_told_and_comes_back_with_it(clocked: Clocked, shop: Office) -> None:
    sold = await shop.rep.say("/sale Lan 12tr")
    undone = await shop.rep.press(key(sold, "Undo"))
    await remind(shop.database, NINE + 3 * DAY + timedelta(minutes=1))
    assert await clocked.said() == []
    await shop.rep.press(key(undone, "Restore"))
    await remind(shop.database, NINE + 7 * DAY + timedelta(minutes=1))
    assert [text.endswith("ask how they like it</b>") for text in await clocked.said()] == [True]
    assert "Undo" in labels(await shop.rep.say("/sale Hoa 3tr"))
