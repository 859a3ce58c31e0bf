"""The bot as a process that may stop itself: ``python bot_process.py [POINT COUNT]`` dies at the COUNT-th passing.

Settings come from the environment, as for ``chot run``; the named points are those of `bot.inbox.Inbox`. With
``HASTY`` set, what a dead replica held is free for the others after two seconds instead of a minute.
"""

import asyncio
import os
import signal
import sys
from datetime import timedelta

from bot import app as wiring
from bot import inbox, logs
from bot.app import running
from bot.settings import load


class Death:
    """Kills the process, as a power cut would, at a named point of its work."""

    def __init__(self, point: str = "", count: str = "1") -> None:
        self._point = point
        self._left = int(count)

    def __call__(self, at: str) -> None:
        if at == self._point:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


async def main() -> None:
    settings = load(None)
    if "HASTY" in os.environ:
        inbox.LEASE, wiring.TICK_SECONDS = timedelta(seconds=2), 1
    logs.configure("WARNING", settings.secrets)
    async with running(settings, fault=Death(*sys.argv[1:])) as app:
        await app.stopped()


if __name__ == "__main__":
    asyncio.run(main())
