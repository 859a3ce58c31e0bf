"""A large file imported from the command line."""

import asyncio
import csv
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from tests.benchmarks.ratios import Line

ROWS = 100_000
SALES = "ref=Invoice,customer=Customer,amount=Value,at=Date"
CALLS = "customer=Customer,at=Date,duration_s=Seconds,direction=:out,outcome=:connected"


async def imported() -> Iterator[Line]:
    """Import sales and calls of 8,000 customers, each file into a team of its own."""
    lines = []
    with tempfile.TemporaryDirectory(prefix="chot-bench-") as folder:
        path = _file(Path(folder))
        env = {**os.environ, "DATABASE_URL": f"sqlite+aiosqlite:///{Path(folder) / 'chot.db'}"}
        for kind, columns in (("sales", SALES), ("calls", CALLS)):
            await _chot(env, "team", "create", kind, "--currency", "GBP", "--timezone", "Europe/London")
            begun = time.perf_counter()
            await _chot(env, "import", str(path), "--team", kind, "--as", kind, "--map", columns)
            minutes = (time.perf_counter() - begun) / 60
            lines.append(Line(f"import of {ROWS:,} {kind}", ROWS / minutes, 100_000, "rows/min", more=True))
    return iter(lines)


def _file(folder: Path) -> Path:
    dice, start, path = random.Random(5), datetime(2024, 1, 1), folder / "rows.csv"  # noqa: DTZ001 - the file's zone
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["Invoice", "Customer", "Value", "Date", "Seconds"])
        for number in range(ROWS):
            at = start + timedelta(minutes=10 * number)
            customer = int(8_000 * dice.random() ** 2)
            rows.writerow(
                [number, f"C{customer}", f"{dice.uniform(1, 900):.2f}", at.isoformat(" "), dice.randrange(900)]
            )
    return path


async def _chot(env: dict[str, str], *words: str) -> None:
    done = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *words, env=env, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    output, _ = await done.communicate()
    assert done.returncode == 0, output.decode()
