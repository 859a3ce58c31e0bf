"""What a benchmark gives: one line of the table, a measured value against its limit."""

import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One measurement: ``value`` in ``unit``, good when at most ``limit`` (or at least, where ``more`` is better)."""

    name: str
    value: float
    limit: float | None
    unit: str
    more: bool = False
    note: str = ""

    @property
    def ok(self) -> bool | None:
        """Whether the limit is kept; None for a line that only tells."""
        if self.limit is None:
            return None
        return self.value >= self.limit if self.more else self.value <= self.limit

    def __str__(self) -> str:
        shown = f"{self.value:,.0f}" if self.value >= 1000 else f"{self.value:,.2f}"
        bound = "" if self.limit is None else f"{'≥' if self.more else '≤'} {self.limit:,g}"
        verdict = {None: "", True: "ok", False: "TOO SLOW" if self.unit != "MB" else "TOO BIG"}[self.ok]
        return f"{self.name:<58} {shown:>9} {self.unit:<9} {bound:>10}  {verdict:<8} {self.note}".rstrip()


def milliseconds(seconds: Sequence[float]) -> float:
    """Return the median in milliseconds."""
    return statistics.median(seconds) * 1000


async def timed(work: Callable[[], Awaitable[object]], times: int, warm: int = 1) -> list[float]:
    """Await ``work`` a few times unmeasured, then ``times`` measured; returns seconds."""
    for _ in range(warm):
        await work()
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        await work()
        taken.append(time.perf_counter() - begun)
    return taken
