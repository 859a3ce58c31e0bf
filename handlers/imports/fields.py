"""What each kind of import may hold, and how a row of text becomes an entry.

A row that cannot be read raises `Refused` with the reason that ``FILE.rejected.csv`` shows.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from handlers.imports.formats import When, amount_minor, birthday, instant
from handlers.imports.words import DIRECTIONS, MOST_MINOR, OUTCOME_OF, OUTCOMES, WRITTEN, Refused
from handlers.parsing.rates import code_of
from metrics.wording import minor_digits, phrase
from store.facts.contacts import CONTACT_KINDS
from store.names import clean, fold
from store.records.entries import (
    ContactEntry,
    CostEntry,
    DealEntry,
    LeadEntry,
    OptoutEntry,
    RatingEntry,
    RefundEntry,
    SaleEntry,
    TicketEntry,
)


@dataclass(frozen=True, slots=True)
class Style:
    """How the file writes things, and what the team says of the rest."""

    zone: ZoneInfo
    currency: str
    minor_digits: int
    decimal: str
    dates: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Names:
    """Ids of what a row names, found or made beforehand."""

    customer: Callable[[str], int]
    member: Callable[[str], int | None]
    product: Callable[[str], int | None]
    sale: Callable[[str], int | None]
    ticket: Callable[[str], int | None]


WHOLE = re.compile(r"\d{1,12}(?:\.0+)?")
MOST_WHOLE = 2_000_000_000
Cells = Mapping[str, str]
Entry = (
    ContactEntry | LeadEntry | SaleEntry | CostEntry | RefundEntry | DealEntry | TicketEntry | RatingEntry | OptoutEntry
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of import: its fields, those it cannot do without, and how a row becomes an entry."""

    fields: tuple[str, ...]
    needed: tuple[str, ...]
    read: Callable[[Cells, Style, Names], Any]


def when_of(cells: Cells, field: str, style: Style) -> When:
    """Return the instant in a cell; raises ValueError for none, an unreadable one, or the future."""
    text = cells.get(field, "")
    if not text:
        raise Refused(phrase("{field} is empty", field=field))
    try:
        when = instant(text, style.dates, style.zone)
    except ValueError:
        raise Refused(phrase("{field} is not a date: {text}", field=field, text=text)) from None
    if when.at > style.now:
        raise Refused(phrase("{field} is in the future: {text}", field=field, text=text))
    return when


def _currency(cells: Cells, style: Style) -> str:
    """Return the row's own currency where it names one, else the team's."""
    text = cells.get("currency", "").strip()
    if not text:
        return style.currency
    code = code_of(text.casefold())
    if code is None:
        raise Refused(phrase("{field} is no currency's code, such as USD: {text}", field="currency", text=text))
    return code


def _amount(cells: Cells, style: Style) -> int:
    if not cells.get("amount"):
        raise Refused(phrase("{field} is empty", field="amount"))
    currency = _currency(cells, style)
    digits = style.minor_digits if currency == style.currency else minor_digits(currency)
    minor = amount_minor(cells["amount"], style.decimal, digits)
    if minor <= 0:
        raise Refused(phrase("the amount must be more than 0: {text}", text=cells["amount"]))
    if minor > MOST_MINOR:
        raise Refused(phrase("the amount is too large: {text}", text=cells["amount"]))
    return minor


def _whole(cells: Cells, field: str, default: int | None) -> int | None:
    text = cells.get(field, "")
    if not text:
        return default
    if not WHOLE.fullmatch(text) or int(float(text)) > MOST_WHOLE:
        raise Refused(phrase("{field} is not a whole number: {text}", field=field, text=text))
    return int(float(text))


def _none_of(field: str, known: Iterable[str], text: str) -> Refused:
    return Refused(phrase("{field} is none of {known}: {text}", field=field, known=", ".join(known), text=text))


def text_in(cells: Cells, field: str) -> str | None:
    """Return a cell's words, tidied; None for none."""
    return clean(cells.get(field, "")) or None


def _tag(cells: Cells, field: str) -> str | None:
    return fold(cells.get(field, "")) or None


def customer_in(cells: Cells, names: Names) -> int:
    """Return the id of the row's customer, or the place of one to be made; raises ValueError for none."""
    if not cells.get("customer"):
        raise Refused(phrase("{field} is empty", field="customer"))
    return names.customer(cells["customer"])


def read_sale(cells: Cells, style: Style, names: Names) -> SaleEntry:
    """Return a sale."""
    when = when_of(cells, "at", style)
    amount = _amount(cells, style)
    return SaleEntry(
        customer_id=customer_in(cells, names),
        member_id=names.member(cells.get("rep", "")),
        at=when.at,
        date_only=when.date_only,
        amount_minor=amount,
        currency=_currency(cells, style),
        product_id=names.product(cells.get("product", "")),
        quantity=_whole(cells, "quantity", 1) or 1,
        channel=_tag(cells, "channel"),
        campaign=_tag(cells, "campaign"),
        note=text_in(cells, "note"),
    )


def read_contact(cells: Cells, style: Style, names: Names) -> ContactEntry:
    """Return a call, or the contact that the field ``kind`` names."""
    kind = fold(cells.get("kind", "")) or "call"
    if kind not in CONTACT_KINDS:
        raise _none_of("kind", CONTACT_KINDS, cells["kind"])
    direction = DIRECTIONS.get(fold(cells.get("direction", "")))
    if direction is None:
        raise Refused(phrase("{field} is neither in nor out: {text}", field="direction", text=cells["direction"]))
    outcome = fold(cells.get("outcome", ""))
    known = {**OUTCOME_OF, **WRITTEN} if kind in ("message", "email") else OUTCOME_OF
    if outcome and outcome not in known:
        raise _none_of("outcome", OUTCOMES, cells["outcome"])
    when = when_of(cells, "at", style)
    return ContactEntry(
        customer_id=customer_in(cells, names),
        member_id=names.member(cells.get("rep", "")),
        kind=kind,
        at=when.at,
        date_only=when.date_only,
        direction=direction,
        outcome=known.get(outcome),
        duration_s=_whole(cells, "duration_s", None),
        note=text_in(cells, "note"),
    )


def read_lead(cells: Cells, style: Style, names: Names) -> LeadEntry:
    """Return a lead; its ``name`` is the customer's."""
    when = when_of(cells, "at", style)
    if cells.get("birthday"):
        birthday(cells["birthday"], style.dates, style.now)
    return LeadEntry(
        customer_id=customer_in(cells, names),
        member_id=names.member(cells.get("rep", "")),
        at=when.at,
        date_only=when.date_only,
        channel=_tag(cells, "channel"),
        campaign=_tag(cells, "campaign"),
    )


def read_cost(cells: Cells, style: Style, names: Names) -> CostEntry:
    """Return a cost over its days."""
    first = _day(cells, "from", style)
    last = _day(cells, "to", style) if cells.get("to") else first
    if last < first:
        raise Refused(phrase("{field} is before {first}: {text}", field="to", first="from", text=cells["to"]))
    return CostEntry(
        member_id=names.member(cells.get("rep", "")),
        kind=fold(cells.get("kind", "")) or "other",
        from_day=first,
        to_day=last,
        amount_minor=_amount(cells, style),
        currency=_currency(cells, style),
        channel=_tag(cells, "channel"),
        campaign=_tag(cells, "campaign"),
    )


def _day(cells: Cells, field: str, style: Style) -> date:
    try:
        return instant(cells.get(field, ""), style.dates, style.zone).at.astimezone(style.zone).date()
    except ValueError:
        text = cells.get(field, "")
        raise Refused(phrase("{field} is not a date: {text}", field=field, text=text)) from None


def read_refund(cells: Cells, style: Style, names: Names) -> RefundEntry:
    """Return a refund, of the sale whose import reference or number is in ``sale``."""
    when = when_of(cells, "at", style)
    return RefundEntry(
        customer_id=customer_in(cells, names),
        member_id=None,
        sale_id=names.sale(cells.get("sale", "")),
        at=when.at,
        date_only=when.date_only,
        amount_minor=_amount(cells, style),
        currency=_currency(cells, style),
    )


def read_deal(cells: Cells, style: Style, names: Names) -> DealEntry:
    """Return the opening of a deal; how it closed is read by `handlers.imports.landing`."""
    when = when_of(cells, "opened_at", style)
    outcome = fold(cells.get("outcome", ""))
    if outcome not in ("", "won", "lost"):
        said = phrase("{field} is neither won, lost nor empty: {text}", field="outcome", text=cells["outcome"])
        raise Refused(said)
    if outcome and not cells.get("closed_at"):
        raise Refused(phrase("{field} is empty", field="closed_at"))
    return DealEntry(
        customer_id=customer_in(cells, names),
        member_id=names.member(cells.get("rep", "")),
        opened_at=when.at,
        opened_date_only=when.date_only,
        amount_minor=_amount(cells, style) if cells.get("amount") else None,
        currency=_currency(cells, style),
        product_id=names.product(cells.get("product", "")),
        stage=text_in(cells, "stage"),
    )


def _named(words: str) -> tuple[str, ...]:
    return tuple(words.split())


_CONTACT = "ref customer at direction outcome duration_s rep note"
KINDS: Mapping[str, Kind] = {
    "sales": Kind(
        _named("ref customer amount currency at product quantity rep channel campaign phone note"),
        ("customer", "amount", "at"),
        read_sale,
    ),
    "calls": Kind(_named(_CONTACT), ("customer", "at"), read_contact),
    "contacts": Kind(_named(f"{_CONTACT} kind"), ("customer", "at", "kind"), read_contact),
    "leads": Kind(_named("ref name phone at rep channel campaign referred_by birthday"), ("name", "at"), read_lead),
    "costs": Kind(_named("ref amount currency kind from to channel campaign"), ("amount", "kind", "from"), read_cost),
    "deals": Kind(
        _named("ref customer rep product stage amount currency opened_at closed_at outcome reason"),
        ("customer", "opened_at"),
        read_deal,
    ),
    "refunds": Kind(_named("ref customer amount currency at sale"), ("customer", "amount", "at"), read_refund),
}
"""Each kind of import that is written here."""
