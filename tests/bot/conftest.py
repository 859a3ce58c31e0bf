"""A simulated Telegram and a real bot over it, for the tests of intake and sending."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager

import pytest

from bot.app import App, running
from bot.settings import Settings
from bot.simulator import Person, Simulator, serve
from handlers.base import Reply, Request

Handle = Callable[[Request], Awaitable[Reply]]
Start = Callable[..., AbstractAsyncContextManager[App]]

LAN, MAI = 7, 8


@pytest.fixture
async def telegram() -> AsyncIterator[tuple[Simulator, str]]:
    """A simulated Telegram with two people, and its address."""
    simulator = Simulator(people=[Person(LAN, "Lan", language_code="vi"), Person(MAI, "Mai", language_code="en")])
    async with serve(simulator) as address:
        yield simulator, address
        assert simulator.violations == []


@pytest.fixture
def settings(telegram: tuple[Simulator, str], database_url: str) -> Settings:
    """Settings for a bot over that Telegram and a fresh database."""
    simulator, address = telegram
    return Settings.model_validate(
        {"telegram_bot_token": simulator.token, "telegram_api_url": address, "database_url": database_url}
    )


@pytest.fixture
def start(settings: Settings) -> Start:
    """Starts a bot with a handler of the test's own: ``async with start(handle) as app``."""

    def begin(handle: Handle, **more: object) -> AbstractAsyncContextManager[App]:
        return running(settings, handle=handle, commands=(), **more)  # type: ignore[arg-type]

    return begin
