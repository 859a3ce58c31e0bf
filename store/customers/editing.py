"""Changing a customer: name, phone, owner, birthday, who referred them, and whether they count at all."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, false, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.customers.lookup import customer, name_rows
from store.derived.daily import moved
from store.derived.refreshing import refresh
from store.errors import NotFound
from store.names import clean, full_key
from store.records.audit import note_change
from store.records.entries import Clock
from store.records.refunding import settle_refunds
from store.tables import customer_names, customers, hand_overs, metadata, records, refunds, sales, teams

CHANGEABLE = ("name", "phone", "owner_id", "birthday", "birthday_agreed_at", "referred_by_id")
"""What may be changed of a customer; all else follows from their records."""


async def change_customer(
    session: AsyncConnection,
    clock: Clock,
    customer_id: int,
    changes: Mapping[str, Any],
    by_id: int | None,
    now: datetime,
    inbox_id: int | None,
) -> None:
    """Change columns of a customer, with the keys that find them; audited with before and after."""
    await customer(session, clock.team_id, customer_id)
    before = await details(session, clock.team_id, customer_id)
    changes = {name: changes[name] for name in CHANGEABLE if name in changes and before[name] != changes[name]}
    if not changes:
        return
    own = (customers.c.team_id == clock.team_id, customers.c.id == customer_id)
    written = dict(changes)
    if "name" in changes:
        written |= {"name": clean(changes["name"]), "key": full_key(changes["name"])}
        named = (customer_names.c.team_id == clock.team_id, customer_names.c.customer_id == customer_id)
        await session.execute(delete(customer_names).where(*named))
        await session.execute(insert(customer_names), name_rows(clock.team_id, customer_id, changes["name"]))
    await session.execute(update(customers).where(*own).values(**written))
    if "owner_id" in changes:
        left = {"team_id": clock.team_id, "customer_id": customer_id, "at": now, "from_id": before["owner_id"]}
        await session.execute(insert(hand_overs).values(**left))
    await moved(session, clock.team_id)
    await note_change(
        session,
        clock.team_id,
        action="customer",
        at=now,
        member_id=by_id,
        customer_id=customer_id,
        inbox_id=inbox_id,
        before={name: before[name] for name in changes},
        after=changes,
    )


async def details(session: AsyncConnection, team_id: int, customer_id: int) -> Mapping[str, Any]:
    """Return what may be changed of a customer, and whether they are internal, or raise `NotFound`."""
    columns = [customers.c[name] for name in (*CHANGEABLE, "internal")]
    found = await session.execute(select(*columns).where(customers.c.team_id == team_id, customers.c.id == customer_id))
    row = found.first()
    if row is None:
        raise NotFound("customer", customer_id)
    return dict(row._mapping)


async def set_internal(
    session: AsyncConnection,
    clock: Clock,
    customer_id: int,
    internal: bool,
    by_id: int | None,
    now: datetime,
    inbox_id: int | None,
) -> bool:
    """Leave a customer's records out of every figure, or count them again; returns whether that changed anything."""
    same = update(teams).where(teams.c.id == clock.team_id).values(next_number=teams.c.next_number)
    await session.execute(same)  # no record of the team is written meanwhile
    await customer(session, clock.team_id, customer_id)
    own = (customers.c.team_id == clock.team_id, customers.c.id == customer_id)
    changed = await session.execute(
        update(customers).where(*own, customers.c.internal.is_not(internal)).values(internal=internal)
    )
    if not changed.rowcount:
        return False
    await count_customer(session, clock.team_id, customer_id, internal=internal)
    await refresh(session, clock.team_id, clock.journey_gap_days, [customer_id])
    await note_change(
        session,
        clock.team_id,
        action="internal" if internal else "external",
        at=now,
        member_id=by_id,
        customer_id=customer_id,
        inbox_id=inbox_id,
    )
    return True


async def count_customer(session: AsyncConnection, team_id: int, customer_id: int, *, internal: bool) -> None:
    """Count a customer's standing records, or none; a refund counts only while its sale does, and settles it anew."""
    standing = select(records.c.id).where(records.c.team_id == team_id, records.c.removed_at.is_(None))
    for table in metadata.sorted_tables:
        if "counted" not in table.c or "customer_id" not in table.c:
            continue
        here = (table.c.team_id == team_id, table.c.customer_id == customer_id)
        counted: Any = false() if internal else table.c.id.in_(standing)
        await session.execute(update(table).where(*here).values(counted=counted))
    gone = select(sales.c.id).where(sales.c.team_id == team_id, sales.c.counted.is_(False))
    own = (refunds.c.team_id == team_id, refunds.c.customer_id == customer_id, refunds.c.sale_id.in_(gone))
    await session.execute(update(refunds).where(*own).values(counted=False))
    if not internal:
        back = (refunds.c.team_id == team_id, refunds.c.customer_id == customer_id, refunds.c.sale_id.is_not(None))
        for sale_id in (await session.execute(select(refunds.c.sale_id).where(*back).distinct())).scalars().all():
            await settle_refunds(session, team_id, sale_id)
