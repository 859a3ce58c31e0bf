"""Landing many records at once, for imports: the same rows as `store.records.writing` writes, a batch at a time."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.catalogue.rates import priced
from store.customers.lookup import name_rows
from store.derived.daily import Touched
from store.derived.refreshing import refresh
from store.errors import NotFound
from store.names import clean, full_key
from store.records.entries import (
    Clock,
    ContactEntry,
    CostEntry,
    LeadEntry,
    Logged,
    OptoutEntry,
    Origin,
    RatingEntry,
    SaleEntry,
    TicketEntry,
)
from store.records.writing import fact_row
from store.tables import audit, contacts, costs, customer_names, customers, deals, leads, records, sales, teams
from store.tables.care import optouts, ratings, tickets

CHUNK = 500
"""Keys looked up in one statement."""

FACTS = {
    ContactEntry: ("contact", contacts),
    LeadEntry: ("lead", leads),
    SaleEntry: ("sale", sales),
    TicketEntry: ("ticket", tickets),
    RatingEntry: ("rating", ratings),
    OptoutEntry: ("optout", optouts),
}
Entry = ContactEntry | LeadEntry | SaleEntry | CostEntry | TicketEntry | RatingEntry | OptoutEntry

NUMBERS = (
    update(teams)
    .where(teams.c.id == bindparam("of_team"))
    .values(next_number=teams.c.next_number + bindparam("count"))
    .returning(teams.c.next_number)
)
NEW_RECORDS = insert(records).returning(records.c.number, records.c.id)
NEW_CUSTOMERS = insert(customers).returning(customers.c.id, customers.c.name, customers.c.phone, customers.c.owner_id)
# Rows come back in any order: asking for the order of the parameters would send SQLite one row at a time.


async def land(session: AsyncConnection, clock: Clock, rows: Sequence[tuple[Entry, Origin]]) -> list[Logged]:
    """Write records of one kind, in order, and derive anew what hangs on their customers.

    No sale here wins a deal: give those of customers with open deals to `store.records.writing.log_sale`.
    """
    if not rows:
        return []
    kind, table = _kind_of(rows[0][0])
    first = await _numbers(session, clock, len(rows))
    heads = [_head(clock, kind, entry, origin, first + place) for place, (entry, origin) in enumerate(rows)]
    ids = {row.number: row.id for row in await session.execute(NEW_RECORDS, heads)}
    inside = await internal_of(session, clock.team_id, {head["customer_id"] for head in heads})
    logged = [Logged(ids[head["number"]], head["number"], counted=head["customer_id"] not in inside) for head in heads]
    facts = [fact_row(clock, made, entry) for made, (entry, _origin) in zip(logged, rows, strict=True)]
    await session.execute(insert(table), await priced(session, clock, facts))
    await _note(session, clock, rows, logged)
    customer_ids = {entry.customer_id for entry, _origin in rows if not isinstance(entry, CostEntry)}
    days = frozenset(fact["day"] for fact in facts) if kind in {"contact", "sale"} else frozenset()
    touched = Touched(contacted=days) if kind == "contact" else Touched(sold=days)
    await refresh(session, clock.team_id, clock.journey_gap_days, customer_ids, touched)
    return logged


async def internal_of(session: AsyncConnection, team_id: int, ids: Iterable[int | None]) -> set[int]:
    """Return those customers whose records no figure counts."""
    found = select(customers.c.id).where(customers.c.team_id == team_id, customers.c.internal)
    inside = set((await session.execute(found)).scalars()) if ids else set()
    return inside & {customer_id for customer_id in ids if customer_id is not None}


async def _note(
    session: AsyncConnection, clock: Clock, rows: Sequence[tuple[Entry, Origin]], logged: Sequence[Logged]
) -> None:
    """Leave the audit rows of what members wrote themselves; an import leaves none."""
    trail = [
        {
            "team_id": clock.team_id,
            "at": origin.made_at,
            "member_id": origin.member_id,
            "action": "log",
            "record_id": made.id,
            "customer_id": None if isinstance(entry, CostEntry) else entry.customer_id,
        }
        for (entry, origin), made in zip(rows, logged, strict=True)
        if origin.import_key is None and origin.member_id is not None
    ]
    if trail:
        await session.execute(insert(audit), trail)


def _kind_of(entry: Entry) -> tuple[str, Any]:
    return ("cost", costs) if isinstance(entry, CostEntry) else FACTS[type(entry)]


async def _numbers(session: AsyncConnection, clock: Clock, count: int) -> int:
    """Take ``count`` numbers of the team and return the first."""
    after = (await session.execute(NUMBERS, {"of_team": clock.team_id, "count": count})).scalar()
    if after is None:
        raise NotFound("team", clock.team_id)
    return int(after) - count


def _head(clock: Clock, kind: str, entry: Entry, origin: Origin, number: int) -> dict[str, Any]:
    customer_id = None if isinstance(entry, CostEntry) else entry.customer_id
    return {
        "team_id": clock.team_id,
        "kind": kind,
        "number": number,
        "customer_id": customer_id,
        "member_id": entry.member_id,
        "made_at": origin.made_at,
        "import_key": origin.import_key,
        "import_id": origin.import_id,
    }


@dataclass(frozen=True, slots=True)
class NewCustomer:
    """A customer to make; ``birthday`` as ``yyyy-mm-dd`` or ``--mm-dd``."""

    name: str
    phone: str | None = None
    owner_id: int | None = None
    birthday: str | None = None


async def add_customers(session: AsyncConnection, team_id: int, new: Sequence[NewCustomer]) -> list[int]:
    """Make customers and return their ids in order."""
    if not new:
        return []
    rows = [
        {
            "team_id": team_id,
            "name": clean(one.name),
            "key": full_key(one.name),
            "phone": one.phone,
            "owner_id": one.owner_id,
            "birthday": one.birthday,
            "internal": False,
        }
        for one in new
    ]
    made: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for customer_id, *same in await session.execute(NEW_CUSTOMERS, rows):
        made[tuple(same)].append(customer_id)
    ids = [made[row["name"], row["phone"], row["owner_id"]].pop() for row in rows]
    keys = [row for customer_id, one in zip(ids, new, strict=True) for row in name_rows(team_id, customer_id, one.name)]
    await session.execute(insert(customer_names), keys)
    return ids


async def customer_ids(session: AsyncConnection, team_id: int) -> tuple[dict[str, int], dict[str, int]]:
    """Return the team's customers by their name as written (lower case) and by phone; the oldest wins a name."""
    rows = await session.execute(
        select(customers.c.id, customers.c.name, customers.c.phone)
        .where(customers.c.team_id == team_id, customers.c.merged_into_id.is_(None))
        .order_by(customers.c.id.desc())
    )
    names: dict[str, int] = {}
    phones: dict[str, int] = {}
    for row in rows:
        names[row.name.casefold()] = row.id
        if row.phone:
            phones[row.phone] = row.id
    return names, phones


async def landed_keys(session: AsyncConnection, team_id: int, keys: Sequence[str]) -> set[str]:
    """Return those import keys whose record stands."""
    found: set[str] = set()
    for start in range(0, len(keys), CHUNK):
        rows = await session.execute(
            select(records.c.import_key).where(
                records.c.team_id == team_id,
                records.c.import_key.in_(keys[start : start + CHUNK]),
                records.c.removed_at.is_(None),
            )
        )
        found.update(rows.scalars())
    return found


async def with_open_deals(session: AsyncConnection, team_id: int, ids: Iterable[int]) -> set[int]:
    """Return those customers who have any deal that is not closed."""
    wanted = sorted(set(ids))
    found: set[int] = set()
    for start in range(0, len(wanted), CHUNK):
        rows = await session.execute(
            select(deals.c.customer_id).where(
                deals.c.team_id == team_id,
                deals.c.customer_id.in_(wanted[start : start + CHUNK]),
                deals.c.counted,
                deals.c.closed_at.is_(None),
            )
        )
        found.update(rows.scalars())
    return found


async def record_of_key(session: AsyncConnection, team_id: int, key: str) -> int | None:
    """Return the id of the standing record that was imported under that key."""
    found = await session.execute(
        select(records.c.id).where(
            records.c.team_id == team_id, records.c.import_key == key, records.c.removed_at.is_(None)
        )
    )
    return found.scalar()
