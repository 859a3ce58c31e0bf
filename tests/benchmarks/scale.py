"""A big team for the benchmarks, landed through the product's own bulk writes and kept between runs."""

import hashlib
import os
import random
import tempfile
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Table
from sqlalchemy.schema import CreateIndex, CreateTable

from store import Database
from store.bulk import NewCustomer, add_customers, land
from store.entries import Clock, ContactEntry, CostEntry, LeadEntry, Origin, SaleEntry
from store.membership import member_named
from store.migrations import migrate
from store.products import product_named
from store.tables import metadata
from store.team import create_team

NOW = datetime(2026, 11, 16, 4, 0, tzinfo=UTC)
DAYS = 3 * 365
BATCH = 100_000
VERSION = 1
CHANNELS = (None, "facebook", "zalo", "tiktok", "web", "referral", "store")
OUTCOMES = (None, "connected", "no_answer", "busy", "interested", "callback", "quoted")
Landed = ContactEntry | LeadEntry | SaleEntry
T = TypeVar("T")


def batched(some: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield lists of at most ``size`` (itertools has it from Python 3.12)."""
    rest = iter(some)
    while part := list(islice(rest, size)):
        yield part


async def big_database(records: int) -> tuple[Database, int]:
    """Return a database with one team of that many records, made once per schema, and the team's id."""
    path = _kept_at(records)
    if not path.exists():
        begun = time.perf_counter()
        await _make(path, records)
        print(f"made {path.name} in {time.perf_counter() - begun:.0f} s")
    return Database(f"sqlite+aiosqlite:///{path}"), 1


def _kept_at(records: int) -> Path:
    schema = [
        str(CreateTable(one)) + "".join(sorted(str(CreateIndex(index)) for index in one.indexes)) for one in tables()
    ]
    digest = hashlib.sha256(f"{VERSION}".encode() + "".join(schema).encode()).hexdigest()
    return Path(tempfile.gettempdir()) / f"chot-bench-{os.getuid()}-{records}-{digest[:10]}.db"


def tables() -> list[Table]:
    """Return the schema's tables in one order, with their indexes."""
    return sorted(metadata.tables.values(), key=lambda one: one.name)


async def _make(path: Path, records: int) -> None:
    draft = path.with_suffix(".making")
    for old in draft.parent.glob(f"{draft.name}*"):
        old.unlink()
    migrate(f"sqlite+aiosqlite:///{draft}")
    database = Database(f"sqlite+aiosqlite:///{draft}")
    await _fill(database, records)
    await database.close()
    draft.rename(path)


async def _fill(database: Database, records: int) -> None:
    start = NOW - timedelta(days=DAYS)
    async with database.begin() as session:
        team = await create_team(session, name="Big", zone="Asia/Ho_Chi_Minh", currency="VND", locale="vi", now=start)
        reps = [await member_named(session, team, f"Rep {number}", start) for number in range(1, 13)]
        products = [await product_named(session, team, f"Product {number}") for number in range(1, 41)]
        names = [NewCustomer(f"Khách {number}", owner_id=reps[number % 12]) for number in range(max(10, records // 12))]
        people = [one for some in batched(names, 20_000) for one in await add_customers(session, team, some)]
    clock = Clock(team, ZoneInfo("Asia/Ho_Chi_Minh"), "VND", 90)
    for some in batched(_history(records, people, reps, products), BATCH):
        async with database.begin() as session:
            for kind in (LeadEntry, ContactEntry, SaleEntry):
                await land(session, clock, [(entry, Origin(None, entry.at)) for entry in some if type(entry) is kind])
    async with database.begin() as session:
        await land(session, clock, list(_costs(start)))


def _costs(start: datetime) -> Iterator[tuple[CostEntry, Origin]]:
    day = (start + timedelta(days=1)).date()
    for number in range(DAYS // 30):
        first, last = day + timedelta(days=30 * number), day + timedelta(days=30 * number + 29)
        channel = CHANNELS[1 + number % 6]
        yield CostEntry(None, "marketing", first, last, 30_000_000, "VND", channel=channel), Origin(None, start)


def _history(records: int, people: list[int], reps: list[int], products: list[int]) -> Iterator[Landed]:
    """Yield three years, evenly: customers come one by one, are called about twice as often as they buy."""
    dice = random.Random(7)
    first = NOW - timedelta(days=DAYS)
    for place in range(records):
        at = first + timedelta(days=DAYS) * (place / records)
        known = max(1, round(len(people) * (place + 1) / records))
        new = len(people) * (place + 1) // records > len(people) * place // records
        customer = people[known - 1] if new else people[int(known * dice.random() ** 0.6)]
        rep = reps[customer % 12]
        if new:
            yield LeadEntry(customer, rep, at, channel=dice.choice(CHANNELS))
        elif dice.random() < 0.64:
            talk = dice.randrange(20, 600) if dice.random() < 0.5 else None
            direction = "in" if dice.random() < 0.2 else "out"
            outcome = dice.choice(OUTCOMES)
            yield ContactEntry(customer, rep, "call", at, direction=direction, outcome=outcome, duration_s=talk)
        else:
            amount = dice.randrange(100, 20_000) * 1_000
            channel, product = dice.choice(CHANNELS), dice.choice(products)
            yield SaleEntry(customer, rep, at, amount, "VND", product_id=product, channel=channel)
