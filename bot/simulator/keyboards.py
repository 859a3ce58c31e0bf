"""Checks the keyboards that a bot attaches to its messages, as Telegram does."""

import json
from typing import Any

from bot.simulator.errors import Json, bad_request

ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "copy_text",
    "pay",
)
MOST_BUTTONS = 100
MOST_DATA_BYTES = 64


def checked(raw: Any) -> Json | None:
    """The keyboard of a request, or None; 400 when Telegram would refuse it."""
    markup = _object(raw)
    if not markup:
        return None
    if "inline_keyboard" in markup:
        return {"inline_keyboard": [_inline_row(row) for row in _rows(markup["inline_keyboard"])]}
    if "keyboard" in markup:
        rows = [[_key(button) for button in row] for row in _rows(markup["keyboard"])]
        return markup | {"keyboard": rows}
    return markup


def _object(raw: Any) -> Json:
    if raw is None or raw == "":
        return {}
    try:
        value = json.loads(raw) if isinstance(raw, str) else raw
    except ValueError:
        raise bad_request("can't parse reply keyboard markup JSON object") from None
    if not isinstance(value, dict):
        raise bad_request("object expected as reply markup")
    return value


def _rows(value: Any) -> list[list[Any]]:
    if not isinstance(value, list) or not all(isinstance(row, list) for row in value):
        raise bad_request('field "inline_keyboard" of the InlineKeyboardMarkup should be an Array of Arrays')
    if sum(len(row) for row in value) > MOST_BUTTONS:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    return [row for row in value if row]


def _inline_row(row: list[Any]) -> list[Json]:
    return [_inline(button) for button in row]


def _inline(button: Any) -> Json:
    if not isinstance(button, dict):
        raise bad_request("can't parse inline keyboard button: InlineKeyboardButton must be an Object")
    if not str(button.get("text") or "").strip():
        raise bad_request('can\'t parse inline keyboard button: Field "text" must be of type String')
    actions = [name for name in ACTIONS if name in button]
    if not actions:
        text = "Text buttons are not allowed in the inline keyboard"
        raise bad_request(f"can't parse inline keyboard button: {text}")
    data = button.get("callback_data")
    if data is not None and not 1 <= len(str(data).encode()) <= MOST_DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    url = button.get("url")
    if url is not None and not str(url).startswith(("http://", "https://", "tg://")):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    return button


def _key(button: Any) -> Json:
    key = {"text": button} if isinstance(button, str) else button
    if not isinstance(key, dict) or not str(key.get("text") or "").strip():
        raise bad_request('can\'t parse keyboard button: Field "text" must be of type String')
    return key
