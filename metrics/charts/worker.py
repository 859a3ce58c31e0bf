"""Draws charts in the warm worker process, so that the event loop is never held."""

from collections import OrderedDict

from metrics.apart import apart, end
from metrics.charts.drawing import draw
from metrics.charts.specs import Bars, Chart, Heading


def draw_first() -> None:
    """Draw something small, which loads matplotlib and its fonts."""
    draw(Bars(Heading("", "", "", empty="·"), ()))


class Painter:
    """Turns charts into PNG bytes in a process apart; the last ones drawn are remembered."""

    def __init__(self, remembered: int = 64) -> None:
        self._remembered = remembered
        self._pictures: OrderedDict[Chart, bytes] = OrderedDict()

    async def draw(self, chart: Chart) -> bytes:
        """Draw a chart, or give the bytes of an equal one."""
        if chart in self._pictures:
            self._pictures.move_to_end(chart)
            return self._pictures[chart]
        picture = self._pictures[chart] = await apart(draw, chart)
        while len(self._pictures) > self._remembered:
            self._pictures.popitem(last=False)
        return picture

    async def warm(self) -> None:
        """Start the worker and let it load matplotlib, before anyone waits for a picture."""
        await apart(draw_first)

    async def close(self) -> None:
        """Stop the worker; drawing again starts a new one."""
        await end()
