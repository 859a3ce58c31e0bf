"""The command menus a bot has set, and which of them a person sees in a chat."""

import re

from bot.simulator.errors import Json, bad_request
from bot.simulator.people import Group

_NAME = re.compile(r"[a-z0-9_]{1,32}")
MOST_COMMANDS = 100
MOST_DESCRIPTION = 256

Key = tuple[str, str]


def scope_key(scope: Json | None) -> str:
    """A command scope as one word, such as `default` or `chat:5` ."""
    scope = scope or {"type": "default"}
    kind = str(scope.get("type", ""))
    simple = ("default", "all_private_chats", "all_group_chats", "all_chat_administrators")
    if kind in simple:
        return kind
    if kind in ("chat", "chat_administrators") and "chat_id" in scope:
        return f"{kind}:{scope['chat_id']}"
    if kind == "chat_member" and "chat_id" in scope and "user_id" in scope:
        return f"{kind}:{scope['chat_id']}:{scope['user_id']}"
    raise bad_request("can't parse BotCommandScope: Unsupported type specified")


def _checked(command: object) -> Json:
    if not isinstance(command, dict):
        raise bad_request("can't parse BotCommand: expected an Object")
    name = str(command.get("command", "")).strip().removeprefix("/")
    description = str(command.get("description", "")).strip()
    if not _NAME.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= MOST_DESCRIPTION:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": description}


class Menus:
    """Commands by scope and language."""

    def __init__(self) -> None:
        self._set: dict[Key, list[Json]] = {}

    def set(self, commands: object, scope: Json | None, language: str) -> None:
        """Sets the menu of a scope and language; 400 for a name or description Telegram refuses."""
        if not isinstance(commands, list):
            raise bad_request("can't parse commands: expected an Array of BotCommand")
        if len(commands) > MOST_COMMANDS:
            raise bad_request("BOT_COMMANDS_TOO_MUCH")
        self._set[scope_key(scope), language] = [_checked(command) for command in commands]

    def get(self, scope: Json | None, language: str) -> list[Json]:
        """The menu of exactly this scope and language."""
        return self._set.get((scope_key(scope), language), [])

    def delete(self, scope: Json | None, language: str) -> None:
        """Removes the menu of exactly this scope and language."""
        self._set.pop((scope_key(scope), language), None)

    def seen_by(self, person_id: int, language: str, group: Group | None) -> list[Json]:
        """The menu that a person sees: in the private chat, or in a group."""
        for scope in _scopes(person_id, group):
            for code in (language, ""):
                if self._set.get((scope, code)):
                    return self._set[scope, code]
        return []


def _scopes(person_id: int, group: Group | None) -> list[str]:
    """Scopes from the narrowest, in Telegram's order."""
    if group is None:
        return [f"chat:{person_id}", "all_private_chats", "default"]
    admin = person_id in group.admins
    return [
        f"chat_member:{group.id}:{person_id}",
        *([f"chat_administrators:{group.id}"] if admin else []),
        f"chat:{group.id}",
        *(["all_chat_administrators"] if admin else []),
        "all_group_chats",
        "default",
    ]
