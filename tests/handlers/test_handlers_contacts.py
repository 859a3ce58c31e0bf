"""Shared contact cards create or find a customer; what is odd about one is said in one sentence."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from bot.chat import hear
from handlers.base import Attached, Contact, Reply
from handlers.dispatch import answer
from handlers.parsing.vcards import VCard, read_vcards
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


async def send_file(chat: Chat, content: str, name: str = "contacts.vcf", size: int = 0) -> Reply:
    """Send a document as the chat would hear it."""

    async def fetch(_file_id: str) -> bytes:
        return content.encode()

    request = await chat.request("", document=Attached("F1", name, size))
    return await answer(replace(request, fetch=fetch))


def vcard(name: str, *phones: str) -> str:
    return "\r\n".join(["BEGIN:VCARD", "VERSION:3.0", f"FN:{name}", *(f"TEL:{one}" for one in phones), "END:VCARD", ""])


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (vcard("Trần Lan", "0912 345 678"), [VCard("Trần Lan", ("0912 345 678",))]),
        (vcard("A", "1") + vcard("B"), [VCard("A", ("1",)), VCard("B")]),
        # folded lines, a group, an escaped comma, a number as a URI (RFC 6350)
        ("BEGIN:VCARD\nFN:Lan\\, Sa\n Gon\nitem1.TEL;VALUE=uri:tel:+84-912\nEND:VCARD",
         [VCard("Lan, SaGon", ("+84-912",))]),
        # as older Androids write it (vCard 2.1)
        ("BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=54=72=E1=BA=A7=6E;=\n=4C=61=6E;;;\n"
         "TEL;CELL;PREF:0912345678\nEND:VCARD", [VCard("Trần Lan", ("0912345678",))]),
        ("BEGIN:VCARD\nN:Trần;Lan;Thị;;\nEND:VCARD", [VCard("Trần Thị Lan")]),
        ("BEGIN:VCARD\nN:;;;;\nORG:Cty Hoa;Kho\nTEL:1\nEND:VCARD", [VCard("Cty Hoa", ("1",))]),
        ("BEGIN:VCARD\nFN:Lan\nTEL:1", []),
        ("name,phone\nLan,0912345678", []),
        ("", []),
    ],
)  # fmt: skip
def test_a_file_of_contacts_is_read(content: str, found: list[VCard]) -> None:
    assert read_vcards(content.encode()) == found
    assert read_vcards(content.encode("utf-16")) == found


async def test_a_file_with_one_contact_is_a_shared_card(office: Office) -> None:
    reply = await send_file(office.rep, vcard("Trần Lan", "113", "0912 345 678"))
    assert reply.text == "Recorded #1: new lead Trần Lan, +84912345678"
    again = await send_file(office.rep, vcard("Lan", "+84912345678"))
    assert again.text.startswith("This number is in the book already:\n<b>Trần Lan</b>")
    asked = await send_file(office.rep, vcard("Hoa"))
    assert asked.text == "The contact “Hoa” has no phone number. Add the customer without one?"
    assert len(await customers(office)) == 1


async def test_a_file_with_several_makes_finds_and_asks(office: Office) -> None:
    await office.rep.say("/lead Lan 0912345678")
    await office.rep.say("/lead Hoa 0987654321")
    people = [("Chị Lan", "0912345678"), ("Hoa", "0911111111"), ("Mai", "0922222222"), ("Mai 2", "0922222222")]
    reply = await send_file(office.rep, "".join(vcard(*one) for one in people) + vcard("Nga") + vcard("Ngân", "12"))
    assert reply.text.splitlines() == [
        "Recorded #3: new lead Mai, +84922222222",
        "In the book already: Lan, Mai",
        "Without a name or a phone number, not added: Nga, Ngân",
    ]
    assert [one.text.splitlines()[0] for one in reply.then] == [
        "There is already a customer Hoa. The same one, or somebody new?"
    ]
    await office.rep.press(data(reply.then[0], "New customer"))
    assert await customers(office) == [
        ("Lan", "+84912345678"), ("Hoa", "+84987654321"), ("Mai", "+84922222222"), ("Hoa", "+84911111111"),
    ]  # fmt: skip


async def test_of_many_contacts_the_first_fifty_are_taken(office: Office) -> None:
    reply = await send_file(office.rep, "".join(vcard(f"Khách {n}", f"09{n:08}") for n in range(60)))
    assert reply.text.endswith("10 more contacts are not taken: at most 50 at once.")
    assert len(await customers(office)) == 50


async def test_what_is_odd_about_a_file_is_one_sentence(office: Office) -> None:
    assert "no contact in this file" in (await send_file(office.rep, "hello")).text
    assert "too large" in (await send_file(office.rep, "", size=2_000_000)).text
    assert "Viewers only ask" in (await send_file(office.viewer, vcard("Lan", "0912345678"))).text
    gone = await office.rep.say("", document=Attached("F1", "contacts.vcf", 0))
    assert gone.text == "Telegram did not hand me the file. Please send it again."
    assert await customers(office) == []
