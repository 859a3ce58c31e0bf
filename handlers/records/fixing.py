"""Corrections by *Edit* under a receipt, part by part, and by a reply: `không phải 12tr mà 21tr`, `hôm qua`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from handlers.base import LEADERS, Button, Handler, Reply, Request, UserError, team_of
from handlers.buttons import STALE, data, id_of, in_rows, parts_of
from handlers.dialogues.asking import Put, Told, ask
from handlers.dialogues.offers import whom
from handlers.parsing import Doubt, KnownCustomer, Reading
from handlers.parsing.amended import Amended, amended
from handlers.records import parts
from handlers.records.lines import Line, Source, source_of
from handlers.records.logbook import read_settled
from handlers.records.receipts import permit, record_buttons, replied_records, said
from handlers.records.rewriting import correct_line
from handlers.records.understanding import known
from handlers.records.undoing import bound
from metrics.wording import Html, Phrase, phrase
from store import NotFound, Session
from store.customers.lookup import customer
from store.records.corrections import RecordView

PARTS: Mapping[str, tuple[str, ...]] = {
    "call": ("outcome", "duration", "customer", "when", "direction", "note"),
    "contact": ("outcome", "customer", "when", "direction", "note"),
    "sale": ("amount", "customer", "product", "quantity", "when", "channel", "campaign", "tag", "note"),
    "deal": ("amount", "customer", "product", "stage", "expected_day", "note"),
    "lead": ("customer", "channel", "campaign", "when", "note"),
    "cost": ("amount", "cost_kind", "channel", "campaign", "when", "note"),
    "refund": ("amount", "when", "note"),
    "ticket": ("customer", "when", "note"),
    "rating": ("score", "customer", "when", "note"),
    "optout": ("customer", "when", "note"),
}
"""The parts of each kind of record that *Edit* opens."""

OTHERS = frozenset({"sale", "deal", "lead", "contact"})
"""Kinds of record of which a manager also says whose they are."""

LABELS: Mapping[str, Phrase] = {
    "amount": phrase("Amount"),
    "customer": phrase("Customer"),
    "when": phrase("When"),
    "product": phrase("Product"),
    "outcome": phrase("Outcome"),
    "duration": phrase("Duration"),
    "direction": phrase("Direction"),
    "quantity": phrase("Quantity"),
    "channel": phrase("Channel"),
    "campaign": phrase("Campaign"),
    "stage": phrase("Stage"),
    "cost_kind": phrase("Kind of cost"),
    "score": phrase("Score"),
    "tag": phrase("Upsell or cross-sell"),
    "expected_day": phrase("Expected"),
    "colleague": phrase("Whose"),
    "note": phrase("Note"),
    "referred_by": phrase("Referred by"),
}
"""How each part is called."""

_QUESTIONS: Mapping[str, Phrase] = {
    "amount": phrase("What is the right amount? For example: 12m"),
    "customer": phrase("Which customer is it? Choose, or type a name or a phone number"),
    "when": phrase("When was it? Choose, or type it, for example: yesterday 9am, 20/11"),
    "product": phrase("Which product?"),
    "outcome": phrase("What came of it?"),
    "duration": phrase("How long was the call? Choose, or type it, for example: 5m"),
    "direction": phrase("Which way did it go?"),
    "quantity": phrase("How many pieces? Choose, or type a number"),
    "channel": phrase("Which channel did it come by?"),
    "campaign": phrase("Which campaign? One word, for example: #tet2027"),
    "stage": phrase("At which stage is it?"),
    "cost_kind": phrase("What kind of cost is it?"),
    "score": phrase("How many points, from 1 to 5?"),
    "tag": phrase("Was it an upsell or a cross-sell?"),
    "expected_day": phrase("When is it expected? Choose, or type a day, for example: 20/11"),
    "colleague": phrase("Who did it?"),
    "note": phrase("What should the note say?"),
}


async def _press_edit(request: Request) -> Reply:
    async with request.database.read() as session:
        view = await bound(session, request, id_of(request.argument))
        await permit(session, request, view)
    return _opened(request, view)


def _opened(request: Request, view: RecordView) -> Reply:
    """Open a record's parts as buttons, in place of its receipt."""
    verb = parts.verb_of(view)
    names = PARTS.get(verb) or PARTS.get(view.kind, ())
    if not names or view.removed_at is not None:
        return Reply(
            request.say(
                "To correct #{number}, edit your message: the record follows. To remove it: /undo {number}",
                number=str(view.number),
            )
        )
    if view.kind in OTHERS and request.member.role in LEADERS:
        names = (*names, "colleague")
    plain = request.say.plain
    keys = [Button(plain(LABELS[part]), data("fix", view.id, part)) for part in names]
    text = request.say("{record}\nWhat should change?", record=Html(parts.says(request, view)))
    return Reply(text, (*in_rows(keys, 3), (Button(plain("Done"), data("shown", view.id)),)), edits=True)


async def _press_shown(request: Request) -> Reply:
    """Close the parts again: the record as it stands, with its buttons."""
    async with request.database.read() as session:
        view = await bound(session, request, id_of(request.argument))
    return Reply(parts.says(request, view), (record_buttons(request.say, view.id),), edits=True)


async def _press_fix(request: Request) -> Reply:
    record_id, part = parts_of(request.argument, 2)
    if part not in _QUESTIONS or (part == "colleague" and request.member.role not in LEADERS):
        raise UserError(STALE)
    async with request.begin() as session:
        view = await bound(session, request, id_of(record_id))
        await permit(session, request, view)
        kept = await _kept(session, request, view, apart=part != "customer")
        doubt = question(part)
        message = request.message
        source = Source(request.inbox_id, message.chat_id, message.message_id, request.now)
        reading = Reading(parts.verb_of(view))
        if part in parts.CLEARABLE and any(view.values.get(name) for name in parts.COLUMNS[part]):
            kept["clearable"] = True
        put = Put(parts.empty_line(view), source, reading, kept, corrects=view.id, doubt=doubt)
        told = await ask(session, request, put)
        text = request.say("{record}\n{question}", record=Html(parts.says(request, view)), question=Html(told.text))
        return await request.settle(session, Reply(text, told.buttons, edits=True))


def question(part: str) -> Doubt:
    """Return what is asked about a part that is corrected by itself."""
    return Doubt(part, _QUESTIONS[part], why="missing")


BUTTONS: dict[str, Handler] = {"edit": _press_edit, "fix": _press_fix, "shown": _press_shown}


async def _kept(session: Session, request: Request, view: RecordView, *, apart: bool) -> dict[str, Any]:
    """Return what a correction of single parts starts from: the record's own customer, who is not in the text."""
    kept: dict[str, Any] = {"partial": True}
    if apart and view.customer_id is not None:
        try:
            kept |= whom(known(await customer(session, team_of(request).id, view.customer_id)))
        except NotFound:
            kept |= whom(KnownCustomer(view.customer_id, view.customer_name or ""))
    return kept


@dataclass(frozen=True, slots=True)
class Plan:
    """What a reply corrects: the record, the text that is right, and what is settled; or only what is ``said``."""

    view: RecordView
    right: str = ""
    kept: Mapping[str, Any] = field(default_factory=dict)
    said: Told | None = None


async def corrected(request: Request) -> Reply | None:
    """Take a reply to a receipt, or to the message that was logged, as its correction; None when it reads as none."""
    if request.message.replied_id is None:
        return None
    async with request.database.read() as session:
        view = await _replied(session, request)
        plan = None if view is None or view.removed_at else await _plan(session, request, view)
    if plan is None:
        return None
    if plan.said is not None:
        return Reply(plan.said.text, plan.said.buttons)
    line = Line(0, parts.verb_of(plan.view), plan.right)
    async with request.begin() as session:
        told = await correct_line(session, request, line, source_of(request), plan.view.id, plan.kept)
        return await request.settle(session, Reply(told.text, told.buttons))


async def _replied(session: Session, request: Request) -> RecordView | None:
    ids = await replied_records(session, request)
    if len(ids) > 1 and amended(request.message.text).explicit:
        raise UserError(phrase("That message made several records: press Edit, or name one, e.g. /undo 128"))
    return await bound(session, request, ids[0]) if len(ids) == 1 else None


async def _plan(session: Session, request: Request, view: RecordView) -> Plan | None:
    """Read the reply: parts of the record, else a name where it says that something is wrong."""
    wrong = amended(request.message.text)
    right, former = _scaled(wrong, view)
    kept = await _kept(session, request, view, apart=True)
    if not wrong.name:
        reading = await _read(session, request, view, right, kept)
        if reading.status != "refuse" and reading.note is None and _gives(reading, kept, view, request):
            await permit(session, request, view)
            if former and not await _stands(session, request, view, former, kept):
                return Plan(view, said=_contradicted(request, view, former))
            return Plan(view, right, kept)
    if not wrong.explicit:
        return None
    kept = await _kept(session, request, view, apart=False)
    reading = parts.without_missing(await _read(session, request, view, right, kept))
    if reading.note is not None or not (reading.customer or reading.ask == "customer"):
        return Plan(view, said=_unclear(request, view))
    await permit(session, request, view)
    return Plan(view, right, kept)


def _gives(reading: Reading, kept: Mapping[str, Any], view: RecordView, request: Request) -> bool:
    doubts = parts.without_missing(reading).doubts
    return bool(doubts or parts.given(reading, kept, view, request.message.sent_at.astimezone(team_of(request).zone)))


async def _read(session: Session, request: Request, view: RecordView, text: str, kept: Mapping[str, Any]) -> Reading:
    line = Line(0, parts.verb_of(view), text)
    return await read_settled(session, request, line, source_of(request), kept)


async def _stands(session: Session, request: Request, view: RecordView, former: str, kept: Mapping[str, Any]) -> bool:
    """Whether what the reply calls wrong is what the record says."""
    reading = await _read(session, request, view, former, kept)
    if reading.amount_minor is not None:
        return reading.amount_minor == parts.amount_of(view)
    told = {"duration_s": reading.duration_s, "outcome": reading.outcome}
    return all(value is None or view.values.get(name) == value for name, value in told.items())


def _scaled(wrong: Amended, view: RecordView) -> tuple[str, str]:
    """Give bare numbers the unit that the other one, or the record, has: of 12m *not 12 but 21* is 21m."""
    right, former, amount = wrong.right, wrong.former, parts.amount_of(view)
    if former.isdecimal() and amount is not None:
        unit = re.fullmatch(r"[0-9.,]+ ?([^\W\d_]+)", right)
        if unit is not None:
            return right, former + unit[1]
        for name, size in (("k", 10**3), ("m", 10**6)):
            if right.isdecimal() and int(former) * size == amount:
                return right + name, former + name
    return right, former


def _contradicted(request: Request, view: RecordView, former: str) -> Told:
    text = request.say(
        "“{former}” is not what #{number} says: {record}. Press Edit to change it.",
        former=former,
        number=str(view.number),
        record=Html(said(request, view)),
    )
    return Told(text, (record_buttons(request.say, view.id),))


def _unclear(request: Request, view: RecordView) -> Told:
    text = request.say(
        "What should change in #{number}? Press Edit, or reply for example: not 12 but 21m", number=str(view.number)
    )
    return Told(text, (record_buttons(request.say, view.id),))
