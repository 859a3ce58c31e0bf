"""Ended journeys, packed: all of a team's that ended on one local day in one row, so that a year is read as bytes.

They are derived rows like the totals of days (`store.derived.daily`): whoever changes a journey packs its day anew from
`journeys`, in the same transaction, and nothing else writes them. `store.facts.packed` reads them.
"""

import json
from collections.abc import Iterable
from datetime import date
from struct import Struct
from typing import Any

from sqlalchemy import BigInteger, bindparam, delete, insert, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection

from store.tables import customers, ended_days, journeys

CODES = {"won": 1, "lost": 2, "lapsed": 3}
FIELDS = (
    ("start", "<i8"), ("end", "<i8"), ("span", "<i8"), ("member", "<i8"),
    ("start_day", "<i4"), ("calls", "<i4"), ("source", "<u4"), ("outcome", "u1"), ("flags", "u1"), ("spare", "<u2"),
)  # fmt: skip
"""One journey: start, end and length in microseconds, the member's id (0: none), the local day of the start (its
ordinal), calls, the place of its customer's source in the row's list, how it ended (`CODES`), and flags."""

MAIN, SOLD, REFUNDED, START_DATE_ONLY = 1, 2, 4, 8
"""Flags: a first journey or a deal's, ended by a sale, whose sale was refunded, whose start is known by date only."""

CHUNK = 100
"""Days packed at a time."""

_DAY = 86_400_000_000
_ROW = Struct("<qqqqiiIBBH")
_T = journeys.c
_TEAM: Any = bindparam("team_id", type_=BigInteger)
_ENDED = (
    select(
        _T.end_day, customers.c.channel, customers.c.campaign, type_coerce(_T.start_at, BigInteger),
        type_coerce(_T.end_at, BigInteger), _T.days, _T.member_id, _T.start_day, _T.calls, _T.outcome,
        _T.first, _T.deal_id, _T.sale_id, _T.refunded_at.is_not(None), _T.start_date_only,
    )
    .join_from(journeys, customers, customers.c.id == _T.customer_id)
    .where(
        _T.team_id == _TEAM, _T.outcome.in_(tuple(CODES)), _T.end_day.in_(bindparam("days", expanding=True)),
    )
)  # fmt: skip
_FORGET = delete(ended_days).where(
    ended_days.c.team_id == _TEAM, ended_days.c.day.in_(bindparam("days", expanding=True))
)
_DAYS_OF = (
    select(_T.end_day)
    .where(
        _T.team_id == _TEAM,
        _T.customer_id.in_(bindparam("customer_ids", expanding=True)),
        _T.outcome.is_not(None),
    )
    .distinct()
)


async def pack_days(session: AsyncConnection, team_id: int, days: Iterable[date]) -> None:
    """Pack these days of the team anew."""
    ordered = sorted(days)
    for start in range(0, len(ordered), CHUNK):
        given = {"team_id": team_id, "days": ordered[start : start + CHUNK]}
        await session.execute(_FORGET, given)
        found: dict[date, list[Any]] = {}
        for day, *values in await session.execute(_ENDED, given):
            found.setdefault(day, []).append(values)
        packed = [{"team_id": team_id, "day": day, **_packed(some)} for day, some in found.items()]
        if packed:
            await session.execute(insert(ended_days), packed)


async def pack_all(session: AsyncConnection, team_id: int) -> None:
    """Pack all days of the team anew."""
    await session.execute(delete(ended_days).where(ended_days.c.team_id == team_id))
    ends = select(_T.end_day).where(_T.team_id == team_id, _T.outcome.in_(tuple(CODES))).distinct()
    await pack_days(session, team_id, (await session.execute(ends)).scalars())


async def days_ended(session: AsyncConnection, team_id: int, customer_ids: Iterable[int]) -> set[date]:
    """Return the days on which these customers' journeys ended."""
    given = {"team_id": team_id, "customer_ids": list(customer_ids)}
    return set((await session.execute(_DAYS_OF, given)).scalars())


def _packed(ended: list[Any]) -> dict[str, Any]:
    """The sources of a day's journeys, and the journeys; in one order, whatever order they are read in."""
    sources = sorted({(one[0], one[1]) for one in ended}, key=lambda pair: (pair[0] or "", pair[1] or ""))
    place = {pair: number for number, pair in enumerate(sources)}
    rows = sorted(_row(place[channel, campaign], *values) for channel, campaign, *values in ended)
    return {"sources": json.dumps(sources), "packed": b"".join(rows)}


def _row(
    source: int, start: int, end: int, days: float, member: int | None, day: date, calls: int, outcome: str,
    first: bool, deal: int | None, sale: int | None, refunded: bool, date_only: bool,
) -> bytes:  # fmt: skip
    flags = MAIN * (first or deal is not None) + SOLD * (sale is not None)
    flags += REFUNDED * bool(refunded) + START_DATE_ONLY * date_only
    return _ROW.pack(
        start, end, round(days * _DAY), member or 0, day.toordinal(), calls, source, CODES[outcome], flags, 0
    )
