"""What reaches the bot, how long it is kept, and who gets it."""

import asyncio

import httpx
import pytest
import telegram
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from telegram.error import BadRequest, Conflict

from bot.simulator import Group, Message, SimulationError, Simulator, Upload
from bot.simulator.webhook import SECRET_HEADER
from tests.simulator.cast import EMMA, GROUP, LAN, MINH, PEOPLE, TOKEN, keys, png


async def waiting(bot: telegram.Bot, offset: int = 0) -> list[telegram.Update]:
    return list(await bot.get_updates(offset=offset, timeout=0))


async def test_updates_stay_until_confirmed(bot: telegram.Bot, simulator: Simulator) -> None:
    simulator.send(LAN, "/goi Lan 5p")
    simulator.send(MINH, "chào")
    first = await waiting(bot)
    assert [update.effective_message.text for update in first if update.effective_message] == [
        "/goi Lan 5p",
        "chào",
    ]
    assert await waiting(bot) == first
    assert await waiting(bot, first[0].update_id + 1) == first[1:]
    assert await waiting(bot, first[1].update_id + 1) == []


async def test_a_long_poll_ends_with_the_first_update(bot: telegram.Bot, simulator: Simulator) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=20))
    await simulator.until(lambda: simulator.updates.polling)
    simulator.send(LAN, "chào")
    async with asyncio.timeout(5):
        [update] = await poll
    assert update.message is not None
    assert update.message.text == "chào"


async def test_a_second_poll_ends_the_first_with_a_conflict(url: str, bot: telegram.Bot, simulator: Simulator) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=20))
    await simulator.until(lambda: simulator.updates.polling)
    async with telegram.Bot(TOKEN, base_url=f"{url}/bot") as second:
        await waiting(second)
    with pytest.raises(Conflict, match="terminated by other getUpdates request"):
        await poll


async def test_a_killed_bot_gets_its_updates_again(url: str, bot: telegram.Bot, simulator: Simulator) -> None:
    async with httpx.AsyncClient(trust_env=False) as dying:
        poll = asyncio.create_task(dying.get(f"{url}/bot{TOKEN}/getUpdates?timeout=20", timeout=30))
        await simulator.until(lambda: simulator.updates.polling)
        poll.cancel()
        await asyncio.gather(poll, return_exceptions=True)
    simulator.send(LAN, "một")
    assert len(await waiting(bot)) == 1


async def test_updates_are_forgotten_after_a_day(bot: telegram.Bot, simulator: Simulator) -> None:
    simulator.send(LAN, "cũ")
    simulator.clock.advance(24 * 3600 + 1)
    simulator.send(LAN, "mới")
    assert len(await waiting(bot)) == 1


def test_a_second_start_repeats_no_ids() -> None:
    def ids(simulator: Simulator) -> tuple[int, int]:
        message = simulator.send(LAN, "x")
        return message.message_id, simulator.updates.pending[0].update_id

    people = PEOPLE
    first = ids(Simulator(people=people, first_id=100))
    assert first == (101, 100)
    now = ids(Simulator(people=people))
    assert all(1000 < number < 2**31 for number in now)


async def test_kinds_not_allowed_do_not_come(bot: telegram.Bot, simulator: Simulator) -> None:
    await bot.get_updates(timeout=0, allowed_updates=["callback_query"])
    simulator.send(LAN, "x")
    assert await waiting(bot) == []


async def test_an_edited_message_is_an_update_of_its_own(bot: telegram.Bot, simulator: Simulator) -> None:
    message = simulator.send(LAN, "/banhang Lan 12tr")
    simulator.clock.advance(30)
    simulator.edit(LAN, message.message_id, "/banhang Lan 12tr5")
    sent, edited = await waiting(bot)
    assert sent.message is not None
    assert edited.edited_message is not None
    assert (sent.message.text, edited.edited_message.text) == ("/banhang Lan 12tr", "/banhang Lan 12tr5")
    assert edited.edited_message.edit_date is not None
    with pytest.raises(SimulationError):
        simulator.edit(MINH, message.message_id, "x")


async def test_files_and_contacts_come_with_ids(bot: telegram.Bot, simulator: Simulator) -> None:
    simulator.send_photo(LAN, Upload("a.png", png(), "image/png"), caption="ảnh")
    simulator.send_file(LAN, Upload("leads.csv", b"name\nLan", "text/csv"))
    simulator.send_contact(LAN, "+84901234567", "Hùng")
    photo, file, contact = [update.message for update in await waiting(bot)]
    assert photo is not None and photo.caption == "ảnh" and photo.photo
    assert file is not None and file.document is not None
    downloaded = await bot.get_file(file.document)
    assert bytes(await downloaded.download_as_bytearray()) == b"name\nLan"
    assert contact is not None and contact.contact is not None
    assert contact.contact.phone_number == "+84901234567"


async def test_a_contact_may_come_from_a_phone_book_and_be_forwarded(bot: telegram.Bot, simulator: Simulator) -> None:
    simulator.send_contact(LAN, "", "Hùng", vcard="BEGIN:VCARD\nFN:Hùng\nEND:VCARD", forwarded_from="Mai")
    (update,) = await waiting(bot)
    message = update.message
    assert message is not None and message.contact is not None
    assert (message.contact.phone_number, message.contact.user_id) == ("", None)
    assert str(message.contact.vcard).startswith("BEGIN:VCARD")
    assert isinstance(message.forward_origin, telegram.MessageOriginHiddenUser)
    with pytest.raises(SimulationError):
        simulator.send_contact(LAN, "+84", "Hùng", vcard="x" * 2049)


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("chào cả nhà", False),
        ("/goi Lan 5p", True),
        ("/goi@chot_bot Lan", True),
        ("/goi@other_bot Lan", False),
        ("hỏi @Chot_Bot đi", True),
        ("xem /goi nhé", False),
    ],
)
async def test_privacy_mode(bot: telegram.Bot, simulator: Simulator, text: str, heard: bool) -> None:
    simulator.send(MINH, text, chat_id=GROUP)
    assert bool(await waiting(bot)) is heard


async def test_replies_to_the_bot_are_heard_in_groups(bot: telegram.Bot, simulator: Simulator) -> None:
    sent = await bot.send_message(GROUP, "?")
    simulator.send(EMMA, "yes", chat_id=GROUP, reply_to=sent.message_id)
    [update] = await waiting(bot)
    assert update.message is not None and update.message.reply_to_message is not None


async def test_an_administrator_bot_hears_all(bot: telegram.Bot, simulator: Simulator) -> None:
    simulator.add_group(Group(-9, "Tất cả", (LAN,), bot_is_admin=True))
    simulator.send(LAN, "chào", chat_id=-9)
    assert len(await waiting(bot)) == 1


async def test_a_tap_is_answered(bot: telegram.Bot, simulator: Simulator) -> None:
    sent = await bot.send_message(LAN, "?", reply_markup=keys("v1|undo|7"))

    async def answer() -> None:
        [update] = await bot.get_updates(timeout=10)
        assert update.callback_query is not None and update.callback_query.data == "v1|undo|7"
        assert isinstance(update.callback_query.message, telegram.Message)
        await update.callback_query.answer("Đã hoàn tác", show_alert=True)

    answering = asyncio.create_task(answer())
    told = await simulator.press(LAN, sent.message_id)
    await answering
    assert told is not None
    assert (told.text, told.show_alert) == ("Đã hoàn tác", True)


async def test_an_old_tap_can_not_be_answered(bot: telegram.Bot, simulator: Simulator) -> None:
    sent = await bot.send_message(LAN, "?", reply_markup=keys("x"))
    query = simulator.tap(LAN, sent.message_id)
    simulator.clock.advance(151)
    for unanswerable in (query, "unknown"):
        with pytest.raises(BadRequest, match="Query is too old and response timeout expired"):
            await bot.answer_callback_query(unanswerable)
    with pytest.raises(SimulationError):
        simulator.tap(LAN, sent.message_id, row=3)


async def test_blocking_tells_the_bot(bot: telegram.Bot, simulator: Simulator) -> None:
    simulator.block(LAN)
    with pytest.raises(SimulationError):
        simulator.send(LAN, "x")
    simulator.unblock(LAN)
    changes = [update.my_chat_member for update in await waiting(bot)]
    assert [change.new_chat_member.status for change in changes if change] == ["kicked", "member"]


async def test_waiting_for_a_reply(bot: telegram.Bot, simulator: Simulator) -> None:
    asked = simulator.send(LAN, "?")

    async def wait() -> Message:
        return await simulator.reply(LAN, asked.message_id, timeout_seconds=5)

    reply = asyncio.create_task(wait())
    await bot.send_message(LAN, "!")
    assert (await reply).text == "!"
    with pytest.raises(TimeoutError):
        await simulator.reply(LAN, asked.message_id, count=2, timeout_seconds=0.01)


async def test_a_webhook_gets_updates_in_order_until_it_agrees(bot: telegram.Bot, simulator: Simulator) -> None:
    taken: list[tuple[str, str]] = []
    refusals = iter([500, 503])

    async def take(request: Request) -> Response:
        if next(refusals, None):
            return Response(status_code=500)
        body = await request.json()
        taken.append((body["message"]["text"], request.headers[SECRET_HEADER]))
        return JSONResponse({"method": "sendMessage", "chat_id": LAN, "text": f"đã nhận {len(taken)}"})

    server = uvicorn.Server(
        uvicorn.Config(
            Starlette(routes=[Route("/hook", take, methods=["POST"])]), port=0, log_config=None, lifespan="off"
        )
    )
    serving = asyncio.create_task(server._serve())
    async with asyncio.timeout(5):
        while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.001)
    port = server.servers[0].sockets[0].getsockname()[1]
    await bot.set_webhook(f"http://127.0.0.1:{port}/hook", secret_token="secret")
    with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
        await bot.get_updates(timeout=0)
    for text in ("một", "hai"):
        simulator.send(LAN, text)
    await simulator.reply(LAN, count=2)
    server.should_exit = True
    await serving
    assert taken == [("một", "secret"), ("hai", "secret")]
    info = await bot.get_webhook_info()
    assert (info.pending_update_count, info.last_error_message is not None) == (0, True)
    await bot.delete_webhook()
    assert await waiting(bot) == []


async def test_a_webhook_needs_https(bot: telegram.Bot) -> None:
    with pytest.raises(BadRequest, match="an https url must be provided"):
        await bot.set_webhook("http://example.com/hook")
