"""Reads of how long journeys have taken so far: only their lengths and ends, many thousands at once.

Ended ones are read packed (`store.facts.packed`), open ones as one packed value, not as a row each: a year of a large
team is then read in a twentieth of a second.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, ColumnElement, Select, case, not_, or_, select, type_coerce

from store import Session
from store.derived.ended import CODES as ENDED
from store.derived.ended import START_DATE_ONLY
from store.facts.attempts import Attempt, of_filters, open_at_end, started_in
from store.facts.bundles import bundle, unbundled
from store.facts.cut import Cut
from store.facts.packed import ended
from store.facts.since import is_touched
from store.tables import customers, journeys
from store.types import to_micros

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]

OPEN, WON, LOST, LAPSED = 0, ENDED["won"], ENDED["lost"], ENDED["lapsed"]
CODES: dict[str | None, int] = {None: OPEN} | ENDED
_DAY = 86_400_000_000
_T = journeys.c
_START, _LAST = (type_coerce(column, BigInteger) for column in (_T.start_at, _T.last_contact_at))


async def watched(session: Session, cut: Cut, gap_days: int, since: datetime) -> "tuple[Floats, Whole]":
    """Return the days so far, and how each ended (`CODES`), of the journeys started from ``since`` to the cut's end.

    They are followed to now: open ones have lasted until now, lapsed ones until their last contact.
    """
    import numpy as np

    if await is_touched(session, cut):
        return _of(await started_in(session, cut, gap_days, since), cut)
    first, today = since.astimezone(cut.zone).date(), cut.now.astimezone(cut.zone).date()
    over = await ended(session, cut, first, today)
    over = over.kept((over.rows["start"] >= to_micros(since)) & (over.rows["start"] < to_micros(cut.end)))
    still = await _open(session, cut, _T.start_at >= since, _T.start_at < cut.end)
    gone = still.dealless & (still.last < to_micros(cut.now - timedelta(days=gap_days)))
    length = np.where(gone, still.last - still.start, to_micros(cut.now) - still.start)
    whole = np.where(gone, still.last_day, today.toordinal()) - still.start_day
    vague = still.start_vague | (gone & (still.last_vague | (still.last < still.start)))
    length = np.where(vague, whole * _DAY, length)
    days = np.concatenate([over.column("span"), length]) / _DAY
    return days, np.concatenate([over.column("outcome"), np.where(gone, LAPSED, OPEN)]).astype(np.int64)


def _of(found: Sequence[Attempt], cut: Cut) -> "tuple[Floats, Whole]":
    import numpy as np

    today = cut.now.astimezone(cut.zone).date()
    days = [one.age(cut.now, today) if one.days is None else one.days for one in found]
    return np.array(days), np.array([CODES[one.outcome] for one in found], dtype=np.int64)


async def ages_open(session: Session, cut: Cut, gap_days: int) -> "Floats":
    """Return the ages in days, at the end of the cut, of the journeys open then."""
    import numpy as np

    on = cut.end.astimezone(cut.zone).date()
    if await is_touched(session, cut):
        return np.array([one.age(cut.end, on) for one in await open_at_end(session, cut, gap_days)])
    end = to_micros(cut.end)
    still = await _open(session, cut, _T.start_at < cut.end, _stands(cut, gap_days))
    later = await ended(session, cut, on, cut.now.astimezone(cut.zone).date())
    later = later.kept((later.rows["start"] < end) & (later.rows["end"] >= end))
    vague = np.concatenate([still.start_vague, later.flagged(START_DATE_ONLY)])
    starts = np.concatenate([still.start, later.column("start")])
    days = np.concatenate([still.start_day, later.column("start_day")])
    ages: Floats = np.where(vague, on.toordinal() - days, (end - starts) / _DAY)
    return ages


def _stands(cut: Cut, gap_days: int) -> ColumnElement[bool]:
    """Keep journeys without an end that had not lapsed by the end of the cut."""
    lapses = cut.now - timedelta(days=gap_days)
    return or_(_T.deal_id.is_not(None), _T.last_contact_at >= lapses, _T.last_contact_at >= cut.end)


@dataclass(frozen=True, slots=True)
class _Open:
    """Journeys without an end, as columns: instants in microseconds, days as ordinals, vague ones known by date."""

    start: "Whole"
    last: "Whole"
    start_day: "Whole"
    last_day: "Whole"
    start_vague: "Bools"
    last_vague: "Bools"
    dealless: "Bools"


async def _open(session: Session, cut: Cut, *conditions: ColumnElement[bool]) -> _Open:
    """Return the journeys that have no end: the exact ones brought over packed, those known by date a row each."""
    import numpy as np

    vague = or_(_T.start_date_only, _T.last_contact_date_only, _LAST < _START)
    kept = (_T.outcome.is_(None), *conditions)
    packed = select(bundle(session, _START), bundle(session, _LAST * 2 + case((_T.deal_id.is_(None), 1), else_=0)))
    row = (await session.execute(_wanted(packed, cut, *kept, not_(vague)))).one()
    start, last = (unbundled(one) for one in row)
    columns = (_START, _LAST, _T.start_day, _T.last_contact_day, _T.start_date_only, _T.last_contact_date_only)
    rows = (await session.execute(_wanted(select(*columns, _T.deal_id.is_(None)), cut, *kept, vague))).all()
    listed = [(at, until, day.toordinal(), to.toordinal(), *flags) for at, until, day, to, *flags in rows]
    dated = np.array(listed, dtype=np.int64).reshape(-1, 7)
    exact = np.zeros_like(start)
    whole = (start, last >> 1, exact, exact, exact, exact, last & 1)
    found = [np.concatenate([one, dated[:, place]]) for place, one in enumerate(whole)]
    return _Open(*found[:4], *(one.astype(bool) for one in found[4:]))


def _wanted(query: Select[Any], cut: Cut, *conditions: ColumnElement[bool]) -> Select[Any]:
    query = query.select_from(journeys).where(_T.team_id == cut.team_id, *conditions, *of_filters(cut))
    if cut.filters.named & {"channel", "campaign"}:
        query = query.join(customers, customers.c.id == _T.customer_id)
    return query
