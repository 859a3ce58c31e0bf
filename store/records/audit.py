"""The trail: one append-only row for every change, its values apart so that they can be erased."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from store.tables import audit, audit_values


async def note_change(
    session: AsyncConnection,
    team_id: int,
    *,
    action: str,
    at: datetime,
    member_id: int | None,
    record_id: int | None = None,
    customer_id: int | None = None,
    inbox_id: int | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> int:
    """Write who changed what, when, by which message, and the values before and after; returns the row's id."""
    made = await session.execute(
        insert(audit)
        .values(
            team_id=team_id,
            at=at,
            member_id=member_id,
            action=action,
            record_id=record_id,
            customer_id=customer_id,
            inbox_id=inbox_id,
        )
        .returning(audit.c.id)
    )
    audit_id = int(made.scalar_one())
    if before is not None or after is not None:
        await session.execute(
            insert(audit_values).values(team_id=team_id, audit_id=audit_id, before=plain(before), after=plain(after))
        )
    return audit_id


def plain(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return the values as JSON can hold them: instants and dates in ISO 8601."""
    if values is None:
        return None
    return {key: value.isoformat() if isinstance(value, date | datetime) else value for key, value in values.items()}


async def changed_by(session: AsyncConnection, team_id: int, record_id: int) -> int | None:
    """Return the member who changed a record last; None when nobody has."""
    found = await session.execute(
        select(audit.c.member_id)
        .where(audit.c.team_id == team_id, audit.c.record_id == record_id, audit.c.action == "correct")
        .order_by(audit.c.id.desc())
        .limit(1)
    )
    member_id: int | None = found.scalar()
    return member_id


async def logged_by(session: AsyncConnection, team_id: int, record_id: int) -> int | None:
    """Return the member who entered a record (a sale may be a colleague's); None when nobody did, as in an import."""
    found = await session.execute(
        select(audit.c.member_id)
        .where(audit.c.team_id == team_id, audit.c.record_id == record_id, audit.c.action == "log")
        .limit(1)
    )
    member_id = found.scalar()
    return None if member_id is None else int(member_id)
