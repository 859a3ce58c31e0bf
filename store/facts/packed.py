"""Reads of packed journeys (`store.derived.ended`): those that ended on some local days, as columns of numbers.

They say what is known of the present: `store.facts.since.is_touched` tells where now lies in the past.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from store import Session
from store.derived.ended import FIELDS
from store.facts.cut import By, Cut, Key
from store.tables import ended_days

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Whole = NDArray[np.int64]

_DAYS = (
    select(ended_days.c.day, ended_days.c.sources, ended_days.c.packed)
    .where(
        ended_days.c.team_id == bindparam("team_id"), ended_days.c.day.between(bindparam("first"), bindparam("last"))
    )
    .order_by(ended_days.c.day)
)


@dataclass(frozen=True, slots=True)
class Ended:
    """Ended journeys as columns, by the local day of their end: those ``wanted`` of some days' ``rows``."""

    days: Sequence[Any]
    rows: "NDArray[np.void]"
    wanted: "Bools"

    def kept(self, wanted: "Bools") -> "Ended":
        """Those of them that are wanted, too."""
        return Ended(self.days, self.rows, self.wanted & wanted)

    def column(self, name: str) -> "Whole":
        """Return one of ``store.derived.ended.FIELDS`` of each."""
        found: Whole = self.rows[name][self.wanted]
        return found

    def flagged(self, flag: int) -> "Bools":
        """Which of them carry a flag."""
        found: Bools = (self.column("flags") & flag) != 0
        return found

    def grouped(self, by: By) -> "tuple[list[Key], Whole]":
        """Return keys, and the place of each journey's key among them."""
        import numpy as np

        if by == "day":
            places = np.repeat(np.arange(len(self.days)), _sizes(self.days))
            return [one.day for one in self.days], places[self.wanted]
        if by == "rep":
            members, places = np.unique(self.column("member"), return_inverse=True)
            return [one or None for one in members.tolist()], places
        return self.sourced(0 if by == "channel" else 1)

    def sourced(self, side: int) -> "tuple[list[Key], Whole]":
        """Group by the channel (0) or the campaign (1) of the customer's source."""
        import numpy as np

        keys: dict[Key, int] = {}
        listed = [json.loads(one.sources) for one in self.days]
        starts = np.cumsum([0, *map(len, listed)])[:-1].astype(np.int64)
        numbers = [keys.setdefault(one[side], len(keys)) for some in listed for one in some]
        places = np.repeat(starts, _sizes(self.days)) + self.rows["source"]
        return list(keys), np.array(numbers, dtype=np.int64)[places[self.wanted]]


async def ended(session: Session, cut: Cut, first: date, last: date) -> Ended:
    """Return the journeys that pass the cut's filters and ended on these local days."""
    import numpy as np

    given = {"team_id": cut.team_id, "first": first, "last": last}
    days = (await session.execute(_DAYS, given)).all()
    rows = np.frombuffer(b"".join(one.packed for one in days), dtype=_kind())
    found, wanted = Ended(days, rows, np.ones(len(rows), dtype=bool)), cut.filters
    if wanted.rep is not None:
        found = found.kept(rows["member"] == wanted.rep)
    for side, name in enumerate((wanted.channel, wanted.campaign)):
        if name is not None:
            keys, places = replace(found, wanted=np.ones(len(rows), dtype=bool)).sourced(side)
            found = found.kept(np.array([(key or "") == name for key in keys], dtype=bool)[places])
    return found


def _kind() -> "np.dtype[np.void]":
    import numpy as np

    return np.dtype(list(FIELDS))


def _sizes(days: Sequence[Any]) -> list[int]:
    """How many journeys each day has."""
    size = _kind().itemsize
    return [len(one.packed) // size for one in days]
