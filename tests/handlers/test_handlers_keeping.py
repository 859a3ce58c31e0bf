"""A record's trail for owners, forgetting a customer for good, and what is kept of a member."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import text

from handlers.base import Button, Reply
from handlers.clockwork.telling import Place, tell
from handlers.reminders.reminding import remind
from store.tables import metadata
from tests.handlers.office import NOW, Office

pytestmark = pytest.mark.usefixtures("lan")


@pytest.fixture
async def lan(office: Office) -> None:
    """A customer with personal values in every place that may hold them."""
    await office.rep.say("/lead Trần Lan 0912345678 birthday 20/11/1990, thích màu đỏ")
    await office.rep.say("/lead Hoa")


async def rows(office: Office, sql: str) -> list[tuple[object, ...]]:
    async with office.database.read() as session:
        return [tuple(row) for row in await session.execute(text(sql))]


def data(reply: Reply, label: str) -> str:
    return next(str(button.data) for row in reply.buttons for button in row if button.text.startswith(label))


async def everything(office: Office) -> str:
    """All that the database holds, as text."""
    held = []
    async with office.database.read() as session:
        for table in metadata.sorted_tables:
            held += [f"{table.name}: {tuple(row)!r}" for row in await session.execute(table.select())]
    return "\n".join(held)


async def test_the_trail_names_product_seller_and_expected_day(office: Office) -> None:
    async with office.database.begin() as session:
        await session.execute(text("INSERT INTO products (team_id, name, key) VALUES (1, 'Lọc nước', 'loc nuoc')"))
    deal = await office.rep.say("/deal Hoa 12tr")
    for part, answer in (("Product", "Lọc nước"), ("Expected", "30 Nov"), ("Whose", "Tuan")):
        asked = await office.manager.press(data(await office.manager.press(data(deal, "Edit")), part))
        await office.manager.press(data(asked, answer))
    told = (await office.owner.say("/audit 3")).text.splitlines()
    assert [line.split(" · ")[1] for line in told[2:]] == [
        "Minh: corrected Product: — → Lọc nước",
        "Minh: corrected Expected: — → 30 Nov 2026",
        "Minh: corrected Whose: Rosa → Tuan",
    ]


async def test_an_owner_sees_what_happened_to_a_record(office: Office) -> None:
    sold = await office.rep.say("/sale Hoa 12tr")
    await office.rep.say("không phải 12tr mà 21tr", replied_id=900, replied_data=(data(sold, "Undo"),))
    await office.manager.say("sai tên, Trần Lan", replied_id=900, replied_data=(data(sold, "Undo"),))
    await office.manager.press(data(sold, "Undo"))
    told = (await office.owner.say("/audit 3")).text.splitlines()
    assert told[0] == "#3: sale to Trần Lan, <b>₫21,000,000</b>"
    assert told[1] == "It is undone: no figure counts it."
    assert [line.split(" · ")[1] for line in told[2:]] == [
        "Rosa: recorded",
        "Rosa: corrected Amount: ₫12,000,000 → ₫21,000,000",
        "Minh: corrected Customer: Hoa → Trần Lan",
        "Minh: undone",
    ]
    assert "There is no record #99" in (await office.owner.say("/audit 99")).text
    assert "Of which record?" in (await office.owner.say("/audit")).text
    assert "is for owners" in (await office.manager.say("/audit 3")).text


async def test_a_forgotten_customer_leaves_no_personal_value_and_every_figure(office: Office) -> None:
    sold = await office.rep.say("/sale Trần Lan 12tr, giao nhà chị Lan")
    await office.rep.say("not 12 but 21m", replied_id=900, replied_data=(data(sold, "Undo"),))
    await office.rep.say("/sale Trần Lan 700")
    figures = "SELECT count(*), sum(base_minor), count(DISTINCT customer_id) FROM sales WHERE counted"
    before = await rows(office, figures)
    journeys = await rows(office, "SELECT customer_id, start_at, end_at, outcome FROM journeys ORDER BY id")
    asked = await office.owner.say("/forget Trần Lan")
    assert "for good" in asked.text
    assert "Trần Lan" in await everything(office)
    done = await office.owner.press(data(asked, "Forget for good"))
    assert done.text.startswith("Forgotten.")
    held = await everything(office)
    for word in ("Trần", "tran lan", "912345678", "1990", "màu đỏ", "giao nhà"):
        assert word not in held, [line for line in held.splitlines() if word in line]
    assert await rows(office, figures) == before
    assert await rows(office, "SELECT customer_id, start_at, end_at, outcome FROM journeys ORDER BY id") == journeys
    assert "no customer like" in (await office.rep.say("/find Trần Lan")).text
    assert "Hoa" in held


async def test_what_waits_to_be_sent_names_a_forgotten_customer_no_more(office: Office) -> None:
    await office.rep.say("/remind Trần Lan in 1 hour")
    await remind(office.database, NOW + timedelta(hours=2))
    await office.other_rep.press(data(await office.other_rep.say("/find Trần Lan"), "Ask Rosa"))
    place = Place(office.team_id, 3, "en")
    async with office.database.begin() as session:
        digest = Reply("Overdue: Trần Lan (+84912345678), Hoa", ((Button("Trần Lan", "v1|card|1"),),))
        await tell(session, place, lambda say: digest, key="digest:1", now=NOW)
    await office.owner.press(data(await office.owner.say("/forget Trần Lan"), "Forget for good"))
    assert await rows(office, "SELECT failure, count(*) FROM outbox WHERE failed_at IS NOT NULL GROUP BY failure") == [
        ("forgotten", 2)
    ]
    held = await everything(office)
    assert "Trần" not in held
    assert re.search(r"Overdue: (× \d+) \(\1\), Hoa", held)
    assert "Follow-ups" not in (await office.rep.say("/today")).text


async def test_forgetting_is_the_owners_and_asked_first(office: Office) -> None:
    assert "is for owners" in (await office.manager.say("/forget Hoa")).text
    asked = await office.owner.say("/forget Hoa")
    assert (await office.manager.press(data(asked, "Forget for good"))).toast == "Only an owner forgets a customer."
    assert (await office.owner.press(data(asked, "Cancel"))).text == "Cancelled: nothing was changed."
    assert "Forget whom?" in (await office.owner.say("/forget")).text
    assert "several or none" in (await office.owner.say("/forget Zyx Wvu")).text
    assert await rows(office, "SELECT count(*) FROM customers WHERE name = 'Hoa'") == [(1,)]


async def test_a_look_alike_is_neither_forgotten_nor_merged(office: Office) -> None:
    assert "Recorded" in (await office.rep.say("/lead Nguyễn Thị Hường")).text
    asked = await office.owner.say("/forget Nguyễn Thị Hườngg")
    assert (asked.buttons, "several or none" in asked.text) == ((), True)
    assert "no customer like “Nguyễn Thị Hườngg”" in (await office.owner.say("/merge Nguyễn Thị Hườngg, Hoa")).text
    assert "Forget <b>Nguyễn Thị Hường</b>?" in (await office.owner.say("/forget Thị Hường")).text


async def test_a_member_sees_what_is_kept_of_them(office: Office) -> None:
    await office.rep.say("/call Hoa 5p")
    said = (await office.rep.say("/mydata")).text
    assert "your Telegram id (3)" in said
    assert "leads: 2" in said
    assert "calls and contacts: 1" in said
    assert "logged nothing yet" in (await office.viewer.say("/mydata")).text


async def test_forgetting_leaves_who_came_by_referral(office: Office) -> None:
    await office.rep.say("/lead Lan Chi referred by Hoa")
    before = await rows(office, "SELECT referred_by_id FROM customers WHERE name = 'Lan Chi'")
    assert before != [(None,)]
    await office.owner.press(data(await office.owner.say("/forget Lan Chi"), "Forget for good"))
    assert await rows(office, "SELECT referred_by_id FROM customers WHERE name LIKE '× %'") == before
