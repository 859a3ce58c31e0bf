"""A snapshot that is asked nothing twice gives what a plain one gives, by fewer statements."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import bindparam, event, func, select
from sqlalchemy.engine import Engine

from store import Database
from store.people.team import create_team
from store.tables import teams

NOW = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture
async def database(database: Database) -> Database:
    """Three teams."""
    async with database.begin() as session:
        for name in ("Anh", "Binh", "Chi"):
            await create_team(session, name=name, zone="UTC", currency="VND", locale="en", now=NOW)
    return database


@pytest.fixture
def asked() -> Iterator[list[str]]:
    """The statements that reach the database."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("SELECT teams") or "FROM teams" in statement:
            found.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield found
    event.remove(Engine, "before_cursor_execute", note)


def named(*names: str) -> Any:
    return select(teams.c.name).where(teams.c.name.in_(names)).order_by(teams.c.name)


async def test_the_same_query_is_asked_once_and_gives_all_of_its_rows_each_time(
    database: Database, asked: list[str]
) -> None:
    async with database.remembering() as session:
        for _ in range(3):
            assert list((await session.execute(named("Anh", "Chi"))).scalars()) == ["Anh", "Chi"]
        assert (await session.execute(named("Anh", "Chi"))).first() == ("Anh",)
        assert [row.name for row in await session.execute(named("Anh", "Chi"))] == ["Anh", "Chi"]
    assert len(asked) == 1


async def test_other_values_are_another_query(database: Database, asked: list[str]) -> None:
    async with database.remembering() as session:
        for name in ("Anh", "Binh", "Nobody", "Anh"):
            found = await session.execute(select(teams.c.id).where(teams.c.name == name))
            assert (found.scalar_one_or_none() is None) == (name == "Nobody")
        assert list((await session.execute(named("Anh"))).scalars()) == ["Anh"]
        assert list((await session.execute(named("Binh"))).scalars()) == ["Binh"]
        assert list((await session.execute(named())).scalars()) == []
    assert len(asked) == 6


async def test_values_given_beside_the_query_count_too(database: Database, asked: list[str]) -> None:
    query = select(teams.c.name).where(teams.c.name == bindparam("wanted"))
    async with database.remembering() as session:
        for name in ("Anh", "Binh", "Anh"):
            assert (await session.execute(query, {"wanted": name})).scalar_one() == name
    assert len(asked) == 2


async def test_nothing_is_remembered_for_the_next_snapshot(database: Database) -> None:
    count = select(func.count()).select_from(teams)
    async with database.remembering() as session:
        assert (await session.execute(count)).scalar_one() == 3
        async with database.begin() as writer:
            await create_team(writer, name="Dung", zone="UTC", currency="VND", locale="en", now=NOW)
        assert (await session.execute(count)).scalar_one() == 3
    async with database.remembering() as session:
        assert (await session.execute(count)).scalar_one() == 4
