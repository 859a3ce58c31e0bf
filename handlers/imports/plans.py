"""How rows of exchange rates become rates: what managers set beside the records, in bulk."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from handlers.imports.fields import Cells, Kind, Names, Style, when_of
from handlers.imports.formats import NUMBER
from handlers.parsing.rates import code_of
from store import Session
from store.entries import Clock, RateEntry
from store.rates import give_rates


@dataclass(slots=True)
class Landed:
    """How many rows were new and known, and the places of those refused, with the reason."""

    new: int = 0
    known: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)


def read_rate(cells: Cells, style: Style, names: Names) -> RateEntry:
    """Return a rate: what one of ``currency`` is worth in the team's from the day of ``at`` on."""
    code = code_of(cells.get("currency", "").strip().casefold())
    if code is None or code == style.currency:
        raise ValueError(f"currency is no other currency's code, such as USD: {cells.get('currency', '')}")
    day = when_of(cells, "at", style).at.astimezone(style.zone).date()
    text = NUMBER.sub("", cells.get("rate", ""))
    other = "," if style.decimal == "." else "."
    try:
        rate = Decimal(text.replace(other, "").replace(style.decimal, "."))
    except InvalidOperation:
        raise ValueError(f"rate is not a number: {cells.get('rate', '')}") from None
    if not 0 < rate < 10**12:
        raise ValueError(f"rate must be more than 0: {cells.get('rate', '')}")
    return RateEntry(code, day, rate)


KINDS = {
    "rates": Kind(("currency", "at", "rate"), ("currency", "at", "rate"), read_rate),
}
"""Each kind of import that is no record."""


async def land(session: Session, kind: str, style: Style, clock: Clock, rows: Sequence[Cells]) -> Landed:
    """Keep the rows of a batch; the same rate a second time is known."""
    done, entries = Landed(), []
    nobody = Names(lambda name: 0, *[lambda name: None] * 4)
    for place, cells in enumerate(rows):
        try:
            entries.append(read_rate(cells, style, nobody))
        except ValueError as error:
            done.refused.append((place, str(error)))
    done.new = await give_rates(session, clock, entries, None, style.now)
    done.known = len(entries) - done.new
    return done
