"""A refund from end to end over the simulated Telegram, on both databases."""

import pytest
from sqlalchemy import text

from metrics.wording import Say
from store import Database
from tests.conversations.conftest import Chat, Stage, labels, words

vi = Say("vi").plain


@pytest.fixture
async def lan(rep: Chat) -> None:
    """A customer whom the rep knows."""
    await rep.say("/khachmoi chị Lan 0912345678 #zalo")


async def given(database: Database) -> list[int]:
    """What was given back and stands."""
    async with database.read() as session:
        return list((await session.execute(text("SELECT amount_minor FROM refunds WHERE counted"))).scalars())


@pytest.mark.usefixtures("lan")
async def test_a_sale_is_refunded_by_reply_corrected_by_edit_and_undone(
    stage: Stage, rep: Chat, database: Database
) -> None:
    sale = await rep.send("bán Lan 12tr")
    sent = stage.simulator.send(rep.person, "/hoantien 2tr", chat_id=rep.chat_id, reply_to=sale.message_id)
    answer = await stage.simulator.reply(rep.chat_id, sent.message_id)
    assert "2.000.000 ₫" in words(answer)
    assert vi("of sale #{number}, {left} of it left", number="2", left="10.000.000 ₫") in words(answer)
    assert await given(database) == [2_000_000]
    corrected = await rep.edit(rep.sent(), "/hoantien")
    assert vi("all of sale #{number}", number="2") in corrected
    assert await given(database) == [12_000_000]
    await rep.press(rep.last(), vi("Undo"))
    assert await given(database) == []


@pytest.mark.usefixtures("lan")
async def test_which_sale_is_asked_with_buttons(rep: Chat, database: Database) -> None:
    await rep.say("bán Lan 12tr")
    await rep.say("bán Lan 3tr")
    asked = await rep.send("/hoantien Lan 500k")
    assert [label.partition(" ")[0] for label in labels(asked)[:2]] == ["#3", "#2"]
    await rep.press(asked, "#2")
    assert await given(database) == [500_000]
