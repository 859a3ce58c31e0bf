"""How replies reach a chat: limits, waiting times, refusals, edits, toasts."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest

from bot.app import App
from bot.simulator import Fault, Group, Message, Simulator
from handlers.base import Button, Document, Photo, Reply, Request

LAN = 7
Telegram = tuple[Simulator, str]
Start = Callable[..., AbstractAsyncContextManager[App]]
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001"
    "e221bc330000000049454e44ae426082"
)
KEYS = ((Button("More", "v1|more|1"),),)


def words(message: Message) -> str:
    return str(message.content.get("text") or message.content.get("caption") or "")


def replying(*replies: Reply) -> Callable[[Request], object]:
    left = list(replies)

    async def handle(_request: Request) -> Reply:
        return left.pop(0)

    return handle


async def test_a_long_text_comes_in_parts_with_the_buttons_under_the_last(telegram: Telegram, start: Start) -> None:
    simulator, _ = telegram
    text = "\n".join(f"line {number}" for number in range(800))
    async with start(replying(Reply(text, KEYS))) as app:
        simulator.send(LAN, "long")
        await simulator.reply(LAN, count=3 if len(text) > 8192 else 2)
        await app.inbox.idle()
    parts = simulator.bot_messages(LAN)
    assert "\n".join(map(words, parts)) == text
    assert [bool(part.markup) for part in parts] == [False] * (len(parts) - 1) + [True]


async def test_a_caption_that_is_too_long_follows_as_a_text(telegram: Telegram, start: Start) -> None:
    simulator, _ = telegram
    async with start(replying(Reply("x" * 1025, KEYS, photo=Photo(PNG, "a dot")))) as app:
        simulator.send(LAN, "picture")
        await simulator.reply(LAN, count=2)
        await app.inbox.idle()
    picture, text = simulator.bot_messages(LAN)
    assert picture.content.get("photo")
    assert picture.markup is None
    assert words(text) == "x" * 1025
    assert text.markup


async def test_waiting_as_long_as_telegram_asks_and_trying_again_after_failures(
    telegram: Telegram, start: Start
) -> None:
    simulator, _ = telegram
    simulator.faults.add(Fault("sendMessage", "error", code=429, description="Too Many Requests", retry_after=1))
    simulator.faults.add(Fault("sendMessage", "error", code=502, description="Bad Gateway"))
    simulator.faults.add(Fault("sendMessage", "drop"))
    async with start(replying(Reply("at last"))) as app:
        simulator.send(LAN, "hi")
        await simulator.reply(LAN, timeout_seconds=20)
        await app.inbox.idle()
    assert [words(one) for one in simulator.bot_messages(LAN)] == ["at last"]


async def test_a_chat_that_blocks_the_bot_holds_nothing_up(telegram: Telegram, start: Start) -> None:
    simulator, _ = telegram
    async with start(replying(Reply("never seen"), Reply("seen"))) as app:
        simulator.faults.add(
            Fault("sendMessage", "error", code=403, description="Forbidden: bot was blocked by the user")
        )
        simulator.send(LAN, "hi")
        simulator.send(LAN, "again")
        await simulator.reply(LAN)
        await app.inbox.idle()
        assert (await app.health())["waiting"] == 0
    assert [words(one) for one in simulator.bot_messages(LAN)] == ["seen"]


EDITS = [
    pytest.param(Reply("first", KEYS), Reply("second", KEYS, edits=True), ["second"], id="text"),
    pytest.param(Reply("same", KEYS), Reply("same", KEYS, edits=True), ["same"], id="not modified"),
    pytest.param(Reply("one", KEYS, photo=Photo(PNG, "")), Reply("two", KEYS, edits=True), ["two"], id="caption"),
    pytest.param(
        Reply("one", KEYS, photo=Photo(PNG, "")),
        Reply("two", KEYS, photo=Photo(PNG, ""), edits=True),
        ["two"],
        id="picture",
    ),
    pytest.param(Reply("one", KEYS), Reply("two", KEYS), ["one", "two"], id="a new message"),
    pytest.param(
        Reply("one", KEYS), Reply("file", document=Document("rows.csv", b"a,b")), ["one", "file"], id="a file"
    ),
    pytest.param(Reply("one", KEYS), Reply(toast="only a toast"), ["one"], id="toast"),
]


@pytest.mark.parametrize(("first", "second", "shown"), EDITS)
async def test_a_press_changes_the_message_or_sends_another_and_is_always_answered(
    first: Reply, second: Reply, shown: list[str], telegram: Telegram, start: Start
) -> None:
    simulator, _ = telegram
    async with start(replying(first, second)) as app:
        simulator.send(LAN, "hi")
        message = await simulator.reply(LAN)
        answer = await simulator.press(LAN, message.message_id)
        await app.inbox.idle()
    assert answer is not None
    assert answer.text == second.toast
    assert [words(one) for one in simulator.bot_messages(LAN)] == shown


async def test_long_work_is_shown_under_the_button_until_its_answer_takes_the_place(
    telegram: Telegram, start: Start
) -> None:
    simulator, _ = telegram
    seen: list[str] = []

    async def handle(request: Request) -> Reply:
        await request.meanwhile(Reply("working", edits=True))  # after a text there is nothing to change
        seen.extend(words(one) for one in simulator.bot_messages(LAN))
        return Reply("done", edits=True) if request.message.data else Reply("start", KEYS)

    async with start(handle) as app:
        simulator.send(LAN, "hi")
        message = await simulator.reply(LAN)
        await simulator.press(LAN, message.message_id)
        await app.inbox.idle()
    assert seen == ["working"]
    assert [words(one) for one in simulator.bot_messages(LAN)] == ["done"]


async def test_a_message_that_cannot_be_changed_is_followed_by_a_new_one(telegram: Telegram, start: Start) -> None:
    simulator, _ = telegram
    simulator.faults.add(
        Fault("editMessageText", "error", code=400, description="Bad Request: message can't be edited")
    )
    async with start(replying(Reply("one", KEYS), Reply("two", edits=True))) as app:
        simulator.send(LAN, "hi")
        message = await simulator.reply(LAN)
        await simulator.press(LAN, message.message_id)
        await app.inbox.idle()
    assert [words(one) for one in simulator.bot_messages(LAN)] == ["one", "two"]


async def test_in_a_group_the_answer_replies_to_the_message(telegram: Telegram, start: Start) -> None:
    simulator, _ = telegram
    simulator.add_group(Group(-5, "Team", (LAN,)))
    async with start(replying(Reply("here"))) as app:
        sent = simulator.send(LAN, "/today", chat_id=-5)
        answer = await simulator.reply(-5)
        await app.inbox.idle()
    assert answer.reply_to == sent.message_id


async def test_what_strangers_say_in_a_group_is_left_alone(telegram: Telegram, start: Start) -> None:
    simulator, _ = telegram
    simulator.add_group(Group(-5, "Team", (LAN,), bot_is_admin=True))
    async with start(replying()) as app:
        simulator.send(LAN, "lunch?", chat_id=-5)
        await simulator.until(lambda: True)
        await app.inbox.idle()
    assert simulator.bot_messages(-5) == []


async def test_a_reply_that_could_not_be_delivered_is_sent_after_a_restart(telegram: Telegram, start: Start) -> None:
    simulator, _ = telegram
    committed = asyncio.Event()

    async def handle(request: Request) -> Reply:
        async with request.begin() as session:
            reply = await request.settle(session, Reply("kept", KEYS))
        committed.set()
        return reply

    async with start(handle):
        simulator.faults.add(Fault("sendMessage", "error", code=500, count=1000))
        simulator.send(LAN, "hi")
        await committed.wait()
    simulator.faults.clear()
    async with start(replying()) as app:
        answer = await simulator.reply(LAN)
        await app.inbox.idle()
    assert words(answer) == "kept"
    assert answer.markup
