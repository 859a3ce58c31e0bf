"""The real library sends, edits and deletes through the simulator."""

import io

import pytest
import telegram
from telegram import (
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    InputMediaDocument,
    InputMediaPhoto,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
)
from telegram.error import BadRequest, Forbidden

from bot.simulator import Simulator
from tests.simulator.cast import EMMA, GROUP, LAN, MINH, STRANGER, keys, png


async def test_a_text_arrives_with_its_entities_and_buttons(bot: telegram.Bot, simulator: Simulator) -> None:
    sent = await bot.send_message(LAN, "<b>Chào</b> Lan", parse_mode="HTML", reply_markup=keys("v1|undo|7"))
    [message] = simulator.bot_messages(LAN)
    assert (message.text, message.message_id) == ("Chào Lan", sent.message_id)
    assert sent.parse_entities() == {sent.entities[0]: "Chào"}
    assert message.button(data="v1|undo|7")["text"] == "v1|undo|7"


async def test_a_reply_shows_what_it_answers(bot: telegram.Bot, simulator: Simulator) -> None:
    asked = simulator.send(LAN, "?")
    sent = await bot.send_message(LAN, "!", reply_parameters=ReplyParameters(asked.message_id))
    assert sent.reply_to_message is not None
    assert sent.reply_to_message.message_id == asked.message_id
    with pytest.raises(BadRequest, match="Message to be replied not found"):
        await bot.send_message(LAN, "!", reply_parameters=ReplyParameters(5))
    await bot.send_message(LAN, "!", reply_parameters=ReplyParameters(5, allow_sending_without_reply=True))


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("x" * 4097, "Message is too long"),
        ("😀" * 2049, "Message is too long"),
        (" \n ", "Message text is empty"),
        ("<b>x", "Can't parse entities: can't find end tag corresponding to start tag \"b\""),
    ],
)
async def test_texts_telegram_refuses(bot: telegram.Bot, text: str, error: str) -> None:
    with pytest.raises(BadRequest) as refused:
        await bot.send_message(LAN, text, parse_mode="HTML")
    assert refused.value.message.lower() == error.lower()


async def test_the_limit_counts_the_text_without_its_tags(bot: telegram.Bot) -> None:
    sent = await bot.send_message(LAN, f"<b>{'x' * 4096}</b>", parse_mode="HTML")
    assert len(sent.text or "") == 4096


@pytest.mark.parametrize("data", ["x" * 65, "đ" * 33])
async def test_button_data_has_at_most_64_bytes(bot: telegram.Bot, data: str) -> None:
    with pytest.raises(BadRequest, match="Button_data_invalid"):
        await bot.send_message(LAN, "x", reply_markup=keys(data))


async def test_a_picture_is_sent_again_by_its_id(bot: telegram.Bot, simulator: Simulator) -> None:
    first = await bot.send_photo(LAN, png(1080, 1350), caption="<i>ROI</i>", parse_mode="HTML")
    assert [(size.width, size.height) for size in first.photo][-1] == (1024, 1280)
    again = await bot.send_photo(MINH, first.photo[-1].file_id, caption="ROI")
    assert again.photo[-1].file_id == first.photo[-1].file_id
    file = await bot.get_file(again.photo[-1].file_id)
    assert bytes(await file.download_as_bytearray()) == png(1080, 1350)
    assert simulator.bot_messages(MINH)[0].file_id == first.photo[-1].file_id


@pytest.mark.parametrize(
    ("content", "error"),
    [(b"text", "Image_process_failed"), (png(1, 21), "Photo_invalid_dimensions"), (b"", "non-empty")],
)
async def test_pictures_telegram_refuses(bot: telegram.Bot, content: bytes, error: str) -> None:
    with pytest.raises(BadRequest, match=error):
        await bot.send_photo(LAN, content)


async def test_a_document_keeps_name_and_bytes(bot: telegram.Bot) -> None:
    sent = await bot.send_document(LAN, io.BytesIO(b"a,b\n1,2"), filename="số liệu.csv", caption="x" * 1024)
    assert sent.document is not None
    assert sent.document.file_name == "số liệu.csv"
    file = await bot.get_file(sent.document)
    assert bytes(await file.download_as_bytearray()) == b"a,b\n1,2"
    with pytest.raises(BadRequest, match="caption is too long"):
        await bot.send_document(LAN, sent.document.file_id, caption="x" * 1025)
    with pytest.raises(BadRequest, match="Can't use file of type document as photo"):
        await bot.send_photo(LAN, sent.document.file_id)
    with pytest.raises(BadRequest, match="Wrong file identifier"):
        await bot.send_photo(LAN, "unknown")


async def test_edits_change_text_caption_picture_and_keyboard(bot: telegram.Bot, simulator: Simulator) -> None:
    text = await bot.send_message(LAN, "a", reply_markup=keys("x"))
    photo = await bot.send_photo(LAN, png(), caption="a")
    await bot.edit_message_text("b", LAN, text.message_id)
    await bot.edit_message_caption(LAN, photo.message_id, caption="b", reply_markup=keys("y"))
    await bot.edit_message_media(InputMediaPhoto(png(50, 50), "c"), LAN, photo.message_id)
    await bot.edit_message_reply_markup(LAN, text.message_id, reply_markup=keys("z"))
    first, second = simulator.bot_messages(LAN)
    assert (first.text, first.buttons[0][0]["text"], second.text, second.buttons) == ("b", "z", "c", [])
    assert first.edited is not None
    assert second.content["photo"][-1]["width"] == 50


async def test_edits_telegram_refuses(bot: telegram.Bot, simulator: Simulator) -> None:
    sent = await bot.send_message(LAN, "<b>a</b>", parse_mode="HTML")
    own = simulator.send(LAN, "của tôi")
    with pytest.raises(BadRequest, match="Message is not modified: specified new message content"):
        await bot.edit_message_text("<b>a</b>", LAN, sent.message_id, parse_mode="HTML")
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("b", LAN, 7)
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await bot.edit_message_text("b", LAN, own.message_id)
    with pytest.raises(BadRequest, match="no caption"):
        await bot.edit_message_caption(LAN, sent.message_id, caption="x")


async def test_deleting_and_reacting(bot: telegram.Bot, simulator: Simulator) -> None:
    sent = await bot.send_message(GROUP, "a")
    theirs = simulator.send(LAN, "/goi", chat_id=GROUP)
    await bot.set_message_reaction(GROUP, theirs.message_id, "👍")
    assert theirs.reactions == ("👍",)
    with pytest.raises(BadRequest, match="Reaction_invalid"):
        await bot.set_message_reaction(GROUP, theirs.message_id, "✅")
    with pytest.raises(BadRequest, match="Message can't be deleted"):
        await bot.delete_message(GROUP, theirs.message_id)
    await bot.delete_message(GROUP, sent.message_id)
    assert simulator.bot_messages(GROUP) == []
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await bot.delete_message(GROUP, sent.message_id)


async def test_who_may_be_written_to(bot: telegram.Bot, simulator: Simulator) -> None:
    simulator.block(LAN)
    with pytest.raises(Forbidden, match="Forbidden: bot was blocked by the user"):
        await bot.send_message(LAN, "x")
    with pytest.raises(Forbidden, match="can't initiate conversation with a user"):
        await bot.send_message(STRANGER, "x")
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(5, "x")
    simulator.kick(GROUP)
    with pytest.raises(Forbidden, match="Forbidden: bot was kicked from the group chat"):
        await bot.send_message(GROUP, "x")
    simulator.unblock(LAN)
    await bot.send_message(LAN, "x")


async def test_a_group_that_became_a_supergroup_tells_where_it_went(bot: telegram.Bot, simulator: Simulator) -> None:
    new = simulator.migrate(GROUP)
    with pytest.raises(telegram.error.ChatMigrated) as moved:
        await bot.send_message(GROUP, "x")
    assert moved.value.new_chat_id == new.id
    await bot.send_message(new.id, "x")


async def test_reply_keyboards_come_and_go(bot: telegram.Bot, simulator: Simulator) -> None:
    keyboard = ReplyKeyboardMarkup([[KeyboardButton("Số của tôi", request_contact=True), "Thôi"]])
    await bot.send_message(LAN, "?", reply_markup=keyboard)
    shown = simulator.world.chats[LAN].keyboard
    assert shown is not None
    assert [key["text"] for key in shown["keyboard"][0]] == ["Số của tôi", "Thôi"]
    await bot.send_message(LAN, "!", reply_markup=ReplyKeyboardRemove())
    assert simulator.world.chats[LAN].keyboard is None


async def test_an_album(bot: telegram.Bot, simulator: Simulator) -> None:
    sent = await bot.send_media_group(LAN, [InputMediaDocument(b"1", filename="a.csv"), InputMediaDocument(b"2")])
    assert len({message.media_group_id for message in sent}) == 1
    assert len(simulator.bot_messages(LAN)) == 2


async def test_menus_follow_scope_and_language(bot: telegram.Bot, simulator: Simulator) -> None:
    await bot.set_my_commands([BotCommand("call", "Log a call")])
    await bot.set_my_commands([BotCommand("goi", "Ghi cuộc gọi")], BotCommandScopeAllPrivateChats(), "vi")
    await bot.set_my_commands([BotCommand("roi", "ROI")], BotCommandScopeChat(LAN))

    def seen(person: int, language: str) -> list[str]:
        return [one["command"] for one in simulator.world.menus.seen_by(person, language, None)]

    assert [seen(LAN, "vi"), seen(MINH, "vi"), seen(EMMA, "en")] == [["roi"], ["goi"], ["call"]]
    assert [one.command for one in await bot.get_my_commands()] == ["call"]
    await bot.delete_my_commands()
    assert seen(EMMA, "en") == []
    with pytest.raises(BadRequest, match="Bot_command_invalid"):
        await bot.set_my_commands([BotCommand("gọi", "x")])


async def test_chats_and_their_members(bot: telegram.Bot) -> None:
    assert (await bot.get_chat(LAN)).full_name == "Nguyễn Lan"
    assert (await bot.get_chat(GROUP)).title == "Đội bán hàng"
    assert (await bot.get_chat_member(GROUP, LAN)).status == "creator"
    assert (await bot.get_chat_member(GROUP, STRANGER)).status == "left"
    assert [admin.user.id for admin in await bot.get_chat_administrators(GROUP)] == [LAN]
    assert await bot.get_chat_member_count(GROUP) == 4
