"""A team's products, found by their folded names."""

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.names import clean, fold
from store.tables import products


async def product_named(session: AsyncConnection, team_id: int, name: str) -> int:
    """Return the id of the product with exactly that folded name; makes it when there is none."""
    found = await session.execute(
        select(products.c.id).where(products.c.team_id == team_id, products.c.key == fold(name))
    )
    known = found.scalar()
    if known is not None:
        return int(known)
    made = await session.execute(
        insert(products).values(team_id=team_id, name=clean(name), key=fold(name)).returning(products.c.id)
    )
    return int(made.scalar_one())


async def products_of(session: AsyncConnection, team_id: int) -> list[tuple[int, str]]:
    """Return the team's products as (id, name), by name."""
    rows = await session.execute(
        select(products.c.id, products.c.name).where(products.c.team_id == team_id).order_by(products.c.key)
    )
    return [(row.id, row.name) for row in rows]


async def change_product(session: AsyncConnection, team_id: int, product_id: int, **columns: object) -> None:
    """Set a product's category, price or unit cost (minor units)."""
    await session.execute(
        update(products).where(products.c.team_id == team_id, products.c.id == product_id).values(**columns)
    )
