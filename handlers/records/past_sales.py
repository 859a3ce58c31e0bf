"""Sales that a refund may be of: offered as buttons where none was named."""

from handlers.base import Request, Role, team_of
from handlers.parsing import Reading
from handlers.records import echo
from handlers.records.receipts import frame, replied_records
from metrics.wording import Money, Say
from store import Session
from store.records.corrections import record
from store.records.refunding import PastSale, past_sales

OFFERED = 5


async def offered(session: Session, request: Request, reading: Reading) -> tuple[PastSale, ...]:
    """Return the newest sales with something left to give back: the customer's who was named or replied about.

    Nobody named: a rep's own, for managers the team's. A rep is offered only what they sold.
    """
    team_id, member = team_of(request).id, request.member
    own = member.id if member.role is Role.REP else None
    people = await _customers(session, request, reading)
    found = await past_sales(session, team_id, limit=OFFERED, member_id=own, customer_ids=people)
    return tuple(found or (await past_sales(session, team_id, limit=OFFERED, member_id=own) if people else ()))


async def _customers(session: Session, request: Request, reading: Reading) -> list[int]:
    """Return the ids of those whom the line names, else of those whom the message replied to is about."""
    if reading.customer is not None:
        return [reading.customer.id]
    if reading.candidates:
        return [one.id for one in reading.candidates]
    team_id = team_of(request).id
    views = [await record(session, team_id, found) for found in await replied_records(session, request)]
    return [view.customer_id for view in views if view.customer_id is not None]


def label(say: Say, request: Request, sale: PastSale) -> str:
    """Name a sale as its button does: ``#128 · Lan · 12,000,000 · yesterday``."""
    zone = team_of(request).zone
    day = echo.day_name(say, sale.at.astimezone(zone).date(), frame(request).now.astimezone(zone).date())
    return " · ".join([f"#{sale.number}", sale.customer_name, say.value(Money(sale.left_minor, sale.currency)), day])
