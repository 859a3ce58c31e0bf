"""Finds customers by name, part of a name or phone."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from handlers.base import Button, Reply, Request, UserError, team_of
from handlers.buttons import data
from handlers.customers import cards
from handlers.dialogues.offers import person
from handlers.parsing import e164
from handlers.parsing.customers import is_named
from handlers.records.understanding import known
from metrics.wording import Phrase, phrase
from store import Session
from store.customers.lookup import CustomerRow, containing, similar
from store.names import full_key

OFFERED = 5
LONGEST = 80
"""A text longer than this names nobody."""


@dataclass(frozen=True, slots=True)
class Instead:
    """What a text may mean that names no customer: the question, its buttons, and the ``word`` that was not known."""

    said: Phrase
    buttons: tuple[tuple[Button, ...], ...]
    word: str


Asking = Callable[[Request], Awaitable[Instead | None]]


async def find(request: Request, instead: Asking | None = None) -> Reply:
    """Show the customer whom the text names, or offer those whom it may mean.

    Where it names nobody, what may be meant ``instead`` is asked before customers who are merely alike.
    """
    text = (request.argument or request.message.text).strip()
    if not text or (not request.argument and text.startswith("/")):
        raise UserError(phrase("Find whom? Send a name or a phone number: /find Lan"))
    async with request.database.read() as session:
        found = await look(session, request, text[:LONGEST])
        if len(found) == 1 and holds(found[0], text):
            return await cards.shown(session, request, found[0].id)
    if instead is not None and not any(holds(row, text) for row in found):
        other = await instead(request)
        if other is not None:
            return await _asked_back(request, other)
    if not found or len(text) > LONGEST:
        raise UserError(phrase("I know no customer like “{name}”. To add one: /lead {name}", name=text[:40]))
    return Reply(request.say(which(found, text)), _cards(request, found))


async def _asked_back(request: Request, other: Instead) -> Reply:
    """Ask what else is meant; customers who are called by the very word are offered too."""
    async with request.database.read() as session:
        found = await look(session, request, other.word)
    called = [row for row in found if holds(row, other.word)]
    return Reply(request.say(other.said), (*other.buttons, *_cards(request, called)))


def _cards(request: Request, found: Sequence[CustomerRow]) -> tuple[tuple[Button, ...], ...]:
    """A button for each customer's card."""
    return tuple((Button(person(request, known(row))[:60], data("card", row.id)),) for row in found)


async def look(session: Session, request: Request, text: str) -> list[CustomerRow]:
    """Return the one customer of exactly that name, else those whose name or phone holds the text, else look-alikes.

    Of several the asker's own come first.
    """
    team_id, me = team_of(request).id, request.member.id
    holding = await containing(session, team_id, text, OFFERED, me)
    exact = [row for row in holding if row.key == full_key(text)]
    return (exact if len(exact) == 1 else holding) or await similar(session, team_id, text, OFFERED, me)


def meant(request: Request, found: Sequence[CustomerRow], text: str) -> CustomerRow | None:
    """Return the only one of those found whose whole name or phone number the text is; look-alikes are only offered."""
    number = e164(text, team_of(request).zone)
    named = [row for row in found if is_named(text, row.name) or (number is not None and row.phone == number)]
    return named[0] if len(named) == 1 else None


def which(found: Sequence[CustomerRow], text: str) -> Phrase:
    """Ask which of several is meant; of look-alikes alone say first that nobody is called so."""
    if any(holds(row, text) for row in found):
        return phrase("Which customer?")
    return phrase("I know no customer “{name}”. Is it one of these?", name=text[:40])


def holds(row: CustomerRow, text: str) -> bool:
    """Whether a customer was found by name or phone; look-alikes are only offered."""
    return full_key(text) in row.key or bool(row.phone and any(sign.isdigit() for sign in text))
