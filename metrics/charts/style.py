"""The house style: one size of picture, its colours, and texts that always fit their place."""

import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from matplotlib.ft2font import FT2Font

WIDTH, HEIGHT = 1080, 1350
MARGIN = 60
INNER = WIDTH - 2 * MARGIN

INK = "#1B2733"
SOFT = "#55626F"
GRID = "#DDE3E8"
PAPER = "#FFFFFF"
MAIN = "#0B63A5"
BEFORE = "#B4C3D1"
ACCENT = "#C75B00"
MUTED = "#8A97A3"
LIGHT = "#6FA8D6"
BAND = "#FBE3CC"
LINES = ("#0B63A5", "#C75B00", "#55626F")
"""Blue and orange differ for every kind of colour blindness, and in grey."""

LABEL = 34
SMALL = 30
SMALLEST = 24

Side = Literal["left", "center", "right"]


@lru_cache(maxsize=2)
def _font(bold: bool) -> "FT2Font":
    from pathlib import Path

    import matplotlib as mpl
    from matplotlib.font_manager import get_font

    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return get_font(str(Path(mpl.get_data_path()) / "fonts" / "ttf" / name))


@lru_cache(maxsize=4096)
def _known(letter: str) -> bool:
    return bool(_font(False).get_char_index(ord(letter)))


def drawable(text: str) -> str:
    """Give a text on one line with composed letters; those without a glyph become □, invisible ones go."""
    composed = unicodedata.normalize("NFC", " ".join(text.split()))
    seen = (c for c in composed if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn"})
    return "".join(c if _known(c) else "" if unicodedata.category(c) in {"Mn", "Me"} else "□" for c in seen)


@lru_cache(maxsize=4096)
def _unit_width(text: str, bold: bool) -> float:
    from matplotlib.ft2font import LoadFlags

    font = _font(bold)
    font.set_size(100, 72)
    font.set_text(text, 0.0, flags=LoadFlags.NO_HINTING)
    return float(font.get_width_height()[0]) / 64 / 100


def width_of(text: str, size: float, bold: bool = False) -> float:
    """Tell how wide a text is in pixels, a little on the safe side."""
    return _unit_width(text, bold) * size * 1.02 + 1


def shortened(text: str, size: float, room: float, bold: bool = False) -> str:
    """Cut a text with an ellipsis so that it fits into so many pixels."""
    if width_of(text, size, bold) <= room:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        fits = width_of(text[:middle].rstrip() + "…", size, bold) <= room
        low, high = (middle, high) if fits else (low, middle - 1)
    return text[:low].rstrip() + "…" if low else ""


def fitted(text: str, size: float, least: float, room: float, bold: bool = False) -> tuple[str, float]:
    """Give a text and its size: smaller down to `least` to fit, then cut."""
    clean = drawable(text)
    wide = width_of(clean, size, bold)
    if wide > room:
        size = max(least, size * (room - 3) / wide)
    return shortened(clean, size, room, bold), size


def wrapped(text: str, size: float, room: float, most: int) -> list[str]:
    """Break a text into at most so many lines that fit, the last one cut when it must be."""
    lines: list[str] = []
    words = drawable(text).split()
    while words and len(lines) < most - 1:
        count = len(words)
        while count > 1 and width_of(" ".join(words[:count]), size) > room:
            count -= 1
        lines.append(shortened(" ".join(words[:count]), size, room))
        words = words[count:]
    return [*lines, shortened(" ".join(words), size, room)] if words else lines
