"""A team's products, found by their folded names."""

from dataclasses import dataclass

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.derived.daily import moved
from store.derived.judging import judge_product
from store.names import clean, fold
from store.tables import products


@dataclass(frozen=True, slots=True)
class ProductRow:
    """A product; price and unit cost in minor units of the team's currency, None where not said."""

    id: int
    name: str
    category: str | None
    price_minor: int | None
    unit_cost_minor: int | None


COUNTED = func.coalesce(products.c.merged_into_id, products.c.id)
"""The product that a row counts as."""
_SURVIVOR = products.alias()
NAMED = select(COUNTED, products.c.name).order_by(products.c.key)


async def product_named(session: AsyncConnection, team_id: int, name: str) -> int:
    """Return the id of the product with exactly that folded name, or the one it was merged into; makes it if new."""
    found = await session.execute(select(COUNTED).where(products.c.team_id == team_id, products.c.key == fold(name)))
    known = found.scalar()
    if known is not None:
        return int(known)
    made = await session.execute(
        insert(products).values(team_id=team_id, name=clean(name), key=fold(name)).returning(products.c.id)
    )
    return int(made.scalar_one())


async def products_of(session: AsyncConnection, team_id: int) -> list[tuple[int, str]]:
    """Return the team's products as (id, name), by name."""
    rows = await session.execute(NAMED.where(products.c.team_id == team_id, products.c.merged_into_id.is_(None)))
    return [(row[0], row[1]) for row in rows]


async def product_names(session: AsyncConnection, team_id: int) -> list[tuple[int, str, str]]:
    """Return every name that finds a product, those of merged ones too, as (id, name, the name that it goes by)."""
    rows = await session.execute(
        select(COUNTED, products.c.name, func.coalesce(_SURVIVOR.c.name, products.c.name))
        .select_from(products.outerjoin(_SURVIVOR, _SURVIVOR.c.id == products.c.merged_into_id))
        .where(products.c.team_id == team_id)
        .order_by(products.c.key)
    )
    return [(row[0], row[1], row[2]) for row in rows]


async def change_product(session: AsyncConnection, team_id: int, product_id: int, **columns: object) -> None:
    """Set a product's category, price or unit cost (minor units)."""
    await session.execute(
        update(products).where(products.c.team_id == team_id, products.c.id == product_id).values(**columns)
    )
    if "category" in columns:
        await judge_product(session, team_id, product_id)
    await moved(session, team_id)


async def catalogue_of(session: AsyncConnection, team_id: int) -> list[ProductRow]:
    """Return the team's products with category, price and unit cost, by category and name."""
    columns = [products.c[name] for name in ProductRow.__slots__]
    rows = await session.execute(
        select(*columns)
        .where(products.c.team_id == team_id, products.c.merged_into_id.is_(None))
        .order_by(products.c.category.is_(None), products.c.category, products.c.key)
    )
    return [ProductRow(*row) for row in rows]
