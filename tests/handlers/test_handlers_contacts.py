"""Shared contact cards create or find a customer; what is odd about one is said in one sentence."""

import pytest
from sqlalchemy import text

from bot.chat import hear
from handlers.base import Contact, Reply
from tests.handlers.office import Chat, Office


async def customers(office: Office) -> list[tuple[object, ...]]:
    async with office.database.read() as session:
        rows = await session.execute(text("SELECT name, phone FROM customers ORDER BY id"))
        return [tuple(row) for row in rows]


def labels(reply: Reply) -> list[str]:
    return [button.text for row in reply.buttons for button in row]


def data(reply: Reply, label: str) -> str:
    return next(str(button.data) for row in reply.buttons for button in row if button.text.startswith(label))


async def share(chat: Chat, name: str, phone: str = "", user_id: int | None = None) -> Reply:
    """Send a contact card as the chat would hear it."""
    return await chat.say(f"{name} {phone}".strip(), contact=Contact(name, phone, user_id))


async def test_an_unknown_contact_becomes_a_lead(office: Office) -> None:
    reply = await share(office.rep, "Trần Lan", "0912 345 678")
    assert reply.text == "Recorded #1: new lead Trần Lan, +84912345678"
    assert await customers(office) == [("Trần Lan", "+84912345678")]


async def test_a_known_number_shows_the_card(office: Office) -> None:
    await office.rep.say("/lead Lan 0912345678")
    reply = await share(office.other_rep, "Chị Lan Zalo", "+84912345678")
    assert reply.text.startswith("This number is in the book already:\n<b>Lan</b>")
    assert "Ask Rosa to hand over" in labels(reply)
    assert len(await customers(office)) == 1


async def test_a_known_name_is_asked_and_may_get_its_number(office: Office) -> None:
    await office.rep.say("/lead Lan")
    asked = await share(office.rep, "Lan", "0912345678")
    assert (
        asked.text == "There is already a customer Lan. The same one, or somebody new?\nLan is yours, since 20 Nov 2026"
    )
    assert len(await customers(office)) == 1
    await office.rep.press(data(asked, "Lan"))
    assert await customers(office) == [("Lan", "+84912345678")]


async def test_a_known_name_may_be_somebody_new(office: Office) -> None:
    await office.rep.say("/lead Lan 0987654321")
    asked = await share(office.rep, "Lan", "0912345678")
    await office.rep.press(data(asked, "New customer"))
    assert await customers(office) == [("Lan", "+84987654321"), ("Lan", "+84912345678")]


@pytest.mark.parametrize("phone", ["", "12", "+84 000", "abc"])
async def test_a_contact_without_a_phone_is_asked(office: Office, phone: str) -> None:
    asked = await share(office.rep, "Hoa", phone)
    assert asked.text == "The contact “Hoa” has no phone number. Add the customer without one?"
    assert await customers(office) == []
    await office.rep.press(data(asked, "New customer: Hoa"))
    assert await customers(office) == [("Hoa", None)]


@pytest.mark.parametrize("name", ["100k", "/sale", "Lan\u202e", "5p quan tâm", "chị Lan, giao mai 12tr"])
async def test_the_name_on_a_card_is_never_read_as_a_line(office: Office, name: str) -> None:
    reply = await share(office.rep, name, "0912345678")
    assert reply.text.startswith("Recorded #1: new lead")
    kept = await customers(office)
    assert kept == [(name.replace("\u202e", ""), "+84912345678")]
    sold = await office.rep.say("/sale 0912345678 3tr")
    assert "₫3,000,000" in sold.text


async def test_what_cannot_be_a_customer_is_refused(office: Office) -> None:
    assert "own contact" in (await share(office.rep, "Rosa", "0912345678", office.rep.telegram_id)).text
    assert "no name" in (await share(office.rep, "\u200b", "0912345678")).text
    assert "Viewers only ask" in (await share(office.viewer, "Lan", "0912345678")).text
    assert "members of a team" in (await share(office.stranger, "Lan", "0912345678")).text
    assert await customers(office) == []


def test_a_vcard_gives_the_number_that_the_contact_lacks() -> None:
    vcard = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Lan\r\nitem1.TEL;type=CELL:0912 345 678\r\nEND:VCARD"
    card = {"phone_number": "", "first_name": "Lan", "last_name": "Nguyễn", "vcard": vcard}
    sender = {"id": 5, "first_name": "Rosa", "is_bot": False}
    body = {"message_id": 1, "date": 1, "chat": {"id": 5, "type": "private"}, "from": sender, "contact": card}
    heard = hear({"update_id": 1, "message": body})
    assert heard is not None
    assert heard.message.contact == Contact("Lan Nguyễn", "0912 345 678")
