"""A simulated year of digests: many zones, processes that stop at random moments, a Telegram that fails at random.

Everything is real but the clock, which jumps from one due time to the next: the scheduler and the outbox over the
database, and the bot's library over HTTP to the simulated Telegram. `Year.run` returns what was due and what came.
"""

import asyncio
import random
import re
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import event, select

import store.outbox as rows
from bot.clock import Clock
from bot.limiter import Limiter
from bot.outbox import Outbox
from bot.scheduler import Programme, Scheduler
from bot.settings import Settings
from bot.simulator import Fault, Person, Simulator, serve
from bot.simulator.clock import Clock as TelegramClock
from bot.telegram_api import connect
from handlers.base import Reply
from handlers.proactive import Occasion, Outcome
from handlers.telling import Place, tell
from metrics.periods.timetable import Rule, next_run
from store import Database, Session, schedules, tables
from store.tables import mutes, outbox, runs
from store.team import create_team

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
BLOCKED = Fault("sendMessage", "error", code=403, description="Forbidden: bot was blocked by the user")
GRACE = timedelta(hours=6)
DOWN_A_DAY = 0.03
"""How often everything is down for a while, whatever the number of teams."""
REASONS = {
    rows.EXPIRED: "expired", rows.UNKNOWN: "unknown", rows.MUTED: "unreachable", BLOCKED.description: "unreachable",
}  # fmt: skip
"""What a message may fail for, as it is counted."""
_MARK = "sent again"


class NoPainter:
    async def draw(self, chart: object) -> bytes:
        return b""


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a due time, and at how many attempts nobody knows whether Telegram took its message."""

    state: str
    doubts: int

    @property
    def times(self) -> range:
        """How often it may have come: what was sent once, and once more for a doubt; anything else for doubts only."""
        return range(1, 2 + min(self.doubts, 1)) if self.state == "sent" else range(self.doubts + 1)


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


async def _buried(tasks: set[asyncio.Task[Any]]) -> None:
    """What a dead process was still doing ends with it."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


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
    died: Counter[str] = field(default_factory=Counter)

    async def run(self) -> Counter[str]:
        """Live the year, and return its counts; raises AssertionError for anything that came wrong."""
        self.chance = random.Random(self.seed)
        self.deaths_at = Deaths(self.chance, self.deaths)
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
                team = await create_team(
                    session, name=f"Team {number}", zone=zone, currency="VND", locale="en", now=START
                )
                first = next_run(rule, ZoneInfo(zone), START)
                made = await schedules.add(
                    session, team, "digest", rule.json(), zone, first, START,
                    grace_s=int(GRACE.total_seconds()), chat_id=1000 + number,
                )  # fmt: skip
                assert made is not None
                self.rules[made] = (rule, ZoneInfo(zone), first)

    def _expected(self) -> set[tuple[int, datetime]]:
        """Every due time up to now, of every schedule."""
        expected = set()
        for schedule, (rule, zone, first) in self.rules.items():
            due = first
            while due <= self.now:
                expected.add((schedule, due))
                due = next_run(rule, zone, due)
        return expected

    async def _work(self, occasion: Occasion) -> Outcome:
        async def write(session: Session) -> None:
            said = f"{occasion.schedule.id} {occasion.due:%Y-%m-%dT%H:%M}"
            place = Place(occasion.team.id, occasion.schedule.chat_id or 0, "en")
            await tell(session, place, lambda _say: Reply(said), key=occasion.key, now=occasion.now)

        return Outcome(write=write)

    def _process(self) -> tuple[Scheduler, Outbox]:
        clock, alone = Clock(lambda: self.now), self.processes == 1
        limiter, programme = Limiter(float("inf")), Programme({"digest": self._work})
        scheduler = Scheduler(self.database, NoPainter(), programme, now=clock.now, alone=alone, fault=self.deaths_at)
        return scheduler, Outbox(self.database, self.bot, limiter, now=clock.now, alone=alone, fault=self.deaths_at)

    async def _live(self) -> None:
        """Jump from moment to moment; now and then everything is down for up to two days."""
        processes = [await self._born() for _ in range(self.processes)]
        end = START + timedelta(days=self.days, hours=8)
        while self.now < end:
            self._break_something()
            for number, (scheduler, sender) in enumerate(processes):
                living = asyncio.all_tasks()
                try:
                    await self._turn(scheduler, sender)
                except Stopped as stopped:
                    self.died[str(stopped)] += 1
                    await _buried(asyncio.all_tasks() - living)
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

    def _break_something(self) -> None:
        if self.chance.random() >= self.faults:
            return
        self.simulator.faults.add(self.chance.choice([
            Fault("sendMessage", "error", code=429, retry_after=self.chance.randint(1, 90)),
            Fault("sendMessage", "error", code=502),
            Fault("sendMessage", "drop"),
            Fault("sendMessage", "lose"),
            BLOCKED,
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
        """Hold what came against what was due: once each, never early, in order, else recorded with its reason."""
        expected = self._expected()
        counts: Counter[str] = Counter({"due": len(expected), **{f"died {point}": n for point, n in self.died.items()}})
        fates = await self._fates()
        for number in range(self.teams):
            self._one_chat(1000 + number, fates, counts)
        assert set(fates) == expected, "something due was not run, or something run was not due"
        assert counts["due"] == sum(counts[state] for state in {"sent", "missed", *REASONS.values()})
        return counts

    def _one_chat(self, chat: int, fates: dict[tuple[int, datetime], Fate], counts: Counter[str]) -> None:
        seen: Counter[tuple[int, datetime]] = Counter()
        order = []
        for message in self.simulator.bot_messages(chat):
            text = str(message.content["text"])
            found = re.match(r"(\d+) (\S+)", text)
            assert found is not None, text
            due = datetime.fromisoformat(found[2]).replace(tzinfo=UTC)
            assert message.date >= due.timestamp(), f"early: {text}"
            seen[int(found[1]), due] += 1
            order.append(due)
            counts["marked"] += _MARK in text
        assert order == sorted(order), f"out of order in {chat}"
        for key, fate in fates.items():
            if key[0] == chat - 999:
                counts[fate.state] += 1
                counts["doubtful"] += fate.state == "sent" and fate.doubts > 0
                counts["twice"] += seen[key] == 2
                assert seen[key] in fate.times, (key, fate, seen[key])

    async def _fates(self) -> dict[tuple[int, datetime], Fate]:
        async with self.database.read() as session:
            ran = list(await session.execute(select(runs)))
            sent = {row.dedupe_key: row for row in await session.execute(select(outbox))}
        found = {}
        for run in ran:
            row = sent.get(f"digest:{run.schedule_id}:{run.due_at:%Y%m%dT%H%M}")
            assert (row is None) == (run.state == "missed") == (run.reason is not None)
            state = "missed" if row is None else REASONS[row.failure] if row.failure else "sent"
            assert row is None or row.failure or row.sent_at, "a message was forgotten"
            found[run.schedule_id, run.due_at] = Fate(state, 0 if row is None else row.doubts)
        assert len(found) == len(ran), "a due time was run twice"
        return found
