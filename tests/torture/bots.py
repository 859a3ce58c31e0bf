"""Bot processes over a simulated Telegram that may be killed, the team they work for, and what must hold after it."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from bot.simulator import Simulator
from store import Database
from store.customers import add_customer
from store.membership import greet, join
from store.tables import contacts, records
from store.team import create_team

PROCESS = Path(__file__).with_name("bot_process.py")


@dataclass
class Bot:
    """A bot process over a simulated Telegram, started again whenever it dies until told to rest."""

    environment: dict[str, str]
    deaths: int = 0
    plans: list[tuple[str, ...]] = field(default_factory=list)
    process: asyncio.subprocess.Process | None = None

    async def live(self) -> None:
        while True:
            plan = self.plans.pop(0) if self.plans else ()
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, str(PROCESS), *plan, env=self.environment
            )
            code = await self.process.wait()
            assert code == -9, f"the bot ended by itself with {code}"
            self.deaths += 1

    def kill(self) -> None:
        if self.process is not None and self.process.returncode is None:
            self.process.kill()


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
            await bot.process.wait()


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
