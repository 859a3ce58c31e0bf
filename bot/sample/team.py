"""Writes the sample team into a database: its people, products, costs, and every story of its year."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from bot.sample.history import Deal, Sold, Story, Year
from bot.sample.names import names_of
from bot.sample.people import MONTHLY_COSTS, PEOPLE, PRODUCTS, SampleProduct
from bot.sample.targets import targets
from bot.sample.writing_care import write_care
from metrics.periods.wall import months_on
from store import Database, Session
from store.catalogue.products import change_product, product_named
from store.catalogue.targets import set_targets
from store.people.membership import greet, join, set_locale
from store.people.team import create_team, team_of
from store.records.bulk import NewCustomer, add_customers, land
from store.records.entries import Clock, ContactEntry, CostEntry, DealEntry, LeadEntry, Origin, RefundEntry, SaleEntry
from store.records.writing import log_deal, log_refund, lose_deal, win_deal

NAME = "Nước Sạch An Bình"
CURRENCY = "VND"
STORY = timedelta(days=385)
"""How long ago the team began."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The sample team as it was written."""

    team_id: int
    name: str
    customers: int
    records: int


@dataclass(frozen=True, slots=True)
class Cast:
    """Ids of what the stories name: members by rep, customers by story, products."""

    clock: Clock
    members: Sequence[int]
    customers: Sequence[int]
    products: dict[str, int]


async def sample_team(database: Database, now: datetime) -> Sample:
    """Make the sample team with a year of history up to ``now``, in one transaction."""
    async with database.begin() as session:
        clock, members = await _found(session, now)
        reps = [person for person in PEOPLE if person.role == "rep"]
        stories = list(Year(now, clock.zone, [rep.pace for rep in reps]).stories())
        named = enumerate(zip(names_of(stories), stories, strict=True))
        new = [NewCustomer(name, _phone(place), owner_id=members[story.rep]) for place, (name, story) in named]
        cast = Cast(
            clock, members, await add_customers(session, clock.team_id, new), await _products(session, clock.team_id)
        )
        count = await _write_stories(session, cast, stories)
        count += await write_care(session, clock, members, cast.customers, stories, now)
        count += await _write_costs(session, clock, now)
        began = (now - STORY).astimezone(clock.zone).date()
        await set_targets(session, clock.team_id, list(targets(began, members, reps)), None, now)
    return Sample(clock.team_id, NAME, len(stories), count)


def _phone(place: int) -> str | None:
    """A customer's phone: one in fourteen was never asked for, and now and then two have the same."""
    if place % 14 == 9:
        return None
    return f"+8490{place - (place % 211 == 17):07d}"


async def _found(session: Session, now: datetime) -> tuple[Clock, list[int]]:
    """Make the team and its members; returns the reps' ids in order."""
    began = now - STORY
    team_id = await create_team(session, name=NAME, zone="Asia/Ho_Chi_Minh", currency=CURRENCY, locale="vi", now=began)
    reps = []
    for person in PEOPLE:
        account = await greet(session, person.telegram_id, person.name, person.username)
        await set_locale(session, account.id, person.language)
        member = await join(session, team_id, account.id, person.name, person.role, began)
        if person.role == "rep":
            reps.append(member.id)
    return Clock.of(await team_of(session, team_id)), reps


async def _products(session: Session, team_id: int) -> dict[str, int]:
    ids = {}
    for product in PRODUCTS:
        ids[product.name] = await product_named(session, team_id, product.name)
        await change_product(
            session,
            team_id,
            ids[product.name],
            category=product.category,
            price_minor=product.price,
            unit_cost_minor=product.unit_cost,
        )
    return ids


async def _write_stories(session: Session, cast: Cast, stories: Sequence[Story]) -> int:
    leads = [entry for place, story in enumerate(stories) for entry in _lead(cast, place, story)]
    calls = [entry for place, story in enumerate(stories) for entry in _calls(cast, place, story)]
    plain = [
        (place, sold)
        for place, story in enumerate(stories)
        for sold in story.sales
        if not (story.deal and story.deal.sale is sold)
    ]
    await land(session, cast.clock, leads)
    await land(session, cast.clock, calls)
    sales = [
        (_sale(cast, place, stories[place], sold), _origin(cast, stories[place], sold.at)) for place, sold in plain
    ]
    logged = await land(session, cast.clock, sales)
    given = [(place, sold, made.id) for (place, sold), made in zip(plain, logged, strict=True) if sold.refund_at]
    for place, story in enumerate(stories):
        if story.deal is not None:
            sale_id = await _write_deal(session, cast, place, story, story.deal)
            if sale_id and story.deal.sale and story.deal.sale.refund_at:
                given.append((place, story.deal.sale, sale_id))
    for place, sold, sale_id in given:
        await _write_refund(session, cast, place, stories[place], sold, sale_id)
    deals = sum(story.deal is not None for story in stories)
    return len(leads) + len(calls) + sum(len(story.sales) for story in stories) + deals + len(given)


def _origin(cast: Cast, story: Story, at: datetime) -> Origin:
    return Origin(cast.members[story.rep], at + timedelta(minutes=3))


def _lead(cast: Cast, place: int, story: Story) -> Iterator[tuple[LeadEntry, Origin]]:
    if story.lead:
        member = cast.members[story.rep]
        entry = LeadEntry(cast.customers[place], member, story.came_at, channel=story.channel)
        yield entry, _origin(cast, story, story.came_at)


def _calls(cast: Cast, place: int, story: Story) -> Iterator[tuple[ContactEntry, Origin]]:
    for call in story.calls:
        entry = ContactEntry(
            cast.customers[place],
            cast.members[story.rep],
            "call",
            call.at,
            direction="in" if call.inbound else "out",
            outcome=call.outcome,
            duration_s=call.duration_s,
        )
        yield entry, _origin(cast, story, call.at)


def _sale(cast: Cast, place: int, story: Story, sold: Sold) -> SaleEntry:
    return SaleEntry(
        cast.customers[place],
        cast.members[story.rep],
        sold.at,
        sold.amount,
        CURRENCY,
        product_id=cast.products[sold.product.name],
        quantity=sold.quantity,
        channel=None if story.lead else story.channel,
    )


async def _write_deal(session: Session, cast: Cast, place: int, story: Story, deal: Deal) -> int | None:
    """Open a story's deal and close it as it went; returns the id of the sale that won it."""
    opened = DealEntry(
        cast.customers[place],
        cast.members[story.rep],
        deal.at,
        deal.amount,
        CURRENCY,
        product_id=_id(cast, deal.product),
        stage=deal.stage,
        expected_day=(deal.at + timedelta(days=14)).date(),
    )
    made = await log_deal(session, cast.clock, opened, _origin(cast, story, deal.at))
    if deal.closed_at is None:
        return None
    origin = _origin(cast, story, deal.closed_at)
    if deal.sale is None:
        await lose_deal(session, cast.clock, made.id, deal.reason, deal.closed_at, origin)
        return None
    sale = await win_deal(session, cast.clock, made.id, _sale(cast, place, story, deal.sale), deal.closed_at, origin)
    return sale.id if sale else None


def _id(cast: Cast, product: SampleProduct) -> int:
    return cast.products[product.name]


async def _write_refund(session: Session, cast: Cast, place: int, story: Story, sold: Sold, sale_id: int) -> None:
    if sold.refund_at is None:
        return
    entry = RefundEntry(cast.customers[place], cast.members[story.rep], sale_id, sold.refund_at, sold.refund, CURRENCY)
    await log_refund(session, cast.clock, entry, _origin(cast, story, sold.refund_at))


async def _write_costs(session: Session, clock: Clock, now: datetime) -> int:
    """Write each month's costs, spread over its days; they drift by up to a sixth from month to month."""
    dice = random.Random(4)
    rows = []
    for first, last in _months(now.astimezone(clock.zone).date()):
        for kind, channel, amount in MONTHLY_COSTS:
            drift = 1 if kind == "salary" else dice.uniform(0.85, 1.17)
            whole = round(amount * drift / 100_000) * 100_000
            at = datetime.combine(first, datetime.min.time(), UTC)
            rows.append((CostEntry(None, kind, first, last, whole, CURRENCY, channel=channel), Origin(None, at)))
    await land(session, clock, rows)
    return len(rows)


def _months(today: date) -> Iterator[tuple[date, date]]:
    """Yield the first and last day of the twelve months before today's and of today's."""
    for back in range(12, -1, -1):
        first = months_on(today.replace(day=1), -back)
        yield first, months_on(first, 1) - timedelta(days=1)
