"""What the bot says of itself: the welcome, the list of commands, one command, privacy, the language."""

from handlers.base import Button, Command, Group, Reply, Request, Role, UserError
from handlers.buttons import data, running
from handlers.suggestions import nearest
from metrics.wording import LANGUAGES, Phrase, Say, phrase
from store.names import fold
from store.people import membership

TITLES: dict[Group, Phrase] = {
    "log": phrase("Log"),
    "ask": phrase("Ask"),
    "team": phrase("Team"),
    "other": phrase("More"),
}
"""The groups of commands, in the order of /help."""

FIRST: dict[Role, tuple[str, ...]] = {
    Role.REP: ("call", "sale", "revenue"),
    Role.MANAGER: ("revenue", "roi", "retention"),
    Role.OWNER: ("invite", "sale", "roi"),
    Role.VIEWER: ("revenue", "roi", "cycle"),
    Role.STRANGER: ("start",),
}
"""The three commands that each role is shown first."""

TONGUES = {"vi": "Tiếng Việt", "en": "English"}
"""Each language by its own name."""


def commands() -> tuple[Command, ...]:
    """Every command; read late, because the list names this module's own handlers."""
    from handlers import COMMANDS

    return COMMANDS


def shown_name(command: Command, say: Say) -> str:
    """The name that menus and /help show in the reader's language."""
    return command.alias if say.language == "vi" else command.name


def example_of(command: Command, say: Say) -> str:
    """A line that works, in the reader's language."""
    return (command.example_vi or command.example) if say.language == "vi" else command.example


def welcome(request: Request, team: str, role: Role) -> Reply:
    """Greet a member with the three lines that matter most for the role."""
    say = request.say
    title = say("Welcome to <b>{team}</b>! Try one of these:", team=team)
    known = {command.name: command for command in commands()}
    lines = [
        say("{example} — {about}", example=example_of(known[name], say), about=say(known[name].about))
        for name in FIRST[role]
        if name in known
    ]
    return Reply("\n".join([title, *lines, say("Everything else: /help")]))


async def show(request: Request) -> Reply:
    """List the commands of the sender's role, or explain one: ``/help sale``."""
    if request.argument:
        return Reply(_explained(request, _named(request)))
    say, role = request.say, request.member.role
    parts = []
    for group, title in TITLES.items():
        lines = [_line(one, say) for one in commands() if one.group == group and role in one.roles and one.menu]
        if lines:
            parts.append("\n".join([f"<b>{say(title)}</b>", *lines]))
    last = next(one for one in commands() if one.name == FIRST[role][-1])
    parts.append(say("More about one: /help {name}", name=shown_name(last, say)))
    return Reply("\n\n".join(parts))


def _line(command: Command, say: Say) -> str:
    return say("/{name} — {about}", name=shown_name(command, say), about=say(command.about))


def _named(request: Request) -> Command:
    """The command asked about, by any of its names."""
    by_name = {
        name: command
        for command in commands()
        for name in (command.name, command.alias, *command.more, *command.private)
    }
    wanted = fold(request.argument.removeprefix("/"))[:40]
    if wanted in by_name:
        return by_name[wanted]
    asking = shown_name(by_name["help"], request.say)
    buttons = tuple(running(f"/{asking} {name}", f"help {name}") for name in nearest(wanted, by_name))
    raise UserError(phrase("I don't know /{name}. See /help for everything I can do.", name=wanted), buttons)


def _explained(request: Request, command: Command) -> str:
    say = request.say
    private = command.private if request.message.private else ()
    names = " ".join(f"/{name}" for name in dict.fromkeys((command.name, command.alias, *command.more, *private)))
    lines = [say("<b>{names}</b>", names=names), say(command.about)]
    if command.usage:
        usage = say.plain(command.usage.source, **{**command.usage.params, "name": shown_name(command, say)})
        lines.append(say("<code>{usage}</code>", usage=usage))
    lines.append(say("For example: <code>{example}</code>", example=example_of(command, say)))
    return "\n".join(lines)


async def language(request: Request) -> Reply:
    """Choose the language of the bot's words to the sender: ``/lang vi`` or a button."""
    wanted = fold(request.argument)[:2]
    if wanted not in LANGUAGES:
        row = tuple(Button(TONGUES[tongue], data("lang", tongue)) for tongue in LANGUAGES)
        return Reply(request.say("Which language? For example: /lang vi"), (row,))
    say = Say(wanted)
    said = say("I speak English with you now. See /help")
    async with request.begin() as session:
        await membership.set_locale(session, request.member.account_id, wanted)
        return await request.settle(session, Reply(said, edits=request.message.data is not None))


async def privacy(request: Request) -> Reply:
    """Say what is kept and who sees it."""
    return Reply(
        request.say(
            "Kept: what you log, your Telegram name and id, and which message each record came from. Your team's "
            "members see it by their role; nothing leaves the machine this bot runs on, and other chats are not read. "
            "/undo takes a record out of every figure. An owner erases a customer's personal data with /forget; "
            "backups made before keep them until they are replaced."
        )
    )


BUTTONS = {"lang": language}
"""The buttons that this module answers."""
