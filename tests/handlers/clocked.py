"""The office with a clock: what comes due is done, and what is said unasked is read from the outbox."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from bot.scheduler import Programme, Scheduler
from handlers.base import Reply
from handlers.clockwork.programme import WORK
from store import Database
from store.tables import outbox
from tests.handlers.office import NOW, Chat, Drawn, Office

GROUP = -2001
DAY = timedelta(days=1)


def labels(reply: Reply) -> list[str]:
    return [button.text for row in reply.buttons for button in row]


def key(reply: Reply, label: str) -> str:
    return next(button.data or "" for row in reply.buttons for button in row if label in button.text)


def in_group(chat: Chat) -> Chat:
    return replace(chat, private=False)


@dataclass
class Clocked:
    """The office with a clock: everything due is done, and what was said is read from the outbox."""

    office: Office
    now: datetime = NOW

    async def tick(self, to: datetime) -> None:
        self.now = to
        scheduler = Scheduler(self.office.database, Drawn(), Programme(WORK), now=lambda: self.now)
        while await scheduler.tick():
            pass

    async def said(self) -> list[str]:
        return [row.payload["text"] for row in await rows(self.office.database, outbox)]


async def rows(database: Database, table: Any) -> list[Any]:
    async with database.read() as session:
        return list(await session.execute(select(table).order_by(table.c.id)))


async def make(chat: Chat, every: str = "daily", **where: Any) -> Reply:
    return await chat.press(key(await chat.say("/digest", **where), every))
