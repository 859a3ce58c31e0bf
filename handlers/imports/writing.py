"""Writing a batch of entries: in bulk where rows do not depend on each other, one by one where deals are involved."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from handlers.imports.fields import Cells, Entry, Style, when_of
from handlers.imports.words import Refused
from metrics.wording import phrase
from store import Session
from store.errors import TooLarge
from store.names import fold
from store.records.bulk import land, with_open_deals
from store.records.entries import Clock, DealEntry, Origin, RefundEntry, SaleEntry
from store.records.writing import log_deal, log_refund, log_sale, lose_deal, win_deal

Landing = tuple[Entry, Origin, Cells]


@dataclass(slots=True)
class Written:
    """How many rows landed, which sales several open deals claim, and the places of rows refused at the last.

    ``bulk`` are the ids of the records written in bulk, in order: all of them where no row hangs on another.
    """

    landed: int = 0
    bulk: list[int] = field(default_factory=list)
    alone: list[str] = field(default_factory=list)
    refused: list[tuple[int, Refused]] = field(default_factory=list)


async def write(session: Session, clock: Clock, style: Style, rows: Sequence[Landing]) -> Written:
    """Write the entries of one batch, all of one kind."""
    done = Written()
    claimed = await _claimed(session, clock, rows)
    bulk = []
    for place, (entry, origin, cells) in enumerate(rows):
        if isinstance(entry, SaleEntry) and entry.customer_id in claimed:
            await _write_sale(session, clock, entry, origin, cells, done)
        elif isinstance(entry, DealEntry):
            await _write_deal(session, clock, style, entry, origin, cells)
            done.landed += 1
        elif isinstance(entry, RefundEntry):
            await _write_refund(session, clock, entry, origin, place, done)
        else:
            bulk.append((entry, origin))
    done.bulk = [logged.id for logged in await land(session, clock, bulk)]
    done.landed += len(bulk)
    return done


async def _claimed(session: Session, clock: Clock, rows: Sequence[Landing]) -> set[int]:
    """Return the customers of sales in the batch who have an open deal."""
    buyers = [entry.customer_id for entry, _origin, _cells in rows if isinstance(entry, SaleEntry)]
    return await with_open_deals(session, clock.team_id, buyers)


async def _write_sale(
    session: Session, clock: Clock, entry: SaleEntry, origin: Origin, cells: Cells, done: Written
) -> None:
    logged = await log_sale(session, clock, entry, origin)
    done.landed += 1
    if logged.open_deals:
        done.alone.append(f"{cells['customer']} #{logged.number}")


async def _write_refund(
    session: Session, clock: Clock, entry: RefundEntry, origin: Origin, place: int, done: Written
) -> None:
    try:
        await log_refund(session, clock, entry, origin)
    except TooLarge:
        done.refused.append((place, Refused(phrase("more than what is left of the sale"))))
    else:
        done.landed += 1


async def _write_deal(
    session: Session, clock: Clock, style: Style, entry: DealEntry, origin: Origin, cells: Cells
) -> None:
    """Open a deal, and close it as the row says; a won one with an amount is also a sale at its closing."""
    logged = await log_deal(session, clock, entry, origin)
    outcome = fold(cells.get("outcome", ""))
    if not outcome:
        return
    closed = when_of(cells, "closed_at", style)
    later = Origin(origin.member_id, origin.made_at, import_id=origin.import_id)
    if outcome == "lost":
        await lose_deal(session, clock, logged.id, cells.get("reason") or None, closed.at, later)
        return
    sale = None
    if entry.amount_minor is not None:
        sale = SaleEntry(
            entry.customer_id,
            entry.member_id,
            closed.at,
            entry.amount_minor,
            entry.currency,
            date_only=closed.date_only,
            product_id=entry.product_id,
        )
    await win_deal(session, clock, logged.id, sale, closed.at, later)
