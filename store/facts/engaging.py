"""Reads of who was engaged: customers with a two-way contact, a sale or a rating in a period, and who was silent."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, func, null, or_, select

from store import Session
from store.derived.answering import WRITTEN
from store.facts.belonging import belonging, owner, source
from store.facts.bundles import bundle, unbundled, unbundled_keys
from store.facts.buying import of_customer
from store.facts.contacts import CONTACT_KINDS
from store.facts.cut import By, Cut, Key, counted, within
from store.facts.daily import TALKED, knows_later
from store.facts.sales import standing
from store.facts.twoway import in_cut, sent, two_way
from store.tables import contacts, customers, members, optouts, ratings, sales

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ids = NDArray[np.int64]

SALE, RATING = "sale", "rating"


async def engaged(session: Session, cut: Cut) -> Mapping[str, "Ids"]:
    """Return the customers with each kind of two-way contact, with a sale, with a rating, some more than once.

    Filters are not applied.
    """
    import numpy as np

    whole = cut.without_filters()
    later = await knows_later(session, cut, TALKED)
    both = two_way() if later else or_(two_way(), contacts.c.reply)
    talked = (
        select(contacts.c.kind, bundle(session, contacts.c.customer_id))
        .where(in_cut(whole), contacts.c.kind.in_(CONTACT_KINDS), both)
        .group_by(contacts.c.kind)
    )
    found: dict[str, list[Ids]] = defaultdict(list)
    for kind, ids in await session.execute(talked):
        found[kind].append(unbundled(ids))
    answered = [one for one in await sent(session, whole) if one.answered] if later else []
    for kind in WRITTEN:
        found[kind].append(np.array([one.customer_id for one in answered if one.kind == kind], dtype=np.int64))
    sold = select(bundle(session, sales.c.customer_id)).where(
        sales.c.team_id == cut.team_id,
        counted("sales"),
        sales.c.day.between(cut.first_day, cut.last_day),
        sales.c.at >= cut.start,
        sales.c.at < cut.end,
        standing(cut),
    )
    found[SALE].append(unbundled((await session.execute(sold)).scalar_one()))
    rated = select(ratings.c.customer_id).where(within(ratings, whole), ratings.c.at >= cut.start)
    found[RATING].append(np.array((await session.execute(rated)).scalars().all(), dtype=np.int64))
    return {kind: np.concatenate(ids) for kind, ids in found.items()}


def _opted_out(cut: Cut) -> Select[Any]:
    """Customers who had opted out before the cut began and did not come back before it ended."""
    back = or_(optouts.c.back_at.is_(None), optouts.c.back_at >= cut.end)
    held = (optouts.c.team_id == cut.team_id, counted("optouts"), optouts.c.at < cut.start, back)
    return select(optouts.c.customer_id).where(*held)


async def silent(session: Session, cut: Cut) -> "Ids":
    """Return the customers who were opted out all through the cut: contactable at no instant of it."""
    import numpy as np

    return np.array((await session.execute(_opted_out(cut))).scalars().all(), dtype=np.int64)


async def opted_out(session: Session, cut: Cut, by: By) -> Mapping[Key, int]:
    """Count the customers who opted out in the cut, under owner, channel or campaign; by day under None."""
    key = null() if by == "day" else belonging(cut, by)
    query = (
        select(func.count(optouts.c.customer_id.distinct()), key)
        .join_from(optouts, customers, customers.c.id == optouts.c.customer_id)
        .where(*_left(cut))
        .group_by(*(() if by == "day" else (key,)))
    )
    return {under: count for count, under in await session.execute(query)}


def _left(cut: Cut) -> tuple[Any, ...]:
    inside = (optouts.c.team_id == cut.team_id, counted("optouts"), optouts.c.at >= cut.start, optouts.c.at < cut.end)
    return (*inside, customers.c.id.not_in(_opted_out(cut)), *of_customer(cut))


async def optout_records(session: Session, cut: Cut) -> Any:
    """Return at, customer, owner, channel, note of each opt-out in the cut, oldest first."""
    query = (
        select(optouts.c.at, customers.c.name, members.c.name, source(cut, "channel"), optouts.c.note)
        .join_from(optouts, customers, customers.c.id == optouts.c.customer_id)
        .outerjoin(members, members.c.id == owner(cut.team_id, cut.end))
        .where(*_left(cut))
        .order_by(optouts.c.at, optouts.c.id)
    )
    return (await session.execute(query)).all()


async def contactable(session: Session, cut: Cut, by: By) -> Mapping[Key, int]:
    """Count the customers contactable at some instant of the cut, under owner, channel or campaign; by day under None.

    They were created before its end, and not opted out all through it.
    """
    query: Any = select(func.count()).where(*_known(cut), customers.c.id.not_in(_opted_out(cut)))
    if by == "day":
        return {None: (await session.execute(query)).scalar_one()}
    wanted = belonging(cut, by)
    query = query.add_columns(wanted).group_by(wanted)
    return {key: count for count, key in await session.execute(query)}


def _known(cut: Cut) -> tuple[Any, ...]:
    return (customers.c.team_id == cut.team_id, customers.c.created_at < cut.end, *of_customer(cut))


@dataclass(frozen=True, slots=True)
class People:
    """Customers by their ``ids``, ascending, and the place of each one's key among ``keys``."""

    keys: Sequence[Key]
    ids: "Ids"
    places: "Ids"

    def counted(self, ids: "Ids") -> "Ids":
        """Count, for each key, those of them who are among some ids, each given once."""
        import numpy as np

        known = ids[np.isin(ids, self.ids)]
        return np.bincount(self.places[np.searchsorted(self.ids, known)], minlength=len(self.keys))


async def people(session: Session, cut: Cut, by: By) -> People:
    """Return the customers who are contactable, under owner, channel or campaign; by day all under None."""
    import numpy as np

    query = select(bundle(session, customers.c.id), *(() if by == "day" else (bundle(session, belonging(cut, by)),)))
    found = await session.execute(query.where(*_known(cut), customers.c.id.not_in(_opted_out(cut))))
    ids, *rest = found.one()
    ids = unbundled(ids)
    keys: dict[Key, int] = {}
    under = unbundled_keys(rest[0]) if rest else [None] * ids.size
    places = np.array([keys.setdefault(key, len(keys)) for key in under], dtype=np.int64)
    order = np.argsort(ids)
    return People(list(keys), ids[order], places[order])


async def known_records(session: Session, cut: Cut) -> Any:
    """Return id, name, owner, channel, created, referred by another (id or None) of everybody created by the end."""
    query = (
        select(
            customers.c.id,
            customers.c.name,
            members.c.name,
            source(cut, "channel"),
            customers.c.created_at,
            customers.c.referred_by_id,
        )
        .outerjoin_from(customers, members, members.c.id == owner(cut.team_id, cut.end))
        .where(*_known(cut))
        .order_by(customers.c.name, customers.c.id)
    )
    return (await session.execute(query)).all()
