"""What is due is done once: over restarts, two processes, clocks that step, failures, and times nobody was there."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot.clock import Clock
from bot.scheduler import Programme, Scheduler
from handlers.base import Reply
from handlers.clockwork.occasions import Occasion, Outcome, Standing
from handlers.clockwork.telling import Place, tell
from metrics.periods.timetable import Rule, next_run
from store import Database, Session
from store.people.team import create_team
from store.queues import schedules
from store.tables import outbox, runs

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
RULE = Rule("day", "08:00")
START = datetime(2026, 11, 26, 0, 0, tzinfo=UTC)
GRACE = timedelta(hours=6)


class NoPainter:
    async def draw(self, chart: object) -> bytes:
        return b""


@dataclass
class Works:
    """A team with one daily digest at 8:00, worked on by processes that share the database and the clock."""

    database: Database
    team_id: int
    clock: Clock
    composed: list[Occasion] = field(default_factory=list)
    broken: int = 0
    standing: tuple[Standing, ...] = ()

    def process(self) -> Scheduler:
        programme = Programme({"digest": self.work}, self.standing)
        return Scheduler(self.database, NoPainter(), programme, now=self.clock.now, alone=self.database.sqlite)

    async def work(self, occasion: Occasion) -> Outcome:
        self.composed.append(occasion)
        if self.broken > 0:
            self.broken -= 1
            raise RuntimeError("cannot be composed")

        async def write(session: Session) -> None:
            place = Place(occasion.team.id, 7, "en")
            await tell(session, place, lambda _say: Reply(str(occasion.period.first_day)), key=occasion.key,
                       now=occasion.now)  # fmt: skip

        return Outcome(write=write)

    async def add(self, rule: Rule = RULE) -> int:
        async with self.database.begin() as session:
            made = await schedules.add(
                session, self.team_id, "digest", rule.json(), ZONE.key, next_run(rule, ZONE, self.clock.now()),
                self.clock.now(), grace_s=int(GRACE.total_seconds()), chat_id=7,
            )  # fmt: skip
        assert made is not None
        return made

    async def said(self) -> list[str]:
        async with self.database.read() as session:
            return [row.payload["text"] for row in await session.execute(select(outbox).order_by(outbox.c.id))]

    async def runs(self) -> list[tuple[str, str]]:
        async with self.database.read() as session:
            return [(row.period, row.state) for row in await session.execute(select(runs).order_by(runs.c.id))]


@pytest.fixture
async def works(database: Database) -> AsyncIterator[Works]:
    async with database.begin() as session:
        team_id = await create_team(
            session, name="Shop", zone=ZONE.key, currency="VND", locale="en", now=START - timedelta(days=9)
        )
    yield Works(database, team_id, Clock(lambda: START))


async def test_a_digest_is_about_the_day_before_and_never_early(works: Works) -> None:
    await works.add()
    process = works.process()
    works.clock.move(timedelta(minutes=59, seconds=59))
    assert not await process.tick()
    works.clock.move(timedelta(seconds=1))
    assert await process.tick()
    assert not await process.tick()
    assert await works.said() == ["2026-11-25"]


async def test_restarts_and_a_second_process_say_nothing_twice(works: Works) -> None:
    await works.add()
    works.clock.move(timedelta(hours=1))
    for _ in range(3):
        for process in (works.process(), works.process()):
            await process.start()
            await process.tick()
        works.clock.move(timedelta(days=1))
    assert await works.said() == ["2026-11-25", "2026-11-26", "2026-11-27"]


async def test_late_within_grace_is_sent_for_its_own_period_and_later_is_missed_and_known(works: Works) -> None:
    await works.add()
    works.clock.move(timedelta(hours=6))  # 13:00: five hours late
    await works.process().tick()
    works.clock.move(timedelta(days=3, hours=6))  # down for three days, back at 19:00
    process = works.process()
    await process.tick()
    assert await works.runs() == [
        ("d2026-11-26", "sent"), ("d2026-11-27", "missed"), ("d2026-11-28", "missed"), ("d2026-11-29", "missed"),
    ]  # fmt: skip
    works.clock.move(timedelta(hours=13))
    await process.tick()
    assert await works.said() == ["2026-11-25", "2026-11-29"]


async def test_missed_ones_are_handed_to_the_next_that_is_said(works: Works) -> None:
    await works.add()
    works.clock.move(timedelta(days=2, hours=2))  # back at 9:00 of the third day
    await works.process().tick()
    [occasion] = works.composed
    assert [due.astimezone(ZONE).day for due in occasion.missed] == [26, 27]
    assert occasion.due.astimezone(ZONE).day == 28


async def test_a_clock_that_steps_back_says_nothing_twice(works: Works) -> None:
    await works.add()
    process = works.process()
    works.clock.move(timedelta(hours=1))
    await process.tick()
    works.clock.move(timedelta(hours=-3))
    await process.tick()
    works.clock.move(timedelta(hours=4))
    await works.process().tick()
    assert await works.said() == ["2026-11-25"]


async def test_a_clock_that_was_a_year_ahead_costs_no_later_digest(works: Works) -> None:
    await works.add()
    process = works.process()
    works.clock.move(timedelta(days=400))
    await process.tick()
    assert len(await works.runs()) == 400
    works.clock.move(timedelta(days=-400, minutes=30))
    await process.tick()
    works.clock.move(timedelta(minutes=30))
    await process.tick()
    works.clock.move(timedelta(days=1))
    await process.tick()
    assert await works.said() == ["2026-11-25", "2026-11-26"]


async def test_what_fails_is_tried_again_and_then_recorded_with_its_reason(works: Works) -> None:
    await works.add()
    process = works.process()
    works.broken = 2
    works.clock.move(timedelta(hours=1))
    for _ in range(5):
        await process.tick()
        works.clock.move(timedelta(minutes=2))
    assert await works.said() == ["2026-11-25"]
    works.broken = 10_000
    works.clock.move(timedelta(days=1))
    for _ in range(40):
        await process.tick()
        works.clock.move(timedelta(minutes=10))
    assert (await works.runs())[-1] == ("d2026-11-27", "missed")
    async with works.database.read() as session:
        last = (await schedules.runs_of(session, works.team_id, 1, 1))[0]
    assert last.reason == "RuntimeError"


async def test_one_that_was_moved_meanwhile_is_not_said_at_its_old_time(works: Works) -> None:
    schedule_id = await works.add()
    work = works.work

    async def moved(occasion: Occasion) -> Outcome:
        outcome = await work(occasion)
        async with works.database.begin() as session:
            later = occasion.due + timedelta(hours=2)
            await schedules.change(session, works.team_id, schedule_id, next_run_at=later)
        return outcome

    process = Scheduler(works.database, NoPainter(), Programme({"digest": moved}), now=works.clock.now)
    works.clock.move(timedelta(hours=1))
    await process.tick()
    assert await works.said() == []


async def test_every_team_gets_what_every_team_has(works: Works) -> None:
    works.standing = (Standing("digest", RULE, GRACE),)
    process = works.process()
    await process.tick()
    works.clock.move(timedelta(hours=1))
    await process.tick()
    await works.process().tick()
    assert await works.said() == ["2026-11-25"]
