"""Many chats due at once: they drain at the pace that Telegram permits, and replies are not held up by them.

``CHOT_DRAIN`` says how many: 90 in `make check`, 2,000 in `make torture`. The simulated Telegram keeps its real limits.
"""

import asyncio
import os
import time
from datetime import UTC, datetime

import pytest

from bot.app import running
from bot.settings import Settings
from bot.simulator import Person, Simulator, serve
from handlers.base import Reply, Request
from handlers.clockwork.telling import Place, tell
from store import Database
from store.people.team import create_team

CHATS = int(os.environ.get("CHOT_DRAIN", "90"))
PER_SECOND = 30
ASKER = 7


async def echo(_request: Request) -> Reply:
    return Reply("here")


async def put(database: Database) -> None:
    now = datetime.now(UTC)
    async with database.begin() as session:
        team = await create_team(session, name="Shop", zone="UTC", currency="VND", locale="en", now=now)
        for chat in range(1000, 1000 + CHATS):
            await tell(session, Place(team, chat, "en"), lambda _say: Reply("due"), key=f"due:{chat}", now=now)


async def test_many_chats_drain_at_the_permitted_rate_while_replies_come_at_once(
    database: Database, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    people = [Person(chat, f"Chat {chat}", started=True) for chat in (ASKER, *range(1000, 1000 + CHATS))]
    simulator = Simulator(people=people, limits=True)
    await put(database)
    waits = []
    async with serve(simulator) as address:
        settings = Settings.model_validate(
            {"telegram_bot_token": simulator.token, "telegram_api_url": address, "database_url": database_url}
        )
        async with running(settings, handle=echo, commands=()):
            began = time.monotonic()
            while sum(len(simulator.bot_messages(chat)) for chat in range(1000, 1000 + CHATS)) < CHATS:
                asked = time.monotonic()
                sent = simulator.send(ASKER, "hello")
                await simulator.reply(ASKER, sent.message_id, timeout_seconds=20)
                waits.append(time.monotonic() - asked)
                await asyncio.sleep(1.1)
            took = time.monotonic() - began
    refused = sum(call.code == 429 for call in simulator.world.calls)
    with capsys.disabled():
        print(f"\n{CHATS} chats in {took:.1f} s, replies within {max(waits):.2f} s, refused {refused}")
    assert all(len(simulator.bot_messages(chat)) == 1 for chat in range(1000, 1000 + CHATS))
    assert took < CHATS / PER_SECOND * 2 + 15
    assert sorted(waits)[len(waits) // 2] < 1
