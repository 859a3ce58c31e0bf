"""Takes typed texts as answers to what was asked: the question replied to, else the newest; an edit changes it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from handlers.base import Reply, Request, team_of
from handlers.customers import edits
from handlers.dialogues.asking import Asked, Put, Told, ask
from handlers.dialogues.choices import merged
from handlers.dialogues.drafts import again, own, proceed
from handlers.dialogues.steps import FIELDS
from handlers.parsing import KnownCustomer, Reading
from handlers.parsing.alone import BY_ITSELF, LONGEST, added, by_itself, completed, meant
from handlers.records.fixing import question
from handlers.records.lines import Line, Source
from handlers.records.logbook import read_settled
from handlers.records.rewriting import correct_line
from handlers.records.understanding import setting_of
from metrics.wording import Html
from store import NotFound, Session
from store.names import full_key
from store.queues import drafts as kept_drafts
from store.queues.drafts import LIFE, DraftRow
from store.records.corrections import of_line

FRESH = timedelta(minutes=10)
"""How long a name typed by itself may answer a question without replying to it: later it is a look-up."""

_DRAFT = re.compile(r"v1\|(?:pick|pass|former|drop)\|(\d{1,18})")
_OPEN_ENDED = frozenset({"bare", "several", "choice", "unit", "zero", "fraction", "large", "duplicate", "huge"})


@dataclass(frozen=True, slots=True)
class Answer:
    """What a text answers: the draft, its line and answers as the text completes them; ``others`` wait still."""

    draft: DraftRow
    text: str
    kept: Mapping[str, Any]
    others: int = 0


async def typed(request: Request, *, again: bool = True) -> Reply | None:
    """Take a text as the answer to the question replied to, else to the newest; None when it answers none.

    A question that is replied to with something else is put ``again``.
    """
    async with request.database.read() as session:
        replied = _replied(request)
        answer = await _answer(session, request, replied)
    if answer is None and (replied is None or not again):
        return None
    async with request.begin() as session:
        if answer is None:
            return await request.settle(session, await _asked_again(session, request, int(replied or 0)))
        draft = await own(session, request, answer.draft.id)
        entry = {"message": request.message.message_id, "text": request.message.text.strip()}
        told = await proceed(session, request, draft, answer.kept, text=answer.text, typed=entry)
        return await request.settle(session, _reply(request, told, answer))


def answers_a_question(request: Request) -> bool:
    """Whether the message replies to one of the bot's questions."""
    return _replied(request) is not None


def _replied(request: Request) -> int | None:
    """The draft whose question the message replies to."""
    found = (_DRAFT.match(data) for data in request.message.replied_data)
    return next((int(draft[1]) for draft in found if draft), None)


def _reply(request: Request, told: Told, answer: Answer) -> Reply:
    if not answer.others:
        return Reply(told.text, told.buttons)
    line = f"{answer.draft.verb} {answer.draft.text}".strip()[:60]
    taken = request.say("Taken as the answer to your newest question (/{line}). For another, reply to it.", line=line)
    return Reply(f"{told.text}\n{taken}", told.buttons)


async def _asked_again(session: Session, request: Request, draft_id: int) -> Reply:
    """Put the question once more to whom replied with something else."""
    draft = await own(session, request, draft_id)
    asked = draft.question
    if asked["corrects"] is not None and asked["answers"].get("partial") and not draft.text:
        open_one = Asked(draft.id, asked["step"], tuple(asked["before"]), tuple(asked["messages"]))
        line, reading = Line(draft.line, draft.verb, ""), Reading(draft.verb)
        put = Put(line, _source(draft), reading, asked["answers"], open_one, asked["corrects"], question(asked["part"]))
        told = await ask(session, request, put)
    else:
        told = await again(session, request, draft, asked["answers"], asked["before"])
    text = request.say("That does not answer this question.\n{question}", question=Html(told.text))
    return Reply(text, told.buttons)


async def _answer(session: Session, request: Request, replied: int | None) -> Answer | None:
    if replied is not None:
        draft = await own(session, request, replied)
        return await _fitting(session, request, draft, named=True)
    message = request.message
    waiting = await kept_drafts.open_drafts(session, team_of(request).id, request.member.id, message.chat_id)
    alive = [draft for draft in waiting if message.sent_at - draft.sent_at < LIFE]
    if not alive:
        return None
    found = await _fitting(session, request, alive[0], named=message.sent_at - alive[0].sent_at < FRESH)
    return None if found is None else replace(found, others=len(alive) - 1)


async def _fitting(session: Session, request: Request, draft: DraftRow, *, named: bool) -> Answer | None:
    """Return what the text makes of the draft; ``named`` says that a name may be meant for it."""
    asked, text = draft.question, request.message.text.strip()
    part = asked["part"]
    if part in BY_ITSELF and text and (named or request.message.replied_id) and not text.startswith("/"):
        channels: Any = team_of(request).settings["channels"]
        value = by_itself(part, text, channels)
        return None if value is None else Answer(draft, draft.text, {**asked["answers"], part: value})
    if not text or len(text) > LONGEST or "\n" in text or text.startswith("/"):
        return None
    if asked["part"] == "customer":
        return await _whom(session, request, draft, text) if named else None
    if draft.verb == edits.VERB:
        return Answer(draft, text, asked["answers"]) if named and asked["part"] != "agreed" else None
    setting = await setting_of(session, request, draft.verb, text, draft.sent_at)
    line = completed(draft.text, asked["part"], asked["why"], asked["typed"], text, setting, draft.verb)
    if line is None and asked["why"] in ("missing", "step"):
        line = await _filling(session, request, draft, text)
    return None if line is None else Answer(draft, line, asked["answers"])


async def _whom(session: Session, request: Request, draft: DraftRow, text: str) -> Answer | None:
    """A name: one of those offered, else whatever follows a command that named nobody."""
    asked = draft.question
    if not draft.text and asked["why"] == "missing":
        return Answer(draft, text, await _led(session, request, draft, text))
    choice = _offered(asked["choices"], text) if asked["why"] != "missing" else None
    if choice is not None:
        return Answer(draft, draft.text, merged(asked["answers"], choice))
    setting = await setting_of(session, request, draft.verb, text, draft.sent_at)
    line = completed(draft.text, "customer", asked["why"], asked["typed"], text, setting, draft.verb)
    return None if line is None else Answer(draft, line, asked["answers"])


async def _led(session: Session, request: Request, draft: DraftRow, text: str) -> Mapping[str, Any]:
    """Return the answers for a text after a bare command: who writes more than a name is not led on."""
    name = (await _read(session, request, draft, text)).customer_name or ""
    whole = full_key(text) == full_key(name) or full_key(name).endswith(full_key(text))
    return draft.question["answers"] if whole else {**draft.question["answers"], "guided": False}


async def _filling(session: Session, request: Request, draft: DraftRow, text: str) -> str | None:
    """Return the line with the text added when it reads as the asked part and leaves nothing over."""
    before = await _read(session, request, draft, draft.text)
    line = added(draft.text, text)
    after = await _read(session, request, draft, line)
    given = _is_given(draft.question["part"], before, after)
    return line if given and after.status != "refuse" and after.note == before.note else None


def _is_given(part: str, before: Reading, after: Reading) -> bool:
    """Whether a line with the answer says the asked part: when it was, only as the days of a cost."""
    if part == "when":
        days = (after.from_day, after.to_day)
        return (after.ask == part and after.why != "missing") or days != (before.from_day, before.to_day)
    return getattr(after, FIELDS.get(part, part)) is not None or (after.ask == part and after.why in _OPEN_ENDED)


async def _read(session: Session, request: Request, draft: DraftRow, text: str) -> Reading:
    line = Line(draft.line, draft.verb, text)
    return await read_settled(session, request, line, _source(draft), draft.question["answers"])


def _offered(choices: Sequence[Mapping[str, Any]], text: str) -> Mapping[str, Any] | None:
    """Return the button of the one customer whom the text names."""
    customers = [choice for choice in choices if choice.get("customer")]
    row = meant(text, tuple(KnownCustomer(**choice["customer"]) for choice in customers))
    return next((choice for choice in customers if row is not None and choice["customer"]["id"] == row.id), None)


def _source(draft: DraftRow) -> Source:
    return Source(draft.inbox_id, draft.chat_id, draft.message_id, draft.sent_at)


async def edited(request: Request) -> Reply | None:
    """Follow the edit of a typed answer: the question's line is read anew; None when the message answered nothing."""
    message, team_id = request.message, team_of(request).id
    async with request.database.read() as session:
        drafts = await kept_drafts.latest(session, team_id, request.member.id, message.chat_id)
    found = _typed_by(drafts, message.message_id)
    if found is None:
        return None
    async with request.begin() as session:
        told = await _changed(session, request, *found)
        return await request.settle(session, Reply() if told is None else Reply(told.text, told.buttons))


def _typed_by(drafts: Sequence[DraftRow], message_id: int) -> tuple[DraftRow, Mapping[str, Any]] | None:
    for draft in drafts:
        for entry in draft.question.get("messages", ()):
            if entry["message"] == message_id:
                return draft, entry
    return None


async def _changed(session: Session, request: Request, draft: DraftRow, entry: Mapping[str, Any]) -> Told | None:
    """Put the edited answer in the place of the former one, and record or correct by what the line now says."""
    answer = request.message.text.strip()
    if draft.text.count(entry["text"]) != 1 or not answer or "\n" in answer:
        return Told(request.say("I cannot place this change. Use Edit under the record, or send the line again."))
    line = Line(draft.line, draft.verb, draft.text.replace(entry["text"], answer))
    typed_now = [{**one, "text": answer} if one is entry else one for one in draft.question["messages"]]
    question = {**draft.question, "messages": typed_now}
    if draft.settled_at is None:
        open_now = replace(draft, text=line.text, question=question)
        return await again(session, request, open_now, question["answers"], question["before"])
    record_id = question.get("corrects") or await _made(session, request, draft)
    if record_id is None:
        return None
    written = replace(request, message=replace(request.message, sent_at=draft.sent_at))
    told = await correct_line(session, written, line, _source(draft), record_id, question["answers"])
    if told.record_id is not None:
        await kept_drafts.ask_again(session, team_of(request).id, draft.id, question, line.text)
    return told


async def _made(session: Session, request: Request, draft: DraftRow) -> int | None:
    """Return the record that the draft's line made."""
    try:
        return (await of_line(session, team_of(request).id, draft.inbox_id, draft.line)).id
    except NotFound:
        return None
