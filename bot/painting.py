"""Draws charts in one worker process, started when a picture is first needed."""

import asyncio
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from metrics.charts.worker import Painter

SETTLED_SECONDS = 2


class LazyPainter:
    """The product's painter; its process, and the drawing libraries in it, start with the first picture."""

    def __init__(self) -> None:
        self._painter: Painter | None = None

    async def draw(self, chart: Any) -> bytes:
        """Return the chart as PNG."""
        return await self._started().draw(chart)

    async def warm(self) -> None:
        """Start the worker once the bot has had its first moments, before anyone waits for a picture."""
        await asyncio.sleep(SETTLED_SECONDS)
        await self._started().warm()

    def _started(self) -> "Painter":
        if self._painter is None:
            from metrics.charts.worker import Painter

            self._painter = Painter()
        return self._painter

    async def close(self) -> None:
        """End the worker process."""
        if self._painter is not None:
            await self._painter.close()
