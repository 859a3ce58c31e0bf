"""Cuts a message into the lines that are logged, each with its verb and its place in the message."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from handlers.base import Request
from handlers.parsing import COMMANDS, verb_of
from store.names import fold

_LOGGED = (
    "call",
    "sale",
    "cost",
    "lead",
    "deal",
    "meet",
    "msg",
    "visit",
    "mail",
    "event",
    "won",
    "lost",
    "stage",
    "refund",
    "ticket",
    "answered",
    "resolved",
    "rating",
    "optout",
    "remind",
)
NAMES = {verb: COMMANDS[verb] for verb in _LOGGED}
"""Each verb that logs, and the commands that say it."""

VERBS = {name: verb for verb, names in NAMES.items() for name in names}
MOST = 50
"""Lines of one message that are logged at once; of more, the first are logged once their writer says so."""

_COMMAND = re.compile(r"/(\w{1,40})(?:@\w+)?(?:\s+|$)(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Line:
    """One line to log: its index in the message, its verb, and the text after it."""

    index: int
    verb: str
    text: str


@dataclass(frozen=True, slots=True)
class Source:
    """The message that a line stands in, as the records made from it keep it."""

    inbox_id: int
    chat_id: int
    message_id: int
    sent_at: datetime


def source_of(request: Request) -> Source:
    """Return the present message as a source of records."""
    message = request.message
    return Source(request.inbox_id, message.chat_id, message.message_id, message.sent_at)


def lines_of(verb: str, argument: str, *, plain: bool) -> list[Line]:
    """Cut the text after a verb: each further line may begin with a command, or where plain text logs with a verb."""
    return list(_lines(verb, argument, plain=plain))


def _lines(verb: str, argument: str, *, plain: bool) -> Iterator[Line]:
    rows = argument.splitlines() or [""]
    for index, row in enumerate(rows):
        text = row.strip()
        if not text and len(rows) > 1:
            continue
        own, rest = _own_verb(text, plain=plain) if index else (None, text)
        yield Line(index, own or verb, rest)


def _own_verb(text: str, *, plain: bool) -> tuple[str | None, str]:
    command = _COMMAND.fullmatch(text)
    if command:
        return VERBS.get(fold(command[1]), "unknown"), command[2]
    found = verb_of(text) if plain else None
    if found is not None and found.verb in NAMES:
        return found.verb, found.rest
    return None, text


def retold(text: str, *, private: bool) -> list[Line] | None:
    """Cut a whole message, as it stands after an edit; None when it does not begin with a verb that logs."""
    text = text.strip()
    command = _COMMAND.fullmatch(text)
    if command:
        verb = VERBS.get(fold(command[1]))
        return None if verb is None else lines_of(verb, command[2].strip(), plain=private)
    found = verb_of(text) if private else None
    if found is None or found.verb not in NAMES:
        return None
    return lines_of(found.verb, found.rest, plain=True)
