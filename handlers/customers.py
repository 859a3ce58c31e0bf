"""Finds customers by name, part of a name or phone, and shows a customer's card."""

from collections.abc import Iterator, Mapping

from handlers import echo
from handlers.base import Button, Handler, Reply, Request, Role, UserError
from handlers.receipts import frame, pressed, team_of
from handlers.suggestions import id_of
from metrics.wording import Html, Money, Phrase, Say, phrase, plural_phrase
from store import NotFound, Session
from store.customers import Card, CustomerRow, Past, card, containing, similar
from store.names import full_key

OFFERED = 5
LONGEST = 80
"""A text longer than this names nobody."""

_PAST: Mapping[str, Phrase] = {
    "call": phrase("call"),
    "message": phrase("message"),
    "email": phrase("e-mail"),
    "meeting": phrase("meeting"),
    "visit": phrase("visit"),
    "event": phrase("event"),
    "social": phrase("chat"),
    "lead": phrase("new lead"),
    "sale": phrase("sale"),
    "refund": phrase("refund"),
    "deal": phrase("deal"),
    "ticket": phrase("ticket"),
    "rating": phrase("rating"),
    "optout": phrase("wants no contact"),
}


async def find(request: Request) -> Reply:
    """Show the customer whom the text names, or offer those whom it may mean."""
    text = (request.argument or request.message.text).strip()
    if not text or (not request.argument and text.startswith("/")):
        raise UserError(phrase("Find whom? Send a name or a phone number: /find Lan"))
    async with request.database.read() as session:
        found = await look(session, team_of(request).id, text[:LONGEST])
        if len(found) == 1 and _holds(found[0], text):
            return await _shown(session, request, found[0].id)
    if not found or len(text) > LONGEST:
        raise UserError(phrase("I know no customer like “{name}”. To add one: /lead {name}", name=text[:40]))
    buttons = tuple((Button(row.name, f"v1|card|{row.id}"),) for row in found)
    return Reply(request.say("Which customer?"), buttons)


async def _press_card(request: Request) -> Reply:
    async with request.database.read() as session:
        try:
            return await _shown(session, request, id_of(pressed(request)))
        except NotFound:
            raise UserError(phrase("That customer is no longer in your team.")) from None


BUTTONS: dict[str, Handler] = {"card": _press_card}


async def look(session: Session, team_id: int, text: str) -> list[CustomerRow]:
    """Return the one customer of exactly that name, else those whose name or phone holds the text, else look-alikes."""
    holding = await containing(session, team_id, text, OFFERED)
    exact = [row for row in holding if row.key == full_key(text)]
    return (exact if len(exact) == 1 else holding) or await similar(session, team_id, text, OFFERED)


def _holds(row: CustomerRow, text: str) -> bool:
    """Whether a customer was found by name or phone; look-alikes are only offered."""
    return full_key(text) in row.key or bool(row.phone and any(sign.isdigit() for sign in text))


async def _shown(session: Session, request: Request, customer_id: int) -> Reply:
    kept = await card(session, team_of(request).id, customer_id)
    lines = list(_lines(request, kept))
    if request.member.role is not Role.VIEWER:
        log = "/goi {name}" if request.say.language == "vi" else "/call {name}"
        lines.append(request.say("Log a call: <code>{line}</code>", line=log.format(name=kept.customer.name)))
    return Reply("\n".join(lines))


def _lines(request: Request, kept: Card) -> Iterator[str]:
    say, customer, zone = request.say, kept.customer, team_of(request).zone
    yield say("<b>{name}</b>", name=customer.name) + (f" · {say.value(customer.phone)}" if customer.phone else "")
    yield say("Owner: {name}", name=customer.owner_name) if customer.owner_name else say("Owner: nobody yet")
    if kept.channel or kept.campaign:
        tags = " ".join(f"#{tag}" for tag in (kept.channel, kept.campaign) if tag)
        yield say("Source: {tags}", tags=tags)
    contacted = kept.last_contact_at
    yield (
        say("Last contact: {day}", day=contacted.astimezone(zone).date()) if contacted else say("No contact logged yet")
    )
    total = Money(kept.net_minor, team_of(request).currency)
    yield say(plural_phrase("{n} sale, {amount}", "{n} sales, {amount}", n=kept.sales, amount=total))
    for past in kept.history:
        yield _past(say, request, past)


def _past(say: Say, request: Request, past: Past) -> str:
    on = past.at.astimezone(team_of(request).zone).date()
    words = [say(_PAST[past.kind]) if past.kind in _PAST else say.value(past.kind)]
    if past.amount_minor is not None and past.currency:
        words.append(say.value(Money(past.amount_minor, past.currency)))
    if past.outcome:
        words.append(echo.outcome(say, past.outcome))
    today = request.now.astimezone(frame(request).zone).date()
    text = Html(", ".join(words))
    return say("#{number} {day}: {what}", number=str(past.number), day=Html(echo.day_name(say, on, today)), what=text)
