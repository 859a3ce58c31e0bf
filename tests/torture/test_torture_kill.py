"""SIGKILL at any moment: every message is recorded exactly once, in its sender's order, and confirmed.

``CHOT_KILL`` says how many messages: 250 in `make check`, 1,000 in `make torture`.
"""

import asyncio
import os
import random

import pytest

from bot.simulator import Person, Simulator, serve
from store import Database
from tests.torture.bots import Bot, alive, answered, environment, expect_each_once, hire, spoken

CHATS, MESSAGES = 50, int(os.environ.get("CHOT_KILL", "250"))
POINTS = (
    "before intake commit",
    "after intake commit",
    "before effect commit",
    "after effect commit",
    "before send",
    "after send",
)
pytestmark = pytest.mark.kill


async def test_killed_at_random_moments(database: Database, database_url: str) -> None:
    people = await hire(database, CHATS)
    chance = random.Random(20261123)
    simulator = Simulator(people=[Person(number, f"Rep {number}", language_code="en") for number in people])
    each = MESSAGES // CHATS
    async with serve(simulator) as address:
        bot = Bot(environment(simulator, address, database_url))
        async with alive(bot) as living:
            for number in range(each):
                for person in people:
                    simulator.send(person, f"/call Khach {person} 5p, note{number}")
                if number:
                    said = chance.randint(CHATS * (number - 1) + 1, CHATS * number)
                    await simulator.until(lambda said=said: spoken(simulator, people) >= said, 60)  # type: ignore[misc]
                    await asyncio.sleep(chance.uniform(0.0, 0.05))  # a moment anywhere between two answers
                    bot.kill()
            await answered(simulator, people, each, living)
        assert bot.deaths >= each - 2  # a kill may find the bot dead already
    await expect_each_once(database, each)


async def test_killed_at_every_named_point(database: Database, database_url: str) -> None:
    people = await hire(database, 5)
    simulator = Simulator(people=[Person(number, f"Rep {number}", language_code="en") for number in people])
    each = 10
    for number in range(each):
        for person in people:
            simulator.send(person, f"/call Khach {person} 5p, note{number}")
    async with serve(simulator) as address:
        plans = [(point, 1 if "intake" in point else 4) for point in POINTS]
        bot = Bot(environment(simulator, address, database_url), plans=plans)
        async with alive(bot) as living:
            await answered(simulator, people, each, living)
        assert bot.deaths >= len(POINTS) - 1
    await expect_each_once(database, each)
