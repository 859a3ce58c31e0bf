"""Methods that send messages."""

from typing import Any, Literal

from bot.simulator import keyboards
from bot.simulator.arguments import Arguments
from bot.simulator.entities import formatted
from bot.simulator.errors import Json, bad_request
from bot.simulator.files import Upload
from bot.simulator.formatting import utf16_length
from bot.simulator.messages import Chat, Message
from bot.simulator.world import World

MOST_TEXT = 4096
MOST_CAPTION = 1024
ACTIONS = (
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
)


def text_content(arguments: Arguments) -> Json:
    """The text of a call with its entities; 400 when empty or longer than 4096 UTF-16 units."""
    raw = arguments.text("text")
    text, entities = formatted(raw, arguments.text("parse_mode"), arguments.json("entities"))
    if not text:
        raise bad_request("message text is empty")
    if utf16_length(text) > MOST_TEXT:
        raise bad_request("message is too long")
    return {"text": text, "entities": entities}


def caption_content(arguments: Arguments) -> Json:
    """The caption of a call with its entities, if any; 400 when longer than 1024 UTF-16 units."""
    raw = arguments.text("caption")
    caption, entities = formatted(raw, arguments.text("parse_mode"), arguments.json("caption_entities"))
    if utf16_length(caption) > MOST_CAPTION:
        raise bad_request("message caption is too long")
    return {"caption": caption, "caption_entities": entities} if caption else {}


def media_content(world: World, kind: str, media: Upload | str) -> Json:
    """A photo or document, just uploaded or known by its file id."""
    if not media:
        raise bad_request(f"there is no {kind} in the request")
    if isinstance(media, Upload):
        stored: Any = world.files.add_photo(media) if kind == "photo" else world.files.add_document(media)
    else:
        stored = world.files.photo(media) if kind == "photo" else world.files.document(media)
    return {kind: stored}


def _reply_target(chat: Chat, arguments: Arguments) -> int | None:
    parameters = arguments.json("reply_parameters") or {}
    target = parameters.get("message_id") or arguments.integer("reply_to_message_id")
    if not target or int(target) in chat.messages:
        return int(target) if target else None
    if parameters.get("allow_sending_without_reply") or arguments.flag("allow_sending_without_reply"):
        return None
    raise bad_request("message to be replied not found")


def _thread(world: World, chat: Chat, arguments: Arguments) -> int | None:
    thread = arguments.integer("message_thread_id") or None
    if thread and not (chat.is_group and world.groups[chat.chat_id].is_forum):
        raise bad_request("message thread not found")
    return thread


def send(world: World, arguments: Arguments, content: Json) -> Message:
    """Sends what the bot wants to say into the chat of the call."""
    chat = world.chat_for_bot(arguments.chat_id())
    markup = keyboards.checked(arguments.json("reply_markup"))
    reply_to, thread = _reply_target(chat, arguments), _thread(world, chat, arguments)
    world.spend(chat)
    message = Message(
        message_id=world.new_message_id(),
        chat_id=chat.chat_id,
        sender_id=world.account.user_id,
        date=world.clock.unix(),
        content=content,
        reply_to=reply_to,
        thread_id=thread,
        markup=markup,
        by_bot=True,
    )
    if markup and "inline_keyboard" not in markup:
        _set_keyboard(world, chat, markup)
    return world.post(message)


def _set_keyboard(world: World, chat: Chat, markup: Json) -> None:
    chat.keyboard = None if markup.get("remove_keyboard") else markup
    world.events.add("keyboard", chat_id=chat.chat_id, keyboard=chat.keyboard)


def send_message(world: World, arguments: Arguments) -> Json:
    """Sends a text."""
    world.chat_for_bot(arguments.chat_id())
    return world.message_json(send(world, arguments, text_content(arguments)))


def _send_media(world: World, arguments: Arguments, kind: str) -> Json:
    world.chat_for_bot(arguments.chat_id())
    caption = caption_content(arguments)
    content = media_content(world, kind, arguments.upload(kind)) | caption
    return world.message_json(send(world, arguments, content))


def send_photo(world: World, arguments: Arguments) -> Json:
    """Sends a picture with a caption."""
    return _send_media(world, arguments, "photo")


def send_document(world: World, arguments: Arguments) -> Json:
    """Sends a file with a caption."""
    return _send_media(world, arguments, "document")


def send_media_group(world: World, arguments: Arguments) -> list[Json]:
    """Sends 2–10 pictures or files as an album."""
    world.chat_for_bot(arguments.chat_id())
    items = arguments.json("media") or []
    if not 2 <= len(items) <= 10:
        raise bad_request("wrong number of items in the media group")
    album = str(world.new_message_id())
    contents = [media_item(world, arguments, item) | {"media_group_id": album} for item in items]
    return [world.message_json(send(world, arguments, content)) for content in contents]


def media_item(world: World, arguments: Arguments, item: Any) -> Json:
    """An `InputMedia` of a call as content of a message."""
    if not isinstance(item, dict) or item.get("type") not in ("photo", "document"):
        raise bad_request("can't parse InputMedia: Unsupported type specified")
    caption = caption_content(Arguments(item))
    return media_content(world, item["type"], arguments.attached(str(item.get("media", "")))) | caption


def send_contact(world: World, arguments: Arguments) -> Json:
    """Sends a phone contact."""
    fields = ("phone_number", "first_name", "last_name", "vcard")
    contact = {name: arguments.text(name) for name in fields if arguments.has(name)}
    return world.message_json(send(world, arguments, {"contact": contact}))


def send_chat_action(world: World, arguments: Arguments) -> Literal[True]:
    """Shows for a moment that the bot is typing or uploading."""
    chat = world.chat_for_bot(arguments.chat_id())
    action = arguments.text("action")
    if action not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    world.events.add("action", chat_id=chat.chat_id, action=action)
    return True
