"""A record as it is answered: who may change it, which one a reply means, how it is said back, with its buttons."""

import re
from collections.abc import Mapping
from typing import Any

from handlers.base import LEADERS, LOGGERS, Button, Request, UserError, team_of
from handlers.buttons import data
from handlers.records import echo
from metrics.wording import Html, Phrase, Say, ShortMoney, phrase, plural_phrase
from store import Session
from store.facts.contacts import CONTACT_KINDS
from store.records.audit import logged_by
from store.records.corrections import RecordView, of_message, own_records
from store.records.entries import DayTotal
from store.records.totals import today_of

_BOUND = re.compile(r"v1\|(?:undo|restore|edit)\|(\d{1,18})")


async def permit(session: Session, request: Request, view: RecordView) -> None:
    """Refuse whoever neither did it, nor entered it, nor is a manager or owner."""
    me = request.member
    if me.role in LEADERS or (me.role in LOGGERS and view.member_id == me.id):
        return
    if me.role in LOGGERS and await logged_by(session, team_of(request).id, view.id) == me.id:
        return
    raise UserError(phrase("That is a colleague's record: only they or a manager can change it."))


async def replied_records(session: Session, request: Request) -> list[int]:
    """Return the ids of the records that the message replied to confirms, or that it made itself."""
    message = request.message
    if message.replied_id is None:
        return []
    bound = sorted({int(found[1]) for data in message.replied_data if (found := _BOUND.match(data))})
    if bound:
        return await own_records(session, team_of(request).id, bound)
    made = await of_message(session, team_of(request).id, message.chat_id, message.replied_id)
    return [view.id for view in made]


def no_record(number: object) -> UserError:
    """Say that no record of the team has this number."""
    return UserError(
        phrase(
            "There is no record #{number}. Its number stands where it was confirmed, as in “Recorded #12”.",
            number=str(number),
        )
    )


def frame(request: Request) -> echo.Frame:
    """Return against what times are said to this reader."""
    return echo.Frame(team_of(request).zone, request.message.sent_at, request.now)


def said(request: Request, view: RecordView) -> str:
    """Say a kept record in one line."""
    fact = echo.Fact(view.kind, view.customer_name or "", view.values, view.product)
    return echo.line(request.say, fact, frame(request))


def record_buttons(say: Say, record_id: int) -> tuple[Button, ...]:
    """Return *Undo* and *Edit* of one record."""
    plain = say.plain
    return Button(plain("Undo"), data("undo", record_id)), Button(plain("Edit"), data("edit", record_id))


REPEATED = frozenset({"contact", "sale", "cost"})
"""Kinds of record that *Repeat* logs once more."""


def receipt_buttons(say: Say, record_id: int, kind: str) -> tuple[tuple[Button, ...], ...]:
    """Return the buttons under a fresh record: *Undo*, *Edit*, and *Repeat* where the same may happen again."""
    repeat = (Button(say.plain("Repeat"), data("again", record_id)),) if kind in REPEATED else ()
    return ((*record_buttons(say, record_id), *repeat),)


async def day_total(session: Session, request: Request, kind: str, values: Mapping[str, Any]) -> Phrase | None:
    """Return what the member has logged today of the kind of a record just made."""
    team = team_of(request)
    if kind not in ("contact", "sale"):
        return None
    today = request.now.astimezone(team.zone).date()
    named = str(values.get("kind", kind)) if kind == "contact" else kind
    return total(named, await today_of(session, team.id, request.member.id, today), team.currency)


def total(kind: str, day: DayTotal, currency: str) -> Phrase | None:
    """Return the day's total that goes with a record: calls after a call, sales and amount after a sale.

    A day without any has no total: the record is of another day.
    """
    if kind == "call":
        return plural_phrase("today {n} call", "today {n} calls", n=day.calls) if day.calls else None
    if kind == "sale" and day.sales:
        amount = ShortMoney(day.amount_minor, currency)
        return plural_phrase("today {n} sale, {amount}", "today {n} sales, {amount}", n=day.sales, amount=amount)
    if kind in CONTACT_KINDS and day.contacts:
        return plural_phrase("today {n} contact", "today {n} contacts", n=day.contacts)
    return None


def receipt(say: Say, number: int, record: str, *parts: Phrase | None, group: bool) -> str:
    """Say that a record was kept: ``Recorded #128: call to chị Lan, 5 min · today 7 calls · next 09:00 tomorrow``."""
    text = say(
        "#{number}: {record}" if group else "Recorded #{number}: {record}", number=str(number), record=Html(record)
    )
    return say.join([text, *filter(None, parts)], " · ")
