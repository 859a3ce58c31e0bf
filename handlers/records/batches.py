"""Logs the lines of a paste once its writer said so: as one batch, each line answered."""

from dataclasses import replace

from handlers.base import Handler, Reply, Request, UserError, team_of
from handlers.buttons import STALE, id_of
from handlers.dialogues.drafts import own
from handlers.records.lines import Source
from handlers.records.logbook import log_line, together
from handlers.records.pastes import lines_of_paste
from store.queues import drafts as kept_drafts


async def _press_batch(request: Request) -> Reply:
    async with request.begin() as session:
        draft = await own(session, request, id_of(request.argument))
        lines = lines_of_paste(draft.question)
        if not lines:
            raise UserError(STALE)
        await kept_drafts.settle(session, team_of(request).id, draft.id, request.now)
        source = Source(draft.inbox_id, draft.chat_id, draft.message_id, draft.sent_at)
        written = replace(request, message=replace(request.message, sent_at=draft.sent_at))
        told = [await log_line(session, written, line, source) for line in lines]
        return await request.settle(session, replace(together(request, told), edits=True))


BUTTONS: dict[str, Handler] = {"batch": _press_batch}
