"""SIGKILL at each named point of scheduler and outbox: every digest and message comes once.

Only what Telegram may have taken without the process knowing comes twice, and then the second one says so.
"""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from bot.simulator import Person, Simulator, serve
from handlers.base import Reply
from handlers.clockwork.telling import Place, tell
from metrics.periods.timetable import Rule
from store import Database, tables
from store.people.membership import greet, join
from store.people.team import create_team
from store.queues import schedules
from store.tables import outbox, runs, teams
from tests.torture.bots import Bot, alive, environment, spoken

POINTS = (
    "after schedule claim", "before run commit", "after run commit", "after outbox claim", "before outbox send",
    "after outbox send", "after outbox mark",
)  # fmt: skip
DIGESTS, MESSAGES = 12, 24
CHATS = [*range(2000, 2000 + DIGESTS), *range(3000, 3000 + MESSAGES)]
PATIENCE_SECONDS = 240
MARK = "sent again"
pytestmark = pytest.mark.kill


async def put(database: Database) -> None:
    """Daily digests that were due a minute ago, of teams that logged nothing, and messages that are due."""
    now = datetime.now(UTC)
    due = now - timedelta(minutes=1)
    rule = Rule("day", f"{due:%H:%M}")
    async with database.begin() as session:
        for number in range(DIGESTS):
            team = await create_team(session, name=f"T{number}", zone="UTC", currency="VND", locale="en", now=now)
            reader = await greet(session, 2000 + number, f"P{number}", None)
            await join(session, team, reader.id, reader.name, "owner", now)
            await schedules.add(
                session, team, "digest", rule.json(), "UTC", due.replace(second=0, microsecond=0), now,
                grace_s=20_000, chat_id=2000 + number, what={"metrics": ["revenue"], "language": "en"},
            )  # fmt: skip
        for number in range(MESSAGES):
            place = Place(team, 3000 + number, "en")
            await tell(session, place, lambda _say: Reply("due"), key=f"due:{number}", now=now)
        # holidays and quiet hours would only make the run depend on the day and hour at which it is made
        await session.execute(update(teams).values(settings={"quiet_hours": None, "holidays": "off"}))


async def left_to_say(database: Database) -> int:
    """How many digests were not run yet and messages are neither sent nor given up."""
    ran = (
        select(func.count(runs.c.schedule_id.distinct()))
        .join(tables.schedules)
        .where(tables.schedules.c.kind == "digest")
    )
    waiting = select(func.count()).where(outbox.c.sent_at.is_(None), outbox.c.failed_at.is_(None))
    async with database.read() as session:
        return DIGESTS - (await session.scalars(ran)).one() + (await session.scalars(waiting)).one()


async def everything_said(database: Database, simulator: Simulator, living: asyncio.Task[None]) -> None:
    """Wait until nothing is left to say; a message whose fate was unknown at two deaths is given up unheard."""
    for _ in range(PATIENCE_SECONDS):
        heard = spoken(simulator, CHATS)
        with suppress(TimeoutError):
            await simulator.until(lambda heard=heard: spoken(simulator, CHATS) > heard, 1)  # type: ignore[misc]
        if living.done():
            living.result()
        if not (left := await left_to_say(database)):
            return
    unheard = [chat for chat in CHATS if not simulator.bot_messages(chat)]
    raise AssertionError(f"{left} are open after {PATIENCE_SECONDS} s; nothing came to {unheard}")


async def test_killed_at_every_named_point_of_scheduler_and_outbox(database: Database, database_url: str) -> None:
    await put(database)
    simulator = Simulator(people=[Person(chat, f"P{chat}", started=True) for chat in CHATS])
    plans = [(point, 1 if "claim" in point else 2) for point in POINTS]
    async with serve(simulator) as address:
        bot = Bot(environment(simulator, address, database_url), plans=plans)
        async with alive(bot) as living:
            await everything_said(database, simulator, living)
    assert bot.deaths == len(POINTS)
    async with database.read() as session:
        rows = list(await session.execute(select(outbox.c.chat_id, outbox.c.failure, outbox.c.doubts)))
    assert sorted(row.chat_id for row in rows) == CHATS
    for chat, failure, doubts in rows:
        said = [str(one.content["text"]) for one in simulator.bot_messages(chat)]
        if failure is None:
            assert len(said) == 1 or (len(said) == 2 and MARK in said[1] and doubts), (said, doubts)
        else:
            assert failure == "unknown" and doubts == 2 and len(said) <= 2, (failure, doubts, said)
    assert sum(row.failure is None for row in rows) > len(rows) / 4  # the others were under way at two deaths
