"""A bare command is logged by buttons alone, by four taps at most, for a customer whom the team knows."""

from dataclasses import dataclass

import pytest
from sqlalchemy import text

from handlers.base import Reply
from tests.handlers.office import Chat, Office

MOST = 4
WAYS = {"Back", "Cancel"}
WIDTH = 3
"""Buttons of each question that are tried, besides *Skip*."""


@pytest.fixture
def backend() -> str:
    """What is asked and tapped is the same on both databases."""
    return "sqlite"


@pytest.fixture
async def shop(office: Office) -> Office:
    """Rosa has logged two customers, sold goods at two prices, and has two deals open, one without an amount."""
    await office.rep.say("/lead Lan 0912345678 #zalo")
    await office.rep.say("/lead Hoa")
    async with office.database.begin() as session:
        await session.execute(text("INSERT INTO products (team_id, name, key) VALUES (1, 'Lọc nước', 'loc nuoc')"))
    await office.rep.say("/sale Lan 12tr 1x Lọc nước")
    await office.rep.say("/sale Hoa 3tr")
    await office.rep.say("/deal Lan 50tr")
    await office.rep.say("/deal Hoa 20tr")
    async with office.database.begin() as session:
        await session.execute(
            text("UPDATE deals SET amount_minor = NULL, base_minor = NULL WHERE amount_minor = 20000000")
        )
    return office


@dataclass
class Walk:
    """Every way through a command's questions: each is begun anew, and taps the buttons of ``path`` one by one."""

    chat: Chat
    command: str
    ends: list[tuple[tuple[str, ...], str]]

    async def all(self, path: tuple[str, ...] = ()) -> None:
        """Walk on from a path: note where it ended, or try the buttons of the question that it leads to."""
        assert len(path) <= MOST, (self.command, path)
        reply = await self._at(path)
        keys = _keys(reply)
        if not keys:
            self.ends.append((path, reply.text))
            return
        for label in keys:
            await self.all((*path, label))

    async def _at(self, path: tuple[str, ...]) -> Reply:
        reply = await self.chat.say(self.command)
        for label in path:
            reply = await self.chat.press(next(b.data for row in reply.buttons for b in row if b.text == label))
        return reply


def _keys(reply: Reply) -> list[str]:
    """The buttons that answer a question; none under a record."""
    buttons = [button for row in reply.buttons for button in row]
    if not any((button.data or "").startswith("v1|drop|") for button in buttons):
        return []
    asked = [button.text for button in buttons if button.text not in WAYS]
    return [*asked[:WIDTH], *(label for label in asked[WIDTH:] if label == "Skip")]


@pytest.mark.parametrize(
    "command", ["/call", "/sale", "/deal", "/msg", "/mail", "/meet", "/visit", "/event", "/remind"]
)
async def test_the_worst_path_takes_four_taps(shop: Office, command: str) -> None:
    walk = Walk(shop.rep, command, [])
    await walk.all()
    assert len(walk.ends) > 1
    said = "I will remind you" if command == "/remind" else "Recorded #"
    assert all(text.startswith(said) for _, text in walk.ends), walk.ends


@pytest.mark.parametrize(
    ("line", "taps"),
    [
        ("/optout", ["Lan"]),
        ("/rating", ["Lan", "5"]),
        ("/stage", ["#5 Lan", "quoted"]),
        ("/lost", ["#5 Lan", "price"]),
        ("/won", ["#5 Lan"]),
    ],
)
async def test_what_is_said_once_takes_as_many(shop: Office, line: str, taps: list[str]) -> None:
    reply = await shop.rep.say(line)
    for label in taps:
        keys = [button for row in reply.buttons for button in row if button.text.startswith(label)]
        reply = await shop.rep.press(keys[0].data)
    assert not _keys(reply)
    assert any(word in reply.text for word in ("Recorded #", "eal #5")), reply.text


async def test_a_sale_made_twice_within_minutes_still_takes_four(shop: Office) -> None:
    for taps in (3, 4):
        path = ["Lan", "₫3,000,000", *(["Yes"] if taps == 4 else []), "Skip"]
        reply = await shop.rep.say("/sale")
        for label in path:
            keys = [button for row in reply.buttons for button in row if button.text.startswith(label)]
            reply = await shop.rep.press(keys[0].data)
        assert len(path) == taps
        assert reply.text.startswith("Recorded #"), reply.text


async def test_a_member_who_logged_nothing_yet_is_offered_their_own_customers(shop: Office) -> None:
    async with shop.database.begin() as session:
        await session.execute(
            text("UPDATE customers SET owner_id = (SELECT id FROM members WHERE name = 'Tuan') WHERE name = 'Hoa'")
        )
    asked = await shop.other_rep.say("/goi")
    assert [button.text for row in asked.buttons for button in row] == ["Hoa", "Cancel"]
