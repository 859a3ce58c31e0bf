"""Works on the files that were sent for import: one after the other, beside the chat, taken up again after a restart.

What landed is bound to the file by keys, so a file that is taken up again adds nothing twice.
"""

import asyncio
import contextlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from telegram import Bot
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot import logs, turns
from handlers.imports.chat.working import Job, failed, job_of, work
from store import Database
from store.queues.inbox import passes
from store.records import importing

LEASE = timedelta(seconds=90)
SHOWN_SECONDS = 3.0
TRIES = 3
UNSETTLED_FOR = timedelta(days=1)
FORGET_TURNS = 600
_log = logs.logger("chot.importer")


class Importer:
    """The one worker of a process; replicas share the files by leases. ``fault`` is called at named points."""

    def __init__(
        self,
        database: Database,
        bot: Bot,
        *,
        now: Callable[[], datetime],
        alone: bool = True,
        fault: Callable[[str], None] = lambda _point: None,
    ) -> None:
        self._database, self._bot, self._now, self._alone, self._fault = database, bot, now, alone, fault
        self._failures: dict[int, int] = {}
        self._turns = 0

    async def start(self) -> None:
        """Take up what a dead process held."""
        if self._alone:
            async with self._database.begin() as session:
                await importing.release(session)

    async def run(self) -> None:
        """Work until cancelled."""
        await turns.taken(self._turn, _log)

    async def _turn(self) -> bool:
        busy = await self.tick()
        if self._turns % FORGET_TURNS == 0:
            async with self._database.begin() as session:
                await importing.forget_unsettled(session, self._now() - UNSETTLED_FOR)
        self._turns += 1
        return busy

    async def tick(self) -> bool:
        """Do one file; returns whether there was one."""
        now = self._now()
        async with self._database.read() as session:
            if not await importing.waiting(session, now):
                return False
        async with self._database.begin() as session:
            row = await importing.claim(session, now, now + LEASE)
        if row is None:
            return False
        job = await job_of(self._database, row)
        try:
            await self._work(job)
        except Exception as error:
            if passes(error):
                raise
            await self._failed(job, error)
        return True

    async def _work(self, job: Job) -> None:
        done = [0]

        def progress(count: int) -> None:
            done[0] = count
            self._fault("after import batch")

        showing = asyncio.create_task(self._show(job, done), name=f"import {job.row.id}")
        try:
            await work(self._database, job, self._now(), progress)
        finally:
            showing.cancel()
            await asyncio.gather(showing, return_exceptions=True)
        self._failures.pop(job.row.id, None)
        await self._edit(job, job.ended())

    async def _show(self, job: Job, done: list[int]) -> None:
        """Show how far it is, and hold the file, for as long as it takes."""
        shown = 0
        while True:
            await asyncio.sleep(SHOWN_SECONDS)
            async with self._database.begin() as session:
                await importing.hold(session, job.row, self._now() + LEASE)
            if done[0] != shown:
                shown = done[0]
                await self._edit(job, job.said(shown))

    async def _edit(self, job: Job, text: str) -> None:
        """Change the message under which it was started; what Telegram makes of that changes nothing else."""
        with contextlib.suppress(TelegramError):
            await self._bot.edit_message_text(
                text, chat_id=job.row.chat_id, message_id=job.row.told_id, parse_mode=ParseMode.HTML
            )

    async def _failed(self, job: Job, error: Exception) -> None:
        reference = secrets.token_hex(3).upper()
        _log.error("an import failed", reference=reference, import_id=job.row.id, exc_info=error)
        tries = self._failures[job.row.id] = self._failures.get(job.row.id, 0) + 1
        if tries >= TRIES:
            await failed(self._database, job, reference, self._now())
            return
        async with self._database.begin() as session:
            await importing.hold(session, job.row, self._now() + timedelta(seconds=2 * tries))
