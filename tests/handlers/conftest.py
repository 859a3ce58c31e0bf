"""A team to talk to the handlers as, and people the bot has not met."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest

from store import Database
from store.people import membership
from store.people import team as teams
from tests.handlers.clocked import Clocked
from tests.handlers.office import NOW, Chat, Office


@pytest.fixture
async def office(database: Database) -> AsyncIterator[Office]:
    """A team whose members have each joined."""
    async with database.begin() as session:
        team_id = await teams.create_team(
            session, name="Shop", zone="Asia/Ho_Chi_Minh", currency="VND", locale="en", now=NOW - timedelta(days=400)
        )
    people: dict[str, Chat] = {}
    roles = {"Olga": "owner", "Minh": "manager", "Rosa": "rep", "Tuan": "rep", "Vera": "viewer", "Sam": None}
    for number, (name, role) in enumerate(roles.items(), 1):
        people[name] = Chat(database, number, name)
        if role is not None:
            async with database.begin() as session:
                account = await membership.greet(session, number, name, None)
                await membership.join(session, team_id, account.id, name, role, NOW - timedelta(days=399))
    yield Office(database, team_id, *people.values())


@pytest.fixture
def clocked(office: Office) -> Clocked:
    """The team, with a clock that does what is due."""
    return Clocked(office)


@pytest.fixture
def newcomer(database: Database) -> Callable[..., Chat]:
    """Somebody whom the bot has not met: ``newcomer(77, "Lan", owner=True)``."""

    def make(telegram_id: int, name: str, *, owner: bool = False) -> Chat:
        return Chat(database, telegram_id, name, owner_ids=frozenset({telegram_id}) if owner else frozenset())

    return make
