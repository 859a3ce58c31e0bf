"""One part of a record at a time: what a short text or a tap changes of it, and nothing else."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from handlers.base import Request, clock_of, team_of
from handlers.dialogues.asking import Put, Told, ask
from handlers.parsing import Reading
from handlers.records import care
from handlers.records.entries import Entry, customer_of, values_of
from handlers.records.lines import Line
from handlers.records.receipts import record_buttons, said
from handlers.reminders import sequences
from metrics.wording import Html
from store import Session
from store.records.corrections import RecordView, correct

VERB_OF: Mapping[str, str] = {"message": "msg", "email": "mail", "meeting": "meet", "social": "msg"}
"""The verb of a kind of contact, where it has another name."""

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "customer": ("customer_id", "ticket_id"),
    "customer_name": ("customer_id",),
    "amount_minor": ("amount_minor", "currency"),
    "at": ("at", "date_only", "from_day", "to_day"),
    "from_day": ("from_day", "to_day"),
    "to_day": ("from_day", "to_day"),
    "outcome": ("outcome",),
    "answered": ("outcome",),
    "duration_s": ("duration_s",),
    "direction": ("direction",),
    "product": ("product_id",),
    "quantity": ("quantity",),
    "channel": ("channel",),
    "campaign": ("campaign",),
    "colleague": ("member_id",),
    "tag": ("tag",),
    "stage": ("stage",),
    "expected_day": ("expected_day",),
    "cost_kind": ("kind",),
    "score": ("score",),
    "note": ("note",),
}
"""Each part of a reading, and the columns of a record that follow from it."""

_OF_LINE = (
    *("direction", "note", "outcome", "duration_s", "product", "answered", "amount_minor", "stage"),
    *("quantity", "campaign", "score", "at", "tag"),
)

CLEARABLE = frozenset({"product", "channel", "campaign", "note", "tag", "expected_day"})
"""Parts that a record may do without: *None* takes them out."""


def verb_of(view: RecordView) -> str:
    """Return the verb by which a record of this kind is logged."""
    kind = str(view.values.get("kind", "")) if view.kind == "contact" else view.kind
    return VERB_OF.get(kind, kind)


def given(reading: Reading, kept: Mapping[str, Any], view: RecordView, now: datetime) -> tuple[str, ...]:
    """Return the parts that a text and taps gave, by their names in a reading: what an empty text would not have.

    ``now`` is when the text was sent, in the team's zone.
    """
    empty: dict[str, Any] = dict.fromkeys(COLUMNS) | {"at": now, "direction": reading.direction and "out"}
    if reading.customer is not None and reading.customer.id == view.customer_id:
        empty |= {"customer": reading.customer, "customer_name": reading.customer_name}
    if reading.verb == "cost" and reading.at == now:
        empty |= {"from_day": now.date(), "to_day": now.date()}
    found = [part for part in COLUMNS if getattr(reading, part) != empty[part]]
    tapped = [part for part in _OF_LINE if kept.get(part) is not None]
    return tuple(dict.fromkeys([*found, *tapped, *kept.get("cleared", ())]))


def without_missing(reading: Reading) -> Reading:
    """Leave out what the text does not say: the record has it."""
    doubts = tuple(doubt for doubt in reading.doubts if doubt.why != "missing")
    return replace(reading, doubts=doubts, status="ask" if doubts else "read")


async def change(session: Session, request: Request, put: Put, view: RecordView) -> Told:
    """Correct the parts that the reading gives, or ask about them; the record keeps all others."""
    reading = without_missing(put.reading)
    if reading.status == "ask":
        return await ask(session, request, replace(put, reading=reading))
    customer_id = await customer_of(session, request, reading)
    values = await values_of(session, Entry(request, put.line, put.source, reading, customer_id))
    parts = given(reading, put.kept, view, put.source.sent_at.astimezone(team_of(request).zone))
    changes = {name: values[name] for part in parts for name in COLUMNS[part] if name in values}
    wrong = await care.unfit(session, request, view, changes)
    if wrong is not None:
        return Told(request.say(wrong))
    after = await correct(
        session, clock_of(request), view.id, changes, request.member.id, request.now, request.inbox_id
    )
    await sequences.follow(session, request, view, after)
    number, record = str(view.number), Html(said(request, after))
    if reading.colleague is not None:
        record = Html(request.say("{record}, by {name}", record=record, name=reading.colleague.name))
    same = all(view.values.get(name) == value for name, value in changes.items())
    text = request.say(
        "#{number} stays as it is: {record}" if same else "Corrected #{number}: {record}", number=number, record=record
    )
    return Told(text, (record_buttons(request.say, view.id),), view.id, view.number)


def empty_line(view: RecordView) -> Line:
    """Return the line of a correction that says nothing yet."""
    return Line(0, verb_of(view), "")


def says(request: Request, view: RecordView) -> str:
    """Say the record that is being corrected, with its number."""
    return request.say("#{number}: {record}", number=str(view.number), record=Html(said(request, view)))


def amount_of(view: RecordView) -> int | None:
    """Return a record's amount in minor units, where it has one."""
    amount = view.values.get("amount_minor")
    return None if amount is None else int(amount)
