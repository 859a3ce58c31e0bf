"""What a digest must know beside its figures: who logged, whether anything was, and what came late."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Table, exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from store.facts.contacts import CONTACT_KINDS
from store.tables import (
    audit,
    audit_values,
    contacts,
    costs,
    deals,
    leads,
    members,
    outbox,
    records,
    refunds,
    runs,
    sales,
    schedules,
)


@dataclass(frozen=True, slots=True)
class Logger:
    """A rep, and whether they logged anything in a period."""

    id: int
    name: str
    logged: bool


@dataclass(frozen=True, slots=True)
class Late:
    """What was entered, corrected or taken back about a period after a digest of it had been sent.

    ``others`` says that something else changed since, of no known day: a cost, a deal, who counts at all.
    """

    sales: int
    refunds: int
    contacts: int
    corrected: int
    removed: int
    restored: int
    others: bool

    @property
    def any(self) -> bool:
        """Whether there was anything."""
        counted = self.sales or self.refunds or self.contacts or self.corrected or self.removed or self.restored
        return bool(counted or self.others)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A line of a digest's log: the run, and what became of its message."""

    schedule_id: int
    due_at: datetime
    done_at: datetime
    state: str
    reason: str | None
    sent_at: datetime | None
    failure: str | None
    doubts: int | None


async def anything(session: AsyncConnection, team_id: int, start: datetime, end: datetime) -> bool:
    """Whether anything counted happened in a span of time."""
    kinds = contacts.c.kind.in_(CONTACT_KINDS)
    asked = [
        exists().where(table.c.team_id == team_id, table.c.counted, at >= start, at < end, *more)
        for table, at, more in (
            (contacts, contacts.c.at, (kinds,)),
            (sales, sales.c.at, ()),
            (refunds, refunds.c.at, ()),
            (leads, leads.c.at, ()),
            (deals, deals.c.opened_at, ()),
        )
    ]
    for one in asked:
        if (await session.execute(select(one))).scalar_one():
            return True
    return False


async def loggers(session: AsyncConnection, team_id: int, start: datetime, end: datetime) -> list[Logger]:
    """Return the team's present reps who are on Telegram, with whether they logged in a span, by name."""
    reps = await session.execute(
        select(members.c.id, members.c.name)
        .where(
            members.c.team_id == team_id,
            members.c.role == "rep",
            members.c.removed_at.is_(None),
            members.c.account_id.is_not(None),
        )
        .order_by(members.c.name)
    )
    active = await session.execute(
        select(audit.c.member_id)
        .where(audit.c.team_id == team_id, audit.c.action == "log", audit.c.at >= start, audit.c.at < end)
        .distinct()
    )
    busy = set(active.scalars())
    return [Logger(rep, name, rep in busy) for rep, name in reps]


async def last_logged(session: AsyncConnection, team_id: int, member_id: int) -> datetime | None:
    """Return when a member logged last; None for one who never did."""
    found = await session.execute(
        select(records.c.made_at)
        .where(records.c.team_id == team_id, records.c.member_id == member_id)
        .order_by(records.c.id.desc())
        .limit(1)
    )
    return found.scalar_one_or_none()


_DATED = (sales, refunds, contacts)
_CHANGES = ("correct", "remove", "restore")
_OTHERS = ("internal", "external", "customer", "merge", "unmerge", "won", "lost", "answered", "resolved")


async def late(session: AsyncConnection, team_id: int, start: datetime, end: datetime, since: datetime) -> Late:
    """Count what has changed about a span since then; a record that was moved out of it is a correction too."""
    changed = dict.fromkeys(_CHANGES, 0)
    for table in _DATED:
        rows = await session.execute(
            select(audit.c.action, func.count(audit.c.record_id.distinct()))
            .join(table, table.c.id == audit.c.record_id)
            .where(
                audit.c.team_id == team_id, audit.c.action.in_(_CHANGES), audit.c.at > since,
                table.c.team_id == team_id, table.c.at >= start, table.c.at < end,
            )
            .group_by(audit.c.action)
        )  # fmt: skip
        for action, count in rows:
            changed[action] += count
    return Late(
        sales=await _added(session, sales, team_id, start, end, since),
        refunds=await _added(session, refunds, team_id, start, end, since),
        contacts=await _added(session, contacts, team_id, start, end, since),
        corrected=changed["correct"] + await _moved_out(session, team_id, start, end, since),
        removed=changed["remove"],
        restored=changed["restore"],
        others=await _others(session, team_id, start, end, since),
    )


async def _moved_out(session: AsyncConnection, team_id: int, start: datetime, end: datetime, since: datetime) -> int:
    """Count the records that were dated in a span and, by a correction since, no longer are."""
    found = await session.execute(
        select(audit.c.record_id, audit_values.c.before)
        .join(audit_values, audit_values.c.audit_id == audit.c.id)
        .where(audit.c.team_id == team_id, audit.c.action == "correct", audit.c.at > since)
    )
    was = {
        row.record_id
        for row in found
        if (row.before or {}).get("at") and start <= datetime.fromisoformat(row.before["at"]) < end
    }
    for table in _DATED if was else ():
        here = (table.c.team_id == team_id, table.c.id.in_(was), table.c.at >= start, table.c.at < end)
        was -= set((await session.execute(select(table.c.id).where(*here))).scalars())
    return len(was)


async def _others(session: AsyncConnection, team_id: int, start: datetime, end: datetime, since: datetime) -> bool:
    """Whether anything was changed since then, or a lead or a cost of the span entered."""
    changed = select(audit.c.id).where(
        audit.c.team_id == team_id, audit.c.action.in_((*_CHANGES, *_OTHERS)), audit.c.at > since
    )
    spent = (
        select(costs.c.id)
        .join(records, records.c.id == costs.c.id)
        .where(costs.c.team_id == team_id, costs.c.from_day <= end.date(), costs.c.to_day >= start.date())
        .where(records.c.made_at > since)
    )
    for query in (changed, spent):
        if (await session.execute(query.limit(1))).first() is not None:
            return True
    return bool(await _added(session, leads, team_id, start, end, since))


async def _added(
    session: AsyncConnection, table: Table, team_id: int, start: datetime, end: datetime, since: datetime
) -> int:
    found = await session.execute(
        select(func.count())
        .select_from(table.join(records, records.c.id == table.c.id))
        .where(
            table.c.team_id == team_id, table.c.counted, table.c.at >= start, table.c.at < end,
            records.c.made_at > since,
        )
    )  # fmt: skip
    return int(found.scalar_one())


async def deliveries(session: AsyncConnection, team_id: int, kind: str, most: int) -> list[Delivery]:
    """Return what became of the newest due times of a team's schedules of a kind, newest first."""
    rows = (
        await session.execute(
            select(runs.c.schedule_id, runs.c.due_at, runs.c.done_at, runs.c.state, runs.c.reason)
            .select_from(runs.join(schedules, schedules.c.id == runs.c.schedule_id))
            .where(runs.c.team_id == team_id, schedules.c.kind == kind)
            .order_by(runs.c.id.desc())
            .limit(most)
        )
    ).all()
    keys = {said_under(kind, row.schedule_id, row.due_at): row for row in rows}
    sent = await session.execute(
        select(outbox.c.dedupe_key, outbox.c.sent_at, outbox.c.failure, outbox.c.doubts).where(
            outbox.c.team_id == team_id, outbox.c.dedupe_key.in_(list(keys))
        )
    )
    found = {row.dedupe_key: row for row in sent}
    return [_delivery(row, found.get(key)) for key, row in keys.items()]


def said_under(kind: str, schedule_id: int, due_at: datetime) -> str:
    """Return the key under which a due time's messages are kept."""
    return f"{kind}:{schedule_id}:{due_at.astimezone(UTC):%Y%m%dT%H%M}"


def _delivery(run: Any, sent: Any) -> Delivery:
    message = (None, None, None) if sent is None else (sent.sent_at, sent.failure, sent.doubts)
    return Delivery(run.schedule_id, run.due_at, run.done_at, run.state, run.reason, *message)
