"""Methods by which a bot learns what happened: updates, webhooks, files, taps."""

from typing import Literal
from urllib.parse import urlsplit

from bot.simulator.arguments import Arguments
from bot.simulator.errors import Json, bad_request
from bot.simulator.updates import Webhook
from bot.simulator.world import World

MOST_UPDATES = 100
TAP_SECONDS = 150
"""How long a tap can be answered."""


def get_me(world: World, arguments: Arguments) -> Json:
    """Who the bot is."""
    del arguments
    return world.account.user() | {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


async def get_updates(world: World, arguments: Arguments) -> list[Json]:
    """What happened since `offset`, waiting `timeout` seconds for the first."""
    if arguments.has("allowed_updates"):
        world.updates.allow(_kinds(arguments))
    limit = min(max(arguments.integer("limit", MOST_UPDATES), 1), MOST_UPDATES)
    world.events.add("poll")
    return await world.updates.poll(arguments.integer("offset"), limit, arguments.integer("timeout"))


def _kinds(arguments: Arguments) -> tuple[str, ...]:
    kinds = arguments.json("allowed_updates") or []
    if not isinstance(kinds, list):
        raise bad_request("can't parse allowed updates: expected an Array of String")
    return tuple(str(kind) for kind in kinds)


def set_webhook(world: World, arguments: Arguments) -> Literal[True]:
    """From now on updates are posted to `url`; an empty one ends that."""
    url = arguments.text("url")
    parts = urlsplit(url)
    local = parts.hostname in ("127.0.0.1", "localhost", "::1")
    # Telegram insists on HTTPS; a bot under test on this machine has no certificate.
    if url and parts.scheme != "https" and not (local and parts.scheme == "http"):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if arguments.has("allowed_updates"):
        world.updates.allow(_kinds(arguments))
    if arguments.flag("drop_pending_updates"):
        world.updates.pending.clear()
    most = arguments.integer("max_connections", 40)
    world.updates.set_webhook(Webhook(url, arguments.text("secret_token"), most))
    return True


def delete_webhook(world: World, arguments: Arguments) -> Literal[True]:
    """Updates wait for polling again."""
    if arguments.flag("drop_pending_updates"):
        world.updates.pending.clear()
    world.updates.set_webhook(Webhook())
    return True


def get_webhook_info(world: World, arguments: Arguments) -> Json:
    """Where updates go and how many wait."""
    del arguments
    webhook = world.updates.webhook
    info: Json = {
        "url": webhook.url,
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates.pending),
    }
    if webhook.url:
        info["max_connections"] = webhook.max_connections
    if webhook.last_error_date is not None:
        info["last_error_date"] = webhook.last_error_date
        info["last_error_message"] = webhook.last_error_message
    if world.updates.allowed:
        info["allowed_updates"] = list(world.updates.allowed)
    return info


def get_file(world: World, arguments: Arguments) -> Json:
    """Where a file can be downloaded."""
    return world.files.download(arguments.text("file_id"))


def answer_callback_query(world: World, arguments: Arguments) -> Literal[True]:
    """Tells the person who tapped; 400 for a tap unknown or 150 seconds old."""
    query = world.queries.get(arguments.text("callback_query_id"))
    if query is None or world.clock.unix() - query.since > TAP_SECONDS:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    text = arguments.text("text")
    if len(text) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    query.answer = {
        "text": text,
        "show_alert": arguments.flag("show_alert"),
        "url": arguments.text("url"),
    }
    world.events.add("answer", query_id=query.query_id, person_id=query.person_id, **query.answer)
    return True


def done(world: World, arguments: Arguments) -> Literal[True]:
    """Agrees without doing anything."""
    del world, arguments
    return True
