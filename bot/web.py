"""What the bot serves over HTTP: the webhook, answered only after the commit, and the health page."""

import asyncio
import contextlib
import hmac
import json
import socket
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot import logs
from bot.settings import WrongSetting

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
LARGEST = 1_000_000
_log = logs.logger("chot.web")

Take = Callable[[Sequence[Mapping[str, Any]]], Awaitable[None]]
Health = Callable[[], Awaitable[Mapping[str, Any]]]


def webhook_route(url: str, secret: str, take: Take) -> Route:
    """The route that Telegram calls: 200 after the commit, 500 (Telegram calls again) when it failed."""

    async def receive(request: Request) -> Response:
        if not hmac.compare_digest(request.headers.get(SECRET_HEADER, "").encode(), secret.encode()):
            return PlainTextResponse("forbidden", 403)
        if int(request.headers.get("content-length") or 0) > LARGEST:
            return PlainTextResponse("too large", 413)
        try:
            update = json.loads(await request.body())
        except ValueError:
            return PlainTextResponse("not JSON", 400)
        if not isinstance(update, dict):
            return PlainTextResponse("not an update", 400)
        try:
            await take([update])
        except Exception as error:
            _log.error("an update could not be kept", update_id=update.get("update_id"), exc_info=error)
            return PlainTextResponse("try again", 500)
        return PlainTextResponse("")

    return Route(urlsplit(url).path or "/", receive, methods=["POST"])


def health_route(health: Health) -> Route:
    """The health page: 200 with a few numbers while the bot works, 503 when it does not."""

    async def show(_request: Request) -> Response:
        try:
            state = await health()
        except Exception as error:
            _log.error("the health check failed", error=type(error).__name__)
            return JSONResponse({"status": "failing"}, 503)
        return JSONResponse(state, 200 if state.get("status") == "ok" else 503)

    return Route("/health", show)


class _Server(uvicorn.Server):
    """Leaves signals to whoever runs the loop."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve(routes: Sequence[Route], address: tuple[str, int], setting: str) -> None:
    """Serve routes until cancelled; raises WrongSetting naming ``setting`` when the address cannot be had."""
    try:
        listener = socket.create_server(address, family=socket.AF_INET6 if ":" in address[0] else socket.AF_INET)
    except OSError as error:
        raise WrongSetting(f"{setting}: cannot listen at {address[0]}:{address[1]} ({error.strerror})") from None
    config = uvicorn.Config(
        Starlette(routes=list(routes)), log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=5
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve([listener]), name=setting.lower())
    try:
        await asyncio.shield(serving)
    finally:
        server.should_exit = True
        await asyncio.gather(serving, return_exceptions=True)
        listener.close()
