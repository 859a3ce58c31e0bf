"""The team's products: listed, their category, price and unit cost set in one line; renamed and merged beside."""

from collections.abc import Iterator

from handlers.base import Reply, Request, UserError, team_of
from handlers.parsing.goods import Goods, read_goods
from handlers.suggestions import nearest
from handlers.team import product_changes
from metrics.wording import Html, Money, Phrase, Say, phrase, plural_phrase
from store import Session
from store.catalogue.products import ProductRow, catalogue_of, change_product, product_named
from store.names import fold

SHOWN = 40
LONGEST = 80
_EXAMPLES = {"VND": phrase("/products RO filter category filters price 350k cost 210k")}
_EXAMPLE = phrase("/products RO filter category filters price 35.50 cost 21.00")


async def products(request: Request) -> Reply:
    """List the products, or set one's category, price and unit cost."""
    team = team_of(request)
    async with request.database.read() as session:
        known = await catalogue_of(session, team.id)
    if not request.argument.strip():
        return Reply(_listed(request, known))
    reply = await product_changes.changed(request, known)
    if reply is not None:
        return reply
    goods = read_goods(request.argument, [row.name for row in known], team.currency)
    if goods.doubtful:
        raise UserError(
            phrase(
                "I am not sure of “{part}”. For example: {example}", part=goods.doubtful[:60], example=_example(request)
            )
        )
    if not goods.values:
        return Reply(_found(request, known, goods.name))
    if not goods.name or len(goods.name) > LONGEST:
        raise UserError(phrase("Which product? For example: {example}", example=_example(request)))
    async with request.begin() as session:
        return await request.settle(session, Reply(await _set(session, request, known, goods)))


def _example(request: Request) -> Phrase:
    return _EXAMPLES.get(team_of(request).currency, _EXAMPLE)


async def _set(session: Session, request: Request, known: list[ProductRow], goods: Goods) -> str:
    """Write the columns; say the product as it is now, and what it was."""
    say, team = request.say, team_of(request)
    before = next((row for row in known if fold(row.name) == fold(goods.name)), None)
    product_id = before.id if before else await product_named(session, team.id, goods.name)
    await change_product(session, team.id, product_id, **goods.values)
    after = next(row for row in await catalogue_of(session, team.id) if row.id == product_id)
    said = Html(line(say, after, team.currency))
    if before is not None:
        was = Html(line(say, before, team.currency))
        return say("{product}\nIt was: {before}", product=said, before=was)
    text = say("New product: {product}", product=said)
    near = nearest(goods.name, [row.name for row in known])
    return f"{text}\n{say('There is already: {names}', names=', '.join(near))}" if near else text


def line(say: Say, row: ProductRow, currency: str) -> str:
    """Say a product: ``RO filter · filters · price ₫350,000 · cost ₫210,000``."""
    return " · ".join(_words(say, row, currency))


def _words(say: Say, row: ProductRow, currency: str) -> Iterator[str]:
    yield say("<b>{name}</b>", name=row.name)
    yield say.value(row.category) if row.category else say("no category")
    if row.price_minor is not None:
        yield say("price {amount}", amount=Money(row.price_minor, currency))
    cost = row.unit_cost_minor
    yield say("no unit cost") if cost is None else say("unit cost {amount}", amount=Money(cost, currency))


def _listed(request: Request, known: list[ProductRow]) -> str:
    say, team = request.say, team_of(request)
    if not known:
        return say("No products yet. To add one: {example}", example=_example(request))
    lines = [say(plural_phrase("<b>{n} product</b>", "<b>{n} products</b>", n=len(known)))]
    lines += [line(say, row, team.currency) for row in known[:SHOWN]]
    if len(known) > SHOWN:
        lines.append(say("and {n} more; to find one: /products filter", n=len(known) - SHOWN))
    lacking = sum(row.unit_cost_minor is None for row in known)
    if lacking and team.return_basis == "profit":
        lines.append(say("ROI leaves out the sales of products without a unit cost: {n} of them.", n=lacking))
    lines.append(say("To set one: {example}", example=_example(request)))
    return "\n".join(lines)


def _found(request: Request, known: list[ProductRow], name: str) -> str:
    """Show the products whose name holds the words."""
    say, team = request.say, team_of(request)
    held = [row for row in known if fold(name) in fold(row.name) or fold(name) == fold(row.category or "")]
    if not held:
        raise UserError(
            phrase(
                "No product is called “{name}”. To add it: {example}", name=name[:LONGEST], example=_example(request)
            )
        )
    return "\n".join(line(say, row, team.currency) for row in held[:SHOWN])
