"""Methods about chats and who is in them."""

from typing import Literal

from bot.simulator.arguments import Arguments
from bot.simulator.errors import Json, bad_request
from bot.simulator.people import FULL_INFO, Group, member, status_in
from bot.simulator.world import World


def get_chat(world: World, arguments: Arguments) -> Json:
    """All that is known of a chat."""
    chat = world.chat_for_bot(arguments.chat_id())
    extra: Json = {"active_usernames": [username]} if (username := _username(world, chat.chat_id)) else {}
    if chat.is_group:
        extra["permissions"] = {"can_send_messages": True}
    return world.chat_json(chat.chat_id) | FULL_INFO | extra


def _username(world: World, chat_id: int) -> str:
    return world.people[chat_id].username if chat_id in world.people else ""


def _group(world: World, arguments: Arguments) -> Group:
    chat = world.chat_for_bot(arguments.chat_id())
    if not chat.is_group:
        raise bad_request("there are no administrators in the private chat")
    return world.groups[chat.chat_id]


def get_chat_member(world: World, arguments: Arguments) -> Json:
    """What somebody is in a chat."""
    chat = world.chat_for_bot(arguments.chat_id())
    user_id = arguments.integer("user_id")
    group = world.groups.get(chat.chat_id)
    if user_id == world.account.user_id:
        is_admin = group is not None and group.bot_is_admin
        return member(world.account.user(), "administrator" if is_admin else "member")
    if user_id not in world.people:
        raise bad_request("invalid user_id specified")
    status = status_in(group, user_id) if group else "member"
    return member(world.user(user_id), status)


def get_chat_member_count(world: World, arguments: Arguments) -> int:
    """How many are in a chat, the bot among them."""
    chat = world.chat_for_bot(arguments.chat_id())
    group = world.groups.get(chat.chat_id)
    return len({*group.members, *group.admins}) + 1 if group else 2


def get_chat_administrators(world: World, arguments: Arguments) -> list[Json]:
    """The administrators of a group."""
    group = _group(world, arguments)
    return [member(world.user(person), status_in(group, person)) for person in group.admins]


def leave_chat(world: World, arguments: Arguments) -> Literal[True]:
    """The bot leaves a group."""
    world.chats[_group(world, arguments).id].blocked = True
    return True
