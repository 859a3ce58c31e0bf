"""What each command means: the whole bot on one screen.

`COMMANDS` feeds recognition, the Telegram menus, /help and the README's table; every metric is a command by itself.
`BUTTONS` says who answers each kind of button.
"""

from collections.abc import Mapping

from handlers import help as helping
from handlers import settings, team
from handlers.base import Command, Handler, Role
from metrics.wording import phrase

_OWNERS = frozenset({Role.OWNER})
_LEADERS = _OWNERS | {Role.MANAGER}
_LOGGERS = _LEADERS | {Role.REP}
_MEMBERS = _LOGGERS | {Role.VIEWER}
_ANYONE = frozenset(Role)

LOGGING: tuple[Command, ...] = ()

TEAM = (
    Command(
        "team", "doi", _MEMBERS, phrase("who is in the team"), "/team", team.show, "team", example_vi="/doi",
    ),
    Command(
        "invite", "moi", _LEADERS, phrase("a link by which somebody joins"), "/invite rep", team.invite, "team",
        example_vi="/moi rep", usage=phrase("/invite owner|manager|rep|viewer"),
    ),
    Command(
        "role", "vaitro", _OWNERS, phrase("change what a member may do"), "/role Lan manager", team.change_role, "team",
        example_vi="/vaitro Lan quản lý", usage=phrase("/role name owner|manager|rep|viewer"),
    ),
    Command(
        "remove", "xoathanhvien", _OWNERS, phrase("take somebody out of the team"), "/remove Lan", team.remove, "team",
        example_vi="/xoathanhvien Lan",
    ),
    Command(
        "settings", "caidat", _LEADERS, phrase("the team's name and how its figures count"), "/settings window 60",
        settings.settings, "team", example_vi="/caidat window 60", usage=phrase("/settings [name|window|basis value]"),
    ),
)  # fmt: skip

OTHER = (
    Command(
        "start", "batdau", _ANYONE, phrase("join with the code you were given"), "/start CODE", team.start, "other",
        example_vi="/batdau CODE", menu=False,
    ),
    Command(
        "help", "trogiup", _ANYONE, phrase("what I can do"), "/help sale", helping.show, "other",
        example_vi="/trogiup banhang",
    ),
    Command(
        "lang", "ngonngu", _ANYONE, phrase("choose the language"), "/lang vi", helping.language, "other",
        example_vi="/ngonngu vi",
    ),
    Command(
        "privacy", "riengtu", _ANYONE, phrase("what is kept and who sees it"), "/privacy", helping.privacy, "other",
        example_vi="/riengtu",
    ),
)  # fmt: skip

COMMANDS: tuple[Command, ...] = (*LOGGING, *TEAM, *OTHER)
"""Every command, in the order of the menus."""

BUTTONS: Mapping[str, Handler] = {**helping.BUTTONS}
"""Who answers a pressed button, by the verb in its payload."""
