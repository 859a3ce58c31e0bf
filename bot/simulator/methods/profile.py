"""Methods by which a bot describes itself: its commands, name and descriptions."""

from collections.abc import Callable
from typing import Any, Literal

from bot.simulator.arguments import Arguments
from bot.simulator.errors import Json
from bot.simulator.world import World


def set_my_commands(world: World, arguments: Arguments) -> Literal[True]:
    """Sets the command menu of a scope and language."""
    world.menus.set(arguments.json("commands"), arguments.json("scope"), arguments.text("language_code"))
    world.events.add("commands")
    return True


def get_my_commands(world: World, arguments: Arguments) -> list[Json]:
    """The command menu of a scope and language."""
    return world.menus.get(arguments.json("scope"), arguments.text("language_code"))


def delete_my_commands(world: World, arguments: Arguments) -> Literal[True]:
    """Removes the command menu of a scope and language."""
    world.menus.delete(arguments.json("scope"), arguments.text("language_code"))
    world.events.add("commands")
    return True


def setter(name: str) -> Callable[[World, Arguments], Any]:
    """The method that sets the bot's name or a description."""

    def put(world: World, arguments: Arguments) -> Literal[True]:
        world.profile.texts[name, arguments.text("language_code")] = arguments.text(name)
        return True

    return put


def getter(name: str) -> Callable[[World, Arguments], Any]:
    """The method that tells the bot's name or a description."""

    def get(world: World, arguments: Arguments) -> Json:
        texts = world.profile.texts
        default = world.account.name if name == "name" else ""
        fallback = texts.get((name, ""), default)
        return {name: texts.get((name, arguments.text("language_code")), fallback)}

    return get


def set_chat_menu_button(world: World, arguments: Arguments) -> Literal[True]:
    """Sets what stands beside the input field."""
    button = arguments.json("menu_button") or {"type": "default"}
    world.profile.menu_buttons[arguments.integer("chat_id")] = button
    return True


def get_chat_menu_button(world: World, arguments: Arguments) -> Json:
    """What stands beside the input field."""
    return world.profile.menu_buttons.get(arguments.integer("chat_id"), {"type": "commands"})
