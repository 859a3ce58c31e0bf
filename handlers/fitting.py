"""Fits what is said to Telegram's limits: 4096 characters a message, 1024 a caption, counted without the mark-up."""

import html
import re
from collections.abc import Iterator
from dataclasses import replace

from handlers.base import Reply

MESSAGE = 4096
CAPTION = 1024
ROOM = 96
"""What is left free in a message said unasked: for the mark of one that is sent again."""
_TAG = re.compile(r"<(/?)([a-z][a-z0-9-]*)[^<>]*>")
_PIECE = re.compile(r"<[^<>]*>|&#?\w+;|.", re.DOTALL)


def length(text: str) -> int:
    """Return how many UTF-16 units of HTML text Telegram counts: tags are none, an entity is its character."""
    return _units(html.unescape(_TAG.sub("", text)))


def split(text: str, limit: int = MESSAGE) -> list[str]:
    """Cut HTML text into messages of at most ``limit``, at line ends where it can be; open tags go on in the next."""
    if length(text) <= limit:
        return [text]
    parts: list[str] = []
    current = ""
    for line in text.splitlines(keepends=True):
        for piece in _pieces(line, limit):
            if current and length(current + piece) > limit:
                parts.append(current.rstrip("\n") + _closing(current))
                current = _opening(current)
            current += piece
    return [*parts, current.rstrip("\n")] if length(current.strip()) else parts


def messages(reply: Reply) -> Iterator[Reply]:
    """Yield a reply that is said unasked as single messages that fit, in order; its buttons are under the last piece.

    A text too long for a caption follows its picture or file.
    """
    for part in (replace(reply, then=()), *reply.then):
        if (part.photo or part.document) and length(part.text) > CAPTION - ROOM:
            yield Reply("", photo=part.photo, document=part.document)
            part = replace(part, photo=None, document=None)  # noqa: PLW2901 - its text follows
        if not (part.text or part.photo or part.document):
            continue
        *pieces, last = split(part.text, MESSAGE - ROOM)
        yield from (Reply(piece) for piece in pieces)
        yield replace(part, text=last)


def fits(text: str, *, caption: bool) -> bool:
    """Whether Telegram takes a text as one message, or as one caption."""
    return length(text) <= (CAPTION if caption else MESSAGE)


def _pieces(line: str, limit: int) -> list[str]:
    """Cut one line that is too long by itself, never inside a tag or an entity."""
    if length(line) <= limit:
        return [line]
    pieces, current, size = [], "", 0
    for found in _PIECE.finditer(line):
        units = length(found[0])
        if size + units > limit:
            pieces.append(current)
            current, size = "", 0
        current += found[0]
        size += units
    return [*pieces, current]


def _open_tags(text: str) -> list[re.Match[str]]:
    opened: list[re.Match[str]] = []
    for tag in _TAG.finditer(text):
        if not tag[1]:
            opened.append(tag)
        elif opened:
            opened.pop()
    return opened


def _opening(text: str) -> str:
    return "".join(tag[0] for tag in _open_tags(text))


def _closing(text: str) -> str:
    return "".join(f"</{tag[2]}>" for tag in reversed(_open_tags(text)))


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
