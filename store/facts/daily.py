"""Reads of the totals of days: what a period's sales, refunds and calls add up to, without touching its records.

They answer a period as known at a now after which nothing is recorded; the last day of a period that ends within it is
added up from its records, and so is everything where now lies in the past or two filters are asked at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, bindparam, exists, func, or_, select

from store import Session
from store.facts.cut import By, Cut, Key, counted
from store.facts.kinds import CONTACT_KINDS
from store.tables import contacts, refunds, sales

_MIDNIGHT = datetime.min.time()
_DAY = timedelta(days=1)
_IDS = {"rep", "product"}


@dataclass(frozen=True, slots=True)
class Parts:
    """A cut in two: whole days to be read from totals, and what must be added up from records; either may be None."""

    days: Cut | None
    records: Cut | None


async def parts_of(session: Session, cut: Cut, by: By, tables: Sequence[Table]) -> Parts:
    """Part a cut; the totals are of these tables' records."""
    if _split(cut, by) is None or cut.last_day < cut.first_day or await knows_later(session, cut, tables):
        return Parts(None, cut)
    if cut.end == cut.now or cut.end == _midnight(cut, cut.last_day + _DAY):
        return Parts(cut, None)
    midnight = _midnight(cut, cut.last_day)
    days = replace(cut, end=midnight) if cut.first_day < cut.last_day else None
    return Parts(days, replace(cut, start=midnight))


def _midnight(cut: Cut, day: Any) -> datetime:
    """The first instant of a local day."""
    return datetime.combine(day, _MIDNIGHT, cut.zone).astimezone(cut.end.tzinfo)


def _split(cut: Cut, by: By) -> str | None:
    """What the days must be split by to answer; None where no total is kept of it."""
    wanted = {*cut.filters.named, *({by} - {"day"})}
    return None if len(wanted) > 1 else next(iter(wanted), "team")


async def knows_later(session: Session, cut: Cut, tables: Sequence[Table]) -> bool:
    """Whether anything of these happened at or after now, so that what is derived knows more than was known then."""
    given = {"team": cut.team_id, "today": cut.now.astimezone(cut.zone).date(), "now": cut.now}
    return bool((await session.execute(_any_later(tuple(tables)), given)).scalar_one())


@cache
def _any_later(tables: tuple[Table, ...]) -> Select[tuple[bool]]:
    """The statement of `knows_later`, built once: each figure asks it for each of its periods."""

    def later(table: Table) -> ColumnElement[bool]:
        held = [
            table.c.team_id == bindparam("team"), counted(table.name), table.c.day >= bindparam("today"),
            table.c.at >= bindparam("now"),
        ]  # fmt: skip
        if table is contacts:
            held.append(contacts.c.kind.in_(CONTACT_KINDS))  # every kind is named, so that the index by kind serves
        return exists().where(*held)

    return select(or_(*map(later, tables)))


async def totals(
    session: Session, table: Table, cut: Cut, by: By, columns: Sequence[str]
) -> Mapping[Key, tuple[int, ...]]:
    """Add up these columns of a cut's whole days under each day, member, product, channel or campaign."""
    split = _split(cut, by)
    given = {"team": cut.team_id, "split": split, "first": cut.first_day, "last": cut.last_day}
    if cut.filters.named:
        given["key"] = str(getattr(cut.filters, split or ""))
    query = _added_up(table, "day" if by == "day" else "key", tuple(columns), "key" in given)
    found = (await session.execute(query, given)).all()
    return {_key(row[0], by): tuple(map(int, row[1:])) for row in found}


@cache
def _added_up(table: Table, under: str, columns: tuple[str, ...], of_one: bool) -> Select[Any]:
    """The statement of `totals`, built once for each kind of question: of all keys of a split, or ``of_one``."""
    query = select(table.c[under], *(func.sum(table.c[name]) for name in columns)).group_by(table.c[under])
    query = query.where(table.c.team_id == bindparam("team"), table.c.split == bindparam("split"),
                        table.c.day.between(bindparam("first"), bindparam("last")))  # fmt: skip
    return query.where(table.c.key == bindparam("key")) if of_one else query


def _key(under: Any, by: By) -> Key:
    if by == "day":
        key: Key = under
        return key
    return (int(under) if by in _IDS else str(under)) if under else None


SOLD = (sales, refunds)
TALKED = (contacts,)
