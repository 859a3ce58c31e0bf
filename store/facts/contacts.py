"""Reads of contacts: calls by day or by member, with direction and outcome."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from operator import add, attrgetter
from typing import Any

from sqlalchemy import ColumnElement, case, func, select

from store import Session
from store.facts.cut import By, Cut, Key, within
from store.facts.daily import TALKED, parts_of, totals
from store.facts.kinds import CONTACT_KINDS, MISSED, REACHED
from store.tables import contact_days, contacts

__all__ = ["CONTACT_KINDS", "MISSED", "REACHED", "Calls", "calls", "is_call"]


@dataclass(frozen=True, slots=True)
class Calls:
    """How many calls, which way, whether somebody was reached, and for how long they talked.

    A call without an outcome counts as connected when it has talk time, else it is unknown.
    """

    inbound: int = 0
    outbound: int = 0
    connected: int = 0
    outbound_connected: int = 0
    outbound_missed: int = 0
    seconds: int = 0
    timed: int = 0

    @property
    def count(self) -> int:
        """All calls."""
        return self.inbound + self.outbound

    @property
    def outbound_known(self) -> int:
        """Outbound calls of which it is known whether somebody was reached."""
        return self.outbound_connected + self.outbound_missed

    def __add__(self, other: "Calls") -> "Calls":
        return Calls(*map(add, _SUMS(self), _SUMS(other)))


_SUMS = attrgetter(*Calls.__slots__)


def is_call(cut: Cut) -> tuple[ColumnElement[bool], ...]:
    """Keep the calls of the cut, of one member where it is filtered so."""
    wanted = [within(contacts, cut), contacts.c.kind == "call"]
    if cut.filters.rep is not None:
        wanted.append(contacts.c.member_id == cut.filters.rep)
    return tuple(wanted)


async def calls(session: Session, cut: Cut, by: By) -> Mapping[Key, Calls]:
    """Count the cut's calls for each local day, or for each member who made them."""
    parts = await parts_of(session, cut, by, TALKED)
    found: dict[Key, Calls] = {}
    if parts.days is not None:
        sums = await totals(session, contact_days, parts.days, by, Calls.__slots__)
        found = {key: Calls(*values) for key, values in sums.items() if any(values)}
    if parts.records is not None:
        for key, one in (await from_records(session, parts.records, by)).items():
            found[key] = found[key] + one if key in found else one
    return found


async def from_records(session: Session, cut: Cut, by: By) -> Mapping[Key, Calls]:
    """Count the same from the records themselves, for any cut."""
    key: Any = contacts.c.day if by == "day" else contacts.c.member_id
    talked = case((contacts.c.duration_s > 0, 1))
    found = await session.execute(
        select(
            key,
            contacts.c.direction,
            contacts.c.outcome,
            func.count(),
            func.count(talked),
            func.coalesce(func.sum(contacts.c.duration_s), 0),
            func.count(contacts.c.duration_s),
        )
        .where(*is_call(cut))
        .group_by(key, contacts.c.direction, contacts.c.outcome)
    )
    counts: dict[Key, Calls] = defaultdict(Calls)
    for under, direction, outcome, count, with_talk, seconds, timed in found:
        counts[under] += _calls(direction == "out", outcome, count, with_talk, int(seconds), timed)
    return counts


def _calls(outbound: bool, outcome: str | None, count: int, with_talk: int, seconds: int, timed: int) -> Calls:
    reached = with_talk if outcome is None else count if outcome in REACHED else 0
    missed = count if outcome in MISSED else 0
    return Calls(
        inbound=0 if outbound else count,
        outbound=count if outbound else 0,
        connected=reached,
        outbound_connected=reached if outbound else 0,
        outbound_missed=missed if outbound else 0,
        seconds=seconds,
        timed=timed,
    )
