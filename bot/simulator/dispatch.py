"""Runs one Bot API call: schema check, faults, the method itself, and the answer's form."""

import asyncio
import inspect
from dataclasses import dataclass
from typing import Any

from bot.simulator.arguments import Arguments
from bot.simulator.errors import ApiError, Json, bad_request
from bot.simulator.faults import Fault
from bot.simulator.methods import METHODS, named
from bot.simulator.schema import Schema
from bot.simulator.world import Call, World


class ConnectionLost(Exception):
    """A fault breaks the connection instead of answering."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP status and the body that goes with it."""

    code: int
    body: Json


class Dispatch:
    """Answers Bot API calls over one world; `violations` are calls the schema does not allow."""

    def __init__(self, world: World, schema: Schema | None) -> None:
        self._world = world
        self._schema = schema
        self.violations: list[str] = []

    async def answer(self, name: str, arguments: Arguments) -> Answer:
        """The answer to a call; ConnectionLost when a fault says so."""
        method = named(name)
        try:
            self._check(name, arguments)
            if method is None:
                raise ApiError(404, "Not Found")
            result = await self._faulty(method, arguments)
        except ApiError as error:
            answer = Answer(error.code, error.json())
        else:
            answer = Answer(200, {"ok": True, "result": result})
        if method != "getUpdates":
            self._world.calls.append(Call(method or name, arguments.values, answer.code))
            self._world.events.add("call", method=method or name, code=answer.code)
        return answer

    def _check(self, name: str, arguments: Arguments) -> None:
        found = self._schema.violations(name, arguments) if self._schema else []
        if found:
            self.violations += found
            raise bad_request(f"schema: {'; '.join(found)}")

    async def _faulty(self, method: str, arguments: Arguments) -> Any:
        fault = self._world.faults.take(method, arguments.chat_id_or_none())
        if fault is None:
            return await self._run(method, arguments)
        return await self._through(fault, method, arguments)

    async def _through(self, fault: Fault, method: str, arguments: Arguments) -> Any:
        if fault.kind == "error":
            raise fault.error()
        if fault.kind == "drop":
            raise ConnectionLost
        if fault.kind == "delay":
            await asyncio.sleep(fault.seconds)
        result = await self._run(method, arguments)
        if fault.kind == "lose":
            raise ConnectionLost
        return result

    async def _run(self, method: str, arguments: Arguments) -> Any:
        result = METHODS[method](self._world, arguments)
        return await result if inspect.isawaitable(result) else result
