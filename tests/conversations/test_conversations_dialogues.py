"""Being led through a log: questions with buttons, typed answers, restarts, two people in one group."""

import asyncio

import pytest
from sqlalchemy import text

from metrics.wording import Say
from store import Database
from tests.conversations.conftest import GROUP, OTHER_REP, REP, Chat, Stage, labels, words

vi = Say("vi").plain


async def sums(database: Database) -> list[tuple[str, int]]:
    """Member and amount of each sale."""
    async with database.read() as session:
        rows = await session.execute(
            text("SELECT m.name, s.amount_minor FROM sales s JOIN members m ON m.id = s.member_id ORDER BY s.id")
        )
        return [(row.name, row.amount_minor) for row in rows]


@pytest.fixture
async def lan(rep: Chat) -> None:
    """A customer whom the rep knows."""
    await rep.say("/khachmoi chị Lan 0912345678 #zalo")


@pytest.mark.usefixtures("lan")
async def test_a_bare_call_is_led_in_the_same_message(rep: Chat, database: Database) -> None:
    asked = await rep.send("/goi")
    await rep.press(asked, "chị Lan")
    await rep.press(rep.last(), vi("interested"))
    await rep.press(rep.last(), "5")
    done = rep.last()
    assert done.message_id == asked.message_id
    assert "chị Lan" in words(done)
    assert vi("Undo") in labels(done)


@pytest.mark.usefixtures("lan")
async def test_two_people_in_a_group_answer_their_own_questions(stage: Stage, database: Database) -> None:
    mine, theirs = stage.chat(REP, GROUP), stage.chat(OTHER_REP, GROUP)
    first = await mine.send("/banhang Lan")
    second = await theirs.send("/banhang 0912345678")
    for person, question, amount in ((OTHER_REP, second, "4tr"), (REP, first, "7tr")):
        sent = stage.simulator.send(person, amount, chat_id=GROUP, reply_to=question.message_id)
        await stage.simulator.reply(GROUP, sent.message_id)
    assert await sums(database) == [("Mai", 4_000_000), ("Hùng", 7_000_000)]


@pytest.mark.usefixtures("lan")
async def test_an_edited_answer_corrects_the_sale(rep: Chat, database: Database) -> None:
    await rep.say("/banhang Lan")
    await rep.say("12tr")
    assert "21.000.000 ₫" in await rep.edit(rep.sent(), "21tr")
    assert await sums(database) == [("Hùng", 21_000_000)]


async def test_a_forwarded_contact_becomes_a_customer_and_is_found_again(stage: Stage, rep: Chat) -> None:
    for said in ("Trần Lan", vi("This number is in the book already:\n{card}", card="").strip()):
        sent = stage.simulator.send_contact(REP, "+84912345678", "Trần", last_name="Lan", forwarded_from="Vợ")
        answer = await stage.simulator.reply(rep.chat_id, sent.message_id)
        assert said in words(answer)


@pytest.mark.usefixtures("lan")
async def test_a_line_written_out_in_a_group_gets_a_reaction(stage: Stage, database: Database) -> None:
    group = stage.chat(REP, GROUP)
    sent = stage.simulator.send(REP, "/goi chị Lan 5p", chat_id=GROUP)
    for _ in range(200):
        if group.sent().reactions:
            break
        await asyncio.sleep(0.05)
    await group.quiet()
    assert group.sent().reactions == ("✍",)
    assert stage.simulator.bot_messages(GROUP) == []
    undo = stage.simulator.send(REP, "/xoa", chat_id=GROUP, reply_to=sent.message_id)
    assert "chị Lan" in words(await stage.simulator.reply(GROUP, undo.message_id))
    async with database.read() as session:
        left = await session.execute(text("SELECT count(*) FROM contacts WHERE counted"))
        assert left.scalar_one() == 0
