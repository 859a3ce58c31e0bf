"""What a digest must know beside its figures: who logged, whether anything was, and what came late."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    String,
    Table,
    bindparam,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from store.facts.contacts import CONTACT_KINDS
from store.facts.cut import counted
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
    """A line of a digest's log: the run, where it goes, and what became of its messages."""

    schedule_id: int
    rule: Mapping[str, Any]
    chat_id: int | None
    thread_id: int
    due_at: datetime
    done_at: datetime
    state: str
    reason: str | None
    sent_at: datetime | None
    failure: str | None
    doubts: int | None


def _within(table: Table, at: Any) -> list[ColumnElement[bool]]:
    """Keep the rows of a ``team`` that lie from ``start`` to ``end``, found by their days where they have one."""
    start, end = (bindparam(name, type_=at.type) for name in ("start", "end"))
    of = [table.c.team_id == bindparam("team"), at >= start, at < end]
    if "day" in table.c:
        of.append(table.c.day.between(*_DAYS))
    if table is contacts:  # their index has the kind before the day
        of.append(contacts.c.kind.in_(CONTACT_KINDS))
    return of


_DAYS = bindparam("first_day", type_=Date), bindparam("last_day", type_=Date)


def _asked(team_id: int, start: datetime, end: datetime) -> dict[str, Any]:
    """The values of a statement about a span: in any zone its days lie within those of UTC and one on each side."""
    days = {"first_day": start.date() - timedelta(days=1), "last_day": end.date() + timedelta(days=1)}
    return {"team": team_id, "start": start, "end": end, **days}


def _happened() -> Select[bool]:
    """Select whether anything counted happened to a ``team`` from ``start`` to ``end``."""
    found = [
        exists().where(*_within(table, at), counted(table.name))
        for table, at in (
            (contacts, contacts.c.at),
            (sales, sales.c.at),
            (refunds, refunds.c.at),
            (leads, leads.c.at),
            (deals, deals.c.opened_at),
        )
    ]
    return select(or_(*found))


_HAPPENED = _happened()


async def anything(session: AsyncConnection, team_id: int, start: datetime, end: datetime) -> bool:
    """Whether anything counted happened in a span of time."""
    found = await session.execute(_HAPPENED, _asked(team_id, start, end))
    return bool(found.scalar_one())


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
    """Return when a member last logged something themselves, not by a file; None for one who never did."""
    joined = select(members.c.joined_at).where(members.c.team_id == team_id, members.c.id == member_id)
    found = await session.execute(
        select(audit.c.at)
        .where(
            audit.c.team_id == team_id, audit.c.action == "log", audit.c.member_id == member_id,
            audit.c.at >= joined.scalar_subquery(),
        )
        .order_by(audit.c.at.desc())
        .limit(1)
    )  # fmt: skip
    return found.scalar_one_or_none()


_DATED = (sales, refunds, contacts)
_CHANGES = ("correct", "remove", "restore")
_OTHERS = ("internal", "external", "customer", "merge", "unmerge", "won", "lost", "answered", "resolved")


def _added(table: Table) -> Select[str, int]:
    """Count what was entered ``since`` an instant into a span."""
    entered = select(literal(table.name, String), func.count()).where(counted(table.name), *_within(table, table.c.at))
    return entered.select_from(table.join(records, records.c.id == table.c.id)).where(_after(records.c.made_at))


def _changed(table: Table) -> Select[str, int]:
    """Count what was corrected, removed and restored since then of a span."""
    changed = select(audit.c.action, func.count(audit.c.record_id.distinct())).group_by(audit.c.action)
    of = (audit.c.team_id == bindparam("team"), audit.c.action.in_(_CHANGES), _after(audit.c.at))
    return changed.join(table, table.c.id == audit.c.record_id).where(*of, *_within(table, table.c.at))


def _anyhow() -> Select[str, int]:
    """Count whatever was changed since then, of whatever span."""
    of = (audit.c.team_id == bindparam("team"), audit.c.action.in_((*_CHANGES, *_OTHERS)), _after(audit.c.at))
    return select(literal(_ANYHOW, String), func.count()).select_from(audit).where(*of)


def _spent() -> Select[str, int]:
    """Count the costs entered since then that touch the days from ``first_day`` to ``last_day``."""
    entered = select(literal(costs.name, String), func.count())
    first, last = _DAYS
    days = (costs.c.from_day <= last, costs.c.to_day >= first)
    of = (costs.c.team_id == bindparam("team"), *days, _after(records.c.made_at))
    return entered.select_from(costs.join(records, records.c.id == costs.c.id)).where(*of)


def _after(at: Any) -> ColumnElement[bool]:
    later: ColumnElement[bool] = at > bindparam("since", type_=at.type)
    return later


_ANYHOW = "changed"
_LATE = union_all(*map(_added, (*_DATED, leads)), *map(_changed, _DATED), _anyhow(), _spent())
"""Made once: every digest asks it of each of the last few that were sent."""


async def late(session: AsyncConnection, team_id: int, start: datetime, end: datetime, since: datetime) -> Late:
    """Count what has changed about a span since then; a record that was moved out of it is a correction too."""
    counts: Counter[str] = Counter()
    for what, count in await session.execute(_LATE, {**_asked(team_id, start, end), "since": since}):
        counts[what] += count
    moved = await _moved_out(session, team_id, start, end, since) if counts[_ANYHOW] else 0
    return Late(
        sales=counts[sales.name],
        refunds=counts[refunds.name],
        contacts=counts[contacts.name],
        corrected=counts["correct"] + moved,
        removed=counts["remove"],
        restored=counts["restore"],
        others=any(counts[what] for what in (_ANYHOW, costs.name, leads.name)),
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


async def deliveries(session: AsyncConnection, team_id: int, kind: str, most: int) -> list[Delivery]:
    """Return what became of the newest due times of a team's schedules of a kind, newest first."""
    rows = (
        await session.execute(
            select(
                runs.c.schedule_id,
                schedules.c.rule,
                schedules.c.chat_id,
                schedules.c.thread_id,
                runs.c.due_at,
                runs.c.done_at,
                runs.c.state,
                runs.c.reason,
            )
            .select_from(runs.join(schedules, schedules.c.id == runs.c.schedule_id))
            .where(runs.c.team_id == team_id, schedules.c.kind == kind)
            .order_by(runs.c.due_at.desc(), runs.c.id.desc())
            .limit(most)
        )
    ).all()
    keys = {said_under(kind, row.schedule_id, row.due_at): row for row in rows}
    parts = [key + part for key in keys for part in _PARTS]
    sent = await session.execute(
        select(outbox.c.dedupe_key, outbox.c.sent_at, outbox.c.failure, outbox.c.doubts)
        .where(outbox.c.team_id == team_id, outbox.c.dedupe_key.in_(parts))
        .order_by(outbox.c.id)
    )
    found: dict[str, list[Any]] = {}
    for message in sent:
        found.setdefault(message.dedupe_key.partition("/")[0], []).append(message)
    return [_delivery(row, found.get(key, [])) for key, row in keys.items()]


def said_under(kind: str, schedule_id: int, due_at: datetime) -> str:
    """Return the key under which a due time's messages are kept."""
    return f"{kind}:{schedule_id}:{due_at.astimezone(UTC):%Y%m%dT%H%M}"


_PARTS = ("", "/1", "/2", "/3")
"""What the keys of a due time's messages end in: the picture, the text, and pieces of a text that is too long."""


def _delivery(run: Any, messages: Sequence[Any]) -> Delivery:
    """It was sent when the last message was; one that failed is what is told."""
    failure = next((one.failure for one in messages if one.failure is not None), None)
    waits = not messages or any(one.sent_at is None for one in messages)
    sent_at = None if waits else max(one.sent_at for one in messages)
    doubts = max((one.doubts for one in messages), default=None)
    return Delivery(**run._mapping, sent_at=sent_at, failure=failure, doubts=doubts)
