"""Finds out what a message or a pressed button asks for, whether the sender may, and hands it to its handler."""

import re
from collections.abc import Mapping

from handlers import BUTTONS, COMMANDS
from handlers.base import JOINING, Command, Handler, Reply, Request, Role, UserError
from handlers.buttons import VERSION, running
from handlers.customers import contact_cards, finding, visiting
from handlers.dialogues import answering
from handlers.figures import questions
from handlers.help import shown_name
from handlers.imports.chat import flow as importing
from handlers.parsing import Verb, verb_of
from handlers.records import corrections, fixing
from handlers.suggestions import listed, nearest, with_phrase
from handlers.team import members
from metrics.wording import Phrase, phrase
from store.names import fold

MAX_TOAST = 200  # Telegram refuses longer ones
_COMMAND = re.compile(r"/(\w{1,40})(?:@(\w+))?(?:\s+|$)(.*)", re.DOTALL)

ROLES: Mapping[Role, Phrase] = {
    Role.VIEWER: phrase("viewers"),
    Role.REP: phrase("reps"),
    Role.MANAGER: phrase("managers"),
    Role.OWNER: phrase("owners"),
}
"""How each role is named in "this is for managers and owners"."""


def names_of(command: Command, *, private: bool) -> tuple[str, ...]:
    """Every name that a command answers to; groups leave its private shortcuts to other bots."""
    return (command.name, command.alias, *command.more, *(command.private if private else ()))


_TABLES: Mapping[bool, Mapping[str, Command]] = {
    private: {name: command for command in COMMANDS for name in names_of(command, private=private)}
    for private in (True, False)
}


async def answer(request: Request) -> Reply:
    """Answer one message or button press; what people do wrong is worded here, in the reader's language."""
    try:
        return await _answer(request)
    except UserError as wrong:
        if request.message.data is not None and not wrong.buttons:
            return Reply(toast=request.say.plain(wrong.said)[:MAX_TOAST])
        return Reply(request.say(wrong.said), wrong.buttons)


async def _answer(request: Request) -> Reply:
    message = request.message
    if message.data is not None:
        return await _pressed(request, message.data)
    asked = None if message.contact is not None else _asked(request)
    if message.edited and not _asks(asked):
        return await _edited(request)
    if asked is not None:
        return await command(asked)
    if message.private:
        return await _plain(request)
    return Reply() if request.team is None else (await _replied(request) or Reply())


async def _replied(request: Request) -> Reply | None:
    """A reply that answers a question, or corrects the record it replies to; None when it does neither."""
    if answering.answers_a_question(request):
        return await answering.typed(request)
    return await fixing.corrected(request)


async def _edited(request: Request) -> Reply:
    """Follow the edit of a log, or of a typed answer."""
    if request.team is None:
        return Reply()
    return await answering.edited(request) or await corrections.edited(request)


def _asked(request: Request) -> Request | None:
    """The request read as the command that its text starts with; None when that is no command for this bot."""
    found = _COMMAND.match(request.message.text.strip())
    if found is None:
        return None
    name, addressee, argument = fold(found[1]), found[2], found[3].strip()
    ours = addressee is not None and addressee.casefold() == request.bot_name.casefold()
    private = request.message.private
    if (addressee and not ours) or not (ours or private or name in _TABLES[private]):
        return None  # another bot's
    return request.of(name, argument)


def _asks(asked: Request | None) -> bool:
    """Whether it is a question, which an edit simply asks anew."""
    found = None if asked is None else _TABLES[asked.message.private].get(asked.command)
    return found is not None and found.group != "log"


async def command(request: Request) -> Reply:
    """Run the command that the request names, when there is one and the sender may use it."""
    found = _TABLES[request.message.private].get(request.command)
    if request.team is None and (found is None or Role.STRANGER not in found.roles):
        raise UserError(JOINING)
    if found is None:
        raise _unknown(request)
    if request.member.role not in found.roles:
        raise UserError(_refused(request, found))
    return await found.handler(request.of(found.name, request.argument))


async def run(request: Request) -> Reply:
    """Answer the button of a typed line (``v1|run|roi last month``) as if its presser had typed it."""
    name, _, argument = request.argument.partition(" ")
    return await command(request.of(name, argument))


_BUTTONS: Mapping[str, Handler] = {**BUTTONS, "run": run}


def _unknown(request: Request) -> UserError:
    """Say that there is no such command, naming the nearest ones that the sender may use."""
    typed, may = request.command[:32], _may(request)
    near: dict[str, str] = {}
    for name in nearest(typed, may, limit=6):
        near.setdefault(may[name].name, name)
    if not near:
        return UserError(phrase("I don't know /{name}. See /help for everything I can do.", name=typed))
    names = list(near.values())[:3]
    said = phrase(
        "I don't know /{name}. Did you mean {names}?", name=typed, names=listed([f"/{name}" for name in names])
    )
    line = request.argument
    asks = [running(f"/{name}", f"{name} {line}".strip()) for name in names if may[name].group == "ask"]
    return with_phrase(asks, said)


def _may(request: Request) -> dict[str, Command]:
    """The commands that the sender may use, by name."""
    return {name: found for name, found in _TABLES[True].items() if request.member.role in found.roles}


def _refused(request: Request, found: Command) -> Phrase:
    who = [request.say.plain(said) for role, said in ROLES.items() if role in found.roles]
    name, example = shown_name(found, request.say), phrase("/revenue")
    return phrase("/{name} is for {who}. You can send: {example}", name=name, who=listed(who), example=example)


_STRANGERS = frozenset({"lang", "run", *visiting.BUTTONS})
"""Buttons for people without a team."""


async def _pressed(request: Request, payload: str) -> Reply:
    version, _, rest = payload.partition("|")
    verb, _, argument = rest.partition("|")
    handler = _BUTTONS.get(verb)
    if version != VERSION or handler is None:
        raise UserError(phrase("This button is from an older version. Type the command again; /help lists them all."))
    if request.team is None and verb not in _STRANGERS:
        raise UserError(JOINING)
    return await handler(request.of(verb, argument))


async def _plain(request: Request) -> Reply:
    """Plain text in a private chat: an invite's code, a record, a question, or a customer to look up."""
    text = request.message.text.strip()
    if request.team is None:
        if not members.is_token(text):
            comment = await visiting.commented(request)
            if comment is None:
                raise UserError(JOINING)
            return comment
        return await members.start(request.of("start", text))
    if request.message.contact is not None:
        return await contact_cards.shared(request, request.message.contact)
    taken = await _filed(request, text)
    if taken is not None:
        return taken
    if not text:
        raise UserError(phrase("I read text only. For example: {example}", example=phrase("/call Lan 5m")))
    if text.startswith("/"):
        raise UserError(phrase("That is not a command. See /help for everything I can do."))
    found = verb_of(text)
    if found is None or (found.rest and await questions.named(request)):
        return await _replied(request) or await _looked_up(request)
    answer = await answering.typed(request, again=False) if answering.answers_a_question(request) else None
    return answer or await _said(request, found)


async def _filed(request: Request, text: str) -> Reply | None:
    """Take a file in: contacts, or a table to import; None for another one with a text that is read by itself."""
    file = request.message.document
    if file is None:
        return None
    if contact_cards.is_book(file):
        return await contact_cards.in_file(request, file)
    if not text or (importing.is_table(file) and verb_of(text) is None):
        return await importing.sent(request, file)
    return None


async def _said(request: Request, found: Verb) -> Reply:
    """A line that begins with a verb; one that may be a greeting too (``ban oi``) counts only when it reads."""
    try:
        return await command(request.of(found.verb, found.rest))
    except UserError:
        if found.certain:
            raise
        return await _looked_up(request)


async def _looked_up(request: Request) -> Reply:
    """Answer a question in plain words, take the answer to what was just asked, else look a customer up.

    A text that names no customer and nearly a figure is asked back.
    """
    figure = await questions.plain(request) or await answering.typed(request) or await questions.of_customers(request)
    return figure or await finding.find(request.of("find", request.message.text.strip()), questions.instead)
