"""The Bot API as bare HTTP, faults and limits, the schema check, and the control API."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import telegram
from telegram.error import InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.simulator import Fault, Schema, Simulator, serve
from bot.simulator.arguments import Arguments
from tests.simulator.cast import EMMA, GROUP, LAN, MINH, TOKEN, keys, png


@pytest.mark.parametrize(
    ("path", "code", "description"),
    [
        ("/bot1:wrong/getMe", 401, "Unauthorized"),
        ("/botwrong/getMe", 404, "Not Found"),
        (f"/bot{TOKEN}/sendNothing", 404, "Not Found"),
        ("/file/bot1:wrong/photos/file_0.png", 401, "Unauthorized"),
        (f"/file/bot{TOKEN}/photos/file_0.png", 404, "Not Found"),
    ],
)
async def test_wrong_doors(path: str, code: int, description: str, schema: Schema | None) -> None:
    async with (
        serve(Simulator(token=TOKEN)) as url,
        httpx.AsyncClient(base_url=url, trust_env=False) as client,
    ):
        answer = await client.get(path)
    assert answer.status_code == code
    assert answer.json() == {"ok": False, "error_code": code, "description": description}


async def test_the_library_knows_a_wrong_token(url: str) -> None:
    bot = telegram.Bot("1:wrong", base_url=f"{url}/bot")
    with pytest.raises(InvalidToken):
        await bot.initialize()
    await bot.shutdown()


@pytest.mark.parametrize("method", ["sendMessage", "SENDMESSAGE"])
async def test_arguments_come_in_any_form(client: httpx.AsyncClient, method: str) -> None:
    values: dict[str, Any] = {"chat_id": LAN, "text": "x"}
    path = f"/bot{TOKEN}/{method}"
    answers = [
        await client.get(path, params=values),
        await client.post(path, data=values),
        await client.post(path, json=values),
        await client.post(path, data=values, files={"unused": b""}),
    ]
    assert [answer.json()["ok"] for answer in answers] == [True] * 4


async def test_too_many_messages_in_a_chat(bot: telegram.Bot, simulator: Simulator) -> None:
    simulator.limits.enabled = True
    with pytest.raises(RetryAfter, match=r"Retry in 0:00:0[1-5]"):
        for _ in range(10):
            await bot.send_message(LAN, "x")
    await bot.send_message(MINH, "x")
    simulator.clock.advance(6)
    await bot.send_message(LAN, "x")


async def test_too_many_messages_in_a_group_and_in_all() -> None:
    simulator = Simulator(limits=True, groups=[], people=[])
    waits = [simulator.limits.wait(-1, True, 100.0 + second) for second in range(25)]
    assert waits[:20] == [0] * 20
    assert waits[20] == 40
    overall = [simulator.limits.wait(chat, False, 500.0) for chat in range(35)]
    assert overall == [0] * 30 + [1] * 5


async def test_faults(bot: telegram.Bot, simulator: Simulator) -> None:
    simulator.faults.add(Fault("sendMessage", code=429, description="Too Many Requests", retry_after=7))
    with pytest.raises(RetryAfter):
        await bot.send_message(LAN, "a")
    simulator.faults.add(Fault("sendMessage", "drop"))
    with pytest.raises(NetworkError):
        await bot.send_message(LAN, "b")
    simulator.faults.add(Fault("sendMessage", "lose", skip=1, chat_id=LAN))
    await bot.send_message(MINH, "c")
    await bot.send_message(LAN, "d")
    with pytest.raises(NetworkError):
        await bot.send_message(LAN, "e")
    simulator.faults.add(Fault("*", "delay", seconds=0.01))
    await bot.send_message(LAN, "f")
    assert [message.text for message in simulator.bot_messages(LAN)] == ["d", "e", "f"]
    assert simulator.faults.waiting == []


@pytest.mark.parametrize(
    ("method", "values", "violation"),
    [
        ("sendMessage", {"chat_id": "5"}, "sendMessage: missing text"),
        ("sendMessage", {"chat_id": "5", "text": "x", "silent": "1"}, "sendMessage: unknown field silent"),
        ("sendNothing", {}, "sendNothing: unknown method"),
        ("getUpdates", {"timeout": "soon"}, "getUpdates.timeout: not Integer"),
        (
            "sendMessage",
            {"chat_id": "5", "text": "x", "reply_markup": '{"inline_keyboard": [[{"callback_data": "x"}]]}'},
            "sendMessage.reply_markup[0][0]<InlineKeyboardButton>: missing text",
        ),
        ("setMyCommands", {"commands": '[{"command": "a"}]'}, "setMyCommands.commands[0]<BotCommand>: missing"),
    ],
)
async def test_the_schema_is_held(schema: Schema | None, method: str, values: dict[str, Any], violation: str) -> None:
    if schema is None:
        pytest.skip("no copy of the Bot API schema at hand")
    simulator = Simulator(token=TOKEN, schema=schema)
    answer = await simulator.call(method, Arguments(values))
    assert answer.code == 400
    [found] = simulator.violations
    assert found.replace("<InlineKeyboardMarkup>.inline_keyboard", "").startswith(violation)


async def test_people_act_over_the_control_api(
    client: httpx.AsyncClient, bot: telegram.Bot, simulator: Simulator
) -> None:
    sent = await client.post("/sim/send", json={"person": LAN, "text": "/goi Lan"})
    message_id = sent.json()["message"]["message_id"]
    await client.post("/sim/edit", json={"person": LAN, "message_id": message_id, "text": "/goi Minh"})
    await client.post("/sim/contact", json={"person": LAN, "phone": "+84", "first_name": "Hùng"})
    form = {"person": LAN, "kind": "photo", "caption": "ảnh"}
    picture = await client.post("/sim/upload", data=form, files={"file": ("a.png", png(), "image/png")})
    file_id = picture.json()["message"]["photo"][-1]["file_id"]
    shown = await client.get(f"/sim/files/{file_id}")
    assert (shown.content, shown.headers["content-type"]) == (png(), "image/png")
    told = (await client.get(f"/sim/chats/{LAN}/messages")).json()["messages"]
    assert [message.get("text") for message in told] == ["/goi Minh", None, None]
    assert len(await bot.get_updates(timeout=0)) == 4
    simulator.send(EMMA, "/x", chat_id=GROUP)
    assert len((await client.get(f"/sim/chats/{GROUP}/messages")).json()["messages"]) == 1


async def test_a_picture_that_calls_itself_a_page_is_only_downloaded(client: httpx.AsyncClient) -> None:
    form = {"person": LAN, "kind": "photo"}
    picture = await client.post("/sim/upload", data=form, files={"file": ("a.html", png(), "text/html")})
    shown = await client.get(f"/sim/files/{picture.json()['message']['photo'][-1]['file_id']}")
    assert shown.headers["content-type"] == "application/octet-stream"
    assert shown.headers["content-disposition"] == "attachment"


async def test_a_tap_over_the_control_api(client: httpx.AsyncClient, bot: telegram.Bot) -> None:
    sent = await bot.send_message(LAN, "?", reply_markup=keys("x"))
    tap = {"person": LAN, "message_id": sent.message_id, "data": "x"}
    press = asyncio.create_task(client.post("/sim/press", json=tap))
    [update] = await bot.get_updates(timeout=10)
    assert update.callback_query is not None
    await update.callback_query.answer("xong")
    assert (await press).json() == {"answer": {"text": "xong", "show_alert": False, "url": ""}}
    unanswered = await client.post("/sim/press", json=tap | {"timeout": 0.01})
    assert unanswered.json() == {"answer": None}
    missing = await client.post("/sim/press", json=tap | {"data": "y"})
    assert missing.status_code == 409


async def test_500_messages_in_50_chats_in_one_request(client: httpx.AsyncClient, simulator: Simulator) -> None:
    messages = [{"person": 5000 + n % 50, "text": f"/goi Khách {n} 5p"} for n in range(500)]
    answer = await client.post("/sim/send_many", json={"messages": messages})
    assert len(set(answer.json()["message_ids"])) == 500
    assert (await client.get("/sim/updates")).json() == {"pending": 500, "polling": False}
    assert len(simulator.messages(5000)) == 10


async def test_the_clock_goes_on_to_what_comes_next_where_somebody_knows_it(
    client: httpx.AsyncClient, simulator: Simulator
) -> None:
    assert not (await client.get("/sim/state")).json()["comes"]
    before = simulator.clock.offset_seconds
    assert not (await client.post("/sim/clock", json={"next": True})).json()["came"]
    assert simulator.clock.offset_seconds == before
    evening = simulator.clock.now() + timedelta(hours=9)

    async def coming(now: datetime) -> datetime | None:
        return evening if now < evening else None

    simulator.coming = coming
    assert (await client.get("/sim/state")).json()["comes"]
    told = (await client.post("/sim/clock", json={"next": True})).json()
    assert told["came"]
    assert timedelta(seconds=1) <= datetime.fromisoformat(told["now"]) - evening < timedelta(seconds=30)
    assert not (await client.post("/sim/clock", json={"next": True})).json()["came"]


async def test_the_scene_is_set_over_the_control_api(client: httpx.AsyncClient, simulator: Simulator) -> None:
    await client.post("/sim/people", json={"id": 7, "first_name": "Mới"})
    await client.post("/sim/groups", json={"id": -7, "title": "Nhóm", "members": [7]})
    await client.post("/sim/block", json={"person": 7})
    await client.post("/sim/membership", json={"group": -7, "inside": False})
    await client.post("/sim/limits", json={"enabled": True})
    moved = await client.post("/sim/clock", json={"advance_seconds": 3600})
    fault = await client.post("/sim/faults", json={"method": "getMe", "code": 502})
    assert simulator.world.chats[7].blocked and simulator.world.chats[-7].blocked
    assert simulator.limits.enabled
    assert moved.json()["offset_seconds"] == 3600
    morning = datetime.fromisoformat((await client.post("/sim/clock", json={"hour": 8, "weekday": 0})).json()["now"])
    assert (morning.weekday(), morning.hour, morning.minute) == (0, 8, 0)
    for weekday in (0, 1):
        told = (await client.post("/sim/clock", json={"hour": 8, "minute": 35})).json()["now"]
        later = datetime.fromisoformat(told)
        assert (later.weekday(), later.hour, later.minute) == (weekday, 8, 35), "that of today, then of tomorrow"
    assert morning <= datetime.now(UTC) + timedelta(days=8)
    assert fault.json()["faults"][0]["code"] == 502
    assert (await client.delete("/sim/faults")).json() == {"faults": []}
    state = (await client.get("/sim/state")).json()
    assert state["people"][-1]["first_name"] == "Mới"
    assert (await client.post("/sim/people", json={"name": "?"})).status_code == 400


async def test_events_stream_to_the_page(client: httpx.AsyncClient, simulator: Simulator) -> None:
    seq = (await client.get("/sim/state")).json()["seq"]
    async with client.stream("GET", f"/sim/events?after={seq}") as stream:
        simulator.send(LAN, "chào")
        async for line in stream.aiter_lines():
            if line.startswith("data: "):
                break
    event = json.loads(line.removeprefix("data: "))
    assert (event["kind"], event["message"]["text"]) == ("message", "chào")


async def test_calls_are_remembered(client: httpx.AsyncClient, bot: telegram.Bot) -> None:
    await bot.send_message(LAN, "x")
    with pytest.raises(TelegramError):
        await bot.send_message(5, "x")
    told = (await client.get("/sim/calls", params={"method": "sendMessage"})).json()["calls"]
    assert [(call["values"]["chat_id"], call["code"]) for call in told] == [(str(LAN), 200), ("5", 400)]


async def test_the_page_and_its_parts_are_served(client: httpx.AsyncClient) -> None:
    page = (await client.get("/")).text
    assert "//" not in page.replace("http://www.w3.org", "")
    for part in ("style.css", "chat.js", "bubbles.js", "composer.js", "words.js"):
        assert (await client.get(f"/{part}")).status_code == 200
