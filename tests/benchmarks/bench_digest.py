"""A digest composed: every figure asked, worded, what is left to do looked up; and how many a second with pictures.

Earlier ones have been sent, as they have of any team: each is looked at for what was entered since, and of the newest
something was, so that its figures are asked again and restated.
"""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.painting import LazyPainter
from bot.scheduler import AT_ONCE
from handlers.base import Painter
from handlers.clockwork.teams import team_named
from handlers.digests.composing import OFFERED, USUAL, compose, pictured
from handlers.digests.late import LOOKED_AT
from handlers.digests.view import View
from metrics.apart import apart
from metrics.models.memory import forget
from metrics.periods import key
from metrics.periods.timetable import Rule, period_of
from metrics.wording import Say
from store import Database
from store.queues.schedules import Run
from tests.benchmarks.ratios import Line
from tests.benchmarks.scale import NOW, big_database

SMALL, LARGE = 5_000, 1_000_000
LIMITS = {SMALL: 100.0, LARGE: 1_500.0}
"""Milliseconds of processor time, the picture not counted."""
WEEKLY, MONTHLY = Rule("week", "08:00"), Rule("month", "08:00", on=1)
MESSAGES_A_SECOND = 30
DUE, EACH = 2_000, 2
PICTURES = 40


async def digests(sizes: list[int]) -> Iterator[Line]:
    """Measure a digest of each rhythm with the usual figures, and one with all that can be chosen."""
    lines = []
    for size in sizes:
        database, team_id = await big_database(size)
        for rule in (WEEKLY, MONTHLY):
            taken = await _milliseconds(database, await _view(database, team_id, rule))
            lines.append(Line(f"digest of a {rule.every}, {size:,} records", taken, LIMITS[size], "ms CPU"))
        full = replace(await _view(database, team_id, WEEKLY), metrics=OFFERED)
        note = f"all {len(OFFERED)} figures"
        lines.append(Line(f"digest of a week, {size:,} records", await _milliseconds(database, full), None, "ms CPU",
                          note=note))  # fmt: skip
        if size == SMALL:
            lines += await _drained(database, await _view(database, team_id, WEEKLY))
        await database.close()
    return iter(lines)


async def _view(database: Database, team_id: int, rule: Rule) -> View:
    async with database.read() as session:
        team = await team_named(session, team_id)
    due = NOW - timedelta(weeks=1)  # the small team's last records are of the week before
    view = View(team, period_of(rule, due, team.zone), NOW, USUAL, 0, group=False, next_at=NOW + timedelta(days=1))
    return replace(view, sent=tuple(_sent(view, rule, team.zone)))


def _sent(view: View, rule: Rule, zone: ZoneInfo) -> Iterator[Run]:
    """Yield the digests sent before, newest first: the newest before the last day that it is about had been logged."""
    period = view.period
    for number in range(LOOKED_AT):
        at = period.start
        period = period_of(rule, at, zone)
        done_at = at - timedelta(days=1) if number == 0 else NOW
        kept = {"period": key(period), "values": dict.fromkeys(USUAL, 1)}
        yield Run(key(period), at, done_at, "sent", None, kept)


async def _milliseconds(database: Database, view: View) -> float:
    """Return the processor time of the least disturbed composition; each remembers nothing of the one before."""
    taken = []
    for _ in range(5):
        forget()
        begun = time.process_time()
        composed = await compose(database, view, Say("vi"))
        taken.append(time.process_time() - begun)
        assert composed is not None
        assert [set(values) for values in composed.restated.values()] == [set(USUAL)], "one is restated, whole"
    return min(taken) * 1000


async def _drained(database: Database, view: View) -> list[Line]:
    """Compose digests of different weeks, as many at once as the scheduler does, each with its own picture.

    The bot and the worker that draws have a core each: the busier one must keep pace with what Telegram takes. Its
    processor time is the measure, which other work on the machine does not stretch as it does the clock.
    """
    painter, gate = LazyPainter(), asyncio.Semaphore(AT_ONCE)
    await _whole(database, view, painter)
    weeks = [_weeks_before(view, number) for number in range(1, PICTURES + 1)]

    async def one(week: View) -> None:
        async with gate:
            await _whole(database, week, painter)

    begun, bot, worker = time.perf_counter(), time.process_time(), await apart(time.process_time)
    await asyncio.gather(*map(one, weeks))
    bot, worker = time.process_time() - bot, await apart(time.process_time) - worker
    rate = PICTURES / (time.perf_counter() - begun)
    await painter.close()
    sending = DUE * EACH / MESSAGES_A_SECOND
    each = [seconds / PICTURES * 1000 for seconds in (bot, worker)]
    pace = f"bot {each[0]:.0f}, worker {each[1]:.0f}: {DUE:,} in {DUE * max(each) / 1000:.0f} s"
    note = f"{DUE:,} in {DUE / rate:.0f} s; Telegram takes their {DUE * EACH:,} messages in {sending:.0f} s"
    return [
        Line(
            "digest with its picture, the busier process", max(each), round(sending / DUE * 1000), "ms CPU", note=pace
        ),
        Line("digests a second, with their pictures", rate, None, "/s", more=True, note=note),
    ]


def _weeks_before(view: View, number: int) -> View:
    return replace(view, period=period_of(WEEKLY, NOW - timedelta(weeks=number + 1), view.team.zone))


async def _whole(database: Database, view: View, painter: Painter) -> None:
    composed = await compose(database, view, Say("vi"))
    assert composed is not None
    assert (await pictured(composed, Say("vi"), painter)).photo is not None
