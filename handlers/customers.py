"""Finds customers by name, part of a name or phone."""

from handlers import cards
from handlers.base import Button, Reply, Request, UserError
from handlers.receipts import team_of
from metrics.wording import phrase
from store import Session
from store.customers import CustomerRow, containing, similar
from store.names import full_key

OFFERED = 5
LONGEST = 80
"""A text longer than this names nobody."""


async def find(request: Request) -> Reply:
    """Show the customer whom the text names, or offer those whom it may mean."""
    text = (request.argument or request.message.text).strip()
    if not text or (not request.argument and text.startswith("/")):
        raise UserError(phrase("Find whom? Send a name or a phone number: /find Lan"))
    async with request.database.read() as session:
        found = await look(session, team_of(request).id, text[:LONGEST])
        if len(found) == 1 and _holds(found[0], text):
            return await cards.shown(session, request, found[0].id)
    if not found or len(text) > LONGEST:
        raise UserError(phrase("I know no customer like “{name}”. To add one: /lead {name}", name=text[:40]))
    buttons = tuple((Button(row.name[:60], f"v1|card|{row.id}"),) for row in found)
    return Reply(request.say("Which customer?"), buttons)


async def look(session: Session, team_id: int, text: str) -> list[CustomerRow]:
    """Return the one customer of exactly that name, else those whose name or phone holds the text, else look-alikes."""
    holding = await containing(session, team_id, text, OFFERED)
    exact = [row for row in holding if row.key == full_key(text)]
    return (exact if len(exact) == 1 else holding) or await similar(session, team_id, text, OFFERED)


def _holds(row: CustomerRow, text: str) -> bool:
    """Whether a customer was found by name or phone; look-alikes are only offered."""
    return full_key(text) in row.key or bool(row.phone and any(sign.isdigit() for sign in text))
