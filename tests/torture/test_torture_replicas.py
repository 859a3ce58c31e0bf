"""Two replicas behind one webhook, killed at random: every message is recorded once, in order, and confirmed."""

import asyncio
import random
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from itertools import cycle

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.simulator import Person, Simulator, serve
from store import Database
from tests.conftest import BACKENDS
from tests.torture.bots import Bot, alive, answered, environment, expect_each_once, hire, spoken

PEOPLE, EACH = 20, 8
pytestmark = [
    pytest.mark.kill,
    pytest.mark.skipif("postgresql" not in BACKENDS, reason="replicas share a PostgreSQL database"),
]


@pytest.fixture
def backend() -> str:
    """Replicas need a database server."""
    return "postgresql"


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens at; all are held until chosen, so that none is chosen twice."""
    with ExitStack() as stack:
        held = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [int(one.getsockname()[1]) for one in held]


@asynccontextmanager
async def balancer(port: int, backends: list[int]) -> AsyncIterator[str]:
    """Passes each webhook call to the next replica, or to the other one when that is down."""
    turn = cycle(backends)
    async with httpx.AsyncClient(trust_env=False, timeout=20) as client:

        async def forward(request: Request) -> Response:
            body = await request.body()
            for _ in backends:
                try:
                    url = f"http://127.0.0.1:{next(turn)}/hook"
                    answer = await client.post(url, content=body, headers=dict(request.headers))
                    return Response(status_code=answer.status_code)
                except httpx.HTTPError:
                    continue
            return Response(status_code=502)

        app = Starlette(routes=[Route("/hook", forward, methods=["POST"])])
        server = uvicorn.Server(uvicorn.Config(app, port=port, log_config=None, access_log=False, lifespan="off"))
        serving = asyncio.create_task(server.serve())
        try:
            yield f"http://127.0.0.1:{port}/hook"
        finally:
            server.should_exit = True
            await serving


async def test_two_replicas_killed_at_random_record_each_message_once(database: Database, database_url: str) -> None:
    people = await hire(database, PEOPLE)
    chance = random.Random(20261126)
    simulator = Simulator(people=[Person(number, f"Rep {number}", language_code="en") for number in people])
    front, *backends = free_ports(3)
    async with AsyncExitStack() as stack:
        address = await stack.enter_async_context(serve(simulator))
        hook = await stack.enter_async_context(balancer(front, backends))
        shared = environment(simulator, address, database_url) | {
            "WEBHOOK_URL": hook,
            "WEBHOOK_SECRET": "secret",
            "HASTY": "1",
        }
        replicas = [Bot(shared | {"WEBHOOK_LISTEN": f"127.0.0.1:{port}"}) for port in backends]
        living = [await stack.enter_async_context(alive(replica)) for replica in replicas]
        for number in range(EACH):
            for person in people:
                simulator.send(person, f"/call Khach {person} 5p, note{number}")
            if number % 2:
                said = chance.randint(PEOPLE * (number - 1) + 1, PEOPLE * number)
                await simulator.until(lambda said=said: spoken(simulator, people) >= said, 60)  # type: ignore[misc]
                await asyncio.sleep(chance.uniform(0.0, 0.05))
                chance.choice(replicas).kill()
        await asyncio.gather(*(answered(simulator, people, EACH, one) for one in living))
        assert sum(replica.deaths for replica in replicas) >= 3
    await expect_each_once(database, EACH)
