"""The Bot API over HTTP: methods under `/bot<token>/`, files under `/file/bot<token>/`."""

import asyncio
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.simulator.arguments import Arguments
from bot.simulator.dispatch import ConnectionLost
from bot.simulator.errors import ApiError
from bot.simulator.files import Upload
from bot.simulator.simulator import Simulator


async def read_arguments(request: Request) -> Arguments:
    """The arguments of a call, from its query, form, files or JSON body."""
    values: dict[str, Any] = dict(request.query_params)
    files: dict[str, Upload] = {}
    kind = request.headers.get("content-type", "")
    if kind.startswith("application/json"):
        values |= await request.json()
    elif request.method == "POST" and kind:
        async with request.form(max_files=100) as form:
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    mime = value.content_type or "application/octet-stream"
                    files[name] = Upload(value.filename or name, await value.read(), mime)
                else:
                    values[name] = value
    return Arguments(values, files)


async def cut(request: Request) -> Response:
    """Breaks the connection; where there is none to break (in-process calls) it says so."""
    transport = request.scope.get("state", {}).get("transport")
    if transport is None:
        raise ConnectionResetError("the simulated connection broke")
    transport.abort()
    await asyncio.sleep(0)  # lets the server notice, so that it does not try to answer
    return Response()


class BotApi:
    """Answers the bot, when it shows the right token."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator

    def _refusal(self, token: str) -> JSONResponse | None:
        if token == self._simulator.token:
            return None
        error = ApiError(401, "Unauthorized") if ":" in token else ApiError(404, "Not Found")
        return JSONResponse(error.json(), error.code)

    async def method(self, request: Request) -> Response:
        """One call of a method."""
        refusal = self._refusal(request.path_params["token"])
        if refusal:
            return refusal
        arguments = await read_arguments(request)
        try:
            answer = await self._simulator.call(request.path_params["method"], arguments)
        except ConnectionLost:
            return await cut(request)
        headers = {}
        if answer.code == 429:
            headers["Retry-After"] = str(answer.body.get("parameters", {}).get("retry_after", 1))
        return JSONResponse(answer.body, answer.code, headers)

    async def file(self, request: Request) -> Response:
        """One download."""
        refusal = self._refusal(request.path_params["token"])
        stored = self._simulator.world.files.by_path.get(request.path_params["path"])
        if refusal or stored is None:
            return refusal or JSONResponse(ApiError(404, "Not Found").json(), 404)
        return Response(stored.upload.content, media_type="application/octet-stream")

    def routes(self) -> list[Route]:
        """Where the Bot API stands."""
        return [
            Route("/bot{token}/{method}", self.method, methods=["GET", "POST"]),
            Route("/file/bot{token}/{path:path}", self.file, methods=["GET"]),
        ]
