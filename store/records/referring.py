"""Who sent a customer, as rows of a file say it: kept where nobody has said it yet, audited, taken back with them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.tables import audit, audit_values, customers

_CHUNK = 500


class Sent(NamedTuple):
    """A record that names who sent its customer."""

    record_id: int
    customer_id: int
    by_id: int


async def refer(
    session: AsyncConnection, team_id: int, sent: Iterable[Sent], member_id: int | None, now: datetime
) -> None:
    """Say who sent customers, where that is not known yet, the first one named; nobody is sent by themselves."""
    first: dict[int, Sent] = {}
    for one in sent:
        if one.by_id != one.customer_id:
            first.setdefault(one.customer_id, one)
    now_by = await _referrers(session, team_id, list(first))
    new = [one for one in first.values() if one.customer_id in now_by and now_by[one.customer_id] is None]
    if not new:
        return
    own = (customers.c.team_id == team_id, customers.c.id == bindparam("of_id"))
    rows = [{"of_id": one.customer_id, "sent_by": one.by_id} for one in new]
    await session.execute(update(customers).where(*own).values(referred_by_id=bindparam("sent_by")), rows)
    await _note(session, team_id, [(one, None, one.by_id) for one in new], member_id, now)


async def unrefer(
    session: AsyncConnection, team_id: int, record_ids: Sequence[int], member_id: int | None, now: datetime
) -> None:
    """Take back what records said of who sent their customers, unless it has been changed since."""
    said = await _said(session, team_id, record_ids)
    now_by = await _referrers(session, team_id, [one.customer_id for one in said])
    survivors = await _survivors(session, team_id, [one.by_id for one in said])
    still = [one for one in said if now_by.get(one.customer_id) in (one.by_id, survivors.get(one.by_id) or one.by_id)]
    if not still:
        return
    own = (customers.c.team_id == team_id, customers.c.id == bindparam("of_id"))
    rows = [{"of_id": one.customer_id} for one in still]
    await session.execute(update(customers).where(*own).values(referred_by_id=None), rows)
    await _note(session, team_id, [(one, now_by[one.customer_id], None) for one in still], member_id, now)


async def rerefer(session: AsyncConnection, team_id: int, record_id: int, member_id: int | None, now: datetime) -> None:
    """Say again what a record that comes back had said of who sent its customer, where nobody has said it since."""
    said = await _said(session, team_id, [record_id])
    survivors = await _survivors(session, team_id, [one.by_id for one in said])
    again = (one._replace(by_id=survivors.get(one.by_id) or one.by_id) for one in said)
    await refer(session, team_id, again, member_id, now)


async def _said(session: AsyncConnection, team_id: int, record_ids: Sequence[int]) -> list[Sent]:
    found: list[Sent] = []
    for start in range(0, len(record_ids), _CHUNK):
        rows = await session.execute(
            select(audit.c.record_id, audit.c.customer_id, audit_values.c.after)
            .join(audit_values, (audit_values.c.audit_id == audit.c.id) & (audit_values.c.team_id == audit.c.team_id))
            .where(
                audit.c.team_id == team_id,
                audit.c.record_id.in_(record_ids[start : start + _CHUNK]),
                audit.c.action == "customer",
            )
        )
        values = [(row.record_id, row.customer_id, (row.after or {}).get("referred_by_id")) for row in rows]
        found += [Sent(record_id, customer_id, by_id) for record_id, customer_id, by_id in values if by_id]
    return found


async def _referrers(session: AsyncConnection, team_id: int, ids: Sequence[int]) -> dict[int, int | None]:
    """Who sent each of the customers; None where nobody has said it."""
    return await _column(session, team_id, ids, customers.c.referred_by_id)


async def _survivors(session: AsyncConnection, team_id: int, ids: Sequence[int]) -> dict[int, int | None]:
    """Into whom each of the customers was merged."""
    return await _column(session, team_id, ids, customers.c.merged_into_id)


async def _column(session: AsyncConnection, team_id: int, ids: Sequence[int], column: Any) -> dict[int, int | None]:
    found: dict[int, int | None] = {}
    for start in range(0, len(ids), _CHUNK):
        own = (customers.c.team_id == team_id, customers.c.id.in_(ids[start : start + _CHUNK]))
        found |= {row[0]: row[1] for row in await session.execute(select(customers.c.id, column).where(*own))}
    return found


async def _note(
    session: AsyncConnection,
    team_id: int,
    changes: Sequence[tuple[Sent, int | None, int | None]],
    member_id: int | None,
    now: datetime,
) -> None:
    """Leave an audit row of each change, bound to the record that named the referrer."""
    same = {"team_id": team_id, "at": now, "member_id": member_id, "action": "customer"}
    rows = [same | {"record_id": one.record_id, "customer_id": one.customer_id} for one, _before, _after in changes]
    made = await session.execute(insert(audit).returning(audit.c.id, audit.c.record_id), rows)
    ids = {row.record_id: row.id for row in made}
    values = [
        {
            "team_id": team_id,
            "audit_id": ids[one.record_id],
            "before": {"referred_by_id": before},
            "after": {"referred_by_id": after},
        }
        for one, before, after in changes
    ]
    await session.execute(insert(audit_values), values)
