"""Does what is due: claims schedules, has them worked on, and records each due time once, as run or as missed.

A due time that passed while nobody was there is worked on late within its grace, else recorded as missed. What is to
be said, the run and the next due time are one transaction; two processes, a restart or a clock that steps cannot say
a thing twice.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import store.queues.schedules as rows
from bot import logs, turns
from handlers.base import Painter
from handlers.clockwork.occasions import DOWN, Occasion, Outcome, Pulse, Standing, Work
from handlers.clockwork.teams import team_named
from metrics.periods.timetable import Rule, missed, next_run, period_of, rule_of, run_key
from store import Database
from store.queues.inbox import passes
from store.queues.schedules import Schedule

LEASE = timedelta(minutes=5)
AGAIN = timedelta(seconds=60)
MOST, AT_ONCE = 16, 3
SETTLE = timedelta(minutes=10)
_log = logs.logger("chot.scheduler")


@dataclass(frozen=True, slots=True)
class Programme:
    """What is done by the clock; the product's own is in `handlers.clockwork.programme`."""

    work: Mapping[str, Work] = field(default_factory=dict)
    standing: tuple[Standing, ...] = ()
    pulses: tuple[Pulse, ...] = ()


class Scheduler:
    """The clock's hand; replicas share the schedules by leases. ``fault`` is called at named points."""

    def __init__(
        self,
        database: Database,
        painter: Painter,
        programme: Programme,
        *,
        now: Callable[[], datetime],
        alone: bool = True,
        fault: Callable[[str], None] = lambda _point: None,
    ) -> None:
        self._database, self._painter, self._programme = database, painter, programme
        self._now, self._alone, self._fault = now, alone, fault
        self._settled_at: datetime | None = None
        self._failures: dict[int, str] = {}

    async def start(self) -> None:
        """Take up what a dead process held."""
        if self._alone:
            async with self._database.begin() as session:
                await rows.release(session)

    async def run(self) -> None:
        """Tick until cancelled."""
        await turns.taken(self.tick, _log)

    async def tick(self) -> bool:
        """Do what is due now; returns whether there was anything."""
        now = self._now()
        if self._settled_at is None or abs(now - self._settled_at) >= SETTLE:
            await self._settle(now)
            self._settled_at = now
        for pulse in self._programme.pulses:
            await self._felt(pulse, now)
        async with self._database.read() as session:
            if not await rows.due(session, now):
                return False
        async with self._database.begin() as session:
            claimed = await rows.claim(session, now, now + LEASE, MOST)
        self._fault("after schedule claim")
        await self._all(claimed)
        return bool(claimed)

    async def _all(self, claimed: Sequence[Schedule]) -> None:
        """Work on some at once, so that one is composed while another's picture is drawn."""
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(schedule: Schedule) -> None:
            async with gate:
                await self._safely(schedule)

        ended = await asyncio.gather(*map(one, claimed), return_exceptions=True)
        for error in ended:
            if error is not None:
                raise error

    async def _felt(self, pulse: Pulse, now: datetime) -> None:
        try:
            await pulse(self._database, now)
        except Exception as error:
            if passes(error):
                raise
            _log.error("something unasked failed; it is tried at the next tick", exc_info=error)

    async def _safely(self, schedule: Schedule) -> None:
        """Work on one schedule; one that fails is tried again until its grace is over, the others have their turn."""
        try:
            await self._work(schedule)
            self._failures.pop(schedule.id, None)
        except Exception as error:
            if passes(error):
                raise
            self._failures[schedule.id] = f"{type(error).__name__}"
            _log.error("a schedule failed", schedule_id=schedule.id, kind=schedule.kind, exc_info=error)
            async with self._database.begin() as session:
                await rows.put_off(session, schedule, self._now() + AGAIN)

    async def _work(self, schedule: Schedule) -> None:
        now, zone, rule = self._now(), ZoneInfo(schedule.zone), rule_of(schedule.rule)
        past, due = missed(rule, zone, schedule.next_run_at, now, timedelta(seconds=schedule.grace_s))
        if due > now:
            await self._record(schedule, rule, tuple(past), due)
            return
        async with self._database.read() as session:
            team = await team_named(session, schedule.team_id)
        occasion = Occasion(
            schedule, team, rule, due, period_of(rule, due, zone), now, tuple(past), self._database, self._painter
        )
        work = self._programme.work.get(schedule.kind)
        outcome = await work(occasion) if work is not None else Outcome("held", f"nothing does {schedule.kind}")
        following = outcome.next_at or next_run(rule, zone, due)
        await self._record(schedule, rule, tuple(past), following, occasion, outcome)

    async def _record(
        self,
        schedule: Schedule,
        rule: Rule,
        past: tuple[datetime, ...],
        next_run_at: datetime,
        occasion: Occasion | None = None,
        outcome: Outcome | None = None,
    ) -> None:
        """Commit together: the missed due times, this run with what it says, and the next due time."""
        now, zone = self._now(), ZoneInfo(schedule.zone)
        reason = self._failures.get(schedule.id, DOWN)
        async with self._database.begin() as session:
            if not await rows.advance(session, schedule, next_run_at):
                return
            for due in past:
                await rows.record(session, schedule, run_key(rule, due, zone), due, now, "missed", reason=reason)
            if occasion is not None and outcome is not None:
                key = run_key(rule, occasion.due, zone)
                new = await rows.record(
                    session, schedule, key, occasion.due, now, outcome.state, reason=outcome.reason, kept=outcome.kept
                )
                if new and outcome.write is not None:
                    await outcome.write(session)
            self._fault("before run commit")
        self._fault("after run commit")

    async def _settle(self, now: datetime) -> None:
        """Give each team what every team has, and bring back schedules that a wrong clock has sent far ahead."""
        for standing in self._programme.standing:
            await self._stand(standing, now)
        async with self._database.begin() as session:
            await rows.unmiss(session, now)
        async with self._database.read() as session:
            ahead = [(one, due) for one in await rows.live(session) if (due := _expected(one, now)) < one.next_run_at]
            strayed = [
                (one, due) for one, due in ahead
                if not await rows.ran(session, one, [run_key(rule_of(one.rule), due, ZoneInfo(one.zone))])
            ]  # fmt: skip
        for one, due in strayed:
            async with self._database.begin() as session:
                await rows.advance(session, one, due)

    async def _stand(self, standing: Standing, now: datetime) -> None:
        async with self._database.read() as session:
            lacking = await rows.without(session, standing.kind)
        for team in lacking:
            due = next_run(standing.rule, ZoneInfo(team.zone), now)
            async with self._database.begin() as session:
                await rows.add(
                    session, team.id, standing.kind, standing.rule.json(), team.zone, due, now,
                    grace_s=int(standing.grace.total_seconds()), key=standing.kind,
                )  # fmt: skip


def _expected(schedule: Schedule, now: datetime) -> datetime:
    return next_run(rule_of(schedule.rule), ZoneInfo(schedule.zone), now)


def product() -> Programme:
    """What the product does by the clock."""
    from handlers.clockwork.programme import PULSES, STANDING, WORK

    return Programme(WORK, STANDING, PULSES)
