"""Answers without their picture, from a team of many records: gathered, computed, compared and worded.

Every metric and report that is listed is asked, each against the limit of what it is made of (`Metric.made_of`).
"""

import gc
import time
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from metrics import METRICS, REPORTS
from metrics.answers.asking import ask
from metrics.answers.rendering import caption
from metrics.base import Breakdown, MadeOf, Metric, Scope, TeamScope
from metrics.models.memory import forget
from metrics.periods import Period, current, step
from metrics.wording import Say
from store import Database
from tests.benchmarks.ratios import Line
from tests.benchmarks.scale import NOW, big_database

SMALL, LARGE = 50_000, 1_000_000
LIMITS: dict[tuple[int, MadeOf], float] = {
    (SMALL, "sums"): 50, (SMALL, "customers"): 50, (SMALL, "several"): 150, (SMALL, "model"): 3000,
    (LARGE, "sums"): 50, (LARGE, "customers"): 300, (LARGE, "several"): 400, (LARGE, "model"): 3000,
}  # fmt: skip
"""Milliseconds. A report of several is four or five figures, each over up to five periods: /kpi of two that are sums
and three over customers, which alone may take 1,000 at a million records."""
REMEMBERED = 50.0
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
ENOUGH = 1.0
"""Seconds after which a form has been asked often enough."""


async def answers(sizes: list[int], wanted: frozenset[str] = frozenset()) -> Iterator[Line]:
    """Measure each metric for this month, for this year, and in the slowest of its other forms."""
    lines = []
    gc.freeze()  # as the bot does with what it has imported
    for size in sizes:
        database, team_id = await big_database(size)
        team = TeamScope(team_id, ZONE, "VND")
        for metric in (*METRICS, *REPORTS):
            if not wanted or metric.key in wanted:
                lines += await _of_metric(database, metric, team, size)
        await database.close()
    return iter(lines)


async def _of_metric(database: Database, metric: Metric, team: TeamScope, size: int) -> list[Line]:
    limit = LIMITS[size, metric.made_of]
    taken = {name: await milliseconds(database, metric, scope) for name, scope in forms(metric, team)}
    lines = [_line(metric, name, size, taken.pop(name), limit) for name in ("this month", "this year")]
    slowest = max(taken, key=lambda name: taken[name])
    lines.append(_line(metric, slowest, size, taken[slowest], limit, "the slowest of its other forms"))
    if metric.made_of == "model":
        again = await milliseconds(database, metric, dict(forms(metric, team))["this year"], fresh=False)
        lines.append(_line(metric, "this year", size, again, REMEMBERED, "asked again"))
    return lines


def _line(metric: Metric, form: str, size: int, taken: float, limit: float, note: str = "") -> Line:
    said = f"{taken / limit:.2f} of the limit for {metric.made_of}" + (f"; {note}" if note else "")
    return Line(f"/{metric.key} {form}, {size:,} records", taken, limit, "ms", note=said)


def forms(metric: Metric, team: TeamScope) -> Iterator[tuple[str, Scope]]:
    """Yield the ways of asking that are measured, each with its scope."""
    month, year = current("month", ZONE, NOW), current("year", ZONE, NOW)
    yield "this month", Scope(team, month, NOW)
    yield "this year", Scope(team, year, NOW)
    yield "last month", Scope(team, _before(month), NOW)
    yield "last year", Scope(team, _before(year), NOW)
    ways: list[Breakdown] = sorted(metric.breakdowns | metric.views)
    for by in ways:
        yield f"this year by {by}", Scope(team, year, NOW, by=by)


def _before(period: Period) -> Period:
    before = step(period, -1, NOW)
    assert before is not None
    return before


async def milliseconds(database: Database, metric: Metric, scope: Scope, *, fresh: bool = True) -> float:
    """Return the least disturbed of up to five askings; ``fresh`` ones remember nothing."""
    taken: list[float] = []
    while len(taken) < 5 and (len(taken) < 2 or sum(taken) < ENOUGH):
        if fresh:
            forget()
        begun = time.perf_counter()
        await once(database, metric, scope)
        taken.append(time.perf_counter() - begun)
    return min(taken) * 1000


async def once(database: Database, metric: Metric, scope: Scope) -> None:
    """Ask, and word the answer."""
    async with database.read() as session:
        answer = await ask(metric, session, scope)
    caption(answer, Say("vi"))
