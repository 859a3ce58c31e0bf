"""A pasted list of more lines than are logged at once: kept, and asked whether its first lines are meant."""

from collections.abc import Mapping, Sequence
from typing import Any

from handlers.base import Button, Reply, Request, team_of
from handlers.buttons import data
from handlers.records.lines import MOST, Line, source_of
from metrics.wording import phrase
from store import Session
from store.queues import drafts as kept_drafts

PART = "batch"
"""What the draft of a paste asks about."""


_ASKED = phrase("{n} lines at once: log the first {most} of them?")


async def offer(session: Session, request: Request, lines: Sequence[Line]) -> Reply:
    """Keep the first lines as one draft, and ask whether they are to be logged; nothing is recorded before the tap."""
    source, first = source_of(request), lines[0]
    question: dict[str, Any] = {
        "part": PART,
        "why": "many",
        "typed": "",
        "answers": {},
        "choices": [],
        "lines": [[line.index, line.verb, line.text] for line in lines[:MOST]],
    }
    draft_id = await kept_drafts.keep(
        session,
        team_of(request).id,
        member_id=request.member.id,
        chat_id=source.chat_id,
        message_id=source.message_id,
        inbox_id=source.inbox_id,
        line=first.index,
        verb=first.verb,
        text=first.text,
        sent_at=source.sent_at,
        question=question,
    )
    plain = request.say.plain
    take = Button(plain("Log the first {most}", most=MOST), data("batch", draft_id))
    return Reply(
        request.say(_ASKED.source, n=len(lines), most=MOST),
        ((take,), (Button(plain("Cancel"), data("drop", draft_id)),)),
    )


def lines_of_paste(question: Mapping[str, Any]) -> list[Line]:
    """The lines that were kept of a paste."""
    return [Line(index, verb, text) for index, verb, text in question.get("lines", ())]
