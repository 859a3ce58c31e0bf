"""A shared contact card, or a vCard file, finds the customers of its numbers and names, or makes new ones as leads."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from handlers.base import LOGGERS, Attached, Contact, FileGone, Reply, Request, UserError, team_of
from handlers.customers import cards
from handlers.customers.finding import LONGEST
from handlers.dialogues.asking import Put, Told, ask
from handlers.parsing import Doubt, KnownCustomer, Reading
from handlers.parsing.doubting import known_lead
from handlers.parsing.phones import dialled
from handlers.parsing.vcards import read_vcards
from handlers.records.lines import MOST, Line, source_of
from handlers.records.logbook import log_line, together
from handlers.records.understanding import country_of_team, known
from metrics.wording import Html, phrase
from store import Session
from store.customers.lookup import look_up
from store.names import clean, full_key

LARGEST = 1_000_000
"""Bytes of a contact file that is read: thousands of contacts without pictures."""


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


async def _asked(
    session: Session, request: Request, name: str, phone: str | None, doubt: Doubt, *, line: int = 0
) -> Told:
    reading, kept = Reading("lead", customer_name=name), _kept(name, phone) | {"new_customer": False}
    return await ask(session, request, Put(Line(line, "lead", ""), source_of(request), reading, kept, doubt=doubt))


def is_book(file: Attached) -> bool:
    """Whether a document is a file of contacts."""
    return file.name.lower().endswith((".vcf", ".vcard"))


async def in_file(request: Request, file: Attached) -> Reply:
    """Take the contacts of a vCard file: one as a shared card, several as a batch of leads."""
    if request.member.role not in LOGGERS:
        raise UserError(phrase("Viewers only ask; a manager can give you another role."))
    if file.size > LARGEST:
        raise UserError(phrase("This file is too large for contacts. Send 50 at most, or: /lead Lan 0912345678"))
    try:
        content = await request.fetch(file.file_id)
    except FileGone:
        raise UserError(phrase("Telegram did not hand me the file. Please send it again.")) from None
    found = read_vcards(content)
    if not found:
        raise UserError(phrase("I find no contact in this file. Share one from your phone, or: /lead Lan 0912345678"))
    country = country_of_team(request)
    cards_read = [
        (clean(one.name)[:LONGEST], next((e164 for phone in one.phones if (e164 := dialled(phone, country))), None))
        for one in found
    ]
    if len(cards_read) == 1:
        return await shared(request, Contact(cards_read[0][0], cards_read[0][1] or ""))
    async with request.begin() as session:
        return await request.settle(session, await _batch(session, request, cards_read))


async def _batch(session: Session, request: Request, people: Sequence[tuple[str, str | None]]) -> Reply:
    """Make the unknown ones, ask about those of a known name, and say who was known or came without a number."""
    team_id, say = team_of(request).id, request.say
    told: list[Told] = []
    known_already, numberless = [], []
    for line, (name, phone) in enumerate(people[:MOST]):
        if phone is None or not full_key(name):
            numberless.append(name or phone or "?")
        elif rows := await look_up(session, team_id, phones=[phone]):
            known_already.append(rows[0].name)
        elif rows := await look_up(session, team_id, full=[full_key(name)]):
            told.append(await _asked(session, request, name, phone, known_lead(tuple(map(known, rows))), line=line))
        else:
            lead = Line(line, "lead", "")
            told.append(await log_line(session, request, lead, source_of(request), _kept(name, phone)))
    lines = []
    if known_already:
        lines.append(say("In the book already: {names}", names=known_already))
    if numberless:
        lines.append(say("Without a name or a phone number, not added: {names}", names=numberless))
    if len(people) > MOST:
        left = len(people) - MOST
        lines.append(say("{n} more contacts are not taken: at most {most} at once.", n=left, most=MOST))
    if not told:
        return Reply("\n".join(lines))
    reply = together(request, told)
    return replace(reply, text="\n".join([reply.text, *lines])) if lines else reply


def _kept(name: str, phone: str | None) -> dict[str, Any]:
    return {"new_customer": True, "new_name": name, "apart": True, "phone": phone}
