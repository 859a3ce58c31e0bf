"""Lines that wait for an answer: a tap settles the doubtful part, and may lead to the next question."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from handlers.asking import Told
from handlers.base import Handler, Reply, Request, UserError
from handlers.choices import merged
from handlers.corrections import replaced
from handlers.lines import Line, Source
from handlers.logbook import log_line
from handlers.receipts import pressed, team_of
from handlers.rewriting import correct_line
from handlers.suggestions import STALE, id_of, parts_of
from metrics.wording import phrase
from store import AlreadyDone, NotFound, Session
from store import drafts as kept_drafts
from store.corrections import record
from store.drafts import LIFE, DraftRow


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
