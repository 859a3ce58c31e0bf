"""A logged call, from the update to the reply, against the least that a bot on the same libraries could do.

The bare bot is a python-telegram-bot Application with one command handler: it executes the very statements that the
product executed for that message (captured, then replayed on a copy of the database, in one transaction) and replies
with the same text and buttons, over the same offline transport.
"""

import asyncio
import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import event
from telegram import Bot, Update
from telegram.ext import Application, CommandHandler
from telegram.request import BaseRequest, RequestData

from bot.desk import Desk
from bot.inbox import Inbox
from bot.painting import LazyPainter
from bot.sending import Courier
from bot.settings import Settings
from bot.telegram_api import ChatBot
from handlers.dispatch import answer
from store import Database
from store.migrations import migrate
from store.people.membership import greet, join
from store.people.team import create_team
from store.records.bulk import NewCustomer, add_customers
from tests.benchmarks.ratios import Line, milliseconds

TOKEN = "1:" + "a" * 35
REP = 4242
WARM, CALLS = 50, 300
PAUSE = 1 / 25
"""Seconds between two messages: the product keeps to Telegram's thirty a second, and would wait."""
FAMILY, GIVEN = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng"), ("Lan", "Hùng", "Mai", "Tuấn", "Hoa", "Dũng", "Nga", "Sơn")
Sent = dict[str, Any]


class Offline(BaseRequest):
    """A transport that accepts everything at once and remembers the last message."""

    def __init__(self) -> None:
        self.sent: asyncio.Queue[Sent] = asyncio.Queue()

    @property
    def read_timeout(self) -> float | None:
        return None

    async def initialize(self) -> None: ...

    async def shutdown(self) -> None: ...

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_: Any, **__: Any
    ) -> tuple[int, bytes]:
        del method
        if url.endswith("/getMe"):
            return 200, _ok({"id": 1, "is_bot": True, "first_name": "Chốt", "username": "chot_bot"})
        parameters = request_data.parameters if request_data else {}
        if url.endswith("/sendMessage"):
            self.sent.put_nowait(parameters)
        return 200, _ok({"message_id": 9, "date": 0, "chat": {"id": REP, "type": "private"}, "text": "ok"})


def _ok(result: object) -> bytes:
    return json.dumps({"ok": True, "result": result}).encode()


@dataclass(slots=True)
class Capture:
    """The Core statements that a database executes."""

    seen: list[tuple[Any, Any]] = field(default_factory=list)

    def watch(self, database: Database) -> None:
        for engine in (database._writer, database._reader):
            event.listen(engine.sync_engine, "before_execute", self._note)

    def _note(self, _connection: object, clause: Any, multi: Any, single: Any, _options: object) -> None:
        self.seen.append((clause, list(multi) or dict(single)))

    def take(self) -> list[tuple[Any, Any]]:
        taken, self.seen = self.seen, []
        return taken


async def logged_call() -> Iterator[Line]:
    """Measure both in turns; the first line is the limit's."""
    with tempfile.TemporaryDirectory(prefix="chot-bench-") as folder:
        ours_at, bare_at = Path(folder) / "ours.db", Path(folder) / "bare.db"
        await _set_up(ours_at)
        shutil.copy(ours_at, bare_at)
        ours, bare, replies = await _turns(ours_at, bare_at)
    assert all("Đã ghi" in reply or "#" in reply for reply in replies), replies[:2]
    median, least = milliseconds(ours), milliseconds(bare)
    mean = sum(ours) / sum(bare)
    note = f"{median:.2f} ms against {least:.2f}; by means {mean:.2f}"
    return iter([Line("a logged call ÷ bare library + one transaction", median / least, 2, "×", note=note)])


async def _set_up(path: Path) -> None:
    url = f"sqlite+aiosqlite:///{path}"
    migrate(url)
    database = Database(url)
    now = datetime.now(UTC)
    async with database.begin() as session:
        team = await create_team(session, name="T", zone="Asia/Ho_Chi_Minh", currency="VND", locale="vi", now=now)
        account = await greet(session, REP, "An", None)
        await join(session, team, account.id, "An", "rep", now)
        names = [NewCustomer(f"{family} Văn {given}") for family in FAMILY for given in GIVEN]
        await add_customers(session, team, names)
    await database.close()


def _update(number: int) -> dict[str, Any]:
    name = f"{FAMILY[number % 5]} Văn {GIVEN[number % 8]}"
    person = {"id": REP, "is_bot": False, "first_name": "An", "language_code": "vi"}
    text = f"/call {name} {3 + number % 9}p quan tâm"
    message = {
        "message_id": number,
        "date": int(time.time()),
        "chat": {"id": REP, "type": "private", "first_name": "An"},
        "from": person,
        "text": text,
        "entities": [{"type": "bot_command", "offset": 0, "length": 5}],
    }
    return {"update_id": number, "message": message}


async def _turns(ours_at: Path, bare_at: Path) -> tuple[list[float], list[float], list[str]]:
    ours: list[float] = []
    bare: list[float] = []
    replies: list[str] = []
    product, least = _Product(ours_at), _Bare(bare_at)
    await product.start()
    await least.start()
    for number in range(1, WARM + CALLS + 1):  # in turns, so that both meet the same machine
        await asyncio.sleep(PAUSE)
        update, statements, reply, seconds = await product.log(number)
        least_seconds = await least.log(update, statements)
        replies.append(reply["text"])
        if number > WARM:
            ours.append(seconds)
            bare.append(least_seconds)
    await product.stop()
    await least.stop()
    return ours, bare, replies


class _Product:
    def __init__(self, path: Path) -> None:
        self.database, self.wire, self.capture = Database(f"sqlite+aiosqlite:///{path}"), Offline(), Capture()
        settings = Settings(_env_file=None)  # type: ignore[call-arg]
        bot = ChatBot(TOKEN, request=self.wire, get_updates_request=self.wire)
        desk = Desk(settings, self.database, LazyPainter(), lambda: datetime.now(UTC), "chot_bot", answer)
        self.inbox = Inbox(
            self.database, 1, Courier(bot), answer=desk.answer, apology=desk.apology, now=lambda: datetime.now(UTC)
        )

    async def start(self) -> None:
        self.running = asyncio.create_task(self.inbox.run())
        self.capture.watch(self.database)

    async def log(self, number: int) -> tuple[dict[str, Any], list[tuple[Any, Any]], Sent, float]:
        update = _update(number)
        begun = time.perf_counter()
        await self.inbox.take([update])
        reply = await self.wire.sent.get()
        return update, self.capture.take(), reply, time.perf_counter() - begun

    async def stop(self) -> None:
        await self.inbox.idle()
        self.running.cancel()
        await self.inbox.close()
        await self.database.close()


class _Bare:
    def __init__(self, path: Path) -> None:
        self.database, self.wire = Database(f"sqlite+aiosqlite:///{path}"), Offline()
        self.statements: list[tuple[Any, Any]] = []
        self.app = Application.builder().bot(Bot(TOKEN, self.wire_url, request=self.wire)).updater(None).build()
        self.app.add_handler(CommandHandler("call", self._call))

    wire_url = "http://127.0.0.1/bot"

    async def start(self) -> None:
        await self.app.initialize()

    async def _call(self, update: Update, _context: object) -> None:
        async with self.database.begin() as session:
            for clause, parameters in self.statements:
                found = await session.execute(clause, parameters)
                if found.returns_rows:
                    found.all()
        assert update.message is not None
        await update.message.reply_text("Đã ghi #128: gọi Nguyễn Văn Lan, 5 phút, quan tâm", parse_mode="HTML")

    async def log(self, update: dict[str, Any], statements: list[tuple[Any, Any]]) -> float:
        self.statements = statements
        begun = time.perf_counter()
        await self.app.process_update(Update.de_json(update, self.app.bot))
        await self.wire.sent.get()
        return time.perf_counter() - begun

    async def stop(self) -> None:
        await self.app.shutdown()
        await self.database.close()
