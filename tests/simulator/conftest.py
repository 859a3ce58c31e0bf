"""A simulated Telegram on a free port, and the real library's bot talking to it."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import telegram

from bot.simulator import Schema, Simulator, serve
from tests.simulator.cast import GROUPS, PEOPLE, TOKEN

SCHEMA = Path(__file__).parents[3] / "shared" / "telegram" / "api.json"


@pytest.fixture(scope="session")
def schema() -> Schema | None:
    return Schema.load(SCHEMA) if SCHEMA.exists() else None


@pytest.fixture
def simulator(schema: Schema | None) -> Simulator:
    return Simulator(token=TOKEN, people=PEOPLE, groups=GROUPS, schema=schema)


@pytest.fixture
async def url(simulator: Simulator) -> AsyncIterator[str]:
    async with serve(simulator) as url:
        yield url
    assert simulator.violations == []


@pytest.fixture
async def bot(url: str) -> AsyncIterator[telegram.Bot]:
    async with telegram.Bot(TOKEN, base_url=f"{url}/bot", base_file_url=f"{url}/file/bot") as bot:
        yield bot


@pytest.fixture
async def client(url: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=20) as client:
        yield client
