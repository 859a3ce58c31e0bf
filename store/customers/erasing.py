"""Forgetting a customer: every personal value goes, for good; the records stay and every figure is as before."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any

from sqlalchemy import JSON, cast, delete, null, or_, select, type_coerce, update
from sqlalchemy import String as Words
from sqlalchemy.ext.asyncio import AsyncConnection

from store.customers.lookup import customer
from store.derived.daily import moved
from store.names import full_key
from store.queues.outbox import FORGOTTEN
from store.records.audit import note_change
from store.records.entries import Clock
from store.tables import (
    audit,
    audit_values,
    customer_names,
    customers,
    drafts,
    followups,
    inbox,
    metadata,
    outbox,
    records,
)

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
    await _forget_unsaid(session, clock.team_id, people, now)
    await _forget_drafts(session, clock.team_id, people)
    await _forget_trail(session, clock.team_id, people)
    await _forget_notes(session, clock.team_id, people, now)
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


async def _forget_unsaid(session: AsyncConnection, team_id: int, people: Sequence[int], now: datetime) -> None:
    """Give up what is about them alone and still waits to be sent; in the rest they are nameless."""
    waits = (outbox.c.team_id == team_id, outbox.c.sent_at.is_(None), outbox.c.failed_at.is_(None))
    theirs = select(followups.c.id).where(followups.c.team_id == team_id, followups.c.customer_id.in_(people))
    alone = [f"{kind}:{one}:" for one in people for kind in ("birthday", "handover")]
    alone += [f"followup:{one}:" for one in (await session.execute(theirs)).scalars()]
    called = await _words_of(session, team_id, people)
    for row in (await session.execute(select(outbox.c.id, outbox.c.dedupe_key, outbox.c.payload).where(*waits))).all():
        one = update(outbox).where(outbox.c.id == row.id)
        if row.dedupe_key.startswith(tuple(alone)):
            await session.execute(one.values(failed_at=now, failure=FORGOTTEN, payload=null(), picture=None))
        elif (kept := _nameless(row.payload, called)) != row.payload:
            await session.execute(one.values(payload=kept))


async def _words_of(session: AsyncConnection, team_id: int, people: Sequence[int]) -> Mapping[str, str]:
    """Return what they are called and reached by, also as it stands in a message, and what stands there instead."""
    known = await session.execute(
        select(customers.c.id, customers.c.name, customers.c.phone).where(
            customers.c.team_id == team_id, customers.c.id.in_(people)
        )
    )
    said = [(word, nameless(row.id)) for row in known for word in (row.name, row.phone) if word]
    return {form: instead for word, instead in said for form in (word, escape(word, quote=False), escape(word))}


def _nameless(kept: Any, called: Mapping[str, str]) -> Any:
    """Return a message as the outbox keeps it, with the words replaced."""
    if isinstance(kept, str):
        for word, instead in called.items():
            kept = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", instead, kept)
        return kept
    if isinstance(kept, list):
        return [_nameless(one, called) for one in kept]
    return {name: _nameless(one, called) for name, one in kept.items()} if isinstance(kept, dict) else kept


async def _forget_notes(session: AsyncConnection, team_id: int, people: Sequence[int], now: datetime) -> None:
    """Drop what members wrote about them beside the figures, and what they still meant to do for them."""
    for table in metadata.sorted_tables:
        if "note" in table.c and "customer_id" in table.c:
            own = (table.c.team_id == team_id, table.c.customer_id.in_(people))
            await session.execute(update(table).where(*own).values(note=None))
    own = (followups.c.team_id == team_id, followups.c.customer_id.in_(people))
    await session.execute(update(followups).where(*own).values(text=""))
    await session.execute(
        update(followups).where(*own, followups.c.done_at.is_(None)).values(done_at=now, dropped=True)
    )


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
