"""SQLite and PostgreSQL answer alike, to the last digit: every figure, in every form, of the sample team's year."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.sample import sample_team
from handlers.clockwork.teams import team_from
from handlers.figures.asked import rules_of
from metrics import METRICS, REPORTS, periods
from metrics.answers.asking import ask
from metrics.answers.written import to_json
from metrics.base import Metric, Scope
from metrics.refusals import Unanswerable
from store import Database
from store.people.team import team_of
from store.tables import teams
from tests.conftest import BACKENDS, SAMPLED, emptied

pytestmark = pytest.mark.skipif("postgresql" not in BACKENDS, reason="needs a PostgreSQL beside SQLite")


@pytest.fixture(scope="module")
def on_postgres(postgres_url: str) -> Iterator[str]:
    """The URL of a PostgreSQL database with the same sample team."""

    async def fill() -> None:
        database = Database(postgres_url)
        await sample_team(database, SAMPLED)
        await database.close()

    asyncio.run(fill())
    yield postgres_url
    emptied(postgres_url)


@pytest.fixture
async def both(sample_template: Path, on_postgres: str) -> AsyncIterator[tuple[Database, Database]]:
    """The sample team in each."""
    opened = Database(f"sqlite+aiosqlite:///{sample_template}"), Database(on_postgres)
    yield opened
    for database in opened:
        await database.close()


async def told(database: Database, metric: Metric) -> dict[str, str]:
    """What a figure answers, as JSON, or why it cannot: of the month, the year, and the last month in parts."""
    found = {}
    async with database.read() as session:
        one = (await session.execute(select(teams.c.id))).scalar_one()
        team = rules_of(team_from(await team_of(session, one)))
        now, last = SAMPLED, periods.month(2026, 10, team.zone, SAMPLED)
        asked = {
            "this month": Scope(team, periods.current("month", team.zone, now), now),
            "this year": Scope(team, periods.current("year", team.zone, now), now),
        }
        for by in (None, *sorted(metric.breakdowns | metric.views)):
            asked[f"last month by {by}"] = Scope(team, last, now, by=by)
        for name, scope in asked.items():
            try:
                found[name] = json.dumps(to_json(await ask(metric, session, scope)), sort_keys=True)
            except Unanswerable as why:
                found[name] = repr(why.said)
    return found


@pytest.mark.parametrize("metric", [*METRICS, *REPORTS], ids=lambda metric: metric.key)
async def test_both_databases_answer_alike(both: tuple[Database, Database], metric: Metric) -> None:
    here, there = [await told(database, metric) for database in both]
    assert len(here) >= 3
    assert here == there
