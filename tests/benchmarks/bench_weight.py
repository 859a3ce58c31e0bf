"""What asking weighs: how far memory rises above rest, and how long the event loop is held, with a million records.

Measured in a process of its own, so that nothing else has made it large: `python -m tests.benchmarks.bench_weight`.
"""

import asyncio
import gc
import json
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from metrics import METRICS, REPORTS
from metrics.apart import end
from metrics.base import Metric, Scope, TeamScope
from metrics.models.memory import forget
from metrics.periods import current
from store import Database
from tests.benchmarks.bench_answers import LARGE, ZONE, once
from tests.benchmarks.ratios import Line
from tests.benchmarks.scale import NOW, big_database

BEAT = 0.002


async def weight() -> Iterator[Line]:
    """Ask every metric of this year and give the heaviest."""
    database, _ = await big_database(LARGE)
    await database.close()
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.benchmarks.bench_weight", stdout=asyncio.subprocess.PIPE
    )
    said, _ = await child.communicate()
    seen: dict[str, tuple[float, float]] = json.loads(said)
    lines = []
    for place, (what, unit, limit) in enumerate((("memory above rest", "MB", 60), ("event loop held", "ms", 50))):
        worst = max(seen, key=lambda key: seen[key][place])
        note = f"/{worst}; over: {', '.join(key for key in seen if seen[key][place] > limit) or 'none'}"
        lines.append(Line(f"answers: {what}, at most, {LARGE:,} records", seen[worst][place], limit, unit, note=note))
    return iter(lines)


async def _all() -> dict[str, tuple[float, float]]:
    gc.freeze()  # as the bot does with what it has imported
    database, team_id = await big_database(LARGE)
    team = TeamScope(team_id, ZONE, "VND")
    seen = {}
    await once(database, METRICS[0], Scope(team, current("day", ZONE, NOW), NOW))  # what every question imports
    for metric in (*METRICS, *REPORTS):
        seen[metric.key] = await _of(database, metric, Scope(team, current("year", ZONE, NOW), NOW))
    await end()
    await database.close()
    return seen


async def _of(database: Database, metric: Metric, scope: Scope) -> tuple[float, float]:
    """The rise of memory in MB, and the least disturbed of two longest pauses in ms."""
    rest = _memory("VmRSS")
    _count_peak_anew()
    held = min([await _held(database, metric, scope) for _ in range(2)])
    return max(_memory("VmHWM") - rest, 0.0), held * 1000


async def _held(database: Database, metric: Metric, scope: Scope) -> float:
    longest = 0.0

    async def beat() -> None:
        nonlocal longest
        while True:
            begun = time.perf_counter()
            await asyncio.sleep(BEAT)
            longest = max(longest, time.perf_counter() - begun - BEAT)

    beating = asyncio.create_task(beat())
    await asyncio.sleep(BEAT)
    forget()
    await once(database, metric, scope)
    await asyncio.sleep(BEAT)
    beating.cancel()
    return longest


def _count_peak_anew() -> None:
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _memory(what: str) -> float:
    found = re.search(rf"{what}:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    assert found is not None
    return int(found[1]) / 1024


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_all())))
