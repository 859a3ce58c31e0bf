"""A shared contact card finds the customer of that number or name, or makes a new one as a lead."""

from dataclasses import replace
from typing import Any

from handlers import cards
from handlers.asking import Put, Told, ask
from handlers.base import Contact, Reply, Request, UserError
from handlers.customers import LONGEST
from handlers.lines import Line, source_of
from handlers.logbook import log_line
from handlers.parsing import Doubt, KnownCustomer, Reading
from handlers.parsing.asks import known_lead
from handlers.parsing.phones import dialled
from handlers.receipts import LOGGERS, team_of
from handlers.understanding import country_of_team, known
from metrics.wording import Html, phrase
from store import Session
from store.customers import look_up
from store.names import clean, full_key


async def shared(request: Request, contact: Contact) -> Reply:
    """Show whom the contact is of; somebody unknown with a number is made at once, as by ``/lead``."""
    if request.member.role not in LOGGERS:
        raise UserError(phrase("Viewers only ask; a manager can give you another role."))
    if contact.user_id == request.member.telegram_id:
        raise UserError(phrase("That is your own contact. Share a customer's, or send: /lead Lan 0912345678"))
    name = clean(contact.name)[:LONGEST]
    if not full_key(name):
        raise UserError(phrase("This contact has no name. Send it as a line: /lead Lan 0912345678"))
    phone = dialled(contact.phone, country_of_team(request)) if contact.phone else None
    async with request.begin() as session:
        reply = await _found(session, request, name, phone)
        if reply is None:
            told = await _new(session, request, name, phone)
            reply = Reply(told.text, told.buttons)
        return await request.settle(session, reply)


async def _found(session: Session, request: Request, name: str, phone: str | None) -> Reply | None:
    """The card of whoever has that number; None for nobody."""
    rows = await look_up(session, team_of(request).id, phones=[phone]) if phone else []
    if not rows:
        return None
    if len(rows) > 1:
        told = await _asked(session, request, name, phone, known_lead(tuple(map(known, rows))))
        return Reply(told.text, told.buttons)
    card = await cards.shown(session, request, rows[0].id)
    said = request.say("This number is in the book already:\n{card}", card=Html(card.text))
    return replace(card, text=said)


async def _new(session: Session, request: Request, name: str, phone: str | None) -> Told:
    """Make a new customer, after asking where one of that name is known or no number came with it."""
    rows = await look_up(session, team_of(request).id, full=[full_key(name)])
    if rows:
        twins: tuple[KnownCustomer, ...] = tuple(known(row) for row in rows)
        return await _asked(session, request, name, phone, known_lead(twins))
    if phone is None:
        said = phrase("The contact “{name}” has no phone number. Add the customer without one?", name=name)
        return await _asked(session, request, name, phone, Doubt("customer", said, why="nophone"))
    return await log_line(session, request, Line(0, "lead", ""), source_of(request), _kept(name, phone))


async def _asked(session: Session, request: Request, name: str, phone: str | None, doubt: Doubt) -> Told:
    reading, kept = Reading("lead", customer_name=name), _kept(name, phone) | {"new_customer": False}
    return await ask(session, request, Put(Line(0, "lead", ""), source_of(request), reading, kept, doubt=doubt))


def _kept(name: str, phone: str | None) -> dict[str, Any]:
    return {"new_customer": True, "new_name": name, "apart": True, "phone": phone}
