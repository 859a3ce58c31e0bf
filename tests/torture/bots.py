"""Bot processes over a simulated Telegram that may be killed, the team they work for, and what must hold after it."""

import asyncio
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing import get_context
from multiprocessing.process import BaseProcess

from sqlalchemy import select

from bot.simulator import Simulator
from store import Database
from store.customers.lookup import add_customer
from store.people.membership import greet, join
from store.people.team import create_team
from store.tables import contacts, records
from tests.torture import bot_process

Plan = tuple[str, int]
"""At which passing of which named point a life ends."""
_FORKS = get_context("forkserver")  # a life is forked from a process that has imported the bot: starting is quick
_FORKS.set_forkserver_preload([bot_process.__name__])


@dataclass
class Bot:
    """A bot process over a simulated Telegram, started again whenever it dies until told to rest."""

    environment: dict[str, str]
    deaths: int = 0
    plans: list[Plan] = field(default_factory=list)
    process: BaseProcess | None = None

    async def live(self) -> None:
        while True:
            plan = self.plans.pop(0) if self.plans else ()
            self.process = _FORKS.Process(target=bot_process.live, args=(self.environment, *plan))
            self.process.start()
            code = await _ended(self.process)
            assert code == -9, f"the bot ended by itself with {code}"
            self.deaths += 1

    def kill(self) -> None:
        if self.process is not None and self.process.is_alive():
            self.process.kill()


async def _ended(process: BaseProcess) -> int | None:
    """The exit code, once there is one."""
    over, loop = asyncio.Event(), asyncio.get_running_loop()
    loop.add_reader(process.sentinel, over.set)
    try:
        await over.wait()
    finally:
        loop.remove_reader(process.sentinel)
    process.join()
    return process.exitcode


@asynccontextmanager
async def alive(bot: Bot) -> AsyncIterator[asyncio.Task[None]]:
    living = asyncio.create_task(bot.live())
    try:
        yield living
    finally:
        living.cancel()
        await asyncio.gather(living, return_exceptions=True)
        bot.kill()
        if bot.process is not None:
            bot.process.join()


async def hire(database: Database, reps: int) -> list[int]:
    """A team of so many reps, each with a customer; returns their Telegram ids."""
    now = datetime.now(UTC)
    people = list(range(1001, 1001 + reps))
    async with database.begin() as session:
        team = await create_team(session, name="Shop", zone="Asia/Ho_Chi_Minh", currency="VND", locale="en", now=now)
        for telegram_id in people:
            account = await greet(session, telegram_id, f"Rep {telegram_id}", None)
            member = await join(session, team, account.id, account.name, "rep", now)
            await add_customer(session, team, f"Khach {telegram_id}", owner_id=member.id)
    return people


async def notes_by_member(database: Database) -> dict[int, list[str]]:
    """What was recorded, per member, in the order of recording."""
    async with database.read() as session:
        rows = await session.execute(
            select(records.c.member_id, contacts.c.note)
            .join(contacts, contacts.c.id == records.c.id)
            .order_by(records.c.number)
        )
    found: dict[int, list[str]] = {}
    for member_id, note in rows:
        found.setdefault(member_id, []).append(note)
    return found


async def answered(simulator: Simulator, people: list[int], each: int, bot: asyncio.Task[None]) -> None:
    """Wait until every message is confirmed; the bot's own failure ends the wait."""

    def all_confirmed() -> bool:
        if bot.done():
            bot.result()
        return all(len(confirmations(simulator, person)) >= each for person in people)

    await simulator.until(all_confirmed, 90)


def spoken(simulator: Simulator, people: list[int]) -> int:
    """How much the bot has said."""
    return sum(len(simulator.bot_messages(person)) for person in people)


def confirmations(simulator: Simulator, person: int) -> set[str]:
    """The numbers of the records that have been confirmed to a person."""
    texts = (str(message.content.get("text", "")) for message in simulator.bot_messages(person))
    return {number for text in texts for number in re.findall(r"#(\d+)", text)}


async def expect_each_once(database: Database, each: int) -> None:
    found = await notes_by_member(database)
    for notes in found.values():
        assert notes == [f"note{number}" for number in range(each)]
    assert sum(map(len, found.values())) == each * len(found)


def environment(simulator: Simulator, address: str, database_url: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | {
        "TELEGRAM_BOT_TOKEN": simulator.token,
        "TELEGRAM_API_URL": address,
        "DATABASE_URL": database_url,
        "LOG_LEVEL": "WARNING",
    }
