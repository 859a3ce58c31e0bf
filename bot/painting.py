"""Draws charts in one worker process, started when a picture is first needed."""

from typing import Any


class LazyPainter:
    """The product's painter; its process, and the drawing libraries in it, start with the first picture."""

    def __init__(self) -> None:
        self._painter: Any = None

    async def draw(self, chart: object) -> bytes:
        """Return the chart as PNG."""
        if self._painter is None:
            from metrics.charts.worker import Painter

            self._painter = Painter()
        png: bytes = await self._painter.draw(chart)
        return png

    async def close(self) -> None:
        """End the worker process."""
        if self._painter is not None:
            await self._painter.close()
