"""Reads of how long journeys have taken so far: only their lengths and ends, many thousands at once.

The lengths come as one packed value, not as a row each: a year of a large team is then read in a tenth of a second.
"""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, and_, case, cast, func, not_, or_, select, type_coerce

from store import Session
from store.facts.attempts import Attempt, is_touched, of_filters, open_at_end, started_in
from store.facts.cut import Cut
from store.tables import customers, journeys
from store.types import to_micros

OPEN, WON, LOST, LAPSED = 0, 1, 2, 3
CODES = {None: OPEN, "won": WON, "lost": LOST, "lapsed": LAPSED}
_DAY = 86_400_000_000
_T = journeys.c
_START, _END, _LAST = (type_coerce(column, BigInteger) for column in (_T.start_at, _T.end_at, _T.last_contact_at))


async def watched(session: Session, cut: Cut, gap_days: int, since: datetime) -> tuple[list[float], list[int]]:
    """Return the days so far, and how each ended (`CODES`), of the journeys started from ``since`` to the cut's end.

    They are followed to now: open ones have lasted until now, lapsed ones until their last contact.
    """
    if await is_touched(session, cut):
        return _of(await started_in(session, cut, gap_days, since), cut)
    started = and_(_T.start_at >= since, _T.start_at < cut.end)
    lapsed = and_(_T.deal_id.is_(None), _T.last_contact_at < cut.now - timedelta(days=gap_days))
    vague = or_(_T.start_date_only, and_(lapsed, or_(_T.last_contact_date_only, _LAST < _START)))
    ended = case(
        (or_(_T.start_date_only, _T.end_date_only, _END < _START), cast(_T.days, BigInteger) * _DAY),
        else_=_END - _START,
    )
    code = case({name: number for name, number in CODES.items() if name}, value=_T.outcome)
    still = case((lapsed, (_LAST - _START) * 4 + LAPSED), else_=(to_micros(cut.now) - _START) * 4)
    is_over = _T.outcome.is_not(None)
    unknown = and_(_T.outcome.is_(None), vague)
    packed, left = await _packed(session, cut, case((is_over, ended * 4 + code), else_=still), unknown, started)
    days, ends = [value // 4 / _DAY for value in packed], [value % 4 for value in packed]
    today = cut.now.astimezone(cut.zone).date()
    for row in await _rows(session, cut, started, unknown) if left else ():
        gone = row.deal_id is None and row.last_contact_at < cut.now - timedelta(days=gap_days)
        days.append(float(((row.last_contact_day if gone else today) - row.start_day).days))
        ends.append(LAPSED if gone else OPEN)
    return days, ends


def _of(found: Sequence[Attempt], cut: Cut) -> tuple[list[float], list[int]]:
    today = cut.now.astimezone(cut.zone).date()
    days = [one.age(cut.now, today) if one.days is None else one.days for one in found]
    return days, [CODES[one.outcome] for one in found]


async def ages_open(session: Session, cut: Cut, gap_days: int) -> list[float]:
    """Return the ages in days, at the end of the cut, of the journeys open then."""
    on = cut.end.astimezone(cut.zone).date()
    if await is_touched(session, cut):
        return [one.age(cut.end, on) for one in await open_at_end(session, cut, gap_days)]
    lapses = cut.now - timedelta(days=gap_days)
    open_then = and_(
        _T.start_at < cut.end,
        or_(
            _T.end_at >= cut.end,
            and_(
                _T.outcome.is_(None),
                or_(_T.deal_id.is_not(None), _T.last_contact_at >= lapses, _T.last_contact_at >= cut.end),
            ),
        ),
    )
    packed, left = await _packed(session, cut, to_micros(cut.end) - _START, _T.start_date_only, open_then)
    rows = await _rows(session, cut, open_then, _T.start_date_only) if left else ()
    return [value / _DAY for value in packed] + [float((on - row.start_day).days) for row in rows]


async def _packed(
    session: Session, cut: Cut, value: Any, unknown: ColumnElement[bool], *conditions: ColumnElement[bool]
) -> tuple[list[int], int]:
    """Return a whole number of each journey, in no order, brought over as one value; and how many have none."""
    sqlite = session.dialect.name == "sqlite"
    pack: Any = func.json_group_array if sqlite else func.array_agg
    columns = (pack(value).filter(not_(unknown)), func.count(case((unknown, 1))))
    found, left = (await session.execute(_wanted(select(*columns), cut, *conditions))).one()
    numbers: list[int] = json.loads(found) if sqlite else found or []
    return numbers, left


async def _rows(session: Session, cut: Cut, *conditions: ColumnElement[bool]) -> Sequence[Any]:
    """Return the journeys whose ends are known by date only."""
    query = select(_T.deal_id, _T.start_day, _T.last_contact_at, _T.last_contact_day)
    rows: Sequence[Any] = (await session.execute(_wanted(query, cut, *conditions))).all()
    return rows


def _wanted(query: Select[Any], cut: Cut, *conditions: ColumnElement[bool]) -> Select[Any]:
    query = query.select_from(journeys).where(_T.team_id == cut.team_id, *conditions, *of_filters(cut))
    if cut.filters.named & {"channel", "campaign"}:
        query = query.join(customers, customers.c.id == _T.customer_id)
    return query
