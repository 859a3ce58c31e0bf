"""The trail as it is read: what happened to a record, and what is kept of a member."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from store.tables import audit, audit_values, imports, members, records

MOST = 50
"""Changes of one record that are read, the newest."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change: when, what, by whom, and the values before and after where they are kept."""

    at: datetime
    action: str
    member: str | None
    before: Mapping[str, Any]
    after: Mapping[str, Any]


async def changes_of(session: AsyncConnection, team_id: int, record_id: int) -> list[Change]:
    """Return what happened to a record, oldest first."""
    found = await session.execute(
        select(audit.c.at, audit.c.action, members.c.name, audit_values.c.before, audit_values.c.after)
        .select_from(
            audit.outerjoin(members, members.c.id == audit.c.member_id).outerjoin(
                audit_values, audit_values.c.audit_id == audit.c.id
            )
        )
        .where(audit.c.team_id == team_id, audit.c.record_id == record_id)
        .order_by(audit.c.id.desc())
        .limit(MOST)
    )
    rows = [Change(row.at, row.action, row.name, row.before or {}, row.after or {}) for row in found]
    return rows[::-1]


async def records_of_member(session: AsyncConnection, team_id: int, member_id: int) -> Mapping[str, int]:
    """Return how many standing records of each kind a member has."""
    found = await session.execute(
        select(records.c.kind, func.count())
        .where(records.c.team_id == team_id, records.c.member_id == member_id, records.c.removed_at.is_(None))
        .group_by(records.c.kind)
        .order_by(records.c.kind)
    )
    return {kind: int(count) for kind, count in found}


async def imported_from(session: AsyncConnection, team_id: int, record_id: int) -> str | None:
    """Return the name of the file, sent in chat, from which a record was imported; None for any other."""
    found = await session.execute(
        select(imports.c.name)
        .join(records, records.c.import_id == imports.c.id)
        .where(records.c.team_id == team_id, records.c.id == record_id, imports.c.team_id == team_id)
    )
    return found.scalar()


async def imported_again(session: AsyncConnection, team_id: int, record_id: int) -> int | None:
    """Return the number of the standing record that the same row of a file has made since; None when there is none."""
    own, other = records.alias(), records.alias()
    found = await session.execute(
        select(other.c.number)
        .join(own, (own.c.import_key == other.c.import_key) & (own.c.id != other.c.id))
        .where(own.c.team_id == team_id, own.c.id == record_id)
        .where(other.c.team_id == team_id, other.c.removed_at.is_(None))
    )
    return found.scalar()
