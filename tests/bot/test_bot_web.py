"""The webhook answers only after the commit, and only to whoever knows the secret; the health page tells."""

import socket
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import httpx
from starlette.applications import Starlette

from bot.app import running
from bot.settings import Settings
from bot.simulator import Simulator
from bot.web import SECRET_HEADER, health_route, webhook_route
from handlers.base import Reply, Request
from store import Database

Kept = list[Mapping[str, Any]]


def client(take: Callable[[Sequence[Mapping[str, Any]]], Awaitable[None]]) -> httpx.AsyncClient:
    async def health() -> Mapping[str, Any]:
        raise ConnectionError

    app = Starlette(routes=[webhook_route("https://example.org/hook", "secret", take), health_route(health)])
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bot")


async def test_only_who_knows_the_secret_is_heard_and_only_what_was_kept_is_acknowledged() -> None:
    kept: Kept = []

    async def take(updates: Sequence[Mapping[str, Any]]) -> None:
        if updates[0]["update_id"] == 13:
            raise RuntimeError
        kept.extend(updates)

    known = {SECRET_HEADER: "secret"}
    async with client(take) as web:
        assert (await web.post("/hook", json={"update_id": 1})).status_code == 403
        assert (await web.post("/hook", json={"update_id": 1}, headers={SECRET_HEADER: "guess"})).status_code == 403
        assert (await web.post("/hook", content="{", headers=known)).status_code == 400
        assert (await web.post("/hook", json=[1], headers=known)).status_code == 400
        assert (await web.post("/hook", json={"update_id": 13}, headers=known)).status_code == 500
        assert (await web.post("/hook", json={"update_id": 1}, headers=known)).status_code == 200
        assert (await web.get("/health")).status_code == 503
    assert kept == [{"update_id": 1}]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


async def test_a_bot_behind_a_webhook_answers_and_is_healthy(
    telegram: tuple[Simulator, str], settings: Settings, database: Database
) -> None:
    simulator, _ = telegram
    hook, health = free_port(), free_port()
    own = settings.model_copy(
        update={
            "webhook_url": f"http://127.0.0.1:{hook}/hook",
            "webhook_secret": "secret",
            "webhook_listen": f"127.0.0.1:{hook}",
            "health_listen": f"127.0.0.1:{health}",
        }
    )

    async def handle(request: Request) -> Reply:
        return Reply(f"heard {request.message.text}")

    async with running(own, handle=handle, commands=()) as app:
        for number in range(5):
            simulator.send(7, f"m{number}")
        await simulator.reply(7, count=5, timeout_seconds=30)
        await app.inbox.idle()
        async with httpx.AsyncClient() as web:
            state = (await web.get(f"http://127.0.0.1:{health}/health")).json()
    assert state == {"status": "ok", "waiting": 0}
    assert [one.content["text"] for one in simulator.bot_messages(7)] == [f"heard m{number}" for number in range(5)]
