"""Renaming a product, and making one of two: the sales of both count under the one that stays; both can be undone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Table, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.derived.daily import Touched, moved, recount
from store.derived.doubling import mark_product
from store.derived.judging import judge_product
from store.errors import AlreadyDone, Duplicate, NotFound
from store.names import clean, fold
from store.records.audit import note_change
from store.records.entries import Clock
from store.tables import audit, audit_values, deals, products, sales, teams

CHUNK = 10_000
"""Ids in one statement: SQLite takes 32,766 values."""
REVERSIBLE = timedelta(days=30)
RENAMED, MERGED, UNDONE = "product name", "product merge", "product undo"
"""What the trail calls these changes."""

_MOVING: Mapping[str, Table] = {"sales": sales, "deals": deals}
_LENT = ("category", "price_minor", "unit_cost_minor")
"""What the one that stays takes over where it has none."""


@dataclass(frozen=True, slots=True)
class Change:
    """A rename or a merge that can be undone: its row in the trail, and how many sales and deals it moved."""

    id: int
    moved: int = 0


@dataclass(frozen=True, slots=True)
class Undone:
    """What was undone, and the names of the products concerned: as it was called and is again; or gone and kept."""

    action: str
    names: tuple[str, str]


async def rename(
    session: AsyncConnection, clock: Clock, product_id: int, name: str, by_id: int, now: datetime, inbox_id: int | None
) -> Change:
    """Call a product something else; raises `NotFound`, or `Duplicate` when another product is called that."""
    before = await _product(session, clock.team_id, product_id)
    await _call(session, clock.team_id, product_id, name)
    was, is_now = {"id": product_id, "name": before["name"]}, {"id": product_id, "name": clean(name)}
    return Change(await _trail(session, clock, RENAMED, by_id, now, inbox_id, was, is_now))


async def merge(
    session: AsyncConnection, clock: Clock, gone_id: int, kept_id: int, by_id: int, now: datetime, inbox_id: int | None
) -> Change:
    """Count the sales and deals of one product under another; raises `NotFound` when one is gone or merged."""
    await _alone(session, clock)
    gone, kept = await _product(session, clock.team_id, gone_id), await _product(session, clock.team_id, kept_id)
    if gone_id == kept_id:
        raise NotFound("product", gone_id)
    rows: dict[str, Any] = {name: await _ids_of(session, clock, table, gone_id) for name, table in _MOVING.items()}
    for name, table in _MOVING.items():
        await _move(session, clock, table, rows[name], gone_id, kept_id)
    named = update(products).where(products.c.team_id == clock.team_id, products.c.merged_into_id == gone_id)
    followed = await session.execute(named.values(merged_into_id=kept_id).returning(products.c.id))
    rows["names"] = list(followed.scalars())
    rows["lent"] = {name: gone[name] for name in _LENT if kept[name] is None and gone[name] is not None}
    await session.execute(_one(clock.team_id, gone_id).values(merged_into_id=kept_id))
    if rows["lent"]:
        await session.execute(_one(clock.team_id, kept_id).values(**rows["lent"]))
    await judge_product(session, clock.team_id, kept_id)
    await mark_product(session, clock.team_id, kept_id)
    await moved(session, clock.team_id)
    was, is_now = {"id": gone_id, "name": gone["name"]}, {"id": kept_id, "name": kept["name"], **rows}
    made = await _trail(session, clock, MERGED, by_id, now, inbox_id, was, is_now)
    return Change(made, len(rows["sales"]) + len(rows["deals"]))


async def undo(
    session: AsyncConnection, clock: Clock, change_id: int, by_id: int, now: datetime, inbox_id: int | None
) -> Undone:
    """Take a rename or a merge back; raises `NotFound`, or `AlreadyDone` when it is undone, overtaken or too old."""
    await _alone(session, clock)
    found = await session.execute(
        select(audit.c.action, audit.c.at, audit_values.c.before, audit_values.c.after)
        .join(audit_values, audit_values.c.audit_id == audit.c.id)
        .where(audit.c.team_id == clock.team_id, audit.c.id == change_id, audit.c.action.in_((RENAMED, MERGED)))
    )
    change = found.first()
    if change is None:
        raise NotFound("change", change_id)
    if now - change.at > REVERSIBLE:
        raise AlreadyDone("change")
    await (_unrenamed if change.action == RENAMED else _unmerged)(session, clock, change.before, change.after)
    await moved(session, clock.team_id)
    await _trail(session, clock, UNDONE, by_id, now, inbox_id, {"change": change_id}, {})
    return Undone(change.action, (change.before["name"], change.after["name"]))


async def _unrenamed(session: AsyncConnection, clock: Clock, before: Any, after: Any) -> None:
    if (await _product(session, clock.team_id, before["id"]))["name"] != after["name"]:
        raise AlreadyDone("rename")
    await _call(session, clock.team_id, before["id"], before["name"])


async def _unmerged(session: AsyncConnection, clock: Clock, before: Any, after: Any) -> None:
    """Give back what was moved and still is there; the survivor may have been merged on: that goes first."""
    own = select(products.c.merged_into_id).where(products.c.team_id == clock.team_id, products.c.id == before["id"])
    if (await session.execute(own)).scalar() != after["id"]:
        raise AlreadyDone("merge")
    kept = await _product(session, clock.team_id, after["id"])
    for name, table in _MOVING.items():
        await _move(session, clock, table, after[name], after["id"], before["id"])
    again = [before["id"], *after["names"]]
    for one in again:
        into = None if one == before["id"] else before["id"]
        await session.execute(_one(clock.team_id, one).values(merged_into_id=into))
    lent = {name: None for name, value in after["lent"].items() if kept[name] == value}
    if lent:
        await session.execute(_one(clock.team_id, after["id"]).values(**lent))
    for one in (before["id"], after["id"]):
        await judge_product(session, clock.team_id, one)
        await mark_product(session, clock.team_id, one)


async def _product(session: AsyncConnection, team_id: int, product_id: int) -> Mapping[str, Any]:
    """Return a product that stands by itself, or raise `NotFound`."""
    found = await session.execute(
        select(products).where(
            products.c.team_id == team_id, products.c.id == product_id, products.c.merged_into_id.is_(None)
        )
    )
    row = found.first()
    if row is None:
        raise NotFound("product", product_id)
    return dict(row._mapping)


async def _call(session: AsyncConnection, team_id: int, product_id: int, name: str) -> None:
    taken = select(products.c.id).where(
        products.c.team_id == team_id, products.c.key == fold(name), products.c.id != product_id
    )
    if (other := (await session.execute(taken)).scalar()) is not None:
        raise Duplicate("product", other)
    await session.execute(_one(team_id, product_id).values(name=clean(name), key=fold(name)))
    await moved(session, team_id)


async def _ids_of(session: AsyncConnection, clock: Clock, table: Table, product_id: int) -> list[int]:
    own = (table.c.team_id == clock.team_id, table.c.product_id == product_id)
    return list((await session.execute(select(table.c.id).where(*own))).scalars())


async def _move(
    session: AsyncConnection, clock: Clock, table: Table, ids: Sequence[int], from_id: int, to_id: int
) -> None:
    """Let those of the records that are of one product be of another, and count their days anew."""
    days: set[date] = set()
    for start in range(0, len(ids), CHUNK):
        some = table.c.id.in_(ids[start : start + CHUNK])
        own = (table.c.team_id == clock.team_id, table.c.product_id == from_id, some)
        if table is sales:
            days |= set((await session.execute(select(sales.c.day).where(*own).distinct())).scalars())
        await session.execute(update(table).where(*own).values(product_id=to_id))
    await recount(session, clock.team_id, Touched(frozenset(days)))


async def _alone(session: AsyncConnection, clock: Clock) -> None:
    """Let no other record of the team be written until this is done."""
    same = update(teams).where(teams.c.id == clock.team_id).values(next_number=teams.c.next_number)
    await session.execute(same)


def _one(team_id: int, product_id: int) -> Any:
    return update(products).where(products.c.team_id == team_id, products.c.id == product_id)


async def _trail(
    session: AsyncConnection, clock: Clock, action: str, by_id: int, now: datetime, inbox_id: int | None,
    before: Mapping[str, Any], after: Mapping[str, Any],
) -> int:  # fmt: skip
    return await note_change(
        session, clock.team_id, action=action, at=now, member_id=by_id, inbox_id=inbox_id, before=before, after=after
    )
