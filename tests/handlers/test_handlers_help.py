"""The help, the menus, the language: all from COMMANDS."""

import re

import pytest

from handlers import COMMANDS
from handlers.base import Command, Role
from handlers.dispatch import names_of
from tests.handlers.office import Chat, Office

TELEGRAM_NAME = re.compile(r"[a-z0-9_]{1,32}")


def test_every_name_is_one_that_telegram_takes_and_belongs_to_one_command() -> None:
    owners: dict[str, Command] = {}
    for command in COMMANDS:
        for name in set(names_of(command, private=True)):
            assert TELEGRAM_NAME.fullmatch(name), name
            assert owners.setdefault(name, command) is command, name


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_says_what_it_is_with_an_example_in_both_languages(command: Command) -> None:
    assert 0 < len(command.about.source) <= 60
    assert command.example.startswith(f"/{command.name}")
    assert command.example_vi.startswith(f"/{command.alias}")
    assert Role.OWNER in command.roles


@pytest.mark.parametrize("name", ["owner", "manager", "rep", "viewer", "stranger"])
@pytest.mark.parametrize("language", ["en", "vi"])
async def test_help_lists_exactly_what_the_reader_may_do(office: Office, name: str, language: str) -> None:
    chat: Chat = getattr(office, name)
    chat.language = language
    text = (await chat.say("/help")).text
    role = (await chat.request("")).member.role
    shown = set(re.findall(r"^/(\w+) —", text, re.MULTILINE))
    expected = {c.alias if language == "vi" else c.name for c in COMMANDS if role in c.roles and c.menu}
    assert shown == expected
    assert len(text) <= 4096


@pytest.mark.parametrize("backend", ["sqlite"])  # help is read from the code
async def test_help_explains_each_command_by_any_name(office: Office) -> None:
    for command in COMMANDS:
        by_name = (await office.owner.say(f"/help {command.name}")).text
        by_alias = (await office.owner.say(f"/help /{command.alias}")).text
        assert by_name == by_alias, command.name
        assert f"/{command.alias}" in by_name


async def test_help_tells_a_shortcut_of_private_chats_only_there(office: Office) -> None:
    assert "/ban\n" in (await office.rep.say("/help ban")).text.replace("</b>", "")
    office.rep.private = False
    assert "/ban\n" not in (await office.rep.say("/help sale")).text.replace("</b>", "")


async def test_help_for_an_unknown_command_offers_the_nearest(office: Office) -> None:
    reply = await office.owner.say("/help setings")
    assert [row[0].data for row in reply.buttons][:1] == ["v1|run|help settings"]
    assert "settings" in (await office.owner.press(reply.buttons[0][0].data)).text


async def test_the_language_is_chosen_by_button_and_stays(office: Office) -> None:
    asked = await office.stranger.say("/lang")
    assert [button.data for button in asked.buttons[0]] == ["v1|lang|en", "v1|lang|vi"]
    await office.stranger.press("v1|lang|vi")
    assert (await office.stranger.request("")).say.language == "vi"
    await office.stranger.say("/ngonngu en")
    assert (await office.stranger.request("")).say.language == "en"
