"""Two processes behind a webhook, killed at random, share the schedules: every digest comes once, or is marked.

Only what Telegram may have taken without the dying process knowing comes twice, and then the second one says so.
"""

import asyncio
import random
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from bot.simulator import Person, Simulator, serve
from metrics.periods.timetable import Rule
from store import Database
from store.people.membership import greet, join
from store.people.team import create_team
from store.queues import schedules
from store.tables import outbox, runs, teams
from tests.conftest import BACKENDS
from tests.torture.bots import Bot, Plan, alive, environment, spoken
from tests.torture.test_torture_replicas import free_ports

DIGESTS, APART = 40, timedelta(milliseconds=250)
CHATS = [2000 + number for number in range(DIGESTS)]
MARK = "sent again"
PLANS: tuple[list[Plan], ...] = (
    [("before run commit", 2), ("after outbox send", 2)],
    [("after run commit", 2), ("before outbox send", 2)],
)
pytestmark = [
    pytest.mark.kill,
    pytest.mark.skipif("postgresql" not in BACKENDS, reason="replicas share a PostgreSQL database"),
]


@pytest.fixture
def backend() -> str:
    """Replicas need a database server."""
    return "postgresql"


async def put(database: Database) -> None:
    """Daily digests of teams that logged nothing, due one after the other."""
    now = datetime.now(UTC)
    async with database.begin() as session:
        for number, chat in enumerate(CHATS):
            team = await create_team(session, name=f"T{number}", zone="UTC", currency="VND", locale="en", now=now)
            reader = await greet(session, chat, f"P{number}", None)
            await join(session, team, reader.id, reader.name, "owner", now)
            due = now + number * APART
            await schedules.add(
                session, team, "digest", Rule("day", f"{now:%H:%M}").json(), "UTC", due, now,
                grace_s=20_000, chat_id=chat, what={"metrics": ["revenue"], "language": "en"},
            )  # fmt: skip
        await session.execute(update(teams).values(settings={"quiet_hours": None, "holidays": "off"}))


async def test_two_processes_killed_at_random_send_each_digest_once(database: Database, database_url: str) -> None:
    await put(database)
    chance = random.Random(20261127)
    simulator = Simulator(people=[Person(chat, f"P{chat}", started=True) for chat in CHATS])
    hook, *ports = free_ports(3)
    async with AsyncExitStack() as stack:
        address = await stack.enter_async_context(serve(simulator))
        shared = environment(simulator, address, database_url) | {
            "WEBHOOK_URL": f"http://127.0.0.1:{hook}/hook", "WEBHOOK_SECRET": "secret", "HASTY": "1",
        }  # fmt: skip
        replicas = [
            Bot(shared | {"WEBHOOK_LISTEN": f"127.0.0.1:{port}"}, plans=list(plans))
            for port, plans in zip(ports, PLANS, strict=True)
        ]
        living = [await stack.enter_async_context(alive(replica)) for replica in replicas]
        for said in range(6, DIGESTS, 8):
            await simulator.until(lambda said=said: spoken(simulator, CHATS) >= said, 90)  # type: ignore[misc]
            await asyncio.sleep(chance.uniform(0.0, 0.2))
            chance.choice(replicas).kill()

        def all_there() -> bool:
            for one in living:
                if one.done():
                    one.result()
            return all(simulator.bot_messages(chat) for chat in CHATS)

        await simulator.until(all_there, 90)
        await asyncio.sleep(0)
    assert sum(replica.deaths for replica in replicas) >= 5
    expect_once(simulator)
    await expect_recorded(database)


def expect_once(simulator: Simulator) -> None:
    """Each chat was told once, or once more and marked."""
    for chat in CHATS:
        said = [str(one.content["text"]) for one in simulator.bot_messages(chat)]
        assert [MARK in text for text in said] in ([False], [True], [False, True]), said


async def expect_recorded(database: Database) -> None:
    """Each due time was run once."""
    async with database.read() as session:
        ran = [(row.schedule_id, row.state) for row in await session.execute(select(runs))]
        kept = list((await session.execute(select(outbox.c.chat_id).where(outbox.c.kind == "digest"))).scalars())
    assert len(set(ran)) == len(ran) == DIGESTS
    assert {state for _, state in ran} == {"empty"}
    assert sorted(kept) == CHATS
