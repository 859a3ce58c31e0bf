"""Puts a question about one part of a line: in words, a button for each choice, nothing recorded yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from handlers.base import Button, Request, team_of
from handlers.buttons import data, in_rows
from handlers.customers.ownership import notices
from handlers.dialogues.offers import WIDE, Choice, offers
from handlers.dialogues.steps import PASSABLE
from handlers.parsing import Doubt, Reading
from handlers.parsing.doubting import unknown_customer
from handlers.records import past_sales
from handlers.records.lines import Line, Source
from handlers.records.understanding import look_alikes
from store import Session
from store.queues import drafts as kept_drafts

_WORDS = ("stage", "reason", "cost_kind", "channel", "product", "outcome", "tag")
_NUMBERS = ("amount", "duration", "quantity", "score", "phone")
_TYPED = frozenset(
    (*_WORDS, *_NUMBERS, "when", "expected_day", "customer", "campaign", "note", "name", "birthday", "referrer")
)
"""What may be answered by typing."""
_SENT_AGAIN = frozenset({("customer", "long"), ("phone", "wrong")})
"""Doubts that only the whole line sent again settles."""


@dataclass(frozen=True, slots=True)
class Told:
    """What one line is answered with; ``record_id`` and ``number`` when it was recorded, ``asks`` when it waits.

    ``plain`` says that nothing was recorded but what the line itself says in full: a reaction is enough in a group.
    """

    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    record_id: int | None = None
    number: int | None = None
    asks: bool = False
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """The draft that a line has already: how many questions were put, the line's states before, what was typed.

    ``before`` holds text and answers at each question so far, for *Back*; ``typed`` which messages answered.
    """

    id: int
    step: int = 0
    before: tuple[Mapping[str, Any], ...] = ()
    typed: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Put:
    """A line in doubt: what is settled so far, the draft it has, and the record that its answer corrects."""

    line: Line
    source: Source
    reading: Reading
    kept: Mapping[str, Any]
    asked: Asked | None = None
    corrects: int | None = None
    doubt: Doubt | None = None


async def ask(session: Session, request: Request, put: Put) -> Told:
    """Keep the line as a draft and ask for its doubtful part; without choices, say what to send instead."""
    doubt = put.doubt or put.reading.doubts[0]
    if doubt.part == "customer" and not doubt.choices and put.reading.customer_name:
        near = await look_alikes(session, request, put.reading.customer_name)
        doubt = unknown_customer(put.reading.customer_name, near) if doubt.why == "unknown" else doubt
    if doubt.part == "number" and not doubt.choices:
        doubt = replace(doubt, choices=await past_sales.offered(session, request, put.reading))
    choices = await offers(session, request, put.reading, doubt)
    if put.corrects is not None and put.kept.get("clearable"):
        choices.append((request.say.plain("None"), {"cleared": [doubt.part]}))
    said = request.say(doubt.message)
    if doubt.part == "customer" and doubt.why in ("duplicate", "phone"):
        said = f"{said}\n{await notices(session, request, doubt.choices)}"
    answerable = doubt.part in _TYPED and (doubt.part, doubt.why) not in _SENT_AGAIN
    if not choices and not answerable:
        return Told(said, asks=True)
    draft_id, step = await _keep(session, request, put, doubt, choices)
    if answerable and not choices and not request.message.private:
        said = f"{said}\n{request.say('Answer by replying to this message.')}"
    return Told(said, (*_keys(doubt, choices, draft_id, step), _ways(request, put, doubt, draft_id, step)), asks=True)


def _keys(doubt: Doubt, choices: Sequence[Choice], draft_id: int, step: int) -> tuple[tuple[Button, ...], ...]:
    keys = [Button(label, data("pick", draft_id, step, n)) for n, (label, _) in enumerate(choices)]
    return in_rows(keys, 1 if doubt.part in WIDE or doubt.why != PASSABLE else 3 if doubt.part == "duration" else 2)


def _ways(request: Request, put: Put, doubt: Doubt, draft_id: int, step: int) -> tuple[Button, ...]:
    """*Skip* where the part is not needed, *Back* after the first question, *Cancel*."""
    plain = request.say.plain
    ways = []
    if doubt.why == PASSABLE:
        ways.append(Button(plain("Skip"), data("pass", draft_id, step)))
    if put.asked is not None and put.asked.before:
        ways.append(Button(plain("Back"), data("former", draft_id, step)))
    return (*ways, Button(plain("Cancel"), data("drop", draft_id)))


async def _keep(
    session: Session, request: Request, put: Put, doubt: Doubt, choices: Sequence[Choice]
) -> tuple[int, int]:
    """Keep the question; returns the draft's id and the number of this question, which its buttons carry."""
    team_id, source, asked = team_of(request).id, put.source, put.asked
    step = asked.step + 1 if asked else 0
    question: dict[str, Any] = {
        "part": doubt.part,
        "why": doubt.why,
        "typed": str(doubt.message.params.get("typed", "")),
        "answers": dict(put.kept),
        "choices": [given for _, given in choices],
        "name": put.reading.customer_name,
        "corrects": put.corrects,
        "step": step,
        "before": list(asked.before) if asked else [],
        "messages": list(asked.typed) if asked else [],
    }
    if asked is not None:
        await kept_drafts.ask_again(session, team_id, asked.id, question, put.line.text)
        return asked.id, step
    draft_id = await kept_drafts.keep(
        session,
        team_id,
        member_id=request.member.id,
        chat_id=source.chat_id,
        message_id=source.message_id,
        inbox_id=source.inbox_id,
        line=put.line.index,
        verb=put.line.verb,
        text=put.line.text,
        sent_at=source.sent_at,
        question=question,
    )
    return draft_id, step
