"""A customer's own link over the simulated Telegram: given out, opened, answered by a tap."""

import re

from sqlalchemy import text

from store import Database
from tests.conversations.conftest import Chat, labels, words


async def test_a_stranger_rates_by_the_link_and_stays_a_stranger(rep: Chat, stranger: Chat, database: Database) -> None:
    await rep.say("/khachmoi chị Lan 0912345678")
    link = await rep.send("/linkdanhgia Lan")
    assert "photo" in link.content
    token = re.search(r"start=([\w-]+)", words(link))
    assert token is not None

    opened = await stranger.send(f"/start {token[1]}")
    assert "Shop" in words(opened)
    assert "Lan" not in words(opened)
    assert labels(opened)[:5] == ["1 ★", "2 ★", "3 ★", "4 ★", "5 ★"]
    await stranger.press(opened, "4 ★")
    assert "4/5" in words(stranger.last())
    assert "Shop" in await stranger.say("giao nhanh")
    # said in the stranger's own language again, like anything else that they say
    assert "members of a team" in await stranger.say("hello?")

    async with database.read() as session:
        rows = (await session.execute(text("SELECT score, note FROM ratings"))).all()
        people = (await session.execute(text("SELECT count(*) FROM members"))).scalar_one()
    assert [tuple(row) for row in rows] == [(4, "giao nhanh")]
    assert people == 5
