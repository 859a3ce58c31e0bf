"""What a line that was read writes: the columns of its kind's row, as a new record or as a correction."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from handlers.base import Request, clock_of, team_of
from handlers.customers import cards
from handlers.parsing import Birthday, KnownCustomer, Reading
from handlers.records import echo
from handlers.records.lines import Line, Source
from store import Session
from store.catalogue.products import product_named
from store.customers.editing import change_customer
from store.customers.lookup import add_customer
from store.records.care import log_optout, log_rating, log_ticket
from store.records.corrections import RecordView, correct
from store.records.entries import (
    ContactEntry,
    CostEntry,
    DealEntry,
    LeadEntry,
    Logged,
    OptoutEntry,
    Origin,
    RatingEntry,
    SaleEntry,
    TicketEntry,
)
from store.records.writing import log_contact, log_cost, log_deal, log_lead, log_sale

KINDS = {kind: kind for kind in ("sale", "cost", "lead", "deal", "refund", "ticket", "rating", "optout")}
"""The kind of record of each verb; every other verb makes a contact."""

_CONTACTS = {"msg": "message", "mail": "email", "meet": "meeting"}
"""The contact kept for a verb that is written shorter than its kind; the other verbs are their own kind."""

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """A line that was read, its customer (None for a cost), and the message it stands in."""

    request: Request
    line: Line
    source: Source
    reading: Reading
    customer_id: int | None

    @property
    def kind(self) -> str:
        """The kind of record that it makes."""
        return KINDS.get(self.line.verb, "contact")

    @property
    def member_id(self) -> int:
        """The member who did it: the colleague named by ``@``, else the writer."""
        named = self.reading.colleague
        return named.id if named else self.request.member.id


async def write(session: Session, entry: Entry) -> tuple[Logged, Values]:
    """Record the line; returns what the store answered, and the values written."""
    values = await values_of(session, entry)
    make, log = _STORED[entry.kind]
    origin = origin_of(entry.request, entry.line, entry.source)
    return await log(session, clock_of(entry.request), make(**values), origin), values


def origin_of(request: Request, line: Line, source: Source) -> Origin:
    """Return where what a line records comes from."""
    return Origin(
        member_id=request.member.id,
        made_at=source.sent_at,
        inbox_id=source.inbox_id,
        line=line.index,
        chat_id=source.chat_id,
        message_id=source.message_id,
    )


async def rewrite(session: Session, entry: Entry, view: RecordView) -> RecordView:
    """Correct a record to what its line now says; what a line leaves unsaid and was set otherwise stays."""
    request = entry.request
    changes = await values_of(session, entry)
    if entry.kind == "deal" and entry.reading.stage is None:
        del changes["stage"]
    if entry.kind == "rating" and entry.reading.ticket_id is None:
        del changes["ticket_id"]
    return await correct(session, clock_of(request), view.id, changes, request.member.id, request.now, request.inbox_id)


async def customer_of(session: Session, request: Request, reading: Reading) -> int | None:
    """Return the id of the line's customer, made now when it is new; its maker owns it."""
    if reading.customer is not None:
        await _completed(session, request, reading.customer, reading)
        return reading.customer.id
    if not reading.new or reading.customer_name is None:
        return None
    return await add_customer(
        session,
        team_of(request).id,
        reading.customer_name,
        phone=reading.phone,
        owner_id=request.member.id,
        birthday=kept_birthday(reading.birthday),
        referred_by_id=reading.referrer.id if reading.referrer else None,
    )


async def _completed(session: Session, request: Request, customer: KnownCustomer, reading: Reading) -> None:
    """Keep the phone number that a customer lacked and the birthday, where a lead turned out to be known."""
    change: Values = {}
    if reading.phone and customer.phone is None:
        change["phone"] = reading.phone
    if reading.birthday:
        change["birthday"] = kept_birthday(reading.birthday)
    if reading.verb == "lead" and change:
        me, clock = request.member.id, clock_of(request)
        await change_customer(session, clock, customer.id, change, me, request.now, request.inbox_id)


async def values_of(session: Session, entry: Entry) -> Values:
    """Return the columns of the fact row that the line makes."""
    values = _VALUES[entry.kind](entry)
    if "product_id" in values and entry.reading.product:
        values["product_id"] = await product_named(session, team_of(entry.request).id, entry.reading.product)
    return values


def _contact(entry: Entry) -> Values:
    reading = entry.reading
    said = {True: "answered", False: "no_answer", None: None}[reading.answered]
    return {
        **_who_and_when(entry),
        "kind": _CONTACTS.get(entry.line.verb, entry.line.verb),
        "direction": reading.direction or "out",
        "outcome": reading.outcome or said,
        "duration_s": reading.duration_s,
    }


def _sale(entry: Entry) -> Values:
    reading = entry.reading
    return {
        **_who_and_when(entry),
        **_money(entry),
        **_tags(entry),
        "product_id": None,
        "quantity": reading.quantity or 1,
        "tag": reading.tag,
    }


def _lead(entry: Entry) -> Values:
    reading, values = entry.reading, _who_and_when(entry) | _tags(entry)
    if reading.referred_by and reading.referrer is None:  # nobody of that name is known: the words are kept
        values["note"] = " · ".join(filter(None, (f"ref: {reading.referred_by}", reading.note)))
    return values


def _rating(entry: Entry) -> Values:
    return {**_who_and_when(entry), "score": entry.reading.score, "ticket_id": entry.reading.ticket_id}


def _cost(entry: Entry) -> Values:
    reading, zone = entry.reading, team_of(entry.request).zone
    first = reading.from_day or (reading.at or entry.source.sent_at).astimezone(zone).date()
    return {
        "member_id": entry.member_id,
        "kind": reading.cost_kind or "other",
        "from_day": first,
        "to_day": reading.to_day or first,
        "note": reading.note,
        **_money(entry),
        **_tags(entry),
    }


def _refund(entry: Entry) -> Values:
    """What a correction of single parts may change: whose money it was is its sale's."""
    when = _who_and_when(entry)
    return {name: when[name] for name in ("at", "date_only", "note")} | _money(entry)


def _deal(entry: Entry) -> Values:
    reading, team = entry.reading, team_of(entry.request)
    stages: Any = team.settings["stages"]
    written = _who_and_when(entry)
    return {
        "customer_id": written["customer_id"],
        "member_id": written["member_id"],
        "opened_at": written["at"],
        "opened_date_only": written["date_only"],
        "note": written["note"],
        **_money(entry),
        "product_id": None,
        "stage": reading.stage or (stages[0] if stages else None),
        "expected_day": reading.expected_day,
    }


def _who_and_when(entry: Entry) -> Values:
    reading = entry.reading
    return {
        "customer_id": entry.customer_id,
        "member_id": entry.member_id,
        "at": reading.at or entry.source.sent_at,
        "date_only": reading.date_only,
        "note": reading.note,
    }


def _money(entry: Entry) -> Values:
    reading = entry.reading
    return {
        "amount_minor": reading.amount_minor,
        "currency": reading.currency or team_of(entry.request).currency,
    }


def _tags(entry: Entry) -> Values:
    return {"channel": entry.reading.channel, "campaign": entry.reading.campaign}


def fact_of(entry: Entry, values: Mapping[str, Any]) -> echo.Fact:
    """Return what was written as it is said back."""
    reading = entry.reading
    customer = reading.customer.name if reading.customer else reading.customer_name or ""
    colleague = reading.colleague.name if reading.colleague else None
    if entry.kind == "lead":
        born = kept_birthday(reading.birthday)
        values = {**values, "phone": reading.phone, "birthday": cards.birthday(born) if born else None,
                  "referrer": reading.referrer.name if reading.referrer else None}  # fmt: skip
    return echo.Fact(entry.kind, customer, values, reading.product, colleague)


def kept_birthday(day: Birthday | None) -> str | None:
    """Return a birthday as it is kept: ``1990-11-20``, ``--11-20``."""
    if day is None:
        return None
    return f"{day.year:04}-{day.month:02}-{day.day:02}" if day.year else f"--{day.month:02}-{day.day:02}"


_VALUES: Mapping[str, Callable[[Entry], Values]] = {
    "contact": _contact,
    "sale": _sale,
    "lead": _lead,
    "cost": _cost,
    "deal": _deal,
    "refund": _refund,
    "ticket": _who_and_when,
    "rating": _rating,
    "optout": _who_and_when,
}
_STORED: Mapping[str, tuple[Callable[..., Any], Callable[..., Awaitable[Logged]]]] = {
    "contact": (ContactEntry, log_contact),
    "sale": (SaleEntry, log_sale),
    "lead": (LeadEntry, log_lead),
    "cost": (CostEntry, log_cost),
    "deal": (DealEntry, log_deal),
    "ticket": (TicketEntry, log_ticket),
    "rating": (RatingEntry, log_rating),
    "optout": (OptoutEntry, log_optout),
}
