"""Packs a drawn sheet into PNG: with few inks as one byte a pixel, a third as large and four times as fast."""

import io
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from metrics.charts import style

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_INKS = 16
"""With more, an ink's edges would have too few shades; such a sheet, a heat map, keeps its full colours."""
_COLORS = 256
_UPPER_SIX = 0xFC


def packed(sheet: "Image", inks: Collection[str]) -> bytes:
    """Return an RGB sheet that was drawn with these inks, each as ``#RRGGBB``, as PNG bytes."""
    if len(inks) <= MOST_INKS:
        sheet = _indexed(sheet, [level for shade in _shades(inks) for level in shade])
    file = io.BytesIO()
    sheet.save(file, "PNG", compress_level=3)
    return file.getvalue()


def _indexed(sheet: "Image", levels: list[int]) -> "Image":
    from PIL import Image

    palette = Image.new("P", (1, 1))
    # Pillow looks a colour up by its upper six bits: compared so, every ink finds itself
    palette.putpalette([level & _UPPER_SIX for level in levels])
    indexed = sheet.quantize(palette=palette, dither=Image.Dither.NONE)
    indexed.putpalette(levels)
    return indexed


def _shades(inks: Collection[str]) -> Iterator[tuple[int, ...]]:
    """The paper, the inks, then every ink in equal steps towards the paper, as smoothed edges mix them."""
    paper, colours = _levels(style.PAPER), [_levels(ink) for ink in sorted(set(inks) - {style.PAPER})]
    steps = (_COLORS - 1) // max(len(colours), 1)
    yield paper
    for step in range(steps):
        for ink in colours:
            yield tuple(round(a + (b - a) * step / steps) for a, b in zip(ink, paper, strict=True))


def _levels(color: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(color[1:]))
