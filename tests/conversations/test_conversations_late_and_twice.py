"""What people do that is late or twice: old messages edited, old buttons pressed, undo by others, an enormous paste."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text

from metrics.wording import Say
from store import Database
from store.queues.inbox import prune
from tests.conversations.conftest import GROUP, OTHER_REP, REP, Chat, Stage, labels, words

vi = Say("vi").plain
LINES = 10_000
LONGEST = 4096


async def standing(database: Database) -> list[tuple[int, str]]:
    """Number and kind of each record that stands."""
    async with database.read() as session:
        rows = await session.execute(text("SELECT number, kind FROM records WHERE removed_at IS NULL ORDER BY number"))
        return [(row.number, row.kind) for row in rows]


async def days_of(database: Database, table: str) -> list[str]:
    async with database.read() as session:
        return [str(row.day)[:10] for row in await session.execute(text(f"SELECT day FROM {table} ORDER BY id"))]


async def later(stage: Stage, database: Database, days: int) -> None:
    """Let days pass; the inbox keeps its messages for 48 hours only."""
    now = stage.simulator.clock.now() + timedelta(days=days)
    stage.simulator.clock.set(now)
    async with database.begin() as session:
        await prune(session, now)
        kept = await session.execute(text("SELECT count(*) FROM inbox WHERE answered_at IS NOT NULL"))
        assert kept.scalar_one() == 0


@pytest.fixture(autouse=True)
async def lan(rep: Chat) -> None:
    """A customer whom the rep knows."""
    await rep.say("/khachmoi chị Lan 0912345678 #zalo")


async def test_an_edit_five_days_later_corrects_and_counts_words_of_time_from_the_first_sending(
    stage: Stage, rep: Chat, database: Database
) -> None:
    await rep.say("gọi Lan 5p hôm qua")
    called, [day] = rep.sent(), await days_of(database, "contacts")
    await later(stage, database, 5)
    assert "#2" in await rep.edit(called, "gọi Lan 7p hôm qua")
    assert await days_of(database, "contacts") == [day]
    assert await standing(database) == [(1, "lead"), (2, "contact")]
    assert "#3" in await rep.edit(called, "bán Lan 2tr hôm qua")
    assert await standing(database) == [(1, "lead"), (3, "sale")]
    assert await days_of(database, "sales") == [day]


async def test_old_buttons_still_undo_and_restore(stage: Stage, rep: Chat, database: Database) -> None:
    receipt = await rep.send("bán Lan 2tr")
    await later(stage, database, 5)
    await rep.press(receipt, vi("Undo"))
    assert await standing(database) == [(1, "lead")]
    await rep.press(rep.last(), vi("Restore"))
    assert await standing(database) == [(1, "lead"), (2, "sale")]


async def test_undo_pressed_twice_or_by_another_person_takes_back_one_record_once(
    stage: Stage, rep: Chat, database: Database
) -> None:
    mine, theirs = stage.chat(REP, GROUP), stage.chat(OTHER_REP, GROUP)
    await rep.say("bán Lan 1tr")
    receipt = await mine.send("/banhang Lan 2tr")
    assert await theirs.press(receipt, vi("Undo")) == vi(
        "That is a colleague's record: only they or a manager can change it."
    )
    assert await standing(database) == [(1, "lead"), (2, "sale"), (3, "sale")]
    taps = [stage.simulator.press(REP, receipt.message_id, text=vi("Undo"), chat_id=GROUP) for _ in range(2)]
    first, second = await asyncio.gather(*taps)
    await mine.quiet()
    assert first is not None
    assert second is not None
    assert {first.text, second.text} == {vi("Undone"), vi("#{number} was already undone.", number="3")}
    assert await standing(database) == [(1, "lead"), (2, "sale")]


async def test_ten_thousand_lines_come_as_many_messages_and_each_is_asked_about(rep: Chat, database: Database) -> None:
    lines = [f"gọi Lan {1 + number % 9}p" for number in range(LINES)]
    messages = [""]
    for line in lines:  # as Telegram cuts what is pasted
        if len(messages[-1]) + len(line) + 1 > LONGEST:
            messages.append("")
        messages[-1] += line + "\n"
    assert sum(len(one.splitlines()) for one in messages) == LINES
    asked = [await rep.send(one.strip()) for one in messages[:3]]
    assert all(len(labels(one)) == 2 for one in asked)
    assert await standing(database) == [(1, "lead")]
    await rep.press(asked[1], "50")
    assert len(await standing(database)) == 51
    [done] = [one for one in rep.simulator.messages(rep.chat_id) if one.message_id == asked[1].message_id]
    assert len(words(done).splitlines()) == 50
    await rep.press(asked[0], vi("Cancel"))
    assert len(await standing(database)) == 51
