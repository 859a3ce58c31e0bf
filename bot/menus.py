"""The command menus that Telegram shows: per language for everyone, and per role once a member is seen."""

import asyncio
from collections.abc import Sequence

from telegram import Bot, BotCommand, BotCommandScope, BotCommandScopeAllGroupChats, BotCommandScopeChat
from telegram.error import TelegramError

from bot import logs
from bot.chat import Person
from handlers.base import Command, Role
from metrics.wording import LANGUAGES, Say

MOST = 100  # Telegram takes no longer menu
_log = logs.logger("chot.menus")


def menu(commands: Sequence[Command], role: Role, language: str) -> list[BotCommand]:
    """Return the menu of a role in a language: the commands it may use, by the reader's names for them."""
    say = Say(language, markup=False)
    return [
        BotCommand(command.alias if language == "vi" else command.name, say(command.about)[:256])
        for command in commands
        if command.menu and role in command.roles
    ][:MOST]


class Menus:
    """Keeps Telegram's menus as `handlers.COMMANDS` are; what stands there already is not sent again."""

    def __init__(self, bot: Bot, commands: Sequence[Command], default_language: str) -> None:
        self._bot, self._commands, self._default = bot, commands, default_language
        self._seen: set[tuple[int, Role, str]] = set()
        self._wanted: asyncio.Queue[tuple[int, Role, str]] = asyncio.Queue()

    def seen(self, person: Person, role: Role, language: str) -> None:
        """Note a sender; a member's private chat gets the menu of their role and language."""
        key = (person.id, role, language)
        if role is not Role.STRANGER and key not in self._seen:
            self._seen.add(key)
            self._wanted.put_nowait(key)

    async def run(self) -> None:
        """Set the menus for everyone, then those of members as they are seen, until cancelled."""
        for language in LANGUAGES:
            code = None if language == self._default else language
            await self._set(menu(self._commands, Role.STRANGER, language), None, code)
            await self._set(menu(self._commands, Role.REP, language), BotCommandScopeAllGroupChats(), code)
        while True:
            person_id, role, language = await self._wanted.get()
            await self._set(menu(self._commands, role, language), BotCommandScopeChat(person_id), None)

    async def _set(self, wanted: list[BotCommand], scope: BotCommandScope | None, code: str | None) -> None:
        try:
            if list(await self._bot.get_my_commands(scope, code)) != wanted:
                await self._bot.set_my_commands(wanted, scope, code)
        except TelegramError as error:
            _log.warning("a menu could not be set", error=type(error).__name__)
