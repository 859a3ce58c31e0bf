"""Puts a question about the doubtful part of a line: in words, a button for each choice, nothing recorded yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from handlers import echo, past_sales
from handlers.base import Button, Request
from handlers.choices import answer_of, confirmable
from handlers.lines import Line, Source
from handlers.parsing import Colleague, Doubt, KnownCustomer, Reading
from handlers.parsing.asks import unknown_customer
from handlers.receipts import frame, team_of
from handlers.understanding import look_alikes
from metrics.wording import Money, Say
from store import Session
from store import drafts as kept_drafts
from store.refunding import PastSale

OFFERED = 5
WORDS = 12
"""How many choices are offered at most: of customers, amounts and times; of the team's own words."""

LABEL = 60
"""Longest text of a button that a phone still shows whole."""
_TYPED = frozenset({"amount", "when", "customer"})
"""What may be answered by typing, in a private chat."""
_WORDS = frozenset({"stage", "reason", "cost_kind", "channel", "colleague"})


@dataclass(frozen=True, slots=True)
class Told:
    """What one line is answered with; ``record_id`` and ``number`` when it was recorded, ``asks`` when it waits."""

    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    record_id: int | None = None
    number: int | None = None
    asks: bool = False


@dataclass(frozen=True, slots=True)
class Put:
    """A line in doubt: what is settled so far, the draft it has, and the record that its answer corrects."""

    line: Line
    source: Source
    reading: Reading
    kept: Mapping[str, Any]
    draft_id: int | None = None
    corrects: int | None = None


async def ask(session: Session, request: Request, put: Put) -> Told:
    """Keep the line as a draft and ask for its doubtful part; without choices, say what to send instead."""
    doubt = put.reading.doubts[0]
    if doubt.part == "customer" and not doubt.choices and put.reading.customer_name:
        near = await look_alikes(session, request, put.reading.customer_name)
        doubt = unknown_customer(put.reading.customer_name, near) if doubt.why == "unknown" else doubt
    if doubt.part == "number" and not doubt.choices:
        doubt = replace(doubt, choices=await past_sales.offered(session, request, put.reading))
    choices = _choices(request, put.reading, doubt)
    said = request.say(doubt.message)
    answerable = request.message.private and doubt.part in _TYPED and doubt.why != "long"
    if not choices and not answerable:
        return Told(said, asks=True)
    question = {
        "part": doubt.part,
        "why": doubt.why,
        "typed": str(doubt.message.params.get("typed", "")),
        "answers": dict(put.kept),
        "choices": [given for _, given in choices],
        "name": put.reading.customer_name,
        "corrects": put.corrects,
    }
    draft_id = await _keep(session, request, put, question)
    rows = tuple((Button(label, f"v1|pick|{draft_id}:{n}"),) for n, (label, _) in enumerate(choices))
    cancel = (Button(request.say.plain("Cancel"), f"v1|drop|{draft_id}"),)
    return Told(said, (*rows, cancel), asks=True)


async def _keep(session: Session, request: Request, put: Put, question: Mapping[str, Any]) -> int:
    team_id, source = team_of(request).id, put.source
    if put.draft_id is not None:
        await kept_drafts.ask_again(session, team_id, put.draft_id, question, put.line.text)
        return put.draft_id
    return await kept_drafts.keep(
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


def _choices(request: Request, reading: Reading, doubt: Doubt) -> list[tuple[str, dict[str, Any]]]:
    """The labels of the buttons, and what each settles."""
    plain = request.say.plain
    most = WORDS if doubt.part in _WORDS else OFFERED
    made = [(label(request, reading, choice)[:LABEL], answer_of(doubt, choice)) for choice in doubt.choices[:most]]
    if confirmable(doubt):
        made = made if len(made) > 1 else []
        made.insert(0, (plain("Yes, record it"), {"confirmed": [doubt.why]}))
    name = reading.customer_name
    if doubt.part == "customer" and name:
        new = plain("New customer") if doubt.why == "duplicate" else plain("New customer: {name}", name=name)
        made.append((new[:LABEL], {"new_customer": True}))
    return made


def label(request: Request, reading: Reading, choice: object) -> str:
    """Name a choice as its button does."""
    plain = request.say.plain
    if isinstance(choice, KnownCustomer):
        return _person(plain, request, choice)
    if isinstance(choice, Colleague):
        return choice.name
    if isinstance(choice, PastSale):
        return past_sales.label(plain, request, choice)
    if isinstance(choice, datetime):
        local = choice.astimezone(team_of(request).zone)
        day = echo.day_name(plain, local.date(), frame(request).now.astimezone(local.tzinfo).date())
        return plain("{time} {day}", time=local.time().replace(second=0, microsecond=0), day=day)
    if isinstance(choice, int) and reading.ask == "amount":
        return plain.value(Money(choice, reading.currency or team_of(request).currency))
    return echo.term(plain, str(choice))


def _person(plain: Say, request: Request, customer: KnownCustomer) -> str:
    """A customer's name, with the phone's end and a colleague's name where they tell two apart."""
    words = [customer.name]
    if customer.phone:
        words.append(f"…{customer.phone[-4:]}")
    if customer.owner_name and customer.owner_id != request.member.id:
        words.append(plain("of {name}", name=customer.owner_name))
    return " · ".join(words)


def rows_of(buttons: Sequence[Button], width: int = 2) -> tuple[tuple[Button, ...], ...]:
    """Lay buttons out ``width`` to a row."""
    return tuple(tuple(buttons[start : start + width]) for start in range(0, len(buttons), width))
