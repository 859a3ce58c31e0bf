"""``run`` from a cold start: the first answer, and what the process weighs at rest."""

import asyncio
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from bot.simulator import Person, Simulator, serve
from store import Database
from store.bulk import NewCustomer, add_customers
from store.membership import greet, join
from store.migrations import migrate
from store.team import create_team
from tests.benchmarks.ratios import Line

OWNER = 4242
TOKEN = "1:" + "a" * 35
STARTS = 3
REST_SECONDS = 5


async def first_answer() -> Iterator[Line]:
    """Start the bot on a database with a team while a message waits, a few times; the middle one counts."""
    with tempfile.TemporaryDirectory(prefix="chot-bench-") as folder:
        url = f"sqlite+aiosqlite:///{Path(folder) / 'chot.db'}"
        await _set_up(url)
        seen = [await _started(url) for _ in range(STARTS)]
        pictured = min([await _pictured(url) for _ in range(STARTS)])
    seconds, resting, asked = (sorted(column)[STARTS // 2] for column in zip(*seen, strict=True))
    return iter(
        [
            Line("run: first answer after the start", seconds, 1.5, "s"),
            Line("run: first picture after the start", pictured, 1.5, "s"),
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


async def _started(url: str) -> tuple[float, float, float]:
    simulator = Simulator(token=TOKEN, people=[Person(OWNER, "An", started=True)])
    async with serve(simulator) as address:
        simulator.send(OWNER, "/sale Nguyễn Văn Lan 12tr")
        own = {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": address, "DATABASE_URL": url, "LOG_LEVEL": "WARNING"}
        begun = time.perf_counter()
        bot = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", env={**os.environ, **own}, stdin=asyncio.subprocess.DEVNULL
        )
        await simulator.reply(OWNER, timeout_seconds=30)
        seconds = time.perf_counter() - begun
        await asyncio.sleep(REST_SECONDS)
        resting = _resident(bot.pid)
        simulator.send(OWNER, "/revenue")
        await simulator.reply(OWNER, count=2, timeout_seconds=30)
        await asyncio.sleep(1)
        asked = _resident(bot.pid)
        bot.terminate()
        await bot.wait()
    return seconds, resting, asked


async def _pictured(url: str) -> float:
    """Start the bot while a question waits; returns the seconds until its picture is there."""
    simulator = Simulator(token=TOKEN, people=[Person(OWNER, "An", started=True)])
    async with serve(simulator) as address:
        simulator.send(OWNER, "/revenue")
        own = {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": address, "DATABASE_URL": url, "LOG_LEVEL": "WARNING"}
        begun = time.perf_counter()
        bot = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", env={**os.environ, **own}, stdin=asyncio.subprocess.DEVNULL
        )
        await simulator.reply(OWNER, timeout_seconds=30)
        seconds = time.perf_counter() - begun
        bot.terminate()
        await bot.wait()
    return seconds


def _resident(pid: int) -> float:
    """Return a process's resident memory in MB."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) / 1024
