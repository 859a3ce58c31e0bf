"""Tickets on their way (answered, resolved), which ticket a rating is about, and who wants no contact."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from handlers.base import LOGGERS, Button, Handler, Reply, Request, UserError, clock_of, team_of
from handlers.buttons import STALE, data, id_of, parts_of
from handlers.dialogues.asking import Told
from handlers.dialogues.offers import whom
from handlers.parsing import Reading
from handlers.records.lines import Line, Source
from handlers.records.receipts import no_record, permit, replied_records
from handlers.records.understanding import known
from metrics.wording import Html, Minutes, Phrase, Say, phrase
from store import NotFound, Session
from store.customers.lookup import customer
from store.customers.rating_links import by_link
from store.derived.answering import WRITTEN
from store.records.audit import changed_by
from store.records.care import open_tickets, optout_of, rating_about
from store.records.corrections import RecordView, by_number, correct, record

VERBS = frozenset({"answered", "resolved"})
FIELDS = {"answered": "answered_at", "resolved": "resolved_at"}


async def kept_of(session: Session, request: Request, line: Line, kept: Mapping[str, Any]) -> Mapping[str, Any]:
    """Add which ticket, and so whose, a rating is about that replies to one: ``/rating 5 nhanh``."""
    if line.verb != "rating" or "ticket_id" in kept or kept.get("customer"):
        return kept
    ticket = await _replied(session, request, "ticket")
    if ticket is None or ticket.customer_id is None:
        return kept
    row = await customer(session, team_of(request).id, ticket.customer_id)
    about: dict[str, Any] = {**kept, "ticket_id": ticket.id}
    return about if line.text[:1].isalpha() else about | whom(known(row))


async def checked(session: Session, request: Request, reading: Reading) -> Reading:
    """Let a rating be about the ticket replied to only when it is by the ticket's own customer."""
    if reading.ticket_id is None:
        return reading
    ticket = await record(session, team_of(request).id, reading.ticket_id)
    same = reading.customer is not None and reading.customer.id == ticket.customer_id
    return reading if same else replace(reading, ticket_id=None)


async def refusal(session: Session, request: Request, line: Line, reading: Reading) -> Told | None:
    """Say that a customer who opts out has done so before."""
    if line.verb != "optout" or reading.customer is None:
        return None
    before = await optout_of(session, team_of(request).id, reading.customer.id, request.now)
    if before is None:
        return None
    view = await record(session, team_of(request).id, before)
    day = view.values["at"].astimezone(team_of(request).zone).date()
    text = request.say("{name} asked not to be contacted on {day} already (#{number}). If they changed their mind: "
                       "/optin {name}", name=reading.customer.name, day=day, number=str(view.number))  # fmt: skip
    return Told(text)


async def unfit(session: Session, request: Request, view: RecordView, changes: Mapping[str, Any]) -> Phrase | None:
    """Say why a ticket, a rating or an opt-out cannot be changed so; None when it can."""
    number, team_id = str(view.number), team_of(request).id
    at, whose = changes.get("at", view.values.get("at")), changes.get("customer_id", view.customer_id)
    ends = [end for name in ("answered_at", "resolved_at", "back_at") if (end := view.values.get(name))]
    if view.kind in ("ticket", "optout") and ends and at > min(ends):
        return phrase("#{number} stays: it was answered, resolved or taken back before that time.", number=number)
    if view.kind == "rating" and await by_link(session, team_id, view.id):
        return phrase("#{number} stays: the customer gave it by their own link. To leave it out: /undo {number}",
                      number=number)  # fmt: skip
    if whose == view.customer_id:
        return None
    if view.kind == "ticket" and (rating := await rating_about(session, team_id, view.id)) is not None:
        return phrase("#{number} stays: rating #{rating} is about it. Take that back first: /undo {rating}",
                      number=number, rating=str(rating))  # fmt: skip
    if view.kind == "optout" and await optout_of(session, team_id, whose, request.now) is not None:
        return phrase("#{number} stays: that customer wants no contact already. To take it back: /undo {number}",
                      number=number)  # fmt: skip
    return None


async def notice(session: Session, request: Request, verb: str, customer_id: int | None) -> str:
    """Warn who logs an attempt to reach a customer that this one wants none."""
    if customer_id is None or verb not in {"call", "msg", "mail"}:
        return ""
    if await optout_of(session, team_of(request).id, customer_id, request.now) is None:
        return ""
    return request.say("This customer asked not to be contacted.")


async def close(session: Session, request: Request, line: Line, source: Source, reading: Reading) -> Told:
    """Do what ``/answered`` or ``/resolved`` says to the ticket, or to the message that was answered."""
    try:
        view = await _meant(session, request, line.verb, reading)
        at = reading.at or source.sent_at
        if view.kind == "contact":
            return await _message(session, request, view)
        return await mark(session, request, view, line.verb, at)
    except UserError as wrong:
        return Told(request.say(wrong.said), wrong.buttons)


async def mark(session: Session, request: Request, ticket: RecordView, verb: str, at: datetime) -> Told:
    """Mark a ticket answered or resolved at an instant; raises `UserError` when it is, or was not open then."""
    number, values = str(ticket.number), ticket.values
    if ticket.removed_at is not None:
        raise UserError(phrase("#{number} was undone, so nothing changed.", number=number))
    if values[FIELDS[verb]] is not None:
        raise UserError(_ALREADY[verb](number))
    if verb == "answered" and values["resolved_at"] is not None and values["resolved_at"] <= at:
        raise UserError(_ALREADY["resolved"](number))
    if at < values["at"]:
        raise UserError(phrase("That is before ticket #{number} was opened. For example: /{verb} {number}",
                               number=number, verb=verb))  # fmt: skip
    await correct(
        session, clock_of(request), ticket.id, {FIELDS[verb]: at}, request.member.id, request.now, request.inbox_id
    )
    took = Minutes((at - values["at"]).total_seconds() / 60)
    said = _DONE[verb](number, ticket.customer_name or "", took)
    return Told(request.say(said), _after(request.say, ticket.id, verb))


_ALREADY: Mapping[str, Any] = {
    "answered": lambda number: phrase("Ticket #{number} is answered already; nothing changed.", number=number),
    "resolved": lambda number: phrase("Ticket #{number} is resolved already; nothing changed.", number=number),
}
_DONE: Mapping[str, Any] = {
    "answered": lambda number, name, took: phrase("Ticket #{number} of {name} answered, {took} after it was opened",
                                                  number=number, name=name, took=took),
    "resolved": lambda number, name, took: phrase("Ticket #{number} of {name} resolved, {took} after it was opened",
                                                  number=number, name=name, took=took),
}  # fmt: skip


async def _message(session: Session, request: Request, view: RecordView) -> Told:
    """Flag a message or an e-mail as answered."""
    if view.values["kind"] not in WRITTEN or view.values["direction"] != "out":
        raise UserError(_WHICH)
    await permit(session, request, view)
    await correct(
        session, clock_of(request), view.id, {"outcome": "answered"}, request.member.id, request.now, request.inbox_id
    )
    return Told(request.say("#{number} is marked answered.", number=str(view.number)))


_WHICH: Phrase = phrase("Which ticket? Reply to it, or send its number, for example: /answered 128")


async def _meant(session: Session, request: Request, verb: str, reading: Reading) -> RecordView:
    """Return the ticket that is named: by number, by the message replied to, or its customer's only open one."""
    team_id = team_of(request).id
    if reading.number is not None:
        try:
            return _as_ticket(await by_number(session, team_id, reading.number), verb)
        except NotFound:
            raise no_record(reading.number) from None
    if reading.customer is None:
        replied = await _replied(session, request, None)
        if replied is None:
            raise UserError(_WHICH)
        return _as_ticket(replied, verb)
    waiting = await open_tickets(session, team_id, reading.customer.id)
    if not waiting:
        raise UserError(phrase("{name} has no open ticket. To open one: /ticket {name} asks for an invoice",
                               name=reading.customer.name))  # fmt: skip
    if len(waiting) > 1:
        numbers = ", ".join(f"#{one.number}" for one in waiting)
        raise UserError(
            phrase("{name} has several open tickets ({numbers}): name one, e.g. /{verb} {first}",
                   name=reading.customer.name, numbers=numbers, verb=verb, first=str(waiting[0].number))
        )  # fmt: skip
    return await record(session, team_id, waiting[0].id)


def _as_ticket(view: RecordView, verb: str) -> RecordView:
    if view.kind == "ticket" or (view.kind == "contact" and verb == "answered"):
        return view
    raise UserError(phrase("#{number} is not a ticket.", number=str(view.number)))


async def _replied(session: Session, request: Request, kind: str | None) -> RecordView | None:
    """Return the one record that the message replied to confirms, of that kind where one is wanted."""
    ids = await replied_records(session, request)
    if len(ids) != 1:
        return None
    try:
        view = await record(session, team_of(request).id, ids[0])
    except NotFound:
        return None
    return view if kind in {None, view.kind} else None


def ticket_buttons(say: Say, ticket_id: int) -> tuple[Button, ...]:
    """Return *Answered*, *Resolved* under a ticket just logged."""
    plain = say.plain
    return (
        Button(plain("Answered"), data("tick", ticket_id, "answered")),
        Button(plain("Resolved"), data("tick", ticket_id, "resolved")),
    )


def _after(say: Say, ticket_id: int, verb: str) -> tuple[tuple[Button, ...], ...]:
    """What may follow: the next step, and taking this one back."""
    plain = say.plain
    back = Button(plain("Not yet"), data("untick", ticket_id, verb))
    if verb == "answered":
        return ((Button(plain("Resolved"), data("tick", ticket_id, "resolved")), back),)
    return ((Button(plain("Rating link"), data("ratelink", f"t{ticket_id}")), back),)


async def _pressed_ticket(session: Session, request: Request) -> tuple[RecordView, str]:
    ticket_id, verb = parts_of(request.argument, 2)
    if request.member.role not in LOGGERS:
        raise UserError(phrase("You may not log this; ask your manager."))
    try:
        ticket = await record(session, team_of(request).id, id_of(ticket_id))
    except NotFound:
        raise UserError(phrase("That record is not in your team.")) from None
    if ticket.kind != "ticket" or verb not in VERBS:
        raise UserError(STALE)
    return ticket, verb


async def _press_tick(request: Request) -> Reply:
    async with request.begin() as session:
        ticket, verb = await _pressed_ticket(session, request)
        told = await mark(session, request, ticket, verb, request.now)
        return await request.settle(session, Reply(told.text, told.buttons, toast=request.say.plain("Recorded")))


async def _press_untick(request: Request) -> Reply:
    async with request.begin() as session:
        ticket, verb = await _pressed_ticket(session, request)
        if await changed_by(session, team_of(request).id, ticket.id) != request.member.id:
            await permit(session, request, ticket)  # who marked it may take that back
        if ticket.removed_at is not None or ticket.values[FIELDS[verb]] is None:
            raise UserError(phrase("Ticket #{number} is open; nothing changed.", number=str(ticket.number)))
        await correct(
            session, clock_of(request), ticket.id, {FIELDS[verb]: None}, request.member.id, request.now,
            request.inbox_id,
        )  # fmt: skip
        said = Html(request.say("Ticket #{number} of {name} is open again.", number=str(ticket.number),
                                name=ticket.customer_name or ""))  # fmt: skip
        return await request.settle(session, Reply(said, (ticket_buttons(request.say, ticket.id),), edits=True))


BUTTONS: dict[str, Handler] = {"tick": _press_tick, "untick": _press_untick}
