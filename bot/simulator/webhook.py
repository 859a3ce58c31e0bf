"""Posts updates to the bot's webhook: in order, again and again until it answers 200."""

import asyncio
from typing import TYPE_CHECKING

import httpx

from bot.simulator.arguments import Arguments

if TYPE_CHECKING:
    from bot.simulator.simulator import Simulator

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
RETRY_SECONDS = 0.2
"""The wait before an update is posted again; Telegram's own grows to minutes."""


async def deliver(simulator: "Simulator") -> None:
    """Posts updates until cancelled."""
    updates = simulator.updates
    async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
        while True:
            updates.changed.clear()
            while updates.webhook.url and updates.pending:
                if not await _post_first(simulator, client):
                    await asyncio.sleep(RETRY_SECONDS)
            await updates.changed.wait()


async def _post_first(simulator: "Simulator", client: httpx.AsyncClient) -> bool:
    updates = simulator.updates
    webhook, waiting = updates.webhook, updates.pending[0]
    headers = {SECRET_HEADER: webhook.secret_token} if webhook.secret_token else {}
    try:
        answer = await client.post(webhook.url, json=waiting.json, headers=headers)
    except httpx.HTTPError as error:
        return _failed(simulator, f"Connection failed: {type(error).__name__}")
    if answer.status_code != 200:
        reason = f"{answer.status_code} {answer.reason_phrase}"
        return _failed(simulator, f"Wrong response from the webhook: {reason}")
    updates.confirm(waiting.update_id + 1)
    await _run_answer(simulator, answer)
    return True


def _failed(simulator: "Simulator", reason: str) -> bool:
    simulator.updates.webhook.last_error_date = simulator.clock.unix()
    simulator.updates.webhook.last_error_message = reason
    return False


async def _run_answer(simulator: "Simulator", answer: httpx.Response) -> None:
    """A webhook may answer with one method call; Telegram runs it and tells nobody how it went."""
    if "json" not in answer.headers.get("content-type", ""):
        return
    body = answer.json()
    if isinstance(body, dict) and "method" in body:
        await simulator.call(str(body.pop("method")), Arguments(body))
