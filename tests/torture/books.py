"""The records of a simulated year's teams, kept twice: in the database, and as a plain list that foretells digests."""

import random
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import holidays

from metrics.periods.timetable import Rule, next_run
from metrics.periods.wall import at_wall
from store import Session
from store.customers.lookup import add_customer
from store.people.membership import greet, join, member_named
from store.people.team import create_team, team_of
from store.records.entries import Clock, ContactEntry, Origin, SaleEntry
from store.records.writing import log_contact, log_sale

PAST_DAYS, PAST_RECORDS = 30, 3
"""What a team has when the year begins: so many records over so many days."""
DAY = timedelta(days=1)
REMEMBERED = 8
"""A team is told again that it logged nothing when its last digest lies further back than so many due times."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A record: the local day it belongs to, and what it sold for, None for a call."""

    day: date
    amount: int | None


@dataclass
class Books:
    """A team: its owner in a private chat, two reps, three customers, and what was logged."""

    zone: ZoneInfo
    team_id: int
    clock: Clock
    reps: tuple[int, ...]
    customers: tuple[int, ...]
    kept: list[Kept] = field(default_factory=list)

    async def log(self, session: Session, at: datetime, dice: random.Random) -> None:
        """Log a sale, or now and then a call."""
        who, origin = (dice.choice(self.customers), dice.choice(self.reps)), Origin(None, at)
        amount = dice.randint(1, 90) * 100_000 if dice.random() < 0.7 else None
        if amount is None:
            await log_contact(session, self.clock, ContactEntry(*who, "call", at), origin)
        else:
            await log_sale(session, self.clock, SaleEntry(*who, at, amount, "VND"), origin)
        self.kept.append(Kept(at.astimezone(self.zone).date(), amount))

    def busy(self, first: date, last: date) -> bool:
        """Whether anything was logged on these days."""
        return any(first <= one.day <= last for one in self.kept)

    def sold(self, first: date, last: date) -> int:
        """What was sold on these days, in đồng."""
        return sum(one.amount or 0 for one in self.kept if first <= one.day <= last)


async def founded(session: Session, number: int, zone: str, start: datetime, dice: random.Random) -> Books:
    """Make a team whose owner's chat is 1000 + its number, with a small history."""
    began = start - PAST_DAYS * DAY
    team = await create_team(session, name=f"Team {number}", zone=zone, currency="VND", locale="en", now=began)
    owner = await greet(session, 1000 + number, f"Owner {number}", None)
    await join(session, team, owner.id, owner.name, "owner", began)
    clock = Clock.of(await team_of(session, team))
    reps = tuple([await member_named(session, team, name, began) for name in ("Rosa", "Tuan")])
    customers = tuple([await add_customer(session, team, name) for name in ("Lan", "Nga", "Hoa")])
    books = Books(ZoneInfo(zone), team, clock, reps, customers)
    for at in sorted(began + dice.random() * PAST_DAYS * DAY for _ in range(PAST_RECORDS)):
        await books.log(session, at, dice)
    return books


@dataclass(frozen=True, slots=True)
class Foretold:
    """What a due time must come to when it is not missed: its days, as they are named, and the state of its run."""

    first: date
    last: date
    named: str
    state: str


def foretold(books: Books, rule: Rule, runs: Sequence[Any]) -> Iterator[Foretold]:
    """Say what a plain reading of the records expects of a schedule's due times, one after the other.

    One that was put off is about what it would have been about on the holiday.
    """
    held: datetime | None = None
    for run in runs:
        was_put_off = held is not None and run.due_at != next_run(rule, books.zone, held)
        meant = held if held is not None and was_put_off else run.due_at
        first, last = about(rule, meant.astimezone(books.zone).date())
        on_holiday = run.due_at.astimezone(books.zone).date() in VIETNAM
        state = "held" if on_holiday else "sent" if books.busy(first, last) else "empty"
        yield Foretold(first, last, named_days(rule, first, last), state)
        held = run.due_at if run.state == "held" else None


VIETNAM = holidays.country_holidays("VN", years=range(2025, 2028))


def following(rule: Rule, zone: ZoneInfo, due: datetime, *, held: bool) -> datetime:
    """The due time after this one.

    A digest of a week or a month that was held on a holiday comes on the next working day, or on the next day that is
    none where that is sooner than the next digest.
    """
    after = next_run(rule, zone, due)
    if not held or rule.every == "day":
        return after
    today = due.astimezone(zone).date()
    free = [day for ahead in range(1, 15) if (day := today + ahead * DAY) not in VIETNAM]
    works = next(day for day in free if day.weekday() < SUNDAY)
    coming = (at_wall(datetime.combine(day, rule.time), zone) for day in (works, free[0]))
    return next((at for at in coming if at < after), after)


SUNDAY = 6
"""A team works on all other days, unless it says otherwise."""


def about(rule: Rule, today: date) -> tuple[date, date]:
    """The first and last day that a digest of that day is about: for a daily one all days since the last one's day."""
    if rule.every == "day":
        earlier = (today - back * DAY for back in range(1, 30))
        return next(day for day in earlier if day.weekday() in rule.days and day not in VIETNAM), today - DAY
    if rule.every == "week":
        monday = today - (7 + today.weekday()) * DAY
        return monday, monday + 6 * DAY
    last = today.replace(day=1) - DAY
    return last.replace(day=1), last


def named_days(rule: Rule, first: date, last: date) -> str:
    """Name the days as an English digest does: `8 Nov 2026`, `week 26 Oct – 1 Nov 2026`, `October 2026`."""
    if rule.every == "month":
        assert last.day == monthrange(last.year, last.month)[1]
        return f"{first:%B %Y}"
    end = f"{last.day} {last:%b %Y}"
    if first == last:
        return end
    begin = f"{first.day} {first:%b %Y}" if first.year != last.year else f"{first.day} {first:%b}"
    span = f"{first.day}–{end}" if (first.year, first.month) == (last.year, last.month) else f"{begin} – {end}"
    return f"week {span}" if rule.every == "week" else span


def messages_of(states: list[str]) -> Iterator[int]:
    """How many messages each run made, from the states of one schedule's runs in their order.

    Two for a digest; for an empty one a note, and none while the last one said was empty too.
    """
    for place, state in enumerate(states):
        said = next((one for one in reversed(states[max(place - REMEMBERED, 0) : place]) if one in SPOKEN), None)
        yield {"sent": 2, "empty": 0 if said == "empty" else 1}.get(state, 0)


SPOKEN = {"sent", "empty"}
