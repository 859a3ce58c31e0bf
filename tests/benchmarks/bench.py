"""Speed and memory, as ratios measured in one run: prints a table, and exits 1 when a limit is not kept.

Run as `make bench`; BENCH_QUICK=1 leaves out the team of a million records, and words after the command choose parts.
"""

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

from tests.benchmarks.ratios import Line

QUICK = bool(os.environ.get("BENCH_QUICK"))


async def _logging() -> Iterator[Line]:
    from tests.benchmarks.bench_logging import logged_call

    return await logged_call()


async def _reading() -> Iterator[Line]:
    from tests.benchmarks.bench_reading import readings

    return await readings()


async def _answers() -> Iterator[Line]:
    from tests.benchmarks.bench_answers import answers

    return await answers([50_000] if QUICK else [50_000, 1_000_000])


async def _weight() -> Iterator[Line]:
    from tests.benchmarks.bench_weight import weight

    return iter(()) if QUICK else await weight()


async def _charts() -> Iterator[Line]:
    from tests.benchmarks.bench_charts import charts

    return await charts()


async def _start() -> Iterator[Line]:
    from tests.benchmarks.bench_start import first_answer

    return await first_answer()


async def _digest() -> Iterator[Line]:
    from tests.benchmarks.bench_digest import LARGE, SMALL, digests

    return await digests([SMALL] if QUICK else [SMALL, LARGE])


async def _imports() -> Iterator[Line]:
    from tests.benchmarks.bench_import import imported

    return await imported()


PARTS: dict[str, Callable[[], Coroutine[Any, Any, Iterator[Line]]]] = {
    "logging": _logging,
    "reading": _reading,
    "start": _start,
    "charts": _charts,
    "import": _imports,
    "answers": _answers,
    "digest": _digest,
    "weight": _weight,
}


def main(wanted: list[str]) -> int:
    """Measure and print; returns the exit code."""
    kept = True
    for name, part in PARTS.items():
        if wanted and name not in wanted:
            continue
        for line in asyncio.run(part()):
            print(line, flush=True)
            kept = kept and line.ok is not False
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
