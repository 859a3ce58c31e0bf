"""Logging from end to end: a real bot over the simulated Telegram, on both databases."""

import pytest
from sqlalchemy import text

from bot.simulator import Upload
from metrics.wording import Say
from store import Database
from tests.conversations.conftest import GROUP, OTHER_REP, REP, WAIT_SECONDS, Chat, Stage, labels, words

vi = Say("vi").plain


async def standing(database: Database) -> list[tuple[int, str]]:
    """Number and kind of each record that stands."""
    async with database.read() as session:
        rows = await session.execute(text("SELECT number, kind FROM records WHERE removed_at IS NULL ORDER BY number"))
        return [(row.number, row.kind) for row in rows]


@pytest.fixture
async def lan(rep: Chat) -> None:
    """A customer whom the rep knows."""
    await rep.say("/khachmoi chị Lan 0912345678 #zalo")


@pytest.mark.usefixtures("lan")
async def test_a_call_and_a_sale_are_confirmed_with_number_and_total(rep: Chat, database: Database) -> None:
    called = await rep.say("/goi Lan 5p quan tâm")
    assert called.startswith(vi("Recorded #{number}: {record}", number="2", record="")[:9])
    assert "chị Lan" in called
    sold = await rep.say("bán Lan 12tr5")
    assert "12.500.000 ₫" in sold
    assert "12,5 tr" in sold
    assert await standing(database) == [(1, "lead"), (2, "contact"), (3, "sale")]


async def test_an_unknown_name_is_asked_and_recorded_by_one_tap(rep: Chat, database: Database) -> None:
    asked = await rep.send("gọi Mai Anh 5p")
    assert await standing(database) == []
    await rep.press(asked, vi("New customer: {name}", name="Mai Anh"))
    assert await standing(database) == [(1, "contact")]
    answered = rep.last()
    assert answered.message_id == asked.message_id
    assert "Mai Anh" in words(answered)
    assert labels(answered) == [vi("Undo"), vi("Edit"), vi("Repeat"), vi("Remind")]


@pytest.mark.usefixtures("lan")
async def test_an_edit_corrects_and_undo_takes_back(rep: Chat, database: Database) -> None:
    await rep.say("/ban Lan 2tr")
    corrected = await rep.edit(rep.sent(), "/ban Lan 3tr")
    assert "#2" in corrected
    assert "3.000.000 ₫" in corrected
    assert await standing(database) == [(1, "lead"), (2, "sale")]
    receipt = rep.last()
    await rep.press(receipt, vi("Undo"))
    assert await standing(database) == [(1, "lead")]
    await rep.press(rep.last(), vi("Restore"))
    assert await standing(database) == [(1, "lead"), (2, "sale")]


@pytest.mark.usefixtures("lan")
async def test_a_tap_by_a_colleague_is_refused_in_the_group(stage: Stage, database: Database) -> None:
    mine, theirs = stage.chat(REP, GROUP), stage.chat(OTHER_REP, GROUP)
    asked = await mine.send("/banhang Lan 500")
    choice = labels(asked)[0]
    assert await theirs.press(asked, choice) == vi("Only the person who wrote the message can answer this.")
    assert len(await standing(database)) == 1
    await mine.press(asked, choice)
    assert len(await standing(database)) == 2


@pytest.mark.usefixtures("lan")
async def test_undo_by_reply_takes_the_record_of_that_message(stage: Stage, rep: Chat, database: Database) -> None:
    first = await rep.send("/goi Lan 5p")
    await rep.send("/goi Lan 7p")
    sent = stage.simulator.send(REP, "/xoa", chat_id=rep.chat_id, reply_to=first.message_id)
    await stage.simulator.reply(rep.chat_id, sent.message_id)
    assert await standing(database) == [(1, "lead"), (3, "contact")]


@pytest.mark.usefixtures("lan")
async def test_several_lines_and_a_question_are_each_answered(rep: Chat, database: Database) -> None:
    last = await rep.send("/goi Lan 5p\nLan 3p\nHoa Mai 4p", answers=2)
    assert await standing(database) == [(1, "lead"), (2, "contact"), (3, "contact")]
    await rep.press(last, vi("New customer: {name}", name="Hoa Mai"))
    assert len(await standing(database)) == 4


async def test_bad_input_is_answered_and_records_nothing(rep: Chat, database: Database) -> None:
    for line in ("/ban", "/ban <b>x</b> '; DROP TABLE sales; --", "/goi \u202e\u200b", "/ban " + "x" * 4000, "🎉🎉"):
        assert await rep.say(line)
    assert await standing(database) == []


async def test_a_file_of_contacts_is_fetched_from_telegram_and_kept(rep: Chat, database: Database) -> None:
    people = (("Trần Lan", "0912345678"), ("Hoa", "0987654321"))
    cards = "".join(f"BEGIN:VCARD\nFN:{name}\nTEL:{phone}\nEND:VCARD\n" for name, phone in people)
    sent = rep.simulator.send_file(rep.person, Upload("danh-ba.vcf", cards.encode(), "text/vcard"), chat_id=rep.chat_id)
    answer = await rep.simulator.reply(rep.chat_id, sent.message_id, timeout_seconds=WAIT_SECONDS)
    assert "Trần Lan, +84912345678" in words(answer)
    async with database.read() as session:
        rows = (await session.execute(text("SELECT name, phone FROM customers ORDER BY id"))).all()
    assert [tuple(row) for row in rows] == [("Trần Lan", "+84912345678"), ("Hoa", "+84987654321")]
