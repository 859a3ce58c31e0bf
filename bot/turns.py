"""Turns that are taken until the process ends, and go on when the database was away for a while."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

from store.queues.inbox import passes

IDLE_SECONDS = 1.0


async def taken(turn: Callable[[], Awaitable[bool]], log: Any) -> None:
    """Take turns until cancelled, with a pause after each that found nothing to do."""
    while True:
        busy = False
        with outlasting(log):
            busy = await turn()
        if not busy:
            await asyncio.sleep(IDLE_SECONDS)


@contextmanager
def outlasting(log: Any) -> Iterator[None]:
    """Note that the database is away where that is why something failed; any other failure is raised."""
    try:
        yield
    except Exception as error:
        if not passes(error):
            raise
        log.warning("the database is away", error=type(error).__name__)
