"""How rows of tickets, ratings and opt-outs become entries."""

from handlers.imports.fields import Cells, Kind, Names, Style, customer_in, text_in, when_of
from handlers.imports.words import Refused
from metrics.wording import phrase
from store.records.entries import OptoutEntry, RatingEntry, TicketEntry

SCORES = {f"{score}{end}": score for score in range(1, 6) for end in ("", ".0", ",0", "/5")}


def read_ticket(cells: Cells, style: Style, names: Names) -> TicketEntry:
    """Return a ticket, with when it was answered and resolved where the row says so."""
    opened = when_of(cells, "opened_at", style)
    later = {name: when_of(cells, name, style).at for name in ("answered_at", "resolved_at") if cells.get(name)}
    return TicketEntry(
        customer_id=customer_in(cells, names),
        member_id=None,
        at=opened.at,
        date_only=opened.date_only,
        note=text_in(cells, "text"),
        **later,
    )


def read_rating(cells: Cells, style: Style, names: Names) -> RatingEntry:
    """Return a rating, of the ticket whose import reference or number is in ``ticket``."""
    when = when_of(cells, "at", style)
    score = SCORES.get(cells.get("score", ""))
    if score is None:
        said = phrase("{field} is not a whole number from 1 to 5: {text}", field="score", text=cells.get("score", ""))
        raise Refused(said)
    return RatingEntry(
        customer_id=customer_in(cells, names),
        member_id=None,
        at=when.at,
        date_only=when.date_only,
        score=score,
        ticket_id=names.ticket(cells.get("ticket", "")),
    )


def read_optout(cells: Cells, style: Style, names: Names) -> OptoutEntry:
    """Return a customer's wish not to be contacted."""
    when = when_of(cells, "at", style)
    return OptoutEntry(customer_id=customer_in(cells, names), member_id=None, at=when.at, date_only=when.date_only)


KINDS = {
    "tickets": Kind(
        ("ref", "customer", "opened_at", "answered_at", "resolved_at", "text"), ("customer", "opened_at"), read_ticket
    ),
    "ratings": Kind(("ref", "customer", "at", "score", "ticket"), ("customer", "at", "score"), read_rating),
    "optouts": Kind(("customer", "at"), ("customer", "at"), read_optout),
}
"""Each kind of import about customer care."""
