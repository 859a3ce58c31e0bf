"""Answers without their picture, from a team of many records: gathered, computed, compared and worded."""

import time
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from metrics import METRICS
from metrics.asking import ask
from metrics.base import Metric, Scope, TeamScope
from metrics.periods import Period, current, step
from metrics.wording import Say
from store import Database
from tests.benchmarks.ratios import Line, timed
from tests.benchmarks.scale import NOW, big_database

LIMITS = {50_000: 50.0, 1_000_000: 300.0}
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


async def answers(sizes: list[int]) -> Iterator[Line]:
    """Measure each metric in its default form, and in the slowest of its other forms."""
    lines = []
    for size in sizes:
        database, team_id = await big_database(size)
        team = TeamScope(team_id, ZONE, "VND")
        for metric in METRICS:
            lines += await _of_metric(database, metric, team, size)
        await database.close()
    return iter(lines)


async def _of_metric(database: Database, metric: Metric, team: TeamScope, size: int) -> list[Line]:
    month = current("month", ZONE, NOW)
    first = await _milliseconds(database, metric, Scope(team, month, NOW), times=5)
    others = {}
    for name, scope in _forms(metric, team, month):
        others[name] = await _milliseconds(database, metric, scope, times=3)
    slowest = max(others, key=lambda name: others[name])
    limit = LIMITS[size]
    return [
        Line(f"/{metric.key} of this month, {size:,} records", first, limit, "ms"),
        Line(f"/{metric.key} {slowest}, {size:,} records", others[slowest], limit, "ms", note="its slowest form"),
    ]


def _forms(metric: Metric, team: TeamScope, month: Period) -> Iterator[tuple[str, Scope]]:
    year = current("year", ZONE, NOW)
    before = step(month, -1, NOW)
    assert before is not None
    yield "last month", Scope(team, before, NOW)
    yield "this year", Scope(team, year, NOW)
    for by in sorted(metric.breakdowns):
        yield f"this year by {by}", Scope(team, year, NOW, by=by)


async def _milliseconds(database: Database, metric: Metric, scope: Scope, times: int) -> float:
    from metrics.rendering import caption

    async def once() -> None:
        async with database.read() as session:
            answer = await ask(metric, session, scope)
        caption(answer, Say("vi"))

    begun = time.perf_counter()
    await once()
    if time.perf_counter() - begun > 2:  # far over any limit: no need to be exact
        return (time.perf_counter() - begun) * 1000
    return min(await timed(once, times)) * 1000  # the least disturbed by what else the machine does
