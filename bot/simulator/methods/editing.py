"""Methods that change what was sent."""

from typing import Literal

from bot.simulator import keyboards
from bot.simulator.arguments import Arguments
from bot.simulator.errors import Json, bad_request
from bot.simulator.messages import Chat, Message
from bot.simulator.methods.sending import caption_content, media_item, text_content
from bot.simulator.world import World

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
TWO_DAYS = 48 * 3600
_EMOJI = """
    ❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮
    💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 ⚡
    🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨‍💻
    👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿
    🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡
"""
REACTIONS = frozenset(_EMOJI.split())
"""The emoji that Telegram accepts as reactions."""


def _own(world: World, arguments: Arguments) -> tuple[Chat, Message]:
    """The bot's own message that the call names; 400 for none or somebody else's."""
    chat = world.chat_for_bot(arguments.chat_id())
    message = chat.messages.get(arguments.integer("message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    if not message.by_bot:
        raise bad_request("message can't be edited")
    return chat, message


def _edit(world: World, chat: Chat, message: Message, content: Json, markup: Json | None) -> Json:
    if content == message.content and markup == message.markup:
        raise bad_request(NOT_MODIFIED)
    world.spend(chat)
    message.content, message.markup = content, markup
    message.edited = world.clock.unix()
    world.changed(message)
    return world.message_json(message)


def _markup(arguments: Arguments) -> Json | None:
    """The new inline keyboard; a call without one removes it."""
    return keyboards.checked(arguments.json("reply_markup"))


def edit_message_text(world: World, arguments: Arguments) -> Json:
    """Another text, and keyboard."""
    chat, message = _own(world, arguments)
    if "text" not in message.content:
        raise bad_request("there is no text in the message to edit")
    return _edit(world, chat, message, text_content(arguments), _markup(arguments))


def edit_message_caption(world: World, arguments: Arguments) -> Json:
    """Another caption, and keyboard."""
    chat, message = _own(world, arguments)
    kept = {key: message.content[key] for key in ("photo", "document") if key in message.content}
    if not kept:
        raise bad_request("there is no caption in the message to edit")
    return _edit(world, chat, message, kept | caption_content(arguments), _markup(arguments))


def edit_message_media(world: World, arguments: Arguments) -> Json:
    """Another picture or file with its caption, and keyboard."""
    chat, message = _own(world, arguments)
    content = media_item(world, arguments, arguments.json("media"))
    return _edit(world, chat, message, content, _markup(arguments))


def edit_message_reply_markup(world: World, arguments: Arguments) -> Json:
    """Another keyboard."""
    chat, message = _own(world, arguments)
    return _edit(world, chat, message, message.content, _markup(arguments))


def _check_deletable(world: World, chat: Chat, message: Message | None) -> Message:
    if message is None:
        raise bad_request("message to delete not found")
    foreign = chat.is_group and not message.by_bot and not world.groups[chat.chat_id].bot_is_admin
    if foreign or world.clock.unix() - message.date > TWO_DAYS:
        raise bad_request("message can't be deleted")
    return message


def delete_message(world: World, arguments: Arguments) -> Literal[True]:
    """Takes a message away; in a group only the bot's own, unless it is an administrator."""
    chat = world.chat_for_bot(arguments.chat_id())
    message = _check_deletable(world, chat, chat.messages.get(arguments.integer("message_id")))
    world.remove(chat, [message.message_id])
    return True


def delete_messages(world: World, arguments: Arguments) -> Literal[True]:
    """Takes several messages away, skipping those that are not there."""
    chat = world.chat_for_bot(arguments.chat_id())
    found = [chat.messages[number] for number in arguments.json("message_ids") if number in chat.messages]
    world.remove(chat, [_check_deletable(world, chat, message).message_id for message in found])
    return True


def set_message_reaction(world: World, arguments: Arguments) -> Literal[True]:
    """Puts the bot's reaction under a message; none takes it away."""
    chat = world.chat_for_bot(arguments.chat_id())
    message = chat.messages.get(arguments.integer("message_id"))
    if message is None:
        raise bad_request("message to react not found")
    chosen = [str(reaction.get("emoji")) for reaction in arguments.json("reaction") or []]
    if len(chosen) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    if not REACTIONS.issuperset(emoji.rstrip("\ufe0f") for emoji in chosen):
        raise bad_request("REACTION_INVALID")
    message.reactions = tuple(chosen)
    world.changed(message)
    return True
