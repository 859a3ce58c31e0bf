"""Forgetting a customer: every personal value goes, for good; the records stay and every figure is as before."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, cast, delete, or_, select, type_coerce, update
from sqlalchemy import String as Words
from sqlalchemy.ext.asyncio import AsyncConnection

from store.audit import note_change
from store.customers import customer
from store.daily import moved
from store.entries import Clock
from store.names import full_key
from store.tables import audit, audit_values, customer_names, customers, drafts, followups, inbox, metadata, records

_PERSONAL = {"phone": None, "birthday": None, "birthday_agreed_at": None}
"""What is blanked; who referred them is a number that figures count, and names nobody once they are forgotten."""


def nameless(customer_id: int) -> str:
    """Return what a forgotten customer is called from then on."""
    return f"× {customer_id}"


async def forget(
    session: AsyncConnection, clock: Clock, customer_id: int, by_id: int | None, now: datetime, inbox_id: int | None
) -> None:
    """Erase a customer's name, numbers, birthday and notes, also of those merged into them; raises `NotFound`."""
    await customer(session, clock.team_id, customer_id)
    await moved(session, clock.team_id)
    merged = select(customers.c.id).where(
        customers.c.team_id == clock.team_id, customers.c.merged_into_id == customer_id
    )
    people = [customer_id, *(await session.execute(merged)).scalars()]
    await _forget_drafts(session, clock.team_id, people)
    await _forget_trail(session, clock.team_id, people)
    await _forget_notes(session, clock.team_id, people)
    for one in people:
        name = nameless(one)
        own = (customers.c.team_id == clock.team_id, customers.c.id == one)
        await session.execute(update(customers).where(*own).values(name=name, key=full_key(name), **_PERSONAL))
    names = (customer_names.c.team_id == clock.team_id, customer_names.c.customer_id.in_(people))
    await session.execute(delete(customer_names).where(*names))
    await note_change(
        session,
        clock.team_id,
        action="forget",
        at=now,
        member_id=by_id,
        customer_id=customer_id,
        inbox_id=inbox_id,
    )


async def _forget_notes(session: AsyncConnection, team_id: int, people: Sequence[int]) -> None:
    """Drop what members wrote about them beside the figures."""
    for table in metadata.sorted_tables:
        if "note" in table.c and "customer_id" in table.c:
            own = (table.c.team_id == team_id, table.c.customer_id.in_(people))
            await session.execute(update(table).where(*own).values(note=None))
    own = (followups.c.team_id == team_id, followups.c.customer_id.in_(people))
    await session.execute(update(followups).where(*own).values(text=""))


async def _forget_trail(session: AsyncConnection, team_id: int, people: Sequence[int]) -> None:
    """Drop the values before and after of their changes; who changed what and when stays."""
    theirs = select(records.c.id).where(records.c.team_id == team_id, records.c.customer_id.in_(people))
    rows = select(audit.c.id).where(
        audit.c.team_id == team_id, or_(audit.c.customer_id.in_(people), audit.c.record_id.in_(theirs))
    )
    own = (audit_values.c.team_id == team_id, audit_values.c.audit_id.in_(rows))
    await session.execute(delete(audit_values).where(*own))


async def _forget_drafts(session: AsyncConnection, team_id: int, people: Sequence[int]) -> None:
    """Drop lines and questions that name them, and the messages that made one of their records."""
    theirs = select(records.c.inbox_id).where(
        records.c.team_id == team_id, records.c.customer_id.in_(people), records.c.inbox_id.is_not(None)
    )
    known = await session.execute(
        select(customers.c.name, customers.c.phone).where(customers.c.team_id == team_id, customers.c.id.in_(people))
    )
    said = [word for row in known for word in row if word]
    question: Any = cast(type_coerce(drafts.c.question, JSON), Words)
    named = [drafts.c.text.contains(word, autoescape=True) for word in said]
    offered = [question.contains(f'"id": {one},', autoescape=True) for one in people]
    own = (drafts.c.team_id == team_id, or_(drafts.c.inbox_id.in_(theirs), *named, *offered))
    await session.execute(delete(drafts).where(*own))
    done = (inbox.c.id.in_(theirs), inbox.c.answered_at.is_not(None))
    await session.execute(update(inbox).where(*done).values(payload=None, reply=None))
