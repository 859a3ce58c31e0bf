"""Corrects a record to what its line says after an edit: read again, never recorded twice."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from handlers.base import Button, Request, UserError, team_of
from handlers.buttons import data
from handlers.dialogues.asking import Asked, Put, Told, ask
from handlers.dialogues.choices import answer_of, merged
from handlers.parsing import Reading
from handlers.records import care, echo, parts, refunds
from handlers.records.entries import Entry, customer_of, fact_of, rewrite, values_of
from handlers.records.lines import Line, Source
from handlers.records.logbook import read_settled, refused, said_wrong
from handlers.records.receipts import frame, record_buttons
from handlers.reminders import sequences
from metrics.wording import Html, Phrase, phrase
from store import AlreadyDone, NotFound, Session
from store.errors import TooLarge
from store.records.corrections import RecordView, record

MOST_DOUBTS = 4
"""Parts of one line whose former answers are taken over before it is asked again."""


async def correct_line(
    session: Session,
    request: Request,
    line: Line,
    source: Source,
    record_id: int,
    kept: Mapping[str, Any],
    asked: Asked | None = None,
) -> Told:
    """Correct the record to the line as it now stands, or say what is wrong and leave it."""
    try:
        view = await record(session, team_of(request).id, record_id)
    except NotFound:
        return Told(request.say("That record is not in your team."))
    refusal = refused(request, line)
    if refusal is not None:
        return refusal
    put = Put(line, source, Reading(line.verb), kept, asked, corrects=view.id)
    return await (_partly if kept.get("partial") else _wholly)(session, request, put, view)


async def _wholly(session: Session, request: Request, put: Put, view: RecordView) -> Told:
    """Bring the record in step with a line that says all of it."""
    line, source, kept = put.line, put.source, put.kept
    kept = merged(kept, {"confirmed": ["duplicate"]})  # the record itself is the equal sale of these ten minutes
    kept = await care.kept_of(session, request, line, kept)
    reading, kept = await _read(session, request, line, source, view, kept)
    if reading.status == "refuse":
        return Told(_unchanged(request, view, said_wrong(request, reading)))
    if reading.status == "ask":
        told = await ask(session, request, replace(put, reading=reading, kept=kept))
        return Told(_unchanged(request, view, told.text), told.buttons, asks=True)
    if view.kind == "refund":
        return await _refunded(session, request, replace(put, reading=reading, kept=kept), view)
    return await _rewritten(session, request, line, source, reading, view)


async def _refunded(session: Session, request: Request, put: Put, view: RecordView) -> Told:
    if view.removed_at is not None:
        return _undone(request, view)
    try:
        return await refunds.given_anew(session, request, put, view)
    except UserError as wrong:
        return Told(_unchanged(request, view, request.say(wrong.said)))


async def _partly(session: Session, request: Request, put: Put, view: RecordView) -> Told:
    """Change only the parts that the text and the taps give."""
    kept = merged(put.kept, {"confirmed": ["duplicate"]})
    reading = await read_settled(session, request, put.line, put.source, kept)
    if reading.status == "refuse" and put.line.text:
        return Told(_unchanged(request, view, said_wrong(request, reading)))
    try:
        return await parts.change(session, request, replace(put, reading=reading, kept=kept), view)
    except AlreadyDone:
        return _undone(request, view)
    except TooLarge:
        return Told(request.say(_too_large(view)))


async def _read(
    session: Session, request: Request, line: Line, source: Source, view: RecordView, kept: Mapping[str, Any]
) -> tuple[Reading, Mapping[str, Any]]:
    """Read the line; a doubt that the record already answers is not asked again."""
    reading = await read_settled(session, request, line, source, kept)
    if reading.ask == "number" and view.values.get("sale_id") is not None:
        sale = await record(session, team_of(request).id, view.values["sale_id"])
        kept = merged(kept, {"number": sale.number})
        reading = await read_settled(session, request, line, source, kept)
    for _ in range(MOST_DOUBTS):
        given = _known(reading, view, kept)
        if given is None:
            break
        kept = merged(kept, given)
        reading = await read_settled(session, request, line, source, kept)
    return reading, kept


def _known(reading: Reading, view: RecordView, kept: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the answer to what is asked when the record says it, or the writer chose it for the same name."""
    if reading.status != "ask":
        return None
    doubt, values, former = reading.doubts[0], view.values, kept.get("former")
    if doubt.part == "customer" and former and former["name"] == reading.customer_name:
        return {"customer": former["customer"]}
    now_is = {
        "amount": values.get("amount_minor"),
        "when": values.get("at", values.get("opened_at")),
        "customer": view.customer_id,
        "colleague": view.member_id,
    }.get(doubt.part)
    for choice in doubt.choices:
        if now_is is not None and now_is in (choice, getattr(choice, "id", None)):
            return answer_of(doubt, choice)
    return None


async def _rewritten(
    session: Session, request: Request, line: Line, source: Source, reading: Reading, view: RecordView
) -> Told:
    number = str(view.number)
    customer_id = await customer_of(session, request, reading)
    entry = Entry(request, line, source, await care.checked(session, request, reading), customer_id)
    wrong = await care.unfit(session, request, view, await values_of(session, entry))
    if wrong is not None:
        return Told(request.say(wrong))
    try:
        after = await rewrite(session, entry, view)
    except AlreadyDone:
        return _undone(request, view)
    except TooLarge:
        return Told(request.say(_too_large(view)))
    await sequences.follow(session, request, view, after)
    said = Html(echo.line(request.say, fact_of(entry, after.values), frame(request)))
    same = all(view.values.get(name) == value for name, value in after.values.items())
    text = request.say(
        "#{number} stays as it is: {record}" if same else "Corrected #{number}: {record}", number=number, record=said
    )
    return Told(
        text,
        (record_buttons(request.say, view.id),),
        view.id,
        view.number,
    )


def _too_large(view: RecordView) -> Phrase:
    """Say that a sale and its refunds would not go together."""
    if view.kind == "refund":
        return phrase(
            "#{number} stays: its sale has no such amount left, in its own currency.", number=str(view.number)
        )
    return phrase("#{number} stays: more than that was refunded of it.", number=str(view.number))


def _undone(request: Request, view: RecordView) -> Told:
    restoring = Button(request.say.plain("Restore"), data("restore", view.id))
    return Told(request.say("#{number} was undone, so nothing changed.", number=str(view.number)), ((restoring,),))


def _unchanged(request: Request, view: RecordView, wrong: str) -> str:
    """Say what is wrong with an edit, and that the record stays."""
    return request.say("{wrong}\n#{number} stays as it was.", wrong=Html(wrong), number=str(view.number))
