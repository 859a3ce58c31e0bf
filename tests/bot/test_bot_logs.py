"""No log line at any level holds the token, a phone number or what people wrote; a bot that nobody can join says so."""

import asyncio
import io
import logging
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import structlog

from bot import logs
from bot.app import running
from bot.commandline.serving import serve
from bot.settings import Settings, WrongSetting
from bot.simulator import Fault, Simulator
from handlers.base import Reply, Request
from store import Database
from store.people.team import create_team

TOKEN = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsawQ"
Telegram = tuple[Simulator, str]


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Everything logged, at DEBUG; afterwards the loggers are as they were."""
    root, stream = logging.getLogger(), io.StringIO()
    before = (root.handlers[:], root.level)
    logs.configure("DEBUG", [TOKEN, "hunter22"], stream=stream, console=False)
    yield stream
    root.handlers[:] = before[0]
    root.setLevel(before[1])
    logging.captureWarnings(False)
    structlog.reset_defaults()


@pytest.mark.parametrize(
    "text",
    [
        TOKEN,
        f"https://host/bot{TOKEN}/getMe",
        TOKEN.replace(":", "%3A"),
        "postgresql://u:hunter22@h",
        "987654321:" + "x" * 35,
    ],
)
def test_a_secret_is_taken_out_wherever_it_stands(text: str, lines: io.StringIO) -> None:
    logging.getLogger("any.library").debug("calling %s", text)
    logs.logger("chot").info("event", url=text)
    try:
        raise ValueError(text)
    except ValueError:
        logs.logger("chot").exception("failed", nested={"a": [text]})
    shown = lines.getvalue()
    assert shown.count(logs.HIDDEN) >= 4
    assert "hunter22" not in shown
    assert "AAHdq" not in shown
    assert "x" * 35 not in shown


def test_a_line_that_cannot_be_formatted_does_not_leak() -> None:
    record = logging.LogRecord("any.library", logging.WARNING, "file", 1, "%d", (TOKEN,), None)
    line = logs.Redaction(logging.Formatter(), [TOKEN]).format(record)
    assert "any.library" in line
    assert "AAHdq" not in line


async def test_talking_to_telegram_at_debug_shows_no_token_and_no_text(
    telegram: Telegram, settings: Settings, lines: io.StringIO
) -> None:
    simulator, _ = telegram

    async def handle(request: Request) -> Reply:
        if request.message.text.startswith("secret"):
            raise RuntimeError("broken")
        return Reply("fine")

    simulator.faults.add(Fault("sendMessage", "drop", count=2))
    logs.configure("DEBUG", settings.secrets, stream=lines, console=False)
    async with running(settings, handle=handle, commands=()) as app:
        simulator.send(7, "hello 0901234567")
        await simulator.reply(7, 0)
        simulator.send(7, "secret words 0901234567")
        await simulator.reply(7, 0, count=2, timeout_seconds=20)
        await app.inbox.idle()
    shown = lines.getvalue()
    assert "could not be handled" in shown
    assert "update_id" in shown
    assert settings.telegram_bot_token not in shown
    assert "0901234567" not in shown
    assert "secret words" not in shown


async def test_a_token_that_telegram_does_not_know_stops_the_start_without_showing_it(
    telegram: Telegram, settings: Settings, lines: io.StringIO
) -> None:
    wrong = settings.model_copy(update={"telegram_bot_token": TOKEN})
    with pytest.raises(WrongSetting) as stopped:
        async with running(wrong, handle=lambda _request: None, commands=()):  # type: ignore[arg-type, return-value]
            pass
    assert str(stopped.value).startswith("TELEGRAM_BOT_TOKEN: ")
    assert TOKEN not in str(stopped.value) + lines.getvalue()


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_a_bot_without_a_team_says_so_as_it_starts(
    settings: Settings, database: Database, lines: io.StringIO
) -> None:
    # also where it was started in another folder, and so with another file
    async def told(settings: Settings) -> bool:
        lines.seek(0)
        lines.truncate()
        work = asyncio.create_task(serve(settings))
        while "the bot is up" not in lines.getvalue() and not work.done():  # noqa: ASYNC110 - a log has no event
            await asyncio.sleep(0.01)
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
        assert "the bot is up" in lines.getvalue()
        return "there is no team here yet" in lines.getvalue()

    assert await told(settings)
    assert not await told(settings.model_copy(update={"owner_ids": frozenset({1001})}))
    async with database.begin() as session:
        await create_team(
            session, name="Shop", zone="Asia/Ho_Chi_Minh", currency="VND", locale="vi", window_days=90,
            now=datetime.now(UTC),
        )  # fmt: skip
    assert not await told(settings)
