"""An edited message corrects the records that it made, line by line, and never makes a second one."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from handlers.base import Button, Reply, Request, clock_of, team_of
from handlers.buttons import data
from handlers.dialogues.asking import Told
from handlers.records.entries import KINDS
from handlers.records.lines import MOST, Line, retold, source_of
from handlers.records.logbook import log_line, together
from handlers.records.receipts import said
from handlers.records.rewriting import correct_line
from handlers.records.undoing import BUTTONS, undo
from metrics.wording import Html
from store import AlreadyDone, Session
from store.queues import drafts as kept_drafts
from store.queues.drafts import DraftRow
from store.records.corrections import RecordView, of_message, remove

__all__ = ["BUTTONS", "edited", "undo"]


async def edited(request: Request) -> Reply:
    """Read an edited message again and bring what it recorded in step; silence when it concerns no record."""
    message, team_id = request.message, team_of(request).id
    lines = retold(message.text, private=message.private)
    async with request.begin() as session:
        made = await of_message(session, team_id, message.chat_id, message.message_id, removed=True)
        asked = await kept_drafts.of_message(session, team_id, message.chat_id, message.message_id)
        if lines is None:
            reply = _no_log(request, made)
        else:
            await _forget(session, request, asked)
            told = await _follow(session, request, lines[:MOST], made, asked)
            reply = together(request, told, left_out=len(lines) - MOST)
        return await request.settle(session, reply)


def _no_log(request: Request, made: Sequence[RecordView]) -> Reply:
    """Say that an edit no longer reads as a log, and what stays."""
    standing = [view for view in made if view.removed_at is None]
    if not standing:
        return Reply()
    numbers = ", ".join(f"#{view.number}" for view in standing)
    text = request.say(
        "This no longer reads as a log, so {numbers} stays. To remove it: /undo {number}",
        numbers=numbers,
        number=str(standing[0].number),
    )
    return Reply(text)


async def _forget(session: Session, request: Request, asked: Sequence[DraftRow]) -> None:
    """Close what was still asked about the former text."""
    for draft in asked:
        if draft.settled_at is None:
            await kept_drafts.settle(session, team_of(request).id, draft.id, request.now)


async def _follow(
    session: Session,
    request: Request,
    lines: Sequence[Line],
    made: Sequence[RecordView],
    asked: Sequence[DraftRow],
) -> list[Told]:
    """Correct, record or remove, so that the records are what the lines now say."""
    standing = {view.line: view for view in made if view.removed_at is None}
    undone = {view.line: view for view in made if view.removed_at is not None}
    indexes = {line.index for line in lines}
    gone = [standing.pop(index) for index in list(standing) if index not in indexes]
    # first: a sale that moved up a line is no repetition of itself
    dropped = [await _dropped(session, request, view) for view in gone]
    told = []
    for line in lines:
        view = standing.get(line.index)
        if view is not None:
            told.append(await _changed(session, request, line, view, _former(asked, line)))
        elif line.index in undone:
            told.append(_undone(request, undone[line.index]))
        else:
            told.append(await log_line(session, request, line, source_of(request)))
    return told + dropped


def _former(asked: Sequence[DraftRow], line: Line) -> Mapping[str, Any]:
    """Return which customer the writer chose for the name in the line before its edit."""
    for draft in reversed(asked):
        customer = draft.question["answers"].get("customer")
        if draft.line == line.index and customer:
            return {"former": {"name": draft.question["name"], "customer": customer}}
    return {}


async def _changed(session: Session, request: Request, line: Line, view: RecordView, former: Mapping[str, Any]) -> Told:
    """Correct a record to its line; when the line is of another kind, record that and remove the first."""
    if KINDS.get(line.verb, "contact") == view.kind:
        return await correct_line(session, request, line, source_of(request), view.id, former)
    told = await log_line(session, request, line, source_of(request), {"replaces": view.id})
    if told.record_id is None:
        text = request.say("{said}\n#{number} stays as it was.", said=Html(told.text), number=str(view.number))
        return replace(told, text=text)
    return await replaced(session, request, told, view)


async def replaced(session: Session, request: Request, told: Told, view: RecordView) -> Told:
    """Remove the record that another one now stands for."""
    try:
        await remove(session, clock_of(request), view.id, request.member.id, request.now, request.inbox_id)
    except AlreadyDone:
        return told
    text = request.say("{said}\nIt replaces #{number}.", said=Html(told.text), number=str(view.number))
    return replace(told, text=text)


def _undone(request: Request, view: RecordView) -> Told:
    text = request.say("#{number} was undone, so nothing changed.", number=str(view.number))
    return Told(text, ((Button(request.say.plain("Restore"), data("restore", view.id)),),))


async def _dropped(session: Session, request: Request, view: RecordView) -> Told:
    """Remove the record of a line that is no longer in the message."""
    await remove(session, clock_of(request), view.id, request.member.id, request.now, request.inbox_id)
    text = request.say("Undone #{number}: {record}", number=str(view.number), record=Html(said(request, view)))
    return Told(text, ((Button(request.say.plain("Restore"), data("restore", view.id)),),))
