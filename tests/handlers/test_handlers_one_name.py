"""Customers of one name: one's own are offered first, and of a crowd nobody is taken for the only one."""

import pytest
from sqlalchemy import text

from handlers.base import Reply
from store.customers.lookup import add_customer
from store.records.bulk import NewCustomer, add_customers
from tests.handlers.office import Office


def labels(reply: Reply) -> list[str]:
    return [button.text for row in reply.buttons for button in row]


async def own(office: Office, name: str, owner: str | None) -> int:
    """Make a customer of a member's, and return the id."""
    async with office.database.begin() as session:
        found = text("SELECT id FROM members WHERE name = :name")
        member = None if owner is None else int((await session.execute(found, {"name": owner})).scalar_one())
        return await add_customer(session, office.team_id, name, owner_id=member)


async def crowd(office: Office, names: list[str], owner: str) -> None:
    async with office.database.begin() as session:
        await add_customers(session, office.team_id, [NewCustomer(name) for name in names])
        await session.execute(
            text("UPDATE customers SET owner_id = (SELECT id FROM members WHERE name = :owner) WHERE owner_id IS NULL"),
            {"owner": owner},
        )


@pytest.mark.parametrize("line", ["/find Lan", "/tim Lan", "/ratelink Lan", "/linkdanhgia Lan", "/optin Lan", "lan"])
async def test_ones_own_are_offered_first(office: Office, line: str) -> None:
    for name in ("An Lan", "Bùi Lan", "Cao Lan", "Đào Lan", "Giang Lan", "Hồ Lan"):
        await own(office, name, "Tuan")
    for name in ("Vũ Lan", "Từ Lan"):
        await own(office, name, "Rosa")
    offered = labels(await office.rep.say(line))
    assert offered == ["Từ Lan", "Vũ Lan", "An Lan · of Tuan", "Bùi Lan · of Tuan", "Cao Lan · of Tuan"]
    assert labels(await office.other_rep.say(line))[:2] == ["An Lan", "Bùi Lan"]


async def test_two_of_one_whole_name_are_never_cut_down_to_one(office: Office) -> None:
    for name in ("An Lan", "Bùi Lan", "Cao Lan", "Đào Lan"):
        await own(office, name, "Rosa")
    await own(office, "Lan", "Tuan")
    await own(office, "Lan", "Rosa")
    reply = await office.rep.say("/ratelink Lan")
    assert reply.photo is None
    assert labels(reply)[:2] == ["Lan", "Lan · of Tuan"]


async def test_typed_accents_and_titles_that_contradict_are_only_offered(office: Office) -> None:
    await own(office, "anh Lan", "Rosa")
    for line in ("/ratelink Lân", "/ratelink chị Lan", "/optin Lân"):
        reply = await office.rep.say(line)
        assert (reply.photo, labels(reply)) == (None, ["anh Lan"]), line
    assert (await office.rep.say("/ratelink a. Lan")).photo is not None


async def test_a_look_alike_is_no_referrer(office: Office) -> None:
    await own(office, "Loan", "Rosa")
    lan = await own(office, "Trần Lan", "Rosa")
    card = await office.rep.say("/find Trần Lan")
    edit = next(button.data for row in card.buttons for button in row if button.text == "Edit")
    parts = await office.rep.press(edit)
    key = next(button.data for row in parts.buttons for button in row if button.text.startswith("Referred"))
    await office.rep.press(key)
    assert "I know several or none called" in (await office.rep.say("Loann")).text
    await office.rep.press(key)
    await office.rep.say("loan")
    async with office.database.read() as session:
        kept = await session.execute(text("SELECT referred_by_id FROM customers WHERE id = :id"), {"id": lan})
        assert kept.scalar_one() == 1


async def test_of_a_crowd_of_ones_own_nobody_is_the_only_one(office: Office) -> None:
    await own(office, "Phạm Lân", "Rosa")
    await crowd(office, [f"Trần Thị {chr(97 + n // 26)}{chr(97 + n % 26)} Lan" for n in range(110)], "Rosa")
    await own(office, "Đỗ Lân", "Rosa")  # beyond what is read
    reply = await office.rep.say("/call Lân 5p")
    assert reply.text == "Which “Lân”?"


async def test_a_crowd_of_colleagues_keeps_nobody_from_ones_only_one(office: Office) -> None:
    await crowd(office, [f"Trần Thị {chr(97 + n // 26)}{chr(97 + n % 26)} Lan" for n in range(300)], "Tuan")
    await own(office, "Phạm Lan", "Rosa")
    assert "call to Phạm Lan, 5 min" in (await office.rep.say("/call Lan 5p")).text


async def test_a_whole_name_in_a_crowd_of_one_given_name_is_used(office: Office) -> None:
    await crowd(office, [f"Trần Thị {chr(97 + n // 26)}{chr(97 + n % 26)} Lan" for n in range(300)], "Rosa")
    assert "call to Trần Thị ab Lan" in (await office.rep.say("/call Trần Thị ab Lan 5p")).text


@pytest.mark.parametrize("command", ["/find", "/ratelink"])
async def test_lookalikes_are_offered_as_such(office: Office, command: str) -> None:
    await own(office, "Trần Thị Hường", "Rosa")
    reply = await office.rep.say(f"{command} Trần Thị Hườngg")
    assert reply.text == "I know no customer “Trần Thị Hườngg”. Is it one of these?"
    assert labels(reply) == ["Trần Thị Hường"]
