"""Two customers who are one: the second's records count under the first, and can be given back exactly."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.customers.editing import count_customer, details
from store.customers.lookup import customer
from store.derived.refreshing import refresh
from store.errors import AlreadyDone, Differs, NotFound
from store.records.audit import note_change
from store.records.entries import Clock
from store.records.refunding import follow_sales
from store.tables import customers, merged_rows, merges, metadata, teams

REVERSIBLE = timedelta(days=30)

LEFT = frozenset({"audit", "hand_overs", "journeys", "buyer_months", "customer_names"})
"""Tables whose rows stay with the merged customer: trail, owners, what is derived anew, the names that find it."""

_REFERRED, _PHONE, _MERGED = "referred_by", "phone", "merged"
"""What else a merge changes: whom the merged one referred, a phone that the survivor lacked, and earlier merges."""


@dataclass(frozen=True, slots=True)
class Merge:
    """Which customer was merged into which, when, and whether that was undone."""

    id: int
    from_id: int
    into_id: int
    at: datetime
    undone_at: datetime | None


MERGE = tuple(merges.c[name] for name in Merge.__dataclass_fields__)


def moving() -> Iterator[Table]:
    """Every table whose rows go with their customer."""
    return (table for table in metadata.sorted_tables if "customer_id" in table.c and table.name not in LEFT)


async def merge(
    session: AsyncConnection,
    clock: Clock,
    from_id: int,
    into_id: int,
    by_id: int | None,
    now: datetime,
    inbox_id: int | None,
) -> int:
    """Count the records of ``from_id`` under ``into_id``; returns the merge's id.

    Raises `NotFound` when one of them is gone or merged already, `Differs` when only one of them is internal.
    """
    await _alone(session, clock)
    gone, kept = await customer(session, clock.team_id, from_id), await customer(session, clock.team_id, into_id)
    if from_id == into_id:
        raise NotFound("customer", from_id)
    if len(set((await session.execute(_internal(clock, from_id, into_id))).scalars())) > 1:
        raise Differs("internal")
    row = {"team_id": clock.team_id, "from_id": from_id, "into_id": into_id, "member_id": by_id, "at": now}
    merge_id = int((await session.execute(insert(merges).values(**row).returning(merges.c.id))).scalar_one())
    for table in moving():
        await _move(session, clock, merge_id, table, from_id, into_id)
    await _refer(session, clock, merge_id, from_id, into_id)
    await _follow(session, clock, merge_id, from_id, into_id)
    if kept.phone is None and gone.phone is not None:
        await _remember(session, clock, merge_id, _PHONE, [into_id])
        await session.execute(update(customers).where(*_one(clock, into_id)).values(phone=gone.phone))
    await session.execute(update(customers).where(*_one(clock, from_id)).values(merged_into_id=into_id))
    await refresh(session, clock.team_id, clock.journey_gap_days, [from_id, into_id])
    await _trail(session, clock, "merge", Merge(merge_id, from_id, into_id, now, None), by_id, now, inbox_id)
    return merge_id


async def unmerge(
    session: AsyncConnection, clock: Clock, merge_id: int, by_id: int | None, now: datetime, inbox_id: int | None
) -> Merge:
    """Give the merged customer back what was its own; raises `AlreadyDone` when that was done, or is too late.

    Raises `NotFound` while the survivor is itself merged into another: that merge is undone first.
    """
    await _alone(session, clock)
    done = await merge_of(session, clock.team_id, merge_id)
    await customer(session, clock.team_id, done.into_id)
    if done.undone_at is not None or now - done.at > REVERSIBLE:
        raise AlreadyDone("merge")
    moved = (await session.execute(_moved(clock, merge_id))).all()
    for table in moving():
        ids = [row.row_id for row in moved if row.of_table == table.name]
        here = (table.c.team_id == clock.team_id, table.c.customer_id == done.into_id, table.c.id.in_(ids))
        if ids:
            await session.execute(update(table).where(*here).values(customer_id=done.from_id))
    await _give_back(session, clock, done, moved)
    await session.execute(update(customers).where(*_one(clock, done.from_id)).values(merged_into_id=None))
    await session.execute(update(merges).where(merges.c.id == merge_id).values(undone_at=now))
    await follow_sales(session, clock.team_id, (done.from_id, done.into_id))
    for customer_id in (done.from_id, done.into_id):  # either may have been made internal, or external, meanwhile
        internal = (await details(session, clock.team_id, customer_id))["internal"]
        await count_customer(session, clock.team_id, customer_id, internal=internal)
    await refresh(session, clock.team_id, clock.journey_gap_days, [done.from_id, done.into_id])
    await _trail(session, clock, "unmerge", done, by_id, now, inbox_id)
    return done


async def merge_of(session: AsyncConnection, team_id: int, merge_id: int) -> Merge:
    """Return a merge of the team, or raise `NotFound`."""
    found = await session.execute(select(*MERGE).where(merges.c.team_id == team_id, merges.c.id == merge_id))
    row = found.first()
    if row is None:
        raise NotFound("merge", merge_id)
    return Merge(*row)


async def _alone(session: AsyncConnection, clock: Clock) -> None:
    """Let no other record of the team be written until this is done."""
    same = update(teams).where(teams.c.id == clock.team_id).values(next_number=teams.c.next_number)
    await session.execute(same)


async def _move(
    session: AsyncConnection, clock: Clock, merge_id: int, table: Table, from_id: int, into_id: int
) -> None:
    here = (table.c.team_id == clock.team_id, table.c.customer_id == from_id)
    ids = list((await session.execute(select(table.c.id).where(*here))).scalars())
    await _remember(session, clock, merge_id, table.name, ids)
    await session.execute(update(table).where(*here).values(customer_id=into_id))


async def _refer(session: AsyncConnection, clock: Clock, merge_id: int, from_id: int, into_id: int) -> None:
    """Let the survivor be who referred others; nobody refers themselves."""
    here = (customers.c.team_id == clock.team_id, customers.c.referred_by_id == from_id)
    ids = list((await session.execute(select(customers.c.id).where(*here))).scalars())
    await _remember(session, clock, merge_id, _REFERRED, ids)
    await session.execute(update(customers).where(*here, customers.c.id != into_id).values(referred_by_id=into_id))
    await session.execute(update(customers).where(*here, customers.c.id == into_id).values(referred_by_id=None))


async def _follow(session: AsyncConnection, clock: Clock, merge_id: int, from_id: int, into_id: int) -> None:
    """Point those merged before at the survivor of this merge: their names find them at once."""
    here = (customers.c.team_id == clock.team_id, customers.c.merged_into_id == from_id)
    ids = list((await session.execute(select(customers.c.id).where(*here))).scalars())
    await _remember(session, clock, merge_id, _MERGED, ids)
    await session.execute(update(customers).where(*here).values(merged_into_id=into_id))


async def _give_back(session: AsyncConnection, clock: Clock, done: Merge, moved: Any) -> None:
    referred = [row.row_id for row in moved if row.of_table == _REFERRED]
    if referred:
        own = (customers.c.team_id == clock.team_id, customers.c.id.in_(referred))
        still = customers.c.referred_by_id.is_(None) | (customers.c.referred_by_id == done.into_id)
        await session.execute(update(customers).where(*own, still).values(referred_by_id=done.from_id))
    merged = [row.row_id for row in moved if row.of_table == _MERGED]
    if merged:
        own = (customers.c.team_id == clock.team_id, customers.c.id.in_(merged))
        await session.execute(update(customers).where(*own).values(merged_into_id=done.from_id))
    if any(row.of_table == _PHONE for row in moved):
        phone = select(customers.c.phone).where(*_one(clock, done.from_id)).scalar_subquery()
        lent = (*_one(clock, done.into_id), customers.c.phone == phone)
        await session.execute(update(customers).where(*lent).values(phone=None))


async def _remember(session: AsyncConnection, clock: Clock, merge_id: int, of_table: str, ids: list[int]) -> None:
    if ids:
        rows = [
            {"team_id": clock.team_id, "merge_id": merge_id, "of_table": of_table, "row_id": row_id} for row_id in ids
        ]
        await session.execute(insert(merged_rows), rows)


def _one(clock: Clock, customer_id: int) -> tuple[Any, ...]:
    return (customers.c.team_id == clock.team_id, customers.c.id == customer_id)


def _internal(clock: Clock, *ids: int) -> Any:
    return select(customers.c.internal).where(customers.c.team_id == clock.team_id, customers.c.id.in_(ids))


def _moved(clock: Clock, merge_id: int) -> Any:
    return select(merged_rows.c.of_table, merged_rows.c.row_id).where(
        merged_rows.c.team_id == clock.team_id, merged_rows.c.merge_id == merge_id
    )


async def _trail(
    session: AsyncConnection,
    clock: Clock,
    action: str,
    done: Merge,
    by_id: int | None,
    now: datetime,
    inbox: int | None,
) -> None:
    await note_change(
        session,
        clock.team_id,
        action=action,
        at=now,
        member_id=by_id,
        customer_id=done.into_id,
        inbox_id=inbox,
        before={"customer_id": done.from_id},
        after={"customer_id": done.into_id, "merge_id": done.id},
    )
