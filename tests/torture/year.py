"""A simulated year of digests: many zones, processes that stop at random moments, a Telegram that fails at random.

Everything is real but the clock, which jumps from one due time to the next: teams log records, the product's own
digests are composed from them, and the scheduler and the outbox over the database send them by the bot's library over
HTTP to the simulated Telegram. `Year.run` returns what was due and what came, held against a plain reading.
"""

import asyncio
import random
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import event, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import Clock
from bot.limiter import Limiter
from bot.outbox import Outbox
from bot.painting import LazyPainter
from bot.scheduler import Programme, Scheduler
from bot.settings import Settings
from bot.simulator import Fault, Person, Simulator, serve
from bot.simulator.clock import Clock as TelegramClock
from bot.telegram_api import connect
from handlers.digests.composing import USUAL
from handlers.digests.sending import digest
from metrics.periods.timetable import Rule, next_run
from store import Database, tables
from store.queues import schedules
from store.tables import mutes, outbox, runs
from tests.torture.books import Books, following, foretold, founded
from tests.torture.delivered import BLOCKED, Line

ZONES = (
    "Asia/Ho_Chi_Minh", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/St_Johns", "Asia/Tehran",
    "Pacific/Auckland", "America/Sao_Paulo", "Africa/Cairo", "Asia/Kathmandu", "Pacific/Chatham", "America/Los_Angeles",
)  # fmt: skip
RULES = (
    Rule("day", "08:00"), Rule("week", "01:30", on=6), Rule("month", "00:15", on=31),
    Rule("day", "02:30", days=(0, 1, 2, 3, 4)), Rule("week", "17:00", on=0), Rule("month", "23:45", on=1),
    Rule("week", "03:00", on=6),
)  # fmt: skip
"""Some of them fall into the hours that a zone skips or repeats."""
START = datetime(2026, 2, 20, tzinfo=UTC)
"""Sixty days from here hold the spring changes of most of these zones."""
GRACE = timedelta(hours=6)
LOGGED, TOGETHER, DRAWN = 0.1, 20, 40
"""How often, at a step, somebody of so many teams logs a record; of how many digests one has its picture drawn."""
METRICS = (("revenue",), ("revenue", "calls"), ("revenue",), USUAL)
DOWN_A_DAY = 0.03
"""How often everything is down for a while, whatever the number of teams."""


class RarePainter:
    """Draws a few of the pictures; a digest without one is sent as two texts."""

    def __init__(self) -> None:
        self._painter, self.asked, self.drawn = LazyPainter(), 0, 0

    async def draw(self, chart: object) -> bytes:
        self.asked += 1
        if self.asked % DRAWN != 1:
            return b""
        self.drawn += 1
        return await self._painter.draw(chart)


class Stopped(BaseException):
    """The process dies here: nothing in it catches this."""


class Deaths:
    """Stops a process at a named point, now and then."""

    def __init__(self, chance: random.Random, share: float) -> None:
        self._chance, self.share = chance, share
        self.counts: Counter[str] = Counter()

    def __call__(self, point: str) -> None:
        if self._chance.random() < self.share:
            self.counts[point] += 1
            raise Stopped(point)


def hasty(url: str) -> Database:
    """Open a database whose SQLite does not wait for the disk at every commit: here processes die, not the machine."""
    database = Database(url)
    if database.sqlite:
        event.listen(database._writer.sync_engine, "connect", lambda connection, _record: _unhurried(connection))
    return database


def _unhurried(connection: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")


OF_TELEGRAM = {"RequestResponseCycle.run_asgi", "BaseSelectorEventLoop._accept_connection2"}
"""What the server of the simulated Telegram does on the same loop: answers a request, takes up a connection."""


async def _buried(tasks: set[asyncio.Task[Any]]) -> None:
    """What a dead process was still doing ends with it, but for connections on their way back into the shared pool.

    A real process takes its pool along; here, who cancels SQLAlchemy's own closing task leaks the connection. What
    Telegram is doing goes on: a connection that it was just taking up would never be closed.
    """
    dead = {task for task in tasks if _does(task) not in OF_TELEGRAM}
    for task in dead:
        if _does(task) != AsyncConnection.close.__qualname__:
            task.cancel()
    await asyncio.gather(*dead, return_exceptions=True)


def _does(task: asyncio.Task[Any]) -> str:
    return getattr(task.get_coro(), "__qualname__", "")


@dataclass
class Year:
    """So many teams for so many days, each with a daily, a working-day, a weekly or a monthly digest.

    ``processes`` share the database; each may die at any named point (``deaths``), and every step something may go
    wrong with Telegram (``faults``).
    """

    database_url: str
    teams: int
    days: int = 365
    processes: int = 1
    faults: float = 0.06
    deaths: float = 0.01
    seed: int = 2026
    now: datetime = START
    rules: dict[int, tuple[Rule, ZoneInfo, datetime]] = field(default_factory=dict)
    books: dict[int, Books] = field(default_factory=dict)
    died: Counter[str] = field(default_factory=Counter)

    async def run(self) -> Counter[str]:
        """Live the year, and return its counts; raises AssertionError for anything that came wrong."""
        self.chance = random.Random(self.seed)
        self.deaths_at = Deaths(self.chance, self.deaths)
        self.painter = RarePainter()
        people = [Person(1000 + number, f"Team {number}", started=True) for number in range(self.teams)]
        self.simulator = Simulator(people=people, clock=TelegramClock(lambda: self.now))
        async with AsyncExitStack() as stack:
            address = await stack.enter_async_context(serve(self.simulator))
            self.database = hasty(self.database_url)
            stack.push_async_callback(self.database.close)
            settings = Settings.model_validate(
                {"telegram_bot_token": self.simulator.token, "telegram_api_url": address,
                 "database_url": self.database_url}
            )  # fmt: skip
            self.bot = connect(settings)
            await self.bot.initialize()
            stack.push_async_callback(self.bot.shutdown)
            await self._found()
            await self._live()
            return await self._count()

    async def _found(self) -> None:
        async with self.database.begin() as session:
            for number in range(self.teams):
                zone = ZONES[number % len(ZONES)]
                rule = RULES[(number // len(ZONES) + number) % len(RULES)]
                books = await founded(session, number, zone, START, self.chance)
                first = next_run(rule, ZoneInfo(zone), START)
                made = await schedules.add(
                    session, books.team_id, "digest", rule.json(), zone, first, START,
                    grace_s=int(GRACE.total_seconds()), chat_id=1000 + number,
                    what={"metrics": METRICS[number % len(METRICS)]},
                )  # fmt: skip
                assert made == number + 1
                self.books[made] = books
                self.rules[made] = (rule, ZoneInfo(zone), first)

    def _expected(self, held: set[tuple[int, datetime]]) -> set[tuple[int, datetime]]:
        """Every due time up to the end, of every schedule, those being put off that were ``held``."""
        expected = set()
        for schedule, (rule, zone, first) in self.rules.items():
            due = first
            while due <= self.ended:
                expected.add((schedule, due))
                due = following(rule, zone, due, held=(schedule, due) in held)
        return expected

    def _process(self) -> tuple[Scheduler, Outbox]:
        clock, alone = Clock(lambda: self.now), self.processes == 1
        limiter, programme = Limiter(float("inf")), Programme({"digest": digest})
        scheduler = Scheduler(self.database, self.painter, programme, now=clock.now, alone=alone, fault=self.deaths_at)
        return scheduler, Outbox(self.database, self.bot, limiter, now=clock.now, alone=alone, fault=self.deaths_at)

    async def _live(self) -> None:
        """Jump from moment to moment; now and then everything is down for up to two days."""
        processes = [await self._born() for _ in range(self.processes)]
        end = START + timedelta(days=self.days, hours=8)
        while self.now < end:
            self._break_something()
            await self._log_something()
            for number, (scheduler, sender) in enumerate(processes):
                living = asyncio.all_tasks()
                try:
                    await self._turn(scheduler, sender)
                except Stopped as stopped:
                    self.died[str(stopped)] += 1
                    await _buried(asyncio.all_tasks() - living)
                    await self.bot.request.shutdown()  # it took its connections to Telegram along
                    await self.bot.request.initialize()
                    processes[number] = await self._born()
            before, self.now = self.now, await self._next()
            if self.chance.random() < DOWN_A_DAY * ((self.now - before) / timedelta(days=1)):
                self.now += timedelta(hours=self.chance.uniform(1, 48))
                self.died["down"] += 1
        self.simulator.faults.clear()
        self.deaths_at.share = 0
        for _ in range(20):
            self.now += timedelta(minutes=20)
            for scheduler, sender in processes:
                await self._turn(scheduler, sender)
        self.ended = self.now
        for _ in range(40):  # until the quiet hours are over everywhere
            self.now += timedelta(minutes=20)
            for _, sender in processes:
                await sender.pump()

    async def _born(self) -> tuple[Scheduler, Outbox]:
        born = self._process()
        await born[0].start()
        await born[1].start()
        return born

    async def _turn(self, scheduler: Scheduler, sender: Outbox) -> None:
        await scheduler.tick()
        await sender.pump()
        if self.chance.random() < 0.05:
            await self._unblocked(sender)

    async def _unblocked(self, sender: Outbox) -> None:
        """Somebody who had blocked the bot writes to it again."""
        async with self.database.read() as session:
            muted = sorted((await session.execute(select(mutes.c.chat_id))).scalars())
        if muted:
            await sender.heard(self.chance.choice(muted))

    async def _log_something(self) -> None:
        books = list(self.books.values())
        for _ in range(0, self.teams, TOGETHER):
            if self.chance.random() < LOGGED:
                async with self.database.begin() as session:
                    await self.chance.choice(books).log(session, self.now, self.chance)

    def _break_something(self) -> None:
        if self.chance.random() >= self.faults:
            return
        self.simulator.faults.add(self.chance.choice([
            Fault("*", "error", code=429, retry_after=self.chance.randint(1, 90)),
            Fault("*", "error", code=502),
            Fault("*", "drop"),
            Fault("*", "lose"),
            Fault("*", "error", code=403, description=BLOCKED),
        ]))  # fmt: skip

    async def _next(self) -> datetime:
        """The next moment at which something may be due, a second after it."""
        async with self.database.read() as session:
            moments = list((await session.execute(select(tables.schedules.c.next_run_at))).scalars())
            waiting = select(outbox.c.due_at).where(outbox.c.sent_at.is_(None), outbox.c.failed_at.is_(None))
            moments += list((await session.execute(waiting)).scalars())
        ahead = min((moment for moment in moments if moment > self.now), default=self.now + timedelta(days=1))
        lease = self.now + timedelta(minutes=6)
        return (min(ahead, lease) if self._held(moments) else ahead) + timedelta(
            seconds=self.chance.choice((0, 0, 1, 70))
        )

    def _held(self, moments: list[datetime]) -> bool:
        return any(moment <= self.now for moment in moments)

    async def _count(self) -> Counter[str]:
        """Hold what came against what was due and logged: once each, never early, in order, else with its reason."""
        counts: Counter[str] = Counter({f"died {point}": n for point, n in self.died.items()})
        counts["pictures"] = self.painter.drawn
        async with self.database.read() as session:
            ran = list(await session.execute(select(runs).order_by(runs.c.id)))
            kept = {row.dedupe_key: row for row in await session.execute(select(outbox))}
        expected = self._expected({(run.schedule_id, run.due_at) for run in ran if run.state == "held"})
        assert {(run.schedule_id, run.due_at) for run in ran} == expected, "not run though due, or run though not due"
        assert len(ran) == len(expected), "a due time was run twice"
        counts["due"] = len(expected)
        for schedule, (rule, _, _) in self.rules.items():
            books = self.books[schedule]
            own = [run for run in ran if run.schedule_id == schedule]
            line = Line(schedule, books, own, list(foretold(books, rule, own)))
            line.hold(kept, self.simulator.bot_messages(999 + schedule), counts)
        assert not kept, "a message that nothing explains"
        return counts
