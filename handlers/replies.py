"""Replies as the inbox and the outbox keep them: JSON that can be sent again after a restart."""

from collections.abc import Mapping
from typing import Any

from handlers.base import Button, Reply


def dump(reply: Reply) -> dict[str, Any]:
    """Return a reply as JSON; pictures and files are left out: what is recorded is confirmed in words."""
    kept: dict[str, Any] = {"text": reply.text}
    if reply.buttons:
        kept["buttons"] = [[[button.text, button.data, button.url] for button in row] for row in reply.buttons]
    if reply.edits:
        kept["edits"] = True
    if reply.toast:
        kept["toast"] = reply.toast
    if reply.reaction:
        kept["reaction"] = reply.reaction
    if reply.then:
        kept["then"] = [dump(part) for part in reply.then]
    return kept


def load(kept: Mapping[str, Any] | None) -> Reply:
    """Return the reply that `dump` kept."""
    kept = kept or {}
    return Reply(
        text=kept.get("text", ""),
        buttons=tuple(tuple(Button(*button) for button in row) for row in kept.get("buttons", ())),
        edits=kept.get("edits", False),
        toast=kept.get("toast", ""),
        reaction=kept.get("reaction", ""),
        then=tuple(load(part) for part in kept.get("then", ())),
    )
