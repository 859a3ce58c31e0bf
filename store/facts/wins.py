"""Reads of journeys won: how many, with how many calls, and how long they took."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from store import Session
from store.derived.ended import CODES, MAIN, REFUNDED, SOLD
from store.facts.attempts import Win, won_in
from store.facts.cut import By, Cut, Key
from store.facts.packed import Ended, ended
from store.facts.since import is_touched
from store.types import to_micros

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]
    Whole = NDArray[np.int64]

_DAY = 86_400_000_000


@dataclass(frozen=True, slots=True)
class Wins:
    """Journeys won: their number, those that a sale closed, their calls, and those whose sale was refunded by now.

    ``main`` holds the days of first journeys and of deals, ``other`` those of the others, in bundles that are only
    put beside others when added; impossible ones are left out.
    """

    won: int = 0
    sold: int = 0
    calls: int = 0
    refunded: int = 0
    main: "tuple[Floats, ...]" = ()
    other: "tuple[Floats, ...]" = ()

    def __add__(self, other: "Wins") -> "Wins":
        return Wins(
            self.won + other.won, self.sold + other.sold, self.calls + other.calls, self.refunded + other.refunded,
            self.main + other.main, self.other + other.other,
        )  # fmt: skip

    @property
    def main_days(self) -> "Floats":
        """The days of first journeys and of deals, shortest first."""
        return _in_order(self.main)

    @property
    def other_days(self) -> "Floats":
        """The days of the others, shortest first."""
        return _in_order(self.other)


def _in_order(bundles: "tuple[Floats, ...]") -> "Floats":
    import numpy as np

    return np.sort(np.concatenate(bundles)) if bundles else np.empty(0)


async def wins(session: Session, cut: Cut, by: By, gap_days: int) -> Mapping[Key, Wins]:
    """Count the journeys won in the cut, without their days."""
    if await is_touched(session, cut):
        return _added(await won_in(session, cut, gap_days), by, cut.now)
    return _counted(await _won(session, cut), by)


async def spans(session: Session, cut: Cut, by: By, gap_days: int) -> Mapping[Key, Wins]:
    """Count the journeys won in the cut, with their days."""
    import numpy as np

    if await is_touched(session, cut):
        return _added(await won_in(session, cut, gap_days), by, cut.now)
    won = await _won(session, cut)
    keys, places = won.grouped(by)
    known, main = won.column("span") >= 0, won.flagged(MAIN)
    first, other = (_bundles(won, places, keys, known & kind) for kind in (main, np.logical_not(main)))
    return {
        key: Wins(found.won, found.sold, found.calls, found.refunded, first.get(key, ()), other.get(key, ()))
        for key, found in _counted(won, by).items()
    }


async def _won(session: Session, cut: Cut) -> Ended:
    found = await ended(session, cut, cut.first_day, cut.last_day)
    end = found.rows["end"]
    inside = (end >= to_micros(cut.start)) & (end < to_micros(cut.end))
    return found.kept(inside & (found.rows["outcome"] == CODES["won"]))


def _counted(won: Ended, by: By) -> dict[Key, Wins]:
    """Count journeys under each key; nothing is known of later than now."""
    import numpy as np

    keys, places = won.grouped(by)
    values = (None, won.flagged(SOLD), won.column("calls"), won.flagged(REFUNDED))
    sums = [np.bincount(places, value, len(keys)).astype(np.int64).tolist() for value in values]
    return {key: Wins(*counts) for key, *counts in zip(keys, *sums, strict=True) if counts[0]}


def _bundles(won: Ended, places: "Whole", keys: Sequence[Key], wanted: "Bools") -> "dict[Key, tuple[Floats, ...]]":
    """The days of the wanted journeys under each key that has any."""
    import numpy as np

    under, days = places[wanted], won.column("span")[wanted] / _DAY
    order = np.argsort(under, kind="stable")
    days, ends = days[order], np.cumsum(np.bincount(under, minlength=len(keys))).tolist()
    spans = zip(keys, [0, *ends], ends, strict=False)
    return {key: (days[first:end],) for key, first, end in spans if first < end}


def _added(found: Iterable[Win], by: By, now: datetime) -> Mapping[Key, Wins]:
    totals: dict[Key, list[Win]] = {}
    for one in found:
        totals.setdefault(_key(one, by), []).append(one)
    return {key: _of(some, now) for key, some in totals.items()}


def _of(found: list[Win], now: datetime) -> Wins:
    import numpy as np

    def days(*, main: bool) -> "tuple[Floats, ...]":
        picked = [
            one.days
            for one in found
            if one.days is not None and one.days >= 0 and (one.first or one.deal_id is not None) == main
        ]
        return (np.array(picked),) if picked else ()

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
