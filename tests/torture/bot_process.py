"""The bot as a process of its own that may stop itself, as a power cut would.

Settings come from the environment, as for ``chot run``. With ``HASTY`` in it, what a dead replica held is free for the
others after two seconds instead of a minute.
"""

import asyncio
import os
import signal
from collections.abc import Mapping
from datetime import timedelta
from importlib import import_module

from bot import app as wiring
from bot import inbox, logs, outbox, scheduler
from bot.app import running
from bot.settings import load

for name in (
    "handlers.dispatch", "handlers.clockwork.programme", "sqlalchemy.dialects.postgresql.psycopg", "aiosqlite"
):  # fmt: skip
    import_module(name)  # what a start would import: it is forked from a process that has done so


class Death:
    """Kills the process at the COUNT-th passing of a named point (see `bot.inbox.Inbox`, `bot.outbox`, …)."""

    def __init__(self, point: str = "", count: int = 1) -> None:
        self._point, self._left = point, count

    def __call__(self, at: str) -> None:
        if at == self._point:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


def live(environment: Mapping[str, str], point: str = "", count: int = 1) -> None:
    """Run the bot until it is killed or dies at that point."""
    os.environ.clear()
    os.environ.update(environment)
    asyncio.run(_run(Death(point, count)))


async def _run(fault: Death) -> None:
    settings = load(None)
    if "HASTY" in os.environ:
        inbox.LEASE, wiring.TICK_SECONDS = timedelta(seconds=2), 1
        outbox.LEASE = scheduler.LEASE = timedelta(seconds=5)
    logs.configure("WARNING", settings.secrets)
    async with running(settings, fault=fault) as app:
        await app.stopped()
