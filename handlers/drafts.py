"""Lines that wait for an answer: a tap settles the doubtful part, and may lead to the next question."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from handlers.asking import Told
from handlers.base import Handler, Reply, Request, UserError
from handlers.choices import merged
from handlers.corrections import replaced
from handlers.lines import Line, Source
from handlers.logbook import log_line
from handlers.parsing import KnownCustomer
from handlers.parsing.alone import completed, meant
from handlers.receipts import pressed, team_of
from handlers.rewriting import correct_line
from handlers.suggestions import STALE, id_of, parts_of
from handlers.understanding import setting_of
from metrics.wording import phrase
from store import AlreadyDone, NotFound, Session
from store import drafts as kept_drafts
from store.corrections import record
from store.drafts import LIFE, DraftRow

FRESH = timedelta(minutes=10)
"""How long after a line its question may be answered by typing; buttons and /cancel hold longer."""


async def cancel(request: Request) -> Reply:
    """Give up what the sender is being asked about in this chat."""
    team_id = team_of(request).id
    async with request.begin() as session:
        waiting = await kept_drafts.open_drafts(session, team_id, request.member.id, request.message.chat_id)
        if not waiting:
            raise UserError(phrase("There is nothing to cancel. To take back a record: /undo"))
        for draft in waiting:
            await kept_drafts.settle(session, team_id, draft.id, request.now)
        return await request.settle(session, Reply(request.say("Cancelled: nothing was recorded.")))


async def _press_pick(request: Request) -> Reply:
    draft_id, choice = (id_of(part) for part in parts_of(pressed(request), 2))
    async with request.begin() as session:
        draft = await _own(session, request, draft_id)
        choices = draft.question["choices"]
        if choice >= len(choices):
            raise UserError(STALE)
        told = await _answered(session, request, draft, merged(draft.question["answers"], choices[choice]))
        return await request.settle(session, Reply(told.text, told.buttons, edits=True))


async def _press_drop(request: Request) -> Reply:
    async with request.begin() as session:
        draft = await _own(session, request, id_of(pressed(request)))
        await kept_drafts.settle(session, team_of(request).id, draft.id, request.now)
        reply = Reply(request.say("Cancelled: nothing was recorded."), edits=True)
        return await request.settle(session, reply)


async def typed(request: Request) -> Reply | None:
    """Take a plain text as the answer to the one question just asked; None when it is not plainly that."""
    async with request.database.read() as session:
        answered = await _typed(session, request)
    if answered is None:
        return None
    async with request.begin() as session:
        draft = await _own(session, request, answered[0].id)
        told = await _answered(session, request, replace(draft, text=answered[0].text), answered[1])
        return await request.settle(session, Reply(told.text, told.buttons))


async def _typed(session: Session, request: Request) -> tuple[DraftRow, Mapping[str, Any]] | None:
    """Return the draft with its line as the text completes it, and its answers."""
    message = request.message
    since = message.sent_at - FRESH
    waiting = await kept_drafts.open_drafts(session, team_of(request).id, request.member.id, message.chat_id)
    fresh = [draft for draft in waiting if draft.sent_at > since]
    if len(fresh) != 1:
        return None
    draft, asked, text = fresh[0], fresh[0].question, message.text.strip()
    if asked.get("part") == "customer" and (choice := _offered(asked["choices"], text)):
        return draft, merged(asked["answers"], choice)
    setting = await setting_of(session, request, draft.verb, text, draft.sent_at)
    part, why, doubtful = (asked.get(name, "") for name in ("part", "why", "typed"))
    line = completed(draft.text, part, why, doubtful, text, setting, draft.verb)
    return None if line is None else (replace(draft, text=line), asked["answers"])


def _offered(choices: Sequence[Mapping[str, Any]], text: str) -> Mapping[str, Any] | None:
    """Return the button of the one customer whom the text names."""
    customers = [choice for choice in choices if choice.get("customer")]
    row = meant(text, tuple(KnownCustomer(**choice["customer"]) for choice in customers))
    return next((choice for choice in customers if row is not None and choice["customer"]["id"] == row.id), None)


BUTTONS: dict[str, Handler] = {"pick": _press_pick, "drop": _press_drop}


async def _own(session: Session, request: Request, draft_id: int) -> DraftRow:
    """Return the presser's own open draft; say what became of it otherwise."""
    try:
        draft = await kept_drafts.draft(session, team_of(request).id, draft_id)
    except NotFound:
        raise UserError(STALE) from None
    if draft.member_id != request.member.id:
        raise UserError(phrase("Only the person who wrote the message can answer this."))
    if draft.settled_at is not None:
        raise UserError(phrase("This was answered already."))
    if request.now - draft.sent_at > LIFE:
        raise UserError(phrase("This question is over a day old: send the line again."))
    return draft


async def _answered(session: Session, request: Request, draft: DraftRow, kept: Mapping[str, Any]) -> Told:
    """Read the line again with one answer more; close the draft once nothing is asked."""
    line = Line(draft.line, draft.verb, draft.text)
    source = Source(draft.inbox_id, draft.chat_id, draft.message_id, draft.sent_at)
    written = replace(request, message=replace(request.message, sent_at=draft.sent_at))
    corrects = draft.question.get("corrects")
    if corrects is None:
        told = await log_line(session, written, line, source, kept, draft.id)
    else:
        told = await correct_line(session, written, line, source, corrects, kept, draft.id)
    if told.asks:
        return told
    await _settle(session, request, draft, kept)
    if told.record_id is not None and "replaces" in kept:
        view = await record(session, team_of(request).id, kept["replaces"])
        return await replaced(session, request, told, view)
    return told


async def _settle(session: Session, request: Request, draft: DraftRow, kept: Mapping[str, Any]) -> None:
    """Close the draft, with all its answers: an edit of the same line takes them over."""
    team_id = team_of(request).id
    await kept_drafts.ask_again(session, team_id, draft.id, {**draft.question, "answers": kept})
    try:
        await kept_drafts.settle(session, team_id, draft.id, request.now)
    except AlreadyDone:
        raise UserError(phrase("This was answered already.")) from None
