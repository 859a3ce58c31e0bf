"""*Repeat*: the same call, contact, sale or cost once more, now; an equal sale of a moment ago is asked about first."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import fields
from typing import Any

from handlers import echo
from handlers.base import Button, Handler, Reply, Request, UserError
from handlers.receipts import LOGGERS, clock_of, day_total, pressed, receipt, receipt_buttons, team_of
from handlers.reminders import ahead
from handlers.suggestions import id_of
from handlers.undoing import bound
from metrics.wording import phrase
from store import Session
from store.corrections import RecordView
from store.entries import ContactEntry, CostEntry, Logged, Origin, SaleEntry
from store.records import log_contact, log_cost, log_sale
from store.scale import recent_sales

_SURE = ":y"
"""Ends the payload of the button that confirms an equal sale."""

_LOGGED: Mapping[str, tuple[Any, Callable[..., Awaitable[Logged]]]] = {
    "contact": (ContactEntry, log_contact),
    "sale": (SaleEntry, log_sale),
    "cost": (CostEntry, log_cost),
}


async def _press_again(request: Request) -> Reply:
    rest = pressed(request)
    async with request.database.read() as session:
        view = await bound(session, request, id_of(rest.removesuffix(_SURE)))
        same = await recent_sales(session, team_of(request).id, request.now)
    _check(request, view)
    amount = view.values.get("amount_minor")
    if view.kind == "sale" and _SURE not in rest and (view.customer_id, amount) in same:
        yes = Button(request.say.plain("Yes, record it"), f"v1|again|{view.id}{_SURE}")
        said = request.say("The same customer and amount were recorded a few minutes ago. Record it once more?")
        return Reply(said, ((yes,),))
    async with request.begin() as session:
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
        buttons = receipt_buttons(request.say, logged.id, view.kind)
        return await request.settle(session, Reply(text, buttons, edits=_SURE in rest))


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
