"""Inline buttons: what one carries, written and read back, and how several are laid out."""

from collections.abc import Iterable, Sequence

from handlers.base import Button, UserError
from metrics.wording import phrase

VERSION = "v1"
MAX_DATA = 64  # bytes; Telegram refuses longer payloads

STALE = phrase("This button no longer works; type the command again.")
"""Said when a button's payload is not one of ours, or what it speaks of is gone."""

Rows = tuple[tuple[Button, ...], ...]


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


def rows(buttons: Iterable[tuple[Button, ...]]) -> Rows:
    """Put button rows under one another, leaving out empty ones."""
    return tuple(row for row in buttons if row)


def in_rows(buttons: Sequence[Button], width: int = 2) -> Rows:
    """Lay buttons out ``width`` to a row."""
    return tuple(tuple(buttons[at : at + width]) for at in range(0, len(buttons), width))
