"""Puts a simulator on HTTP: the Bot API, the control API and the chat page, on loopback."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.simulator.botapi import BotApi
from bot.simulator.control import Control
from bot.simulator.simulator import Simulator
from bot.simulator.webhook import deliver

PAGE = Path(__file__).parent / "page"


class _Protocol(H11Protocol):
    """Hands each request its connection, so that a fault can break it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


class _Server(uvicorn.Server):
    """Leaves signals to whoever runs the loop."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def app(simulator: Simulator) -> Starlette:
    """The simulator as a web application; webhooks are delivered only under `serve`."""
    routes: list[Route | Mount] = [*BotApi(simulator).routes(), *Control(simulator).routes()]
    routes.append(Mount("/", StaticFiles(directory=PAGE, html=True)))
    return Starlette(routes=routes)


@contextlib.asynccontextmanager
async def serve(simulator: Simulator, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
    """Serves on the running loop and gives the address; port 0 takes a free one. OSError for a port in use."""
    config = uvicorn.Config(
        app(simulator),
        http=_Protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=1,
    )
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    server = _Server(config)
    listener = socket.create_server((host, port))
    url = f"http://{host}:{listener.getsockname()[1]}"
    with contextlib.ExitStack() as stack:
        stack.callback(listener.close)
        serving = asyncio.create_task(server.serve([listener]), name="simulator")
        posting = asyncio.create_task(deliver(simulator), name="simulator webhook")
        try:
            while not server.started and not serving.done():  # noqa: ASYNC110 - uvicorn has no event for it
                await asyncio.sleep(0.005)
            yield url
        finally:
            posting.cancel()
            simulator.world.close()
            server.should_exit = True
            await asyncio.gather(serving, posting, return_exceptions=True)
