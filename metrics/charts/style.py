"""The house style: one size of picture, its colours, and texts that always fit their place."""

import re
import unicodedata
from collections.abc import Sequence
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
BEFORE = "#A6B8C9"
ACCENT = "#C75B00"
MUTED = "#8A97A3"
LIGHT = "#6FA8D6"
BAND = "#FBE3CC"
LINES = ("#0B63A5", "#C75B00", "#55626F")
"""Blue and orange differ for every kind of colour blindness, and in grey."""

TRACK = "#F1F4F6"
PALE, DEEP = (232, 240, 247), (8, 69, 118)

LABEL = 36
SMALL = 32
SMALLEST = 28
"""On a phone that is 390 points wide the sheet's 1080 pixels make 10 points of this; nothing is written smaller."""

Side = Literal["left", "center", "right"]


FAMILY = "DejaVu Sans"
_FOREIGN = (
    "Noto Sans CJK SC", "Noto Sans CJK JP", "Source Han Sans SC", "WenQuanYi Zen Hei", "PingFang SC", "Microsoft YaHei",
    "Noto Sans Thai", "Loma", "Garuda", "Thonburi", "Leelawadee UI",
)  # fmt: skip
"""What draws Chinese, Japanese and Thai names where it is installed, by how good it looks; none of them ships."""


@lru_cache(maxsize=1)
def families() -> tuple[str, ...]:
    """The font, then those that are installed for letters it lacks."""
    from matplotlib.font_manager import fontManager

    installed = {font.name for font in fontManager.ttflist}
    return FAMILY, *(name for name in _FOREIGN if name in installed)


@lru_cache(maxsize=2)
def _paths(bold: bool) -> tuple[str, ...]:
    from matplotlib.font_manager import FontProperties, findfont

    weight = "bold" if bold else "normal"
    return tuple(findfont(FontProperties(family=[name], weight=weight)) for name in families())


@lru_cache(maxsize=2)
def _font(bold: bool) -> "FT2Font":
    from matplotlib.font_manager import get_font

    return get_font(_paths(bold))


@lru_cache(maxsize=4096)
def _known(letter: str) -> bool:
    from matplotlib.font_manager import get_font

    return any(get_font(path).get_char_index(ord(letter)) for path in _paths(False))


def drawable(text: str) -> str:
    """Give a text on one line with composed letters; wide and styled ones as plain ones (Ａ as A).

    Invisible letters go, and emoji that have no glyph, unless nothing else is left; what else has none becomes □.
    """
    composed = unicodedata.normalize("NFC", " ".join(text.split()))
    drawn = " ".join("".join(map(_glyphs, composed)).split())
    return drawn or "".join("□" for c in composed if unicodedata.category(c) in _PICTURES)


def placed(place: str, name: str) -> str:
    """A name with its place before it, drawable; of one that is nothing but emoji something is left all the same."""
    return f"{place} {drawable(name)}" if place else drawable(name)


_INVISIBLE, _PICTURES = {"Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Me"}, {"So", "Sk"}


@lru_cache(maxsize=4096)
def _glyphs(letter: str) -> str:
    """What is drawn for a letter: itself, its plain form, nothing, or □."""
    kind, plain = unicodedata.category(letter), unicodedata.normalize("NFKC", letter)
    if kind not in _INVISIBLE - {"Mn", "Me"} and _known(letter):
        return letter
    if kind in _INVISIBLE | _PICTURES:
        return ""
    return plain if all(map(_known, plain)) else "□"


def mixed(depth: float) -> str:
    """The colour of a cell that is so deep, from 0 to 1."""
    depth = min(max(depth, 0.0), 1.0)
    return "#{:02X}{:02X}{:02X}".format(*(round(a + (b - a) * depth) for a, b in zip(PALE, DEEP, strict=True)))


def ink_on(color: str) -> str:
    """The ink that stands out more from a colour, dark or white, by the contrast of WCAG 2."""
    here = _luminance(color) + 0.05
    return INK if here / (_luminance(INK) + 0.05) >= (_luminance(PAPER) + 0.05) / here else PAPER


def _luminance(color: str) -> float:
    levels = (level / 255 for level in bytes.fromhex(color[1:]))
    red, green, blue = (level / 12.92 if level <= 0.04045 else ((level + 0.055) / 1.055) ** 2.4 for level in levels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


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


def elided(text: str, size: float, room: float) -> str:
    """Cut a text in its middle, so that its beginning and its end are seen: of names, the ends tell more."""
    if width_of(text, size) <= room:
        return text
    kept = next((n for n in range(len(text) - 1, 0, -1) if width_of(_without_middle(text, n), size) <= room), 0)
    return _without_middle(text, kept) if kept else ""


def _without_middle(text: str, kept: int) -> str:
    """At most so many letters of a text, more of its beginning than of its end; whole words where there are any."""
    before, after = kept - kept // 2, len(text) - kept // 2
    begin, end = text[:before], text[after:]
    if text[before] != " " and " " in begin:
        begin = begin[: begin.rindex(" ")]
    if text[after - 1] != " " and " " in end.rstrip():
        end = end[end.index(" ") :]
    return f"{begin.rstrip()}…{end.lstrip()}"


def told_apart(names: Sequence[str], size: float, rooms: Sequence[float]) -> list[str]:
    """Cut names so that each fits its room, in the middle; those that would look the same, where they begin alike."""
    cut = [elided(name, size, room) for name, room in zip(names, rooms, strict=True)]
    for place, name in enumerate(names):
        alike = [names[other] for other, shown in enumerate(cut) if shown == cut[place] and names[other] != name]
        if alike:
            letters = zip(name, *alike, strict=False)
            same = next((at for at, each in enumerate(letters) if len(set(each)) > 1), min(map(len, (name, *alike))))
            begin = name.rfind(" ", 0, same) + 1
            cut[place] = shortened(f"…{name[begin:]}", size, rooms[place])
    return cut


def on_two_lines(text: str, size: float, first: float, last: float) -> tuple[str, ...]:
    """Break a name over a line and a shorter one below, if it needs both; what still has no room in its middle goes."""
    clean = drawable(text)
    if width_of(clean, size) <= last:
        return (clean,)
    words = [f"{word} " for word in clean.split()]
    if len(words) == 1:
        words = _TAG_WORD.findall(clean)
    count = len(words)
    while count > 1 and width_of(_line(words[:count]), size) > first:
        count -= 1
    count = min(count, max(len(words) - 1, 1))
    count = _evenly(words, count, size, last)
    above, below = _line(words[:count]), _line(words[count:])
    if not below or width_of(above, size) > first:  # one word that fits no line
        return elided(clean, size, first), ""
    return above, elided(below, size, last)


_TAG_WORD = re.compile(r"[^-_]+[-_]*|[-_]+")
"""A word of a tag, with the hyphen behind it: where a line of ``black-friday`` may end."""


def _line(words: Sequence[str]) -> str:
    return "".join(words).rstrip()


def _evenly(words: Sequence[str], count: int, size: float, last: float) -> int:
    """How many words stand on the first of two lines: no lone word below a full line, where there is room for more."""
    while count > 1:
        above, below = (width_of(_line(part), size) for part in (words[: count - 1], words[count - 1 :]))
        if below > min(last, above):
            break
        count -= 1
    return count


def wrapped(text: str, size: float, room: float, most: int) -> list[str]:
    """Break a text into at most so many lines that fit, about equally long; the last one cut when it must be."""
    lines = _broken(text, size, room, most)
    if len(lines) < 2 or "…" in "".join(lines):
        return lines
    low, high = room / 2, room  # the narrowest room that needs no more lines leaves no lone word on the last
    while high - low > 8:
        middle = (low + high) / 2
        tried = _broken(text, size, middle, most)
        whole = len(tried) == len(lines) and " ".join(tried) == " ".join(lines)  # and no word is lost
        low, high = (low, middle) if whole else (middle, high)
    return _broken(text, size, high, most)


def pieces(text: str, size: float, room: float, most: int = 2, at: str = " · ") -> list[str]:
    """Break a text where its pieces meet, so that none is torn; anywhere, where that takes too many lines."""
    lines: list[str] = []
    for piece in drawable(text).split(at):
        longer = f"{lines[-1]}{at}{piece}" if lines else piece
        if lines and width_of(longer, size) <= room:
            lines[-1] = longer
        else:
            lines.append(piece)
    whole = len(lines) <= most and all(width_of(line, size) <= room for line in lines)
    return [line for line in lines if line] if whole else wrapped(text, size, room, most)


def _broken(text: str, size: float, room: float, most: int) -> list[str]:
    lines: list[str] = []
    words = drawable(text).split()
    while words and len(lines) < most - 1:
        count = len(words)
        while count > 1 and width_of(" ".join(words[:count]), size) > room:
            count -= 1
        lines.append(shortened(" ".join(words[:count]), size, room))
        words = words[count:]
    return [*lines, shortened(" ".join(words), size, room)] if words else lines
