"""Digests from end to end: built by buttons, previewed, sent by the clock, paused, removed; groups and topics."""

import asyncio
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.simulator import Group, Message
from metrics.wording import Say
from tests.conversations.conftest import GROUP, MANAGER, OWNER, PEOPLE, REP, WAIT_SECONDS, Chat, Stage, labels, words

vi = Say("vi").plain
DAILY = vi("New: {every}", every=vi("daily"))
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
FORUM, TOPIC = -2002, 7


@pytest.fixture
def backend() -> str:
    """What is said is the same on both databases."""
    return "sqlite"


@pytest.fixture
async def shop(stage: Stage) -> Stage:
    """The team sold yesterday, and keeps no holidays: the tests run on any day."""
    await stage.chat(OWNER).say("/settings holidays off")
    rep = stage.chat(REP)
    await rep.say("/khachmoi Lan 0912345678")
    await rep.say("/banhang Lan 12tr hôm qua")
    return stage


async def tap(chat: Chat, message: Message, label: str) -> Message:
    """Press a button and return the message that it changed."""
    await chat.press(message, label)
    return next(one for one in chat.simulator.messages(chat.chat_id) if one.message_id == message.message_id)


async def morning(stage: Stage, chat_id: int, count: int) -> list[Message]:
    """Let the clock run to the next eight o'clock; returns the messages that a chat is told then."""
    known = len(stage.simulator.bot_messages(chat_id))
    now = stage.simulator.clock.now().astimezone(ZONE)
    due = datetime.combine(now.date(), time(8, 0, 5), ZONE)
    stage.simulator.clock.set(due if due > now else due + timedelta(days=1))
    await stage.simulator.until(lambda: len(stage.simulator.bot_messages(chat_id)) >= known + count, 30)
    return stage.simulator.bot_messages(chat_id)[known:]


async def settled_log(chat: Chat) -> str:
    """The log of digests once nothing waits: a message is read by its chat before it is known here as delivered."""
    async with asyncio.timeout(WAIT_SECONDS):
        while vi("waiting to be sent") in (log := await chat.say("/digest log")):
            pass
    return log


async def test_a_manager_builds_previews_pauses_and_removes_a_digest(shop: Stage) -> None:
    manager = shop.chat(MANAGER)
    made = await tap(manager, await manager.send("/digest"), DAILY)
    assert vi("daily") in words(made)
    figures = await tap(manager, made, vi("Figures"))
    assert "✓ Doanh số thuần" in labels(figures)
    figures = await tap(manager, figures, vi("Calls"))
    made = await tap(manager, figures, vi("Back"))
    assert vi("Calls") not in words(made)
    later = await tap(manager, await tap(manager, made, vi("Hour")), "9:00")
    assert "09:00" in words(later)
    made = await tap(manager, await tap(manager, later, vi("Hour")), "8:00")

    known = len(shop.simulator.bot_messages(MANAGER))
    await manager.press(made, vi("Preview"))
    picture, text = shop.simulator.bot_messages(MANAGER)[known:]
    assert "photo" in picture.content
    assert "12.000.000" in words(text)

    paused = await tap(manager, made, vi("Pause"))
    assert vi("Paused: nothing is sent.") in words(paused)
    removed = await tap(manager, paused, vi("Remove"))
    assert words(removed) == vi("Removed. Your other digests: /digest")
    assert vi("No digest yet. How often should one come here?") in await manager.say("/digest")


async def test_it_comes_at_eight_as_one_picture_and_one_text_with_its_buttons(shop: Stage) -> None:
    manager, owner = shop.chat(MANAGER), shop.chat(OWNER)
    mine = await tap(manager, await manager.send("/digest"), DAILY)
    await tap(owner, await owner.send("/digest"), DAILY)
    await shop.chat(REP).say("/cohoi Lan 50tr")
    picture, text = await morning(shop, MANAGER, 2)
    assert "photo" in picture.content
    assert len(words(picture).splitlines()) <= 6
    assert "1 cơ hội chưa có bước tiếp" in words(text)
    card = shop.simulator.bot_messages(MANAGER)
    await manager.press(text, "Lan")
    assert "+84912345678" in words(shop.simulator.bot_messages(MANAGER)[len(card)])

    await manager.press(mine, vi("Pause"))
    known = len(shop.simulator.bot_messages(MANAGER))
    await shop.chat(REP).say("/goi Lan 5p")
    await morning(shop, OWNER, 2)
    assert len(shop.simulator.bot_messages(MANAGER)) == known, "paused"
    assert (await settled_log(manager)).count(vi("sent")) >= 3


@pytest.mark.parametrize("who", ["rep", "viewer"])
async def test_who_does_not_lead_makes_none_and_changes_none(shop: Stage, who: str) -> None:
    person = next(number for number, (_, role) in PEOPLE.items() if role == who)
    manager, other = shop.chat(MANAGER, GROUP), shop.chat(person, GROUP)
    assert "quản lý" in await shop.chat(person).say("/digest")
    assert "quản lý" in await other.say("/link")
    await manager.send("/link")
    made = await tap(manager, await manager.send("/digest"), DAILY)
    before = words(made)
    assert "quản lý" in await other.press(made, vi("Remove"))
    assert words(next(one for one in shop.simulator.messages(GROUP) if one.message_id == made.message_id)) == before


async def test_a_linked_group_gets_the_digest_without_phones_names_with_figures_or_buttons(shop: Stage) -> None:
    group = shop.chat(MANAGER, GROUP)
    assert vi("This group is not linked to your team. A manager can do it here: /link") in await group.say("/digest")
    await group.send("/link")
    await tap(group, await group.send("/digest"), DAILY)
    await shop.chat(REP).say("/banhang Lan 15tr")
    picture, text = await morning(shop, GROUP, 2)
    assert "photo" in picture.content
    assert not labels(text)
    said = words(picture) + words(text)
    assert "15.000.000" in said or "12.000.000" in said
    assert not [secret for secret in ("912345678", "Lan", "Hùng 1") if secret in said]
    known = len(shop.simulator.bot_messages(GROUP))
    await group.send("/link off")
    assert len(shop.simulator.bot_messages(GROUP)) == known + 1
    assert vi("This group is not linked to your team. A manager can do it here: /link") in await group.say("/digest")


async def test_a_topic_is_linked_by_itself_and_its_digest_comes_there(shop: Stage) -> None:
    shop.simulator.add_group(Group(FORUM, "Diễn đàn", tuple(PEOPLE), (OWNER,), kind="supergroup", is_forum=True))

    async def say(text: str, thread_id: int | None) -> Message:
        sent = shop.simulator.send(MANAGER, text, chat_id=FORUM, thread_id=thread_id)
        return await shop.simulator.reply(FORUM, sent.message_id, timeout_seconds=20)

    await say("/link", TOPIC)
    asked = await say("/digest", TOPIC)
    await tap(shop.chat(MANAGER, FORUM), asked, DAILY)
    found = await morning(shop, FORUM, 2)
    assert [one.thread_id for one in found] == [TOPIC, TOPIC]
    elsewhere = await say("/digest", TOPIC + 1)
    assert vi("This group is not linked to your team. A manager can do it here: /link") in words(elsewhere)
