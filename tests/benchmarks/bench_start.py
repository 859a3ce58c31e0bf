"""``run`` from a cold start: the first answer, the first picture, and what the process weighs at rest."""

import asyncio
import os
import re
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from bot.simulator import Person, Simulator, serve
from store import Database
from store.migrations import migrate
from store.people.membership import greet, join
from store.people.team import create_team
from store.records.bulk import NewCustomer, add_customers
from tests.benchmarks.ratios import Line

OWNER = 4242
TOKEN = "1:" + "a" * 35
STARTS = 3
REST_SECONDS = 5
SALE, QUESTION = "/sale Nguyễn Văn Lan 12tr", "/revenue"


async def first_answer() -> Iterator[Line]:
    """Start the bot on a database with a team while a message waits, a few times; the middle one counts."""
    with tempfile.TemporaryDirectory(prefix="chot-bench-") as folder:
        url = f"sqlite+aiosqlite:///{Path(folder) / 'chot.db'}"
        await _set_up(url)
        await _until_answered(url, SALE)  # compiles the modules, as installing a package does
        answered = [await _until_answered(url, SALE) for _ in range(STARTS)]
        pictured = [await _until_answered(url, QUESTION) for _ in range(STARTS)]
        resting, asked = await _weight(url)
    return iter(
        [
            Line("run: first answer after the start", _middle(answered), 1.5, "s"),
            Line("run: first picture after the start", _middle(pictured), 1.5, "s"),
            Line("run: resident memory at rest", resting, 120, "MB"),
            Line("run: the same after a question with its picture", asked, None, "MB", note="the worker not counted"),
        ]
    )


async def _set_up(url: str) -> None:
    await asyncio.to_thread(migrate, url)
    database = Database(url)
    now = datetime.now(UTC)
    async with database.begin() as session:
        team = await create_team(session, name="T", zone="Asia/Ho_Chi_Minh", currency="VND", locale="vi", now=now)
        account = await greet(session, OWNER, "An", None)
        await join(session, team, account.id, "An", "owner", now)
        await add_customers(session, team, [NewCustomer("Nguyễn Văn Lan")])
    await database.close()


async def _until_answered(url: str, text: str) -> float:
    """Start the bot while a message waits; returns the seconds until its answer is there, picture and all."""
    async with _started(url, text) as (_simulator, _bot, seconds):
        return seconds


async def _weight(url: str) -> tuple[float, float]:
    """Return the MB of a bot at rest, and after a question with its picture."""
    async with _started(url, SALE) as (simulator, bot, _seconds):
        await asyncio.sleep(REST_SECONDS)
        resting = _resident(bot.pid)
        simulator.send(OWNER, QUESTION)
        await simulator.reply(OWNER, count=2, timeout_seconds=30)
        await asyncio.sleep(1)
        return resting, _resident(bot.pid)


@asynccontextmanager
async def _started(url: str, text: str) -> AsyncIterator[tuple[Simulator, asyncio.subprocess.Process, float]]:
    """Give a bot that has answered its first message, and the seconds that this took from its start."""
    simulator = Simulator(token=TOKEN, people=[Person(OWNER, "An", started=True)])
    async with serve(simulator) as address:
        simulator.send(OWNER, text)
        own = {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": address, "DATABASE_URL": url, "LOG_LEVEL": "WARNING"}
        begun = time.perf_counter()
        bot = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", env={**os.environ, **own}, stdin=asyncio.subprocess.DEVNULL
        )
        try:
            await simulator.reply(OWNER, timeout_seconds=30)
            yield simulator, bot, time.perf_counter() - begun
        finally:
            bot.terminate()
            await bot.wait()


def _middle(seconds: list[float]) -> float:
    return sorted(seconds)[len(seconds) // 2]


def _resident(pid: int) -> float:
    """Return a process's resident memory in MB."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) / 1024
