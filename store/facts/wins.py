"""Reads of journeys won: how many, with how many calls, and how long they took.

Durations are brought over packed, a value for each key instead of a row for each journey.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import chain
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, case, cast, func, or_, select

from store import Session
from store.facts.attempts import Win, is_touched, of_filters, won_in
from store.facts.cut import By, Cut, Key
from store.tables import customers, journeys

_T = journeys.c
_DAY = 86_400_000_000
Spans = tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class Wins:
    """Journeys won: their number, those that a sale closed, their calls, and those whose sale was refunded by now.

    ``main`` holds the days of first journeys and of deals, ``other`` those of the others, in bundles that are only
    bundled with others when added; impossible ones are left out.
    """

    won: int = 0
    sold: int = 0
    calls: int = 0
    refunded: int = 0
    main: Spans = ()
    other: Spans = ()

    def __add__(self, other: "Wins") -> "Wins":
        return Wins(
            self.won + other.won, self.sold + other.sold, self.calls + other.calls, self.refunded + other.refunded,
            self.main + other.main, self.other + other.other,
        )  # fmt: skip

    @property
    def main_days(self) -> list[float]:
        """The days of first journeys and of deals, shortest first."""
        return sorted(chain.from_iterable(self.main))

    @property
    def other_days(self) -> list[float]:
        """The days of the others, shortest first."""
        return sorted(chain.from_iterable(self.other))


async def wins(session: Session, cut: Cut, by: By, gap_days: int) -> Mapping[Key, Wins]:
    """Count the journeys won in the cut, without their days."""
    if await is_touched(session, cut):
        return _added(await won_in(session, cut, gap_days), by, cut.now)
    found = await session.execute(_won(cut, by, *_counts(cut)))
    return {row[0]: _counted(row) for row in found.all()}


async def spans(session: Session, cut: Cut, by: By, gap_days: int) -> Mapping[Key, Wins]:
    """Count the journeys won in the cut, with their days."""
    if await is_touched(session, cut):
        return _added(await won_in(session, cut, gap_days), by, cut.now)
    sqlite = session.dialect.name == "sqlite"
    pack: Any = func.json_group_array if sqlite else func.array_agg
    micros = cast(func.round(_T.days * _DAY), BigInteger)
    main = or_(_T.first, _T.deal_id.is_not(None))
    packed = [pack(micros).filter(_T.days >= 0, one) for one in (main, ~main)]
    found = await session.execute(_won(cut, by, *_counts(cut), *packed))
    return {row[0]: replace(_counted(row), main=_bundle(row[5]), other=_bundle(row[6])) for row in found.all()}


def _counts(cut: Cut) -> tuple[Any, ...]:
    gone = case((_T.refunded_at < cut.now, 1))
    return func.count(), func.count(_T.sale_id), func.sum(_T.calls), func.count(gone)


def _counted(row: Any) -> Wins:
    won, sold, calls, refunded = (int(value or 0) for value in row[1:5])
    return Wins(won, sold, calls, refunded)


def _won(cut: Cut, by: By, *values: Any) -> Any:
    """Select values of the won journeys under each key."""
    keys = {"day": _T.end_day, "rep": _T.member_id, "channel": customers.c.channel, "campaign": customers.c.campaign}
    key = keys[by]
    held: list[ColumnElement[bool]] = [
        _T.team_id == cut.team_id, _T.outcome == "won", _T.end_day.between(cut.first_day, cut.last_day),
        and_(_T.end_at >= cut.start, _T.end_at < cut.end), *of_filters(cut),
    ]  # fmt: skip
    query = select(key, *values).where(*held).group_by(key)
    if by in {"channel", "campaign"} or cut.filters.named & {"channel", "campaign"}:
        return query.join_from(journeys, customers, customers.c.id == _T.customer_id)
    return query.select_from(journeys)


def _bundle(packed: Any) -> Spans:
    numbers: list[int] = json.loads(packed) if isinstance(packed, str) else packed or []
    return (tuple([value / _DAY for value in numbers]),) if numbers else ()


def _added(found: Iterable[Win], by: By, now: datetime) -> Mapping[Key, Wins]:
    totals: dict[Key, list[Win]] = {}
    for one in found:
        totals.setdefault(_key(one, by), []).append(one)
    return {key: _of(some, now) for key, some in totals.items()}


def _of(found: list[Win], now: datetime) -> Wins:
    def days(*, main: bool) -> Spans:
        picked = tuple(
            one.days
            for one in found
            if one.days is not None and one.days >= 0 and (one.first or one.deal_id is not None) == main
        )
        return (picked,) if picked else ()

    return Wins(
        won=len(found),
        sold=sum(one.sale_id is not None for one in found),
        calls=sum(one.calls for one in found),
        refunded=sum(one.refunded_at is not None and one.refunded_at < now for one in found),
        main=days(main=True),
        other=days(main=False),
    )


def _key(found: Win, by: By) -> date | int | str | None:
    if by == "day":
        return found.end_day
    if by == "rep":
        return found.member_id
    return found.channel if by == "channel" else found.campaign
