"""The customer's own link, as a member gives it out: with a QR code, for a customer or for one ticket."""

import asyncio
import io
from datetime import timedelta

from handlers.base import LEADERS, LOGGERS, Button, Handler, Photo, Reply, Request, UserError, clock_of, team_of
from handlers.buttons import STALE, data, id_of
from handlers.customers.finding import OFFERED, look, meant, which
from handlers.customers.ownership import asking
from handlers.dialogues.offers import person
from handlers.records.receipts import replied_records
from handlers.records.understanding import known
from metrics.wording import Phrase, phrase
from store import NotFound, Session
from store.customers.lookup import CustomerRow, customer
from store.customers.rating_links import make_link
from store.records.audit import logged_by, note_change
from store.records.care import optout_of
from store.records.corrections import correct, record

LINK_DAYS = 30
_SCALE, _QUIET = 12, 4  # dots a module; modules of white around, as the standard asks


async def ratelink(request: Request) -> Reply:
    """Make the link of the customer who is named, or of the record replied to."""
    async with request.begin() as session:
        ticket_id = None
        if not request.argument.strip():
            row, ticket_id = await _replied(session, request)
        else:
            row = await _named(session, request, "ratelink")
        reply = await _linked(session, request, row, ticket_id)
        return await request.settle(session, reply)


async def _press_ratelink(request: Request) -> Reply:
    """``t12`` is a ticket, ``c7`` a customer."""
    if request.member.role not in LOGGERS:
        raise UserError(phrase("You may not log this; ask your manager."))
    kind, number = request.argument[:1], id_of(request.argument[1:])
    async with request.begin() as session:
        team_id, ticket_id = team_of(request).id, None
        try:
            if kind == "t":
                ticket = await record(session, team_id, number)
                number, ticket_id = ticket.customer_id or 0, ticket.id
            row = await customer(session, team_id, number)
        except NotFound:
            raise UserError(STALE) from None
        return await request.settle(session, await _linked(session, request, row, ticket_id))


async def _linked(session: Session, request: Request, row: CustomerRow, ticket_id: int | None) -> Reply:
    team, now = team_of(request), request.now
    if await optout_of(session, team.id, row.id, now) is not None:
        raise UserError(phrase("{name} asked not to be contacted. If they changed their mind: /optin {name}",
                               name=row.name))  # fmt: skip
    token = await make_link(
        session, team.id, row.id, ticket_id, request.member.id, now, now + timedelta(days=LINK_DAYS)
    )
    await note_change(
        session, team.id, action="ratelink", at=now, member_id=request.member.id, record_id=ticket_id,
        customer_id=row.id, inbox_id=request.inbox_id,
    )  # fmt: skip
    link = f"https://t.me/{request.bot_name}?start={token}"
    said = request.say(
        "Rating link of {name}, for them alone, good for {days} days. Send it on, or let them scan the code:\n{link}",
        name=row.name, days=LINK_DAYS, link=link,
    )  # fmt: skip
    alt = request.say.plain("QR code of the rating link")
    return Reply(said, photo=Photo(await asyncio.to_thread(qr, link), alt))


def qr(link: str) -> bytes:
    """Draw a link as a QR code, a PNG that phones read off a screen."""
    import segno

    png = io.BytesIO()
    segno.make(link, error="m", micro=False).save(png, kind="png", scale=_SCALE, border=_QUIET)
    return png.getvalue()


async def optin(request: Request) -> Reply:
    """Note that a customer who wanted no contact has changed their mind."""
    async with request.begin() as session:
        row = await _named(session, request, "optin")
        return await request.settle(session, await _back(session, request, row))


async def _press_optin(request: Request) -> Reply:
    if request.member.role not in LOGGERS:
        raise UserError(phrase("You may not log this; ask your manager."))
    async with request.begin() as session:
        try:
            row = await customer(session, team_of(request).id, id_of(request.argument[1:]))
        except NotFound:
            raise UserError(STALE) from None
        return await request.settle(session, await _back(session, request, row))


async def _back(session: Session, request: Request, row: CustomerRow) -> Reply:
    optout = await optout_of(session, team_of(request).id, row.id, request.now)
    if optout is None:
        raise UserError(phrase("{name} may be contacted; nothing changed.", name=row.name))
    await _may_bring_back(session, request, row, optout)
    me, clock, back = request.member.id, clock_of(request), {"back_at": request.now}
    while optout is not None:  # the customer may have said so more than once
        await correct(session, clock, optout, back, me, request.now, request.inbox_id)
        optout = await optout_of(session, clock.team_id, row.id, request.now)
    return Reply(request.say("{name} may be contacted again.", name=row.name))


async def _may_bring_back(session: Session, request: Request, row: CustomerRow, optout: int) -> None:
    """An opt-out is taken back by whose customer it is, who recorded it, or a manager; nobody's customer by anyone."""
    me = request.member
    if me.role in LEADERS or row.owner_id in (None, me.id):
        return
    if await logged_by(session, team_of(request).id, optout) == me.id:
        return
    said = phrase(
        "{name} is {owner}'s customer: only they or a manager can change that.",
        name=row.name, owner=row.owner_name or "",
    )  # fmt: skip
    raise UserError(said, (asking(request.say, row),))


BUTTONS: dict[str, Handler] = {"ratelink": _press_ratelink, "optin": _press_optin}

_WHOM: dict[str, Phrase] = {
    "ratelink": phrase("Whose rating link? Send the name, or reply to the ticket: /ratelink Lan"),
    "optin": phrase("Who may be contacted again? For example: /optin Lan"),
}


async def _named(session: Session, request: Request, verb: str) -> CustomerRow:
    """Return the one customer of that name; several, or look-alikes, become buttons."""
    text = request.argument.strip()
    if not text:
        raise UserError(_WHOM[verb])
    found = await look(session, request, text[:80])
    row = meant(request, found, text)
    if row is not None:
        return row
    if not found:
        raise UserError(phrase("I know no customer like “{name}”. To add one: /lead {name}", name=text[:40]))
    buttons = tuple((Button(person(request, known(row))[:60], data(verb, f"c{row.id}")),) for row in found[:OFFERED])
    raise UserError(which(found, text), buttons)


async def _replied(session: Session, request: Request) -> tuple[CustomerRow, int | None]:
    """Return the customer of the record replied to, and its id where that is a ticket."""
    ids = await replied_records(session, request)
    if len(ids) != 1:
        raise UserError(_WHOM["ratelink"])
    view = await record(session, team_of(request).id, ids[0])
    if view.customer_id is None:
        raise UserError(_WHOM["ratelink"])
    row = await customer(session, team_of(request).id, view.customer_id)
    return row, view.id if view.kind == "ticket" else None
