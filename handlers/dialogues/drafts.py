"""Lines that wait for an answer: a tap settles the asked part, skips it or goes a step back; the rest is cancelled."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from handlers.base import Handler, Reply, Request, UserError, team_of
from handlers.buttons import STALE, id_of, parts_of
from handlers.customers import edits
from handlers.dialogues.asking import Asked, Told
from handlers.dialogues.choices import merged
from handlers.records.corrections import replaced
from handlers.records.lines import Line, Source
from handlers.records.logbook import log_line
from handlers.records.rewriting import correct_line
from metrics.wording import phrase
from store import AlreadyDone, NotFound, Session
from store.queues import drafts as kept_drafts
from store.queues.drafts import LIFE, DraftRow
from store.records.corrections import record


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
    draft_id, step, choice = (id_of(part) for part in parts_of(request.argument, 3))
    async with request.begin() as session:
        draft = await _asking(session, request, draft_id, step)
        choices = draft.question["choices"]
        if choice >= len(choices):
            raise UserError(STALE)
        told = await proceed(session, request, draft, merged(draft.question["answers"], choices[choice]))
        return await request.settle(session, Reply(told.text, told.buttons, edits=True))


async def _press_pass(request: Request) -> Reply:
    draft_id, step = (id_of(part) for part in parts_of(request.argument, 2))
    async with request.begin() as session:
        draft = await _asking(session, request, draft_id, step)
        kept = dict(draft.question["answers"])
        kept["passed"] = [*kept.get("passed", ()), draft.question["part"]]
        told = await proceed(session, request, draft, kept)
        return await request.settle(session, Reply(told.text, told.buttons, edits=True))


async def _press_back(request: Request) -> Reply:
    draft_id, step = (id_of(part) for part in parts_of(request.argument, 2))
    async with request.begin() as session:
        draft = await _asking(session, request, draft_id, step)
        *before, last = draft.question["before"] or [None]
        if last is None:
            raise UserError(STALE)
        draft = replace(draft, text=last["text"])
        told = await again(session, request, draft, last["answers"], before)
        return await request.settle(session, Reply(told.text, told.buttons, edits=True))


async def _press_drop(request: Request) -> Reply:
    async with request.begin() as session:
        draft = await own(session, request, id_of(request.argument))
        await kept_drafts.settle(session, team_of(request).id, draft.id, request.now)
        reply = Reply(request.say("Cancelled: nothing was recorded."), edits=True)
        return await request.settle(session, reply)


BUTTONS: dict[str, Handler] = {"pick": _press_pick, "pass": _press_pass, "former": _press_back, "drop": _press_drop}


async def own(session: Session, request: Request, draft_id: int) -> DraftRow:
    """Return the sender's own open draft; say what became of it otherwise."""
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


async def _asking(session: Session, request: Request, draft_id: int, step: int) -> DraftRow:
    """Return the presser's draft while it still asks the question under which the button stands."""
    draft = await own(session, request, draft_id)
    if draft.question.get("step", 0) != step:
        raise UserError(phrase("This was answered already."))
    return draft


async def proceed(
    session: Session,
    request: Request,
    draft: DraftRow,
    kept: Mapping[str, Any],
    *,
    text: str | None = None,
    typed: Mapping[str, Any] | None = None,
) -> Told:
    """Read the line with one answer more: put the next question, or record it and close the draft."""
    question = draft.question
    state = {"text": draft.text, "answers": question["answers"]}
    messages = [*question.get("messages", ()), *([typed] if typed else ())]
    changed = replace(draft, text=draft.text if text is None else text, question={**question, "messages": messages})
    return await again(session, request, changed, kept, [*question.get("before", ()), state])


async def again(
    session: Session,
    request: Request,
    draft: DraftRow,
    kept: Mapping[str, Any],
    before: Sequence[Mapping[str, Any]],
) -> Told:
    """Read the draft's line as it stands, with ``before`` to go back to; close the draft once nothing is asked."""
    question, line = draft.question, Line(draft.line, draft.verb, draft.text)
    source = Source(draft.inbox_id, draft.chat_id, draft.message_id, draft.sent_at)
    written = replace(request, message=replace(request.message, sent_at=draft.sent_at))
    asked = Asked(draft.id, question.get("step", 0), tuple(before), tuple(question.get("messages", ())))
    corrects = question.get("corrects")
    if draft.verb == edits.VERB:
        told = await edits.answered(session, request, draft, kept)
    elif corrects is None:
        told = await log_line(session, written, line, source, kept, asked)
    else:
        told = await correct_line(session, written, line, source, corrects, kept, asked)
    if told.asks:
        return told
    await _settle(session, request, draft, kept)
    if told.record_id is not None and "replaces" in kept:
        view = await record(session, team_of(request).id, kept["replaces"])
        return await replaced(session, request, told, view)
    return told


async def _settle(session: Session, request: Request, draft: DraftRow, kept: Mapping[str, Any]) -> None:
    """Close the draft, with its line and all its answers: edits of the messages that made it go by them."""
    team_id = team_of(request).id
    await kept_drafts.ask_again(session, team_id, draft.id, {**draft.question, "answers": kept}, draft.text)
    try:
        await kept_drafts.settle(session, team_id, draft.id, request.now)
    except AlreadyDone:
        raise UserError(phrase("This was answered already.")) from None
