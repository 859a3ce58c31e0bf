"""Draws charts in one warm worker process, so that the event loop is never held."""

import asyncio
from collections import OrderedDict
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context

from metrics.charts.drawing import draw
from metrics.charts.specs import Bars, Chart, Heading


def _first() -> Chart:
    return Bars(Heading("", "", "", empty="·"), ())


class Painter:
    """Turns charts into PNG bytes in a process of its own; the last ones drawn are remembered."""

    def __init__(self, remembered: int = 64) -> None:
        self._remembered = remembered
        self._pictures: OrderedDict[Chart, bytes] = OrderedDict()
        self._pool: ProcessPoolExecutor | None = None

    async def draw(self, chart: Chart) -> bytes:
        """Draw a chart, or give the bytes of an equal one; a worker that died is replaced once."""
        if chart in self._pictures:
            self._pictures.move_to_end(chart)
            return self._pictures[chart]
        pool = self._running()
        try:
            picture = await self._drawn(pool, chart)
        except BrokenProcessPool:
            self._drop(pool)
            picture = await self._drawn(self._running(), chart)
        self._pictures[chart] = picture
        while len(self._pictures) > self._remembered:
            self._pictures.popitem(last=False)
        return picture

    async def warm(self) -> None:
        """Start the worker and let it load matplotlib, before anyone waits for a picture."""
        await self.draw(_first())

    async def close(self) -> None:
        """Stop the worker; drawing again starts a new one."""
        pool, self._pool = self._pool, None
        if pool is not None:
            await asyncio.to_thread(pool.shutdown, cancel_futures=True)

    def _running(self) -> ProcessPoolExecutor:
        # spawned, not forked: the parent holds threads and open databases
        self._pool = self._pool or ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn"))
        return self._pool

    async def _drawn(self, pool: ProcessPoolExecutor, chart: Chart) -> bytes:
        return await asyncio.get_running_loop().run_in_executor(pool, draw, chart)

    def _drop(self, broken: ProcessPoolExecutor) -> None:
        broken.shutdown(wait=False, cancel_futures=True)
        if self._pool is broken:
            self._pool = None
