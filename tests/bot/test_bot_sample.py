from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from bot.sample import PEOPLE, sample_team
from store import Database, Session
from store.records.scale import scale_of
from store.tables import (
    contacts,
    costs,
    customers,
    deals,
    journeys,
    members,
    optouts,
    rating_links,
    ratings,
    refunds,
    sales,
    tickets,
)

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.mark.parametrize("backend", ["sqlite"])  # `test_metrics_both_databases` makes it in both
async def test_the_sample_team_has_a_believable_year(database: Database) -> None:
    made = await sample_team(database, NOW)
    async with database.read() as session:
        roles = (await session.execute(select(members.c.role, func.count()).group_by(members.c.role))).all()
        last = (await session.execute(select(func.max(contacts.c.at)))).scalar_one()
        months = (await session.execute(select(func.count(func.distinct(func.substr(sales.c.day, 1, 7)))))).scalar_one()
        outcomes = set((await session.execute(select(deals.c.outcome).distinct())).scalars())
        won = (await session.execute(select(func.count()).where(journeys.c.outcome == "won"))).scalar_one()
        spent = (await session.execute(select(func.sum(costs.c.base_minor)))).scalar_one()
        sold = (await session.execute(select(func.sum(sales.c.base_minor)))).scalar_one()
        given = (await session.execute(select(func.count()).select_from(refunds))).scalar_one()
        scale = await scale_of(session, made.team_id)
        await customers_ask_rate_and_opt_out(session)
        await customers_of_the_examples_are_known_by_their_first_name_alone(session)
    assert scale.median_minor is not None
    assert scale.median_minor >= 2_000_000, "12tr, the example of every page, must be an ordinary sale"
    assert dict(tuple(row) for row in roles) == {"owner": 1, "manager": 1, "rep": 6}
    assert len(PEOPLE) == 8
    assert last < NOW
    assert (NOW - last).days < 3
    assert months >= 12
    assert outcomes == {None, "won", "lost"}
    assert won > 300
    assert 1.1 < sold / spent < 6
    assert given > 5
    assert made.customers > 600


async def customers_ask_rate_and_opt_out(session: Session) -> None:
    asked = (await session.execute(select(tickets.c.at, tickets.c.answered_at, tickets.c.resolved_at))).all()
    rated = list((await session.execute(select(ratings.c.score))).scalars())
    replies = (
        await session.execute(select(func.count(rating_links.c.id), func.count(rating_links.c.answered_at)))
    ).one()
    silent = (await session.execute(select(func.count(optouts.c.id)))).scalar_one()
    assert 150 < len(asked) < 600
    assert all(
        at < NOW and (answered or NOW) >= at and (done or NOW) >= (answered or at) for at, answered, done in asked
    )
    assert set(rated) == {1, 2, 3, 4, 5}
    assert replies[1] == len(rated) < replies[0]
    assert 5 < silent < 60


async def customers_of_the_examples_are_known_by_their_first_name_alone(session: Session) -> None:
    owned = select(customers.c.name).join(members, members.c.id == customers.c.owner_id)
    names = list((await session.execute(owned.where(members.c.name == "Nguyễn Văn Hùng"))).scalars())
    everyone = list((await session.execute(select(customers.c.name))).scalars())
    assert [name for name in names if name.endswith(" Lan")] == ["Nguyễn Thị Lan"]
    assert [name for name in names if name.endswith(" Tuấn")] == ["Trần Anh Tuấn"]
    assert len(set(everyone)) == len(everyone)
