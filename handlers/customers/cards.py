"""A customer's card: who they are, what was bought, the history page by page, and buttons for what comes next."""

import re
from collections.abc import Iterator, Mapping, Sequence

from handlers.base import LEADERS, LOGGERS, Button, Handler, Reply, Request, UserError, team_of
from handlers.buttons import data, id_of, parts_of
from handlers.customers.ownership import GONE, asking, is_colleagues
from handlers.records import echo
from handlers.records.lines import NAMES
from handlers.records.receipts import frame
from metrics.wording import Html, Money, Phrase, Say, phrase, plural_phrase
from store import NotFound, Session
from store.customers.cards import Card, Past, card, history, others_like
from store.customers.lookup import CustomerRow, customer
from store.records.care import open_tickets, optout_of

PAGE = 8
_ON_CARD = re.compile(r"v1\|(?:log|hist)\|(\d{1,18}):")

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


def customer_on_card(request: Request) -> int | None:
    """Return the customer whose card the message replies to."""
    found = (_ON_CARD.match(data) for data in request.message.replied_data)
    return next((int(one[1]) for one in found if one), None)


async def shown(session: Session, request: Request, customer_id: int) -> Reply:
    """Show a customer's card."""
    try:
        kept = await card(session, team_of(request).id, customer_id)
    except NotFound:
        raise UserError(GONE) from None
    if not request.message.private:
        return Reply("\n".join(_in_group(request, kept)))
    lines = [*_lines(request, kept), *await _care(session, request, customer_id)]
    twins = await others_like(session, team_of(request).id, kept.customer)
    if twins:
        names = ", ".join(twin.name + (f" {twin.phone}" if twin.phone else "") for twin in twins)
        lines.append(request.say("Perhaps the same person: {names}", names=names))
    return Reply("\n".join(lines), _buttons(request, kept, twins))


async def _care(session: Session, request: Request, customer_id: int) -> list[str]:
    """What the customer waits for, and whether they want no contact."""
    team_id, said = team_of(request).id, []
    if await optout_of(session, team_id, customer_id, request.now) is not None:
        said.append(request.say("This customer asked not to be contacted."))
    waiting = await open_tickets(session, team_id, customer_id)
    if waiting:
        numbers = ", ".join(f"#{one.number}" for one in waiting)
        said.append(request.say("Open tickets: {numbers}", numbers=numbers))
    return said


def agreeing(say: Say, customer_id: int) -> tuple[Button, ...]:
    """Return the button that says that a customer agreed to birthday wishes."""
    return (Button(say.plain("Agreed to birthday wishes"), data("bday", customer_id, "y")),)


def _buttons(request: Request, kept: Card, twins: Sequence[CustomerRow]) -> tuple[tuple[Button, ...], ...]:
    plain, role, row = request.say.plain, request.member.role, kept.customer
    past = Button(plain("History"), data("hist", row.id, "0"))
    if role not in LOGGERS:
        return ((past,),)
    act = [Button(plain("Call"), data("log", row.id, "call")), Button(plain("Sale"), data("log", row.id, "sale"))]
    if "remind" in NAMES:
        act.append(Button(plain("Remind"), data("log", row.id, "remind")))
    rows = [tuple(act), (past, Button(plain("Edit"), data("cust", row.id)))]
    if kept.birthday and not kept.birthday_agreed_at and team_of(request).settings["birthdays"] == "agreed":
        rows.append(agreeing(request.say, row.id))
    if is_colleagues(request, row):
        rows.append(asking(request.say, row))
    if role in LEADERS:
        rows += [
            (Button(plain("Merge with {name}", name=twin.name)[:60], data("same", row.id, twin.id)),) for twin in twins
        ]
    return tuple(rows)


def _lines(request: Request, kept: Card) -> Iterator[str]:
    say, row, zone = request.say, kept.customer, team_of(request).zone
    yield say("<b>{name}</b>", name=row.name) + (f" · {say.value(row.phone)}" if row.phone else "")
    if kept.internal:
        yield say("Internal: no figure counts this customer.")
    yield say("Owner: {name}", name=row.owner_name) if row.owner_name else say("Owner: nobody yet")
    if kept.birthday:
        day = say("Birthday: {day}", day=birthday(kept.birthday))
        yield day if kept.birthday_agreed_at else say.join([Html(day), phrase("wishes not agreed to")], " · ")
    if kept.referrer:
        yield say("Referred by: {name}", name=kept.referrer)
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


def _in_group(request: Request, kept: Card) -> Iterator[str]:
    """What a group may know of a customer: neither how to reach them nor what they bought."""
    say, row, contacted = request.say, kept.customer, kept.last_contact_at
    yield say("<b>{name}</b>", name=row.name)
    yield say("Owner: {name}", name=row.owner_name) if row.owner_name else say("Owner: nobody yet")
    if contacted:
        yield say("Last contact: {day}", day=contacted.astimezone(team_of(request).zone).date())
    yield say("Phone, purchases and history: ask me in our private chat.")


def birthday(kept: str) -> str:
    """Write a birthday as kept (``1990-11-20``, ``--11-20``) as people do: ``20/11/1990``, ``20/11``."""
    year, month, day = kept[:-6], kept[-5:-3], kept[-2:]
    return f"{day}/{month}/{year}" if year.isdecimal() else f"{day}/{month}"


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


async def _press_card(request: Request) -> Reply:
    rest = request.argument
    async with request.database.read() as session:
        reply = await shown(session, request, id_of(rest.removesuffix(":e")))
    return Reply(reply.text, reply.buttons, edits=rest.endswith(":e"))


async def _press_history(request: Request) -> Reply:
    """Show a page of a customer's records, newest first, in the place of the card."""
    customer_id, page = (id_of(part) for part in parts_of(request.argument, 2))
    say, team_id = request.say, team_of(request).id
    if not request.message.private:
        raise UserError(phrase("Phone, purchases and history: ask me in our private chat."))
    async with request.database.read() as session:
        try:
            row = await customer(session, team_id, customer_id)
        except NotFound:
            raise UserError(GONE) from None
        found = await history(session, team_id, customer_id, limit=PAGE + 1, skip=page * PAGE)
    lines = [say("<b>{name}</b>", name=row.name), *(_past(say, request, past) for past in found[:PAGE])]
    if not found:
        lines.append(say("Nothing is logged yet."))
    steps = []
    if page:
        steps.append(Button(say.plain("Newer"), data("hist", customer_id, page - 1)))
    if len(found) > PAGE:
        steps.append(Button(say.plain("Older"), data("hist", customer_id, page + 1)))
    back = Button(say.plain("Card"), data("card", customer_id, "e"))
    return Reply("\n".join(lines), tuple(row for row in (tuple(steps), (back,)) if row), edits=True)


BUTTONS: dict[str, Handler] = {"card": _press_card, "hist": _press_history}
