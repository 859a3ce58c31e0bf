"""Rates, products, targets, settings and the export, from end to end over the simulated Telegram."""

import pytest
from sqlalchemy import text

from metrics.wording import Say
from store import Database
from tests.conversations.conftest import Chat, labels, words

vi = Say("vi").plain


async def one(database: Database, query: str) -> object:
    """The one value of a query."""
    async with database.read() as session:
        return (await session.execute(text(query))).scalar_one()


@pytest.fixture
async def lan(rep: Chat) -> None:
    """A customer whom the rep knows."""
    await rep.say("/khachmoi chị Lan 0912345678 #zalo")


@pytest.mark.usefixtures("lan")
async def test_a_foreign_sale_waits_for_its_rate_and_counts_then(rep: Chat, manager: Chat, database: Database) -> None:
    waiting = await rep.say("bán Lan 100 usd")
    assert vi("In no figure yet: 1 {currency} has no rate in {base}. A manager gives it with /fx.",
              currency="USD", base="VND") in waiting  # fmt: skip
    asked = await manager.send("/tygia usd 26.000")
    await manager.press(asked, "26.000 VND")
    assert await one(database, "SELECT base_minor FROM sales") == 2_600_000
    await manager.press(manager.last(), vi("Undo it"))
    assert await one(database, "SELECT count(*) FROM sales WHERE base_minor IS NULL") == 1


async def test_a_target_is_set_by_buttons_and_stands_beside_the_figure(manager: Chat, rep: Chat) -> None:
    assert vi("None yet.") in await manager.say("/datmuctieu")
    made = await manager.say("/datmuctieu doanh số 500tr tháng")
    assert "500.000.000 ₫" in made
    assert vi("Undo it") in labels(manager.last())
    await rep.say("/khachmoi Mai 0912345679")
    await rep.say("bán Mai 100tr")
    assert "mục tiêu 500 tr" in await manager.say("/doanhso")
    assert "20 %" in await manager.say("/muctieu")


async def test_settings_are_walked_through_by_buttons(manager: Chat, database: Database) -> None:
    shown = await manager.send("/caidat")
    await manager.press(shown, vi("How figures count"))
    await manager.press(manager.last(), vi("Active after a purchase for"))
    await manager.press(manager.last(), "60")
    assert await one(database, "SELECT window_days FROM teams") == 60
    assert "60" in words(manager.last())


async def test_the_owner_takes_everything_along(owner: Chat) -> None:
    sent = await owner.send("/xuatdulieu")
    assert sent.content.get("document") or sent.content.get("caption")
