"""*Repeat*: the same call, contact, sale or cost once more, now; asks first when an equal one was just recorded."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import fields
from datetime import timedelta
from typing import Any

from handlers.base import LOGGERS, Button, Handler, Reply, Request, UserError, clock_of, team_of
from handlers.buttons import STALE, data
from handlers.records import echo
from handlers.records.receipts import day_total, receipt, receipt_buttons
from handlers.records.undoing import MANY, bound
from handlers.reminders.followups import ahead
from metrics.wording import phrase
from store import Session
from store.records.corrections import RecordView
from store.records.entries import ContactEntry, CostEntry, Logged, Origin, SaleEntry
from store.records.repeats import Alike, newest_like
from store.records.scale import recent_sales
from store.records.writing import log_contact, log_cost, log_sale

LATELY = timedelta(minutes=10)
"""How long an equal record makes one more doubtful."""

_PRESSED = re.compile(r"(\d{1,18})(?::y(\d{1,18}))?")
"""A record's id; and, under the question, the newest equal record when it was put."""

_LOGGED: Mapping[str, tuple[Any, Callable[..., Awaitable[Logged]]]] = {
    "contact": (ContactEntry, log_contact),
    "sale": (SaleEntry, log_sale),
    "cost": (CostEntry, log_cost),
}


async def _press_again(request: Request) -> Reply:
    """Log once more, or ask when an equal record has followed lately; a second press of *Yes* finds it done."""
    found = _PRESSED.fullmatch(request.argument)
    if found is None:
        raise UserError(STALE)
    async with request.begin() as session:
        view = await bound(session, request, int(found[1]))
        _check(request, view)
        newest = await newest_like(session, team_of(request).id, request.member.id, view)
        if found[2] is None:
            reply = await _asked(session, request, view, newest)
        else:
            reply = _done(request, view, newest) if newest and newest.id > int(found[2]) else None
        if reply is None:
            reply = await _recorded(session, request, view, edits=found[2] is not None)
        return await request.settle(session, reply)


async def _asked(session: Session, request: Request, view: RecordView, newest: Alike | None) -> Reply | None:
    """Ask before an equal sale of these minutes, or what this button has logged already; None when nothing is odd."""
    plain, last = request.say.plain, newest.id if newest else view.id
    yes = Button(plain("Yes, record it"), data("again", view.id, f"y{last}"))
    if newest is not None and newest.id > view.id and request.now - newest.made_at < LATELY:
        said = request.say("The same is recorded as #{number} already. Record it once more?", number=str(newest.number))
        undo = Button(plain("Undo #{number}", number=str(newest.number)), data("undo", f"{newest.id}{MANY}"))
        return Reply(said, ((yes,), (undo,)))
    amount = view.values.get("amount_minor")
    same = await recent_sales(session, team_of(request).id, request.now) if view.kind == "sale" else ()
    if (view.customer_id, amount) in same:
        said = request.say("The same customer and amount were recorded a few minutes ago. Record it once more?")
        return Reply(said, ((yes,),))
    return None


def _done(request: Request, view: RecordView, newest: Alike) -> Reply:
    """Say that the question was answered already, by a press before this one."""
    said = request.say("The same is recorded as #{number} already; nothing changed.", number=str(newest.number))
    return Reply(said, receipt_buttons(request.say, newest.id, view.kind), edits=True)


async def _recorded(session: Session, request: Request, view: RecordView, *, edits: bool) -> Reply:
    logged, values = await _again(session, request, view)
    fact = echo.Fact(view.kind, view.customer_name or "", values, view.product)
    text = receipt(
        request.say,
        logged.number,
        echo.line(request.say, fact, echo.Frame(team_of(request).zone, request.now, request.now)),
        await day_total(session, request, view.kind, values),
        await ahead(session, request, view.customer_id),
        group=not request.message.private,
    )
    return Reply(text, receipt_buttons(request.say, logged.id, view.kind), edits=edits)


BUTTONS: dict[str, Handler] = {"again": _press_again}


def _check(request: Request, view: RecordView) -> None:
    member = request.member
    if member.role not in LOGGERS or (view.kind == "cost" and member.role == "rep"):
        raise UserError(phrase("You may not log this; ask your manager."))
    if view.kind not in _LOGGED or view.removed_at is not None:
        raise UserError(phrase("#{number} cannot be repeated.", number=str(view.number)))


async def _again(session: Session, request: Request, view: RecordView) -> tuple[Logged, dict[str, Any]]:
    """Record the same once more, now, as the presser's own."""
    make, log = _LOGGED[view.kind]
    names = {field.name for field in fields(make)}
    values = {name: value for name, value in view.values.items() if name in names}
    values |= {"member_id": request.member.id}
    today = request.now.astimezone(team_of(request).zone).date()
    when = {"at": request.now, "date_only": False, "from_day": today, "to_day": today, "note": None}
    values |= {name: value for name, value in when.items() if name in names}
    if "deal_id" in values:
        values["deal_id"] = None
    origin = Origin(
        member_id=request.member.id,
        made_at=request.now,
        inbox_id=request.inbox_id,
        line=0,
        chat_id=request.message.chat_id,
    )
    return await log(session, clock_of(request), make(**values), origin), values
