"""The bot as a process that may stop itself: ``python bot_process.py [POINT COUNT]`` dies at the COUNT-th passing.

Settings come from the environment, as for ``chot run``; the named points are those of `bot.inbox.Inbox`.
"""

import asyncio
import os
import signal
import sys

from bot import logs
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
    logs.configure("WARNING", settings.secrets)
    async with running(settings, fault=Death(*sys.argv[1:])) as app:
        await app.stopped()


if __name__ == "__main__":
    asyncio.run(main())
