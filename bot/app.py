"""Wires the parts together: one factory for ``run``, for the demo and for tests."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from telegram.error import BadRequest, InvalidToken, TelegramError

import store.queues.inbox as rows
from bot import logs, web
from bot.chat import ALLOWED_UPDATES
from bot.clock import Clock
from bot.desk import Desk, Handle
from bot.importer import Importer
from bot.inbox import Inbox
from bot.limiter import Limiter
from bot.menus import Menus
from bot.outbox import Outbox
from bot.painting import SETTLED_SECONDS, LazyPainter
from bot.polling import poll
from bot.scheduler import Programme, Scheduler, product
from bot.sending import Courier
from bot.settings import Settings, WrongSetting, require_token
from bot.telegram_api import ChatBot, connect
from bot.turns import outlasting
from handlers.base import Command
from store import Database

TICK_SECONDS = 15
PRUNE_TICKS = 240
GRACE_SECONDS = 5
_log = logs.logger("chot.app")


@dataclass(slots=True)
class App:
    """A bot at work; ``stopped`` ends when one of its parts fails."""

    settings: Settings
    database: Database
    clock: Clock
    bot: ChatBot
    inbox: Inbox
    outbox: Outbox
    scheduler: Scheduler
    importer: Importer
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def stopped(self) -> None:
        """Wait until a part of the bot ends, and raise what ended it."""
        done, _ = await asyncio.wait(self.tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()

    async def health(self) -> Mapping[str, Any]:
        """What the health page shows: whether the database answers, and how many messages wait."""
        async with self.database.read() as session:
            return {"status": "ok", "waiting": await rows.waiting(session, self.bot.id)}


@asynccontextmanager
async def running(
    settings: Settings,
    *,
    clock: Clock | None = None,
    handle: Handle | None = None,
    commands: tuple[Command, ...] | None = None,
    programme: Programme | None = None,
    limiter: Limiter | None = None,
    fault: Callable[[str], None] = lambda _point: None,
    warm: bool = False,
) -> AsyncIterator[App]:
    """Start the bot and give it while it runs; leaving ends it, and what it had not answered waits in the inbox.

    Raises WrongSetting for a token that Telegram does not know. ``handle``, ``commands`` and ``programme`` (what is
    done by the clock) are the product's own unless given; ``fault`` is for tests (see `bot.inbox.Inbox`, `bot.outbox`,
    `bot.scheduler`); ``warm`` loads what takes a moment before it is needed.
    """
    require_token(settings)
    clock = clock or Clock()
    programme = programme or (product() if handle is None else Programme())
    handle, commands = _product(handle, commands)
    async with AsyncExitStack() as stack:
        database = Database(settings.database_url)
        stack.push_async_callback(database.close)
        painter = LazyPainter()
        stack.push_async_callback(painter.close)
        bot = connect(settings)
        stack.push_async_callback(bot.shutdown)
        await _introduce(bot)
        if not settings.webhook_url:
            await stack.enter_async_context(_alone(database, bot.id))
        menus = Menus(bot, commands, settings.default_locale)
        app = _assembled(settings, database, clock, bot, painter, menus, handle, programme, limiter or Limiter(), fault)
        await app.inbox.recover(starting=True)
        await app.scheduler.start()
        await app.outbox.start()
        await app.importer.start()
        async with _working(app, menus), _warming(painter, wanted=warm):
            yield app


def _assembled(
    settings: Settings,
    database: Database,
    clock: Clock,
    bot: ChatBot,
    painter: LazyPainter,
    menus: Menus,
    handle: Handle,
    programme: Programme,
    limiter: Limiter,
    fault: Callable[[str], None],
) -> App:
    """Make the parts, with one limiter for all that is sent."""
    alone = database.sqlite or not settings.webhook_url
    outbox = Outbox(database, bot, limiter, now=clock.now, alone=alone, fault=fault)
    scheduler = Scheduler(database, painter, programme, now=clock.now, alone=alone, fault=fault)
    courier = Courier(bot, limiter, posted=outbox.posted)
    desk = Desk(settings, database, painter, clock.now, bot.username, handle, menus.seen, outbox.heard, bot.fetch,
                courier.show)  # fmt: skip
    inbox = Inbox(
        database, bot.id, courier, answer=desk.answer, apology=desk.apology, now=clock.now,
        alone=alone, fault=fault,
    )  # fmt: skip
    importer = Importer(database, bot, now=clock.now, alone=alone, fault=fault)
    return App(settings, database, clock, bot, inbox, outbox, scheduler, importer)


@asynccontextmanager
async def _warming(painter: LazyPainter, *, wanted: bool) -> AsyncIterator[None]:
    """Start the painter and load the calendar of holidays meanwhile, before anyone waits for them."""
    tasks = [asyncio.create_task(painter.warm()), asyncio.create_task(_load_holidays())] if wanted else []
    try:
        yield
    finally:
        await _cancel(tasks)


async def _load_holidays() -> None:
    """Load the calendar once the bot has had its first moments, before a figure needs it."""
    await asyncio.sleep(SETTLED_SECONDS)
    from metrics.periods.holidays import load

    await asyncio.to_thread(load)


def _product(handle: Handle | None, commands: tuple[Command, ...] | None) -> tuple[Handle, tuple[Command, ...]]:
    if handle is None or commands is None:
        from handlers import COMMANDS
        from handlers.dispatch import answer

        return handle or answer, commands if commands is not None else COMMANDS
    return handle, commands


async def _introduce(bot: ChatBot) -> None:
    """Ask Telegram who the bot is, for as long as the network takes to come up."""
    for attempt in count():
        try:
            await bot.initialize()
            return
        except InvalidToken:
            raise WrongSetting("TELEGRAM_BOT_TOKEN: Telegram does not know this token") from None
        except TelegramError as error:
            _log.warning("Telegram does not answer yet", error=type(error).__name__, reason=error.message[:200])
            await asyncio.sleep(min(0.5 * 2.0 ** min(attempt, 10), 30))


@asynccontextmanager
async def _alone(database: Database, bot_id: int) -> AsyncIterator[None]:
    """Hold the right to poll; wait while another process has it."""
    while True:
        async with rows.alone(database, bot_id) as granted:
            if granted:
                yield
                return
        _log.warning("another process polls for this bot on the same database; waiting for it to end")
        await asyncio.sleep(2)


@asynccontextmanager
async def _working(app: App, menus: Menus) -> AsyncIterator[None]:
    """Run the parts; at the end stop taking in first, and give what is under way a moment to finish."""
    intake, others = _parts(app, menus)
    taking = [asyncio.create_task(part, name=name) for name, part in intake.items()]
    working = [asyncio.create_task(part, name=name) for name, part in others.items()]
    app.tasks = [*taking, *working]
    try:
        yield
    finally:
        await _cancel(taking)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(app.inbox.idle(), GRACE_SECONDS)
        await _cancel(working)
        await app.inbox.close()


Parts = dict[str, Coroutine[Any, Any, None]]


def _parts(app: App, menus: Menus) -> tuple[Parts, Parts]:
    settings, health = app.settings, web.health_route(app.health)
    intake: Parts = {}
    if settings.webhook_url:
        hook = web.webhook_route(settings.webhook_url, settings.webhook_secret, app.inbox.take)
        intake["webhook"] = web.serve([hook, health], settings.webhook_address, "WEBHOOK_LISTEN")
        intake["announce"] = _announce(app)
    else:
        intake["polling"] = poll(app.bot, app.inbox)
    others: Parts = {"inbox": app.inbox.run(), "tick": _tick(app.inbox), "menus": menus.run()}
    others |= {"scheduler": app.scheduler.run(), "outbox": app.outbox.run(), "importer": app.importer.run()}
    if settings.health_address is not None:
        others["health"] = web.serve([health], settings.health_address, "HEALTH_LISTEN")
    return intake, others


async def _announce(app: App) -> None:
    """Tell Telegram where to call, however long the network takes; raises WrongSetting when it refuses."""
    settings = app.settings
    for attempt in count():
        try:
            await app.bot.set_webhook(
                settings.webhook_url, secret_token=settings.webhook_secret, allowed_updates=ALLOWED_UPDATES
            )
            break
        except BadRequest as error:
            raise WrongSetting(f"WEBHOOK_URL: Telegram refuses it ({error.message})") from None
        except TelegramError as error:
            _log.warning("the webhook is not set yet", error=type(error).__name__)
            await asyncio.sleep(min(0.5 * 2.0 ** min(attempt, 10), 30))
    await asyncio.Event().wait()


async def _tick(inbox: Inbox) -> None:
    """From time to time take up what nobody holds, and forget what is long done."""
    ticks = 0
    while True:
        await asyncio.sleep(TICK_SECONDS)
        ticks += 1
        with outlasting(_log):
            await inbox.recover()
            if ticks % PRUNE_TICKS == 1:
                await inbox.prune()


async def _cancel(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
