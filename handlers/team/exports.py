"""Everything a team keeps as one Excel workbook, a sheet for each kind; ``/export`` sends it to the owner."""

import asyncio
import tempfile
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from handlers.base import Document, Reply, Request, Team, UserError, team_of
from handlers.figures.rows import MAX_ROWS, SheetWriter
from metrics import METRICS
from metrics.wording import Money, Phrase, Say, phrase
from store import Session
from store.names import fold
from store.records.exporting import Sheet, rows_of, sheets

MOST_BYTES = 49_000_000  # Telegram takes files of up to 50 MB from a bot
_KINDS: Mapping[str, Phrase] = {
    "customer": phrase("Customers"),
    "contact": phrase("Contacts"),
    "lead": phrase("Leads"),
    "sale": phrase("Sales"),
    "refund": phrase("Refunds"),
    "cost": phrase("Costs"),
    "deal": phrase("Deals"),
    "ticket": phrase("Tickets"),
    "rating": phrase("Ratings"),
    "optout": phrase("Opt-outs"),
    "product": phrase("Products"),
    "member": phrase("Members"),
    "rate": phrase("Exchange rates"),
    "target": phrase("Targets"),
}
_COLUMNS: Mapping[str, Phrase] = {
    "number": phrase("No."),
    "customer": phrase("Customer"),
    "rep": phrase("Rep"),
    "at": phrase("When"),
    "amount_minor": phrase("Amount"),
    "currency": phrase("Currency"),
    "base_minor": phrase("In the team's currency"),
    "product": phrase("Product"),
    "quantity": phrase("Quantity"),
    "channel": phrase("Channel"),
    "campaign": phrase("Campaign"),
    "note": phrase("Note"),
    "kind": phrase("Kind"),
    "direction": phrase("Direction"),
    "outcome": phrase("Outcome"),
    "duration_s": phrase("Seconds"),
    "stage": phrase("Stage"),
    "name": phrase("Name"),
    "phone": phrase("Phone"),
    "owner": phrase("Owner"),
    "made_at": phrase("Logged at"),
    "date_only": phrase("Date only"),
    "sale": phrase("Sale no."),
    "deal": phrase("Deal no."),
    "from_day": phrase("From"),
    "to_day": phrase("To"),
    "category": phrase("Category"),
    "price_minor": phrase("Price"),
    "unit_cost_minor": phrase("Unit cost"),
    "birthday": phrase("Birthday"),
    "referred_by": phrase("Referred by"),
    "reason": phrase("Reason"),
    "score": phrase("Score"),
    "role": phrase("Role"),
    "rate": phrase("Rate"),
    "value": phrase("Target"),
    "metric": phrase("Figure"),
    "unit": phrase("Unit"),
}
"""What the columns are called; one without a name of its own keeps its key."""

_MONEY = ("amount_minor", "base_minor", "price_minor", "unit_cost_minor")
_UNITS = {metric.key: metric.unit for metric in METRICS}


async def write(session: Session, team: Team, say: Say, path: Path) -> int:
    """Write everything a team keeps to ``path``; returns how many rows that was."""
    count, book = 0, SheetWriter(path, say, team.zone)
    try:
        for sheet in sheets(team.id):
            count += await _write(session, team, say, book, sheet)
    finally:
        await asyncio.to_thread(book.close)  # packing it takes the longest
    return count


async def _write(session: Session, team: Team, say: Say, book: SheetWriter, sheet: Sheet) -> int:
    """Write one sheet, going on in another where one is full."""
    title = say.plain(_KINDS[sheet.kind]) if sheet.kind in _KINDS else sheet.kind
    heads = [_COLUMNS.get(name, name) for name in sheet.columns]
    book.start(title, heads)
    count = 0
    async for row in rows_of(session, sheet):
        if count and count % MAX_ROWS == 0:
            book.start(f"{title} {count // MAX_ROWS + 1}", heads)
        book.add([_cell(team, row, name) for name in sheet.columns])
        count += 1
    return count


def _cell(team: Team, row: Mapping[str, Any], name: str) -> object:
    """One value as the workbook takes it: money in major units, yes and no as 1 and 0."""
    value = row[name]
    if value is None:
        return None
    if name in _MONEY:
        own = row.get("currency") if name == "amount_minor" else None
        return Money(value, own or team.currency)
    if name == "value" and _UNITS.get(row.get("metric", "")) == "money":
        return Money(value, team.currency)
    if name == "rate":
        return Decimal(value)
    return int(value) if isinstance(value, bool) else value


async def export(request: Request) -> Reply:
    """Send the owner everything the team keeps, in private."""
    team = team_of(request)
    if not request.message.private:
        raise UserError(phrase("The file holds phones and names: ask for it in our private chat, with /export."))
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "export.xlsx"
        async with request.database.read() as session:
            count = await write(session, team, request.say, path)
        if path.stat().st_size > MOST_BYTES:
            raise UserError(phrase("That is too large for a chat. On the server: chot export --team … --out FILE.xlsx"))
        content = path.read_bytes()
    stem = "-".join(fold(team.name).split()) or "chot"
    name = f"{''.join(c for c in stem if c.isalnum() or c == '-')}-{request.now.astimezone(team.zone):%Y-%m-%d}.xlsx"
    text = request.say("Everything your team keeps: {n} rows. Undone records are left out.", n=count)
    return Reply(text, document=Document(name, content))
