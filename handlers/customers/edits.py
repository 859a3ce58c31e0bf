"""*Edit* on a customer's card: name, phone, owner, birthday (when they agreed), who referred them, internal."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from handlers.base import LEADERS, LOGGERS, Button, Handler, Reply, Request, UserError, clock_of, team_of
from handlers.buttons import STALE, data, id_of, in_rows, parts_of
from handlers.customers import cards, ownership
from handlers.customers.finding import LONGEST, look, meant
from handlers.dialogues.asking import Put, Told, ask
from handlers.parsing import Answers, Doubt, KnownCustomer, Reading, read
from handlers.parsing.phones import dialled
from handlers.records.lines import Line, Source
from handlers.records.understanding import setting_of
from metrics.wording import Phrase, phrase
from store import NotFound, Session
from store.customers.cards import card
from store.customers.editing import change_customer, set_internal
from store.customers.lookup import CustomerRow, customer, look_up
from store.names import clean, full_key
from store.people.membership import members_of
from store.queues.drafts import DraftRow

VERB = "customer"
"""The verb of drafts that ask for a part of a customer rather than of a log."""

_LABELS: Mapping[str, Phrase] = {
    "name": phrase("Name"),
    "phone": phrase("Phone"),
    "owner": phrase("Owner"),
    "birthday": phrase("Birthday"),
    "referrer": phrase("Referred by"),
}
_QUESTIONS: Mapping[str, Phrase] = {
    "name": phrase("What is the right name?"),
    "phone": phrase("Which phone number? For example: 0912345678"),
    "owner": phrase("Whose customer is it?"),
    "birthday": phrase("When is the birthday? For example: 20/11 or 20/11/1990"),
    "referrer": phrase("Who referred this customer? Send a name or a phone number"),
}


async def _press_customer(request: Request) -> Reply:
    """Open the parts of a customer as buttons, in the place of the card."""
    async with request.database.read() as session:
        row = await _editable(session, request, id_of(request.argument))
        internal = (await card(session, team_of(request).id, row.id)).internal
    plain, mine = request.say.plain, request.member.role in LEADERS
    parts = [Button(plain(said), data("cfix", row.id, part)) for part, said in _LABELS.items()]
    rows = list(in_rows(parts, 3))
    if mine:
        said = plain("Count again") if internal else plain("Internal: leave out of figures")
        rows.append((Button(said, data("inside", row.id, int(not internal))),))
    rows.append((Button(plain("Back"), data("card", row.id, "e")),))
    text = request.say("<b>{name}</b>\nWhat should change?", name=row.name)
    return Reply(text, tuple(rows), edits=True)


async def _press_part(request: Request) -> Reply:
    customer_id, part = parts_of(request.argument, 2)
    if part not in _QUESTIONS:
        raise UserError(STALE)
    async with request.begin() as session:
        row = await _editable(session, request, id_of(customer_id))
        told = await _ask(session, request, row, part, await _choices(session, request, part))
        return await request.settle(session, Reply(told.text, told.buttons, edits=True))


async def _press_internal(request: Request) -> Reply:
    """Leave a customer out of every figure, or count them again."""
    customer_id, inside = (id_of(part) for part in parts_of(request.argument, 2))
    if request.member.role not in LEADERS:
        raise UserError(phrase("Managers decide which customers count."))
    async with request.begin() as session:
        row = await _editable(session, request, customer_id)
        clock, me = clock_of(request), request.member.id
        await set_internal(session, clock, row.id, bool(inside), me, request.now, request.inbox_id)
        reply = await cards.shown(session, request, row.id)
        return await request.settle(session, replace(reply, edits=True))


async def _press_agreed(request: Request) -> Reply:
    """Keep that a customer agreed to birthday wishes, or that they did not."""
    customer_id, answer = parts_of(request.argument, 2)
    say, agreed = request.say, answer == "y"
    async with request.begin() as session:
        row = await _editable(session, request, id_of(customer_id))
        born = (await card(session, team_of(request).id, row.id)).birthday
        if born is None:
            raise UserError(STALE)
        change = {"birthday_agreed_at": request.now if agreed else None}
        me, clock = request.member.id, clock_of(request)
        await change_customer(session, clock, row.id, change, me, request.now, request.inbox_id)
        told = phrase("Birthday of {name}, {day}: whose customer it is hears of it that morning.",
                      name=row.name, day=cards.birthday(born))  # fmt: skip
        text = say(told if agreed else phrase("Birthday of {name}: not told.", name=row.name))
        back = (Button(say.plain("Undo it"), data("bday", row.id, "n")),) if agreed else cards.agreeing(say, row.id)
        return await request.settle(session, Reply(text, (back,), edits=not agreed))


BUTTONS: dict[str, Handler] = {
    "cust": _press_customer,
    "cfix": _press_part,
    "inside": _press_internal,
    "bday": _press_agreed,
}


async def _ask(
    session: Session, request: Request, row: CustomerRow, part: str, choices: tuple[Any, ...] = (), text: str = ""
) -> Told:
    message = request.message
    source = Source(request.inbox_id, message.chat_id, message.message_id, request.now)
    said = _AGREED if part == "agreed" else _QUESTIONS[part]
    doubt = Doubt(part, Phrase(said.source, {"name": row.name}), choices, "missing")
    kept = {"customer_id": row.id, "part": part}
    return await ask(session, request, Put(Line(0, VERB, text), source, Reading(VERB), kept, doubt=doubt))


async def _choices(session: Session, request: Request, part: str) -> tuple[Any, ...]:
    if part != "owner":
        return ()
    found = await members_of(session, team_of(request).id)
    return tuple(KnownCustomer(one.id, one.name) for one in found if one.role in LOGGERS)


async def answered(session: Session, request: Request, draft: DraftRow, kept: Mapping[str, Any]) -> Told:
    """Take the answer to what was asked about a customer, and show the card as it is then."""
    row = await _editable(session, request, int(kept["customer_id"]))
    part = str(kept["part"])
    change = await _CHANGES[part](session, request, row, draft.text, kept)
    if change is None:
        return await _ask_agreed(session, request, row, draft)
    me, clock = request.member.id, clock_of(request)
    await change_customer(session, clock, row.id, change, me, request.now, request.inbox_id)
    shown = await cards.shown(session, request, row.id)
    return Told(shown.text, shown.buttons)


Change = Mapping[str, Any]


async def _name(session: Session, request: Request, row: CustomerRow, text: str, kept: Mapping[str, Any]) -> Change:
    name = clean(text)
    if not full_key(name) or len(name) > LONGEST:
        raise UserError(phrase("A name has 1 to 80 letters. For example: Trần Thị Lan"))
    return {"name": name}


async def _phone(session: Session, request: Request, row: CustomerRow, text: str, kept: Mapping[str, Any]) -> Change:
    setting = await setting_of(session, request, "lead", text, request.now)
    number = dialled(text, setting.country)
    if number is None:
        raise UserError(phrase("“{text}” is no phone number. For example: 0912345678", text=clean(text)[:40]))
    known = [one for one in await look_up(session, team_of(request).id, phones=[number]) if one.id != row.id]
    if known:
        raise UserError(phrase("{phone} is {name}'s number already.", phone=number, name=known[0].name))
    return {"phone": number}


async def _owner(session: Session, request: Request, row: CustomerRow, text: str, kept: Mapping[str, Any]) -> Change:
    chosen: Mapping[str, Any] = kept.get("owner") or {}
    for member in await members_of(session, team_of(request).id):
        if member.id == chosen.get("id"):
            await ownership.give(session, request, row, member)
            return {}
    raise UserError(phrase("Choose the owner with a button."))


async def _birthday(
    session: Session, request: Request, row: CustomerRow, text: str, kept: Mapping[str, Any]
) -> Change | None:
    setting = await setting_of(session, request, "lead", "", request.now)
    answers = Answers(customer=KnownCustomer(row.id, row.name), apart=True)
    found = read(f"birthday {clean(text)}", setting, "lead", answers).birthday
    if found is None:
        raise UserError(phrase("There is no date “{typed}”. For example: birthday 20/11/1990", typed=clean(text)[:40]))
    if "agreed" not in kept:
        return None
    year = f"{found.year:04}" if found.year else "-"
    return {"birthday": f"{year}-{found.month:02}-{found.day:02}", "birthday_agreed_at": request.now}


_AGREED = phrase("Has {name} agreed that you keep the birthday? Without that it is not kept.")


async def _ask_agreed(session: Session, request: Request, row: CustomerRow, draft: DraftRow) -> Told:
    """A birthday is kept only when the customer agreed."""
    put = Put(
        Line(0, VERB, draft.text),
        Source(request.inbox_id, draft.chat_id, draft.message_id, request.now),
        Reading(VERB),
        {"customer_id": row.id, "part": "birthday"},
        doubt=Doubt("agreed", Phrase(_AGREED.source, {"name": row.name}), why="missing"),
    )
    return replace(await ask(session, request, put), asks=False)


async def _referrer(session: Session, request: Request, row: CustomerRow, text: str, kept: Mapping[str, Any]) -> Change:
    found = [one for one in await look(session, request, clean(text)) if one.id != row.id]
    named = meant(request, found, clean(text))
    if named is None:
        raise UserError(phrase("I know several or none called “{name}”. Send the phone number.", name=clean(text)[:40]))
    return {"referred_by_id": named.id}


_CHANGES: Mapping[str, Callable[..., Awaitable[Change | None]]] = {
    "name": _name,
    "phone": _phone,
    "owner": _owner,
    "birthday": _birthday,
    "referrer": _referrer,
}


async def _editable(session: Session, request: Request, customer_id: int) -> CustomerRow:
    """Return a customer whom the member may change: their own or nobody's; managers anyone."""
    try:
        row = await customer(session, team_of(request).id, customer_id)
    except NotFound:
        raise UserError(ownership.GONE) from None
    me = request.member
    if me.role in LEADERS or (me.role in LOGGERS and row.owner_id in (None, me.id)):
        return row
    said = phrase(
        "{name} is {owner}'s customer: only they or a manager can change that.",
        name=row.name,
        owner=row.owner_name or "",
    )
    raise UserError(said, (ownership.asking(request.say, row),) if me.role in LOGGERS else ())
