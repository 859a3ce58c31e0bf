"""Ways on when something was not understood: the nearest known words, and buttons that send the right line."""

from collections.abc import Iterable, Sequence

from handlers.base import Button, UserError
from metrics.wording import Phrase, phrase

VERSION = "v1"
MAX_DATA = 64  # bytes; Telegram refuses longer payloads
_NEAR = 60  # of 100: `retension` finds `retention`, `xyz` finds nothing
_MARGIN = 15  # what is so much less alike than the best is not meant: `revenu` is no `event`

STALE = phrase("This button no longer works; type the command again.")
"""Said when a button's payload is not one of ours, or what it speaks of is gone."""


def nearest(text: str, known: Iterable[str], limit: int = 3) -> list[str]:
    """Return the known words that are most like ``text``, best first, none that is unlike it."""
    from rapidfuzz import fuzz, process

    found = process.extract(text, list(known), scorer=fuzz.ratio, limit=limit, score_cutoff=_NEAR)
    return [word for word, score, _index in found if score >= found[0][1] - _MARGIN]


def data(verb: str, *parts: object) -> str:
    """Write a button's payload: ``v1|period|17:m2026-10``."""
    return f"{VERSION}|{verb}|{':'.join(str(part) for part in parts)}"


def parts_of(argument: str, count: int) -> list[str]:
    """Split what `data` joined; raises `UserError` when there are not that many parts."""
    parts = argument.split(":")
    if len(parts) != count:
        raise UserError(STALE)
    return parts


def id_of(text: str) -> int:
    """Read an id out of a payload; raises `UserError` for anything else."""
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise UserError(STALE)
    return int(text)


def running(label: str, line: str) -> tuple[Button, ...]:
    """A row with the button that sends a command line for its presser; empty when the line is too long for one."""
    payload = f"{VERSION}|run|{line}"
    return (Button(label, payload),) if len(payload.encode()) <= MAX_DATA else ()


def rows(buttons: Iterable[tuple[Button, ...]]) -> tuple[tuple[Button, ...], ...]:
    """Put button rows under one another, leaving out empty ones."""
    return tuple(row for row in buttons if row)


def listed(words: Sequence[str]) -> str:
    """Write words one after another for a sentence: ``/roi, /revenue``."""
    return ", ".join(words)


def with_phrase(buttons: Iterable[tuple[Button, ...]], said: Phrase) -> UserError:
    """The error that says ``said`` over those buttons."""
    return UserError(said, rows(buttons))
