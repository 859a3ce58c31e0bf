"""Money given back: which sale, how much of it, and what is left; recorded or, after an edit, corrected."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from handlers.base import Request, UserError, clock_of, team_of
from handlers.dialogues.asking import Put, Told, ask
from handlers.parsing import Reading
from handlers.parsing.doubting import number as ask_number
from handlers.records import echo
from handlers.records.entries import origin_of
from handlers.records.receipts import frame, no_record, permit, receipt, record_buttons, replied_records
from metrics.wording import Html, Money, phrase
from store import NotFound, Session
from store.records.corrections import RecordView, by_number, correct, record
from store.records.entries import RefundEntry
from store.records.refunding import sale_left
from store.records.writing import log_refund


@dataclass(frozen=True, slots=True)
class Given:
    """A refund as it is to be kept: its sale, its columns, and what is left of the sale after it."""

    sale: RecordView
    values: Mapping[str, Any]
    left_minor: int


async def give_back(session: Session, request: Request, put: Put) -> Told:
    """Record a refund of the sale that the line or the message replied to names; ask which when neither does."""
    sale = await _sale(session, request, put.reading)
    if sale is None:
        return await ask(session, request, replace(put, reading=_without_sale(request, put.reading)))
    given = await _given(session, request, put, sale)
    entry = RefundEntry(member_id=request.member.id, **given.values)
    logged = await log_refund(session, clock_of(request), entry, origin_of(request, put.line, put.source))
    text = receipt(request.say, logged.number, _said(request, given), None, group=not request.message.private)
    return Told(text, (record_buttons(request.say, logged.id),), logged.id, logged.number)


async def given_anew(session: Session, request: Request, put: Put, view: RecordView) -> Told:
    """Correct a refund to what its line says after an edit; a line that names no sale is of the same one."""
    sale = await _sale(session, request, put.reading)
    if sale is None:
        sale = await record(session, team_of(request).id, view.values["sale_id"])
    given = await _given(session, request, put, sale, view)
    same = all(view.values.get(name) == value for name, value in given.values.items())
    await correct(session, clock_of(request), view.id, given.values, request.member.id, request.now, request.inbox_id)
    said, number = Html(_said(request, given)), str(view.number)
    text = request.say(
        "#{number} stays as it is: {record}" if same else "Corrected #{number}: {record}", number=number, record=said
    )
    return Told(text, (record_buttons(request.say, view.id),), view.id, view.number)


def _without_sale(request: Request, reading: Reading) -> Reading:
    return replace(
        reading, status="ask", doubts=(ask_number(reading.amount_minor, reading.currency or team_of(request).currency),)
    )


async def _sale(session: Session, request: Request, reading: Reading) -> RecordView | None:
    """Return the sale that is meant: by its number, else the one that the message replied to recorded."""
    team_id = team_of(request).id
    if reading.number is not None:
        try:
            return _as_sale(await by_number(session, team_id, reading.number))
        except NotFound:
            raise no_record(reading.number) from None
    views = [await record(session, team_id, found) for found in await replied_records(session, request)]
    sold = [view for view in views if view.kind == "sale"]
    return _as_sale(sold[0]) if len(sold) == 1 else None


def _as_sale(view: RecordView) -> RecordView:
    number = str(view.number)
    if view.kind != "sale":
        raise UserError(phrase("#{number} is not a sale. Send the sale's number: /refund 128", number=number))
    if view.removed_at is not None:
        raise UserError(phrase("Sale #{number} was undone, so nothing of it can be refunded.", number=number))
    if not view.values["counted"]:
        raise UserError(phrase("Sale #{number} is of an internal customer: no figure counts it.", number=number))
    return view


async def _given(
    session: Session, request: Request, put: Put, sale: RecordView, before: RecordView | None = None
) -> Given:
    """Return what is given back: the amount of the line, or all that is left; more than that is refused."""
    await permit(session, request, sale)
    reading, currency = put.reading, sale.values["currency"]
    left = (await sale_left(session, team_of(request).id, sale.id)).left_minor
    if before is not None and before.values["sale_id"] == sale.id:
        left += before.values["amount_minor"]
    amount = reading.amount_minor or left
    if amount > left or not left or (reading.amount_minor and reading.currency != currency):
        raise UserError(_too_much(sale, left))
    at = reading.at or put.source.sent_at
    zone = team_of(request).zone
    if at.astimezone(zone).date() < sale.values["day"]:
        said = phrase(
            "Sale #{number} is of {day}; a refund comes after it. For example: /refund {number} today",
            number=str(sale.number), day=sale.values["day"],
        )  # fmt: skip
        raise UserError(said)
    values = {
        "customer_id": sale.customer_id, "sale_id": sale.id, "at": at, "date_only": reading.date_only,
        "amount_minor": amount, "currency": currency, "note": reading.note,
    }  # fmt: skip
    return Given(sale, values, left - amount)


def _too_much(sale: RecordView, left: int) -> Any:
    number, currency = str(sale.number), sale.values["currency"]
    if not left:
        return phrase("Sale #{number} is refunded in full already. To take a refund back: /undo", number=number)
    return phrase(
        "Of sale #{number} {left} is left to refund. For all of it: /refund {number}",
        number=number,
        left=Money(left, currency),
    )


def _said(request: Request, given: Given) -> str:
    """Say a refund, of which sale it is, and what is left of that."""
    fact = echo.Fact("refund", given.sale.customer_name or "", given.values)
    number = str(given.sale.number)
    whole = given.values["amount_minor"] == given.sale.values["amount_minor"]
    if given.left_minor:
        left = Money(given.left_minor, given.values["currency"])
        rest = request.say("of sale #{number}, {left} of it left", number=number, left=left)
    else:
        rest = request.say("all of sale #{number}" if whole else "the rest of sale #{number}", number=number)
    return request.say.join([echo.line(request.say, fact, frame(request)), rest], ", ")
