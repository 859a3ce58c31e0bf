"""Files that are imported in chat: kept until they are settled, claimed by one worker, taken back as a whole."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.derived.daily import Touched, recount
from store.derived.refreshing import refresh
from store.errors import AlreadyDone, NotFound
from store.records.corrections import FACTS
from store.records.deals import OPEN_AGAIN
from store.records.entries import Clock
from store.records.referring import unrefer
from store.records.refunding import settle_refunds
from store.tables import audit, deals, imports, records, refunds, sales

ASKING, IMPORTING, DONE, UNDOING, UNDONE, DROPPED = "asking", "importing", "done", "undoing", "undone", "dropped"
"""The states of an import, in the order that it goes through them; one given up ends as dropped."""


@dataclass(frozen=True, slots=True)
class ImportRow:
    """A file sent in chat without its content; ``answers`` say how it is read, ``told_id`` is the bot's message."""

    id: int
    team_id: int
    member_id: int
    chat_id: int
    told_id: int | None
    name: str
    digest: str
    answers: Mapping[str, Any]
    state: str
    asked_at: datetime
    done_at: datetime | None


_ROW = tuple(imports.c[name] for name in ImportRow.__dataclass_fields__)
_AT_WORK = imports.c.state.in_((IMPORTING, UNDOING))


async def keep(
    session: AsyncConnection,
    team_id: int,
    *,
    member_id: int,
    chat_id: int,
    name: str,
    digest: str,
    content: bytes,
    answers: Mapping[str, Any],
    now: datetime,
) -> int:
    """Keep a file that is to be asked about; returns its id."""
    made = await session.execute(
        insert(imports)
        .values(
            team_id=team_id, member_id=member_id, chat_id=chat_id, name=name, digest=digest, content=content,
            answers=dict(answers), state=ASKING, asked_at=now,
        )
        .returning(imports.c.id)
    )  # fmt: skip
    return int(made.scalar_one())


async def import_of(session: AsyncConnection, team_id: int, import_id: int) -> ImportRow:
    """Return a team's import, or raise `NotFound`."""
    found = await session.execute(select(*_ROW).where(imports.c.team_id == team_id, imports.c.id == import_id))
    row = found.first()
    if row is None:
        raise NotFound("import", import_id)
    return ImportRow(*row)


async def content_of(session: AsyncConnection, team_id: int, import_id: int) -> bytes:
    """Return the file's bytes; raises `NotFound` once they are blanked."""
    found = await session.execute(
        select(imports.c.content).where(imports.c.team_id == team_id, imports.c.id == import_id)
    )
    content = found.scalar()
    if content is None:
        raise NotFound("import", import_id)
    return bytes(content)


async def landed_before(session: AsyncConnection, team_id: int, digest: str) -> ImportRow | None:
    """Return the latest import of the same file that stands or is under way."""
    found = await session.execute(
        select(*_ROW)
        .where(imports.c.team_id == team_id, imports.c.digest == digest, imports.c.state.in_((IMPORTING, DONE)))
        .order_by(imports.c.id.desc())
        .limit(1)
    )
    row = found.first()
    return None if row is None else ImportRow(*row)


async def latest(session: AsyncConnection, team_id: int, since: datetime, most: int) -> list[ImportRow]:
    """Return a team's imports done since, newest first."""
    found = await session.execute(
        select(*_ROW)
        .where(imports.c.team_id == team_id, imports.c.state == DONE, imports.c.done_at >= since)
        .order_by(imports.c.id.desc())
        .limit(most)
    )
    return [ImportRow(*row) for row in found]


async def answer(session: AsyncConnection, row: ImportRow, answers: Mapping[str, Any]) -> None:
    """Keep how the file is to be read; raises `AlreadyDone` when that is settled."""
    await move(session, row, ASKING, ASKING, answers=dict(answers))


async def move(session: AsyncConnection, row: ImportRow, before: str, after: str, **columns: Any) -> None:
    """Bring an import from one state to the next; raises `AlreadyDone` when it is in another one."""
    changed = await session.execute(
        update(imports)
        .where(imports.c.team_id == row.team_id, imports.c.id == row.id, imports.c.state == before)
        .values(state=after, claimed_until=None, **columns)
    )
    if not changed.rowcount:
        raise AlreadyDone("import")


async def waiting(session: AsyncConnection, now: datetime) -> bool:
    """Whether there may be work: a look that takes no lock."""
    free = or_(imports.c.claimed_until.is_(None), imports.c.claimed_until < now)
    return (await session.execute(select(imports.c.id).where(_AT_WORK, free).limit(1))).first() is not None


async def claim(session: AsyncConnection, now: datetime, until: datetime) -> ImportRow | None:
    """Take the oldest import that is to be done or undone and that nobody holds."""
    free = or_(imports.c.claimed_until.is_(None), imports.c.claimed_until < now)
    wanted = select(imports.c.id).where(_AT_WORK, free).order_by(imports.c.id).limit(1)
    taken = await session.execute(
        update(imports)
        .where(imports.c.id.in_(wanted.with_for_update(skip_locked=True).scalar_subquery()))
        .values(claimed_until=until)
        .returning(*_ROW)
    )
    row = taken.first()
    return None if row is None else ImportRow(*row)


async def hold(session: AsyncConnection, row: ImportRow, until: datetime) -> None:
    """Hold a claimed import for longer."""
    await session.execute(update(imports).where(imports.c.id == row.id, _AT_WORK).values(claimed_until=until))


async def release(session: AsyncConnection) -> None:
    """Give up every lease: for the start of a process that is alone."""
    await session.execute(update(imports).where(imports.c.claimed_until.is_not(None)).values(claimed_until=None))


async def forget_unsettled(session: AsyncConnection, before: datetime) -> None:
    """Drop what was asked about before then and never answered, with its content."""
    await session.execute(
        update(imports)
        .where(imports.c.state == ASKING, imports.c.asked_at < before)
        .values(state=DROPPED, content=None)
    )


async def landed_of(session: AsyncConnection, team_id: int, import_id: int) -> int:
    """Return how many rows of the file have become records that stand."""
    found = await session.execute(
        select(func.count()).where(
            records.c.team_id == team_id,
            records.c.import_id == import_id,
            records.c.import_key.is_not(None),
            records.c.removed_at.is_(None),
        )
    )
    return int(found.scalar_one())


async def take_back(
    session: AsyncConnection, clock: Clock, import_id: int, by_id: int | None, now: datetime, most: int
) -> int:
    """Take up to ``most`` standing records of an import out of every figure, as `corrections.remove` does one.

    What its leads said of who sent their customers is taken back as well.

    Returns how many; 0 when none is left.
    """
    own = (records.c.team_id == clock.team_id, records.c.import_id == import_id, records.c.removed_at.is_(None))
    found = await session.execute(
        select(records.c.id, records.c.kind, records.c.customer_id)
        .where(*own)
        .order_by(records.c.id.desc())
        .limit(most)
    )
    taken = found.all()
    if not taken:
        return 0
    ids = [row.id for row in taken]
    here = (records.c.team_id == clock.team_id, records.c.id.in_(ids))
    await session.execute(update(records).where(*here).values(removed_at=now))
    by_kind: dict[str, list[int]] = defaultdict(list)
    for row in taken:
        by_kind[row.kind].append(row.id)
    for kind, some in by_kind.items():
        table = FACTS[kind]
        own_facts = (table.c.team_id == clock.team_id, table.c.id.in_(some))
        await session.execute(update(table).where(*own_facts).values(counted=False))
    settled = await _unsell(session, clock, by_kind["sale"], by_kind["refund"])
    trail = {"team_id": clock.team_id, "at": now, "member_id": by_id, "action": "remove"}
    told = [trail | {"record_id": row.id, "customer_id": row.customer_id} for row in taken]
    await session.execute(insert(audit), told)
    await unrefer(session, clock.team_id, by_kind["lead"], by_id, now)
    people = {row.customer_id for row in taken if row.customer_id is not None}
    await refresh(session, clock.team_id, clock.journey_gap_days, people)
    await recount(session, clock.team_id, Touched(sold=frozenset(settled)))
    return len(taken)


async def _unsell(session: AsyncConnection, clock: Clock, sold: Sequence[int], back: Sequence[int]) -> set[date]:
    """Reopen the deals that removed sales had won, leave out what was given back of them, and settle their refunds.

    Returns the days of the sales that refunds are of.
    """
    won = (deals.c.team_id == clock.team_id, deals.c.sale_id.in_(sold))
    await session.execute(update(deals).where(*won).values(OPEN_AGAIN))
    given = (refunds.c.team_id == clock.team_id, refunds.c.sale_id.in_(sold))
    await session.execute(update(refunds).where(*given).values(counted=False))
    of_refunds = select(refunds.c.sale_id).where(
        refunds.c.team_id == clock.team_id,
        or_(refunds.c.id.in_(back), refunds.c.sale_id.in_(sold)),
        refunds.c.sale_id.is_not(None),
    )
    refunded = (await session.execute(of_refunds.distinct())).scalars().all()
    return {await settle_refunds(session, clock.team_id, sale_id) for sale_id in refunded}


async def left_bare(session: AsyncConnection, team_id: int, import_id: int) -> tuple[int, int]:
    """Return how many customers, and how many products, of an import's records have no standing record at all."""
    theirs = records.alias()
    own = (theirs.c.team_id == team_id, theirs.c.import_id == import_id)
    standing = exists().where(
        records.c.team_id == team_id, records.c.customer_id == theirs.c.customer_id, records.c.removed_at.is_(None)
    )
    people = select(func.count(theirs.c.customer_id.distinct())).where(*own, ~standing)
    sold, other = sales.alias(), sales.alias()
    still = exists().where(
        other.c.team_id == team_id, other.c.product_id == sold.c.product_id,
        records.c.id == other.c.id, records.c.removed_at.is_(None),
    )  # fmt: skip
    offered = exists().where(
        deals.c.team_id == team_id, deals.c.product_id == sold.c.product_id,
        records.c.id == deals.c.id, records.c.removed_at.is_(None),
    )  # fmt: skip
    goods = (
        select(func.count(sold.c.product_id.distinct()))
        .select_from(sold.join(theirs, theirs.c.id == sold.c.id))
        .where(*own, sold.c.team_id == team_id, ~still, ~offered)
    )
    customers_left, goods_left = (
        (await session.execute(people)).scalar_one(),
        (await session.execute(goods)).scalar_one(),
    )
    return int(customers_left), int(goods_left)
