"""Customers: exact look-up by name keys and phone, look-alikes to offer, and the card that sums one up."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, case, func, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from store.errors import NotFound
from store.names import clean, fold, full_key, given_keys
from store.tables import customer_names, customers, members

OFFERED = 5
SCORE = 60
"""Look-alikes below this rapidfuzz score are not worth offering."""
LOOKED_AT = 60
"""Names that are weighed closely, of the many that are looked over."""


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A customer as a line's reading needs it; ``given`` when only the given name was equal.

    Found by the name of somebody merged into them, ``name`` is that one and ``now_called`` their own.
    """

    id: int
    name: str
    key: str
    phone: str | None
    owner_id: int | None
    owner_name: str | None
    given: bool = False
    now_called: str | None = None


SURVIVOR = customers.alias("survivor")
NAMED = (
    func.coalesce(SURVIVOR.c.id, customers.c.id).label("id"),
    customers.c.name,
    customers.c.key,
    customers.c.phone,
    func.coalesce(SURVIVOR.c.owner_id, customers.c.owner_id).label("owner_id"),
    members.c.name.label("owner_name"),
)
"""A customer under each name that finds them: a merged one's name and phone find who it was merged into."""
CUSTOMER = (customers.c.id, customers.c.name, customers.c.key, customers.c.phone, customers.c.owner_id, members.c.name)
STANDING = (customers.c.team_id == bindparam("team_id"), customers.c.merged_into_id.is_(None))
WITH_OWNER = customers.outerjoin(members, members.c.id == customers.c.owner_id)
WITH_SURVIVOR = customers.outerjoin(SURVIVOR, SURVIVOR.c.id == customers.c.merged_into_id).outerjoin(
    members, members.c.id == func.coalesce(SURVIVOR.c.owner_id, customers.c.owner_id)
)
BY_NAME = (
    select(*NAMED, SURVIVOR.c.name.label("now_called"), customer_names.c.kind)
    .select_from(WITH_SURVIVOR.join(customer_names, customer_names.c.customer_id == customers.c.id))
    .where(
        customers.c.team_id == bindparam("team_id"),
        customer_names.c.team_id == bindparam("team_id"),
        customer_names.c.key.in_(bindparam("either", expanding=True)),  # so that the index is entered by the key
        or_(
            (customer_names.c.kind == "full") & customer_names.c.key.in_(bindparam("full", expanding=True)),
            (customer_names.c.kind == "given") & customer_names.c.key.in_(bindparam("given", expanding=True)),
        ),
    )
    .order_by(
        customer_names.c.kind,
        case((func.coalesce(SURVIVOR.c.owner_id, customers.c.owner_id) == bindparam("mine"), 0), else_=1),
        customers.c.merged_into_id.is_not(None),
        customers.c.id,
    )
)
"""Whole names first, then the asker's own by given name: of a crowd mostly others' customers are cut off."""
BY_PHONE = (
    select(*NAMED, SURVIVOR.c.name.label("now_called"))
    .select_from(WITH_SURVIVOR)
    .where(
        customers.c.team_id == bindparam("team_id"),
        customers.c.phone.in_(bindparam("phones", expanding=True)),
    )
    .order_by(customers.c.merged_into_id.is_not(None), customers.c.id)
)
ALL_KEYS = select(func.aggregate_strings(customers.c.key, "\n")).where(customers.c.team_id == bindparam("team_id"))
"""Every customer's key, one a line: read from the index alone, and fast however many there are."""
BY_KEYS = (
    select(*CUSTOMER)
    .select_from(WITH_OWNER)
    .where(*STANDING, customers.c.key.in_(bindparam("keys", expanding=True)))
    .order_by(customers.c.id)
)
MOST_GIVEN = 100
"""Customers of one given name read for one line; of a larger crowd it is said that there are more."""
OF_A_NAME = BY_NAME.limit(MOST_GIVEN + 1)


@dataclass(frozen=True, slots=True)
class LookedUp:
    """The customers found; ``cut`` says of whom there are more: of ``full`` names, or one's own of ``given`` names."""

    rows: list[CustomerRow]
    cut: str = ""


async def look_up(
    session: AsyncConnection,
    team_id: int,
    full: Sequence[str] = (),
    given: Sequence[str] = (),
    phones: Sequence[str] = (),
    mine: int = 0,
) -> list[CustomerRow]:
    """Return the customers whose full name key, given-name key or phone equals one of those, of a crowd the first."""
    return (await look_all_up(session, team_id, full, given, phones, mine)).rows


async def look_all_up(
    session: AsyncConnection,
    team_id: int,
    full: Sequence[str] = (),
    given: Sequence[str] = (),
    phones: Sequence[str] = (),
    mine: int = 0,
) -> LookedUp:
    """Return the customers whose full name key, given-name key or phone equals one of those.

    Of a crowd with one given name those whom the member ``mine`` looks after are read first.
    """
    found: dict[tuple[int, str], CustomerRow] = {}
    cut = ""
    if full or given:
        either = list(dict.fromkeys((*full, *given)))
        keys = {"team_id": team_id, "full": list(full), "given": list(given), "either": either, "mine": mine}
        rows = (await session.execute(OF_A_NAME, keys)).all()
        next_one = rows[MOST_GIVEN] if len(rows) > MOST_GIVEN else None
        if next_one is not None and (next_one.kind == "full" or next_one.owner_id == mine):
            cut = next_one.kind
        for row in rows[:MOST_GIVEN]:
            called = (row.id, row.name)
            if called not in found or (found[called].given and row.kind == "full"):
                columns: tuple[Any, ...] = (*row[:-2], row.kind == "given", row.now_called)
                found[called] = CustomerRow(*columns)
    if phones:
        for exact in await session.execute(BY_PHONE, {"team_id": team_id, "phones": list(phones)}):
            if not any(row.id == exact.id and row.phone == exact.phone for row in found.values()):
                found[exact.id, exact.name] = CustomerRow(*exact[:-1], now_called=exact.now_called)
    return LookedUp(list(found.values()), cut)


async def add_customer(
    session: AsyncConnection,
    team_id: int,
    name: str,
    *,
    phone: str | None = None,
    owner_id: int | None = None,
    birthday: str | None = None,
    referred_by_id: int | None = None,
) -> int:
    """Make a customer, with the keys by which it is found, and return its id."""
    made = await session.execute(
        insert(customers)
        .values(
            team_id=team_id,
            name=clean(name),
            key=full_key(name),
            phone=phone,
            owner_id=owner_id,
            birthday=birthday,
            referred_by_id=referred_by_id,
            internal=False,
        )
        .returning(customers.c.id)
    )
    customer_id = int(made.scalar_one())
    await session.execute(insert(customer_names), name_rows(team_id, customer_id, name))
    return customer_id


def name_rows(team_id: int, customer_id: int, name: str) -> list[dict[str, Any]]:
    """Return the rows of ``customer_names`` for a name: its full key and its given names."""
    keys = [("full", full_key(name))] + [("given", key) for key in given_keys(name)]
    return [{"team_id": team_id, "customer_id": customer_id, "kind": kind, "key": key} for kind, key in keys]


async def customer(session: AsyncConnection, team_id: int, customer_id: int) -> CustomerRow:
    """Return one customer of the team, or raise `NotFound`."""
    found = await session.execute(
        select(*CUSTOMER).select_from(WITH_OWNER).where(*STANDING, customers.c.id == customer_id), {"team_id": team_id}
    )
    row = found.first()
    if row is None:
        raise NotFound("customer", customer_id)
    return CustomerRow(*row)


async def customers_of(session: AsyncConnection, team_id: int, ids: Sequence[int]) -> list[CustomerRow]:
    """Return those of the customers that stand, in the order of their ids as given."""
    rows = await session.execute(
        select(*CUSTOMER).select_from(WITH_OWNER).where(*STANDING, customers.c.id.in_(ids)), {"team_id": team_id}
    )
    found = {row.id: CustomerRow(*row) for row in rows}
    return [found[customer_id] for customer_id in ids if customer_id in found]


async def newest_of(session: AsyncConnection, team_id: int, member_id: int, limit: int) -> list[CustomerRow]:
    """Return the customers whom a member looks after, newest first."""
    own = select(*CUSTOMER).select_from(WITH_OWNER).where(*STANDING, customers.c.owner_id == member_id)
    rows = await session.execute(own.order_by(customers.c.id.desc()).limit(limit), {"team_id": team_id})
    return [CustomerRow(*row) for row in rows]


async def similar(
    session: AsyncConnection, team_id: int, text: str, limit: int = OFFERED, mine: int = 0
) -> list[CustomerRow]:
    """Return look-alikes of a name, best first, of one name those of the member ``mine``: to offer, never to use."""
    keys = (await session.execute(ALL_KEYS, {"team_id": team_id})).scalar() or ""
    best = _nearest(fold(text), keys.split("\n"), limit)
    found = await session.execute(BY_KEYS, {"team_id": team_id, "keys": best})
    rows = sorted((CustomerRow(*row) for row in found), key=lambda row: (best.index(row.key), row.owner_id != mine))
    return rows[:limit]


def _nearest(wanted: str, keys: list[str], limit: int) -> list[str]:
    """The keys most alike, best first: those near in spelling, or with all the words, are then weighed closely."""
    from rapidfuzz import fuzz, process

    words = wanted.split()
    rough = fuzz.ratio if len(words) > 1 else fuzz.partial_ratio
    near = [key for key, _score, _at in process.extract(wanted, keys, scorer=rough, limit=LOOKED_AT)]
    held = keys
    for word in words:
        held = [key for key in held if word in key]
    few = list(dict.fromkeys((*near, *held[: 5 * LOOKED_AT])))
    return [
        key for key, _score, _at in process.extract(wanted, few, scorer=fuzz.WRatio, limit=limit, score_cutoff=SCORE)
    ]


async def containing(
    session: AsyncConnection, team_id: int, text: str, limit: int = OFFERED, mine: int = 0
) -> list[CustomerRow]:
    """Return customers with that text in their folded name, or that start of phone.

    Those whose whole name it is come first: two of one name are never cut down to one. Then come those whom the member
    ``mine`` looks after, each by name.
    """
    parts = {_plain(fold(text)), _plain(full_key(text))} - {""}
    digits = "".join(sign for sign in text if sign.isdigit())
    matches = [customers.c.key.like(f"%{part}%") for part in sorted(parts)]
    if len(digits) >= 4:
        matches.append(customers.c.phone.like(f"%{digits.lstrip('0')}%"))
    if not matches:
        return []
    rows = await session.execute(
        select(*CUSTOMER)
        .select_from(WITH_OWNER)
        .where(*STANDING, or_(*matches))
        .order_by(
            case((customers.c.key == full_key(text), 0), else_=1),
            case((customers.c.owner_id == mine, 0), else_=1),
            customers.c.key,
            customers.c.id,
        )
        .limit(limit),
        {"team_id": team_id},
    )
    return [CustomerRow(*row) for row in rows]


def _plain(key: str) -> str:
    """A key without the signs that mean something to LIKE."""
    return key.replace("\\", "").replace("%", "").replace("_", "")
