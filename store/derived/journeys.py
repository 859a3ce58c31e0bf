"""Journeys: one attempt to sell to one customer, from start to end, folded from the customer's records.

The rules are those of the published definition (docs/metrics.md, Journeys). Nothing here reads a database: `fold`
takes one customer's `Event` values and gives the `Journey` values, in the order in which they started.

Worked example (gap 90 days): a call on 1 March, a call on 4 March, a sale on 9 March make one journey, won after
8 days with 2 calls; a call on 20 March starts the next one; with no contact until 1 August it has lapsed on 20 March.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from enum import IntEnum
from typing import NamedTuple

DAY = timedelta(days=1)


class Kind(IntEnum):
    """What happened; the order is that of things on a day of which only the date is known."""

    LEAD = 1
    CONTACT = 2
    DEAL_OPENED = 3
    DEAL_CLOSED = 4
    SALE = 5
    CARE = 6  # a ticket, rating or opt-out: makes a customer known, moves no journey


RANK = (0, 1, 2, 3, 3, 4, 5)
"""By `Kind`: on a day of which only the date is known, a deal's end stands beside its start."""


class Event(NamedTuple):
    """One record of a customer as journeys see it.

    ``deal_id`` is the deal a contact names, a sale wins, or that is opened or closed; ``won`` says how a deal without
    a sale was closed; ``call`` marks a phone call; ``refunded_at`` when a sale was refunded in full.
    """

    kind: Kind
    id: int
    at: datetime
    day: date
    date_only: bool
    member_id: int | None = None
    deal_id: int | None = None
    call: bool = False
    won: bool = False
    refunded_at: datetime | None = None


class Journey(NamedTuple):
    """One journey; ``outcome`` is None while it is open (a lapse by the passing of time is found when read).

    ``days`` is the exact elapsed time of an ended one, or whole local days where an end is known by date only.
    """

    member_id: int | None
    deal_id: int | None
    sale_id: int | None
    start_at: datetime
    start_day: date
    start_date_only: bool
    end_at: datetime | None
    end_day: date | None
    end_date_only: bool
    outcome: str | None
    last_contact_at: datetime
    last_contact_day: date
    last_contact_date_only: bool
    days: float | None
    calls: int
    first: bool
    refunded_at: datetime | None


def fold(events: Iterable[Event], gap_days: int) -> list[Journey]:
    """Return the journeys of one customer, in the order in which they started."""
    folding = _Folding(timedelta(days=gap_days))
    for event in in_order(event for event in events if event.kind is not Kind.CARE):
        folding.take(event)
    return folding.finish()


def in_order(events: Iterable[Event]) -> list[Event]:
    """Sort by local day, then by instant; on a day that holds a date-only record, by kind before instant."""
    known = list(events)
    vague = {event.day for event in known if event.date_only}

    def key(event: Event) -> tuple[object, ...]:
        rank = RANK[event.kind]
        if event.day in vague:
            return (event.day, rank, event.at, event.id, event.kind)
        return (event.day, event.at, rank, event.id, event.kind)

    return sorted(known, key=key)


class _Folding:
    """The walk through one customer's events: the journeys still open, oldest first, and those that ended."""

    def __init__(self, gap: timedelta) -> None:
        self.gap = gap
        self.open: list[Journey] = []
        self.ended: list[Journey] = []
        self.bought = False
        self.closed_deals: set[int] = set()

    def take(self, event: Event) -> None:
        """Apply one event, in order."""
        self._lapse(event.at)
        match event.kind:
            case Kind.LEAD:
                if not self.open:
                    self._start(event)
            case Kind.CONTACT:
                self._contact(event)
            case Kind.DEAL_OPENED:
                self._open_deal(event)
            case Kind.DEAL_CLOSED:
                self._close_deal(event, "won" if event.won else "lost")
            case Kind.SALE:
                self._sell(event)

    def finish(self) -> list[Journey]:
        """Return all journeys by their start."""
        return sorted([*self.ended, *self.open], key=lambda journey: (journey.start_at, journey.deal_id or 0))

    def _lapse(self, at: datetime) -> None:
        for journey in list(self.open):
            if journey.deal_id is None and at - journey.last_contact_at > self.gap:
                self.open.remove(journey)
                self.ended.append(lapsed(journey))

    def _start(self, event: Event) -> None:
        self.open.append(
            Journey(
                member_id=event.member_id,
                deal_id=event.deal_id if event.kind is Kind.DEAL_OPENED else None,
                sale_id=None,
                start_at=event.at,
                start_day=event.day,
                start_date_only=event.date_only,
                end_at=None,
                end_day=None,
                end_date_only=False,
                outcome=None,
                last_contact_at=event.at,
                last_contact_day=event.day,
                last_contact_date_only=event.date_only,
                days=None,
                calls=int(event.call),
                first=not self.bought,
                refunded_at=None,
            )
        )

    def _contact(self, event: Event) -> None:
        if not self.open:
            self._start(event)
            return
        named = [j for j in self.open if event.deal_id is not None and j.deal_id == event.deal_id]
        journey = (named or self.open)[0]
        self._replace(
            journey,
            journey._replace(
                last_contact_at=event.at,
                last_contact_day=event.day,
                last_contact_date_only=event.date_only,
                calls=journey.calls + event.call,
                member_id=event.member_id or journey.member_id,
            ),
        )

    def _open_deal(self, event: Event) -> None:
        if event.deal_id in self.closed_deals:
            return  # dated to end before it starts: a data-quality finding, not a journey
        loose = [journey for journey in self.open if journey.deal_id is None]
        if not loose:
            self._start(event)
            return
        self._replace(
            loose[0], loose[0]._replace(deal_id=event.deal_id, member_id=event.member_id or loose[0].member_id)
        )

    def _close_deal(self, event: Event, outcome: str) -> None:
        if event.deal_id is not None:
            self.closed_deals.add(event.deal_id)
        for journey in self.open:
            if journey.deal_id == event.deal_id:
                self._end(journey, event, outcome)
                return

    def _sell(self, event: Event) -> None:
        if event.deal_id is not None:
            self._close_deal(event, "won")
        else:
            loose = [journey for journey in self.open if journey.deal_id is None]
            if loose:
                self._end(loose[0], event, "won")
        self.bought = self.bought or event.refunded_at is None

    def _end(self, journey: Journey, event: Event, outcome: str) -> None:
        sold = event.kind is Kind.SALE
        self.open.remove(journey)
        self.ended.append(
            journey._replace(
                end_at=event.at,
                end_day=event.day,
                end_date_only=event.date_only,
                outcome=outcome,
                sale_id=event.id if sold else None,
                member_id=event.member_id or journey.member_id,
                days=_days(journey, event.at, event.day, event.date_only),
                refunded_at=event.refunded_at if sold else None,
            )
        )

    def _replace(self, old: Journey, new: Journey) -> None:
        self.open[self.open.index(old)] = new


def lapsed(journey: Journey) -> Journey:
    """Return the journey as ended, lapsed, at its last contact."""
    at, day, vague = journey.last_contact_at, journey.last_contact_day, journey.last_contact_date_only
    return journey._replace(
        end_at=at,
        end_day=day,
        end_date_only=vague,
        outcome="lapsed",
        days=_days(journey, at, day, vague),
    )


def _days(journey: Journey, end_at: datetime, end_day: date, end_date_only: bool) -> float:
    """Elapsed days; whole local days where an end is known by date only, or where the day's order beats the clock."""
    if journey.start_date_only or end_date_only or end_at < journey.start_at:
        return float((end_day - journey.start_day).days)
    return (end_at - journey.start_at) / DAY


def months_of(days: Sequence[date]) -> set[int]:
    """Return the months (year × 12 + month − 1) that these local days fall in."""
    return {day.year * 12 + day.month - 1 for day in days}
