"""What Telegram marks in a text by itself (commands, mentions, tags, links), and a text's final form."""

import re
from itertools import pairwise

from bot.simulator.errors import Json, bad_request
from bot.simulator.formatting import parse_html, utf16_length

_FOUND = {
    "bot_command": re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>@])"),
    "url": re.compile(r"(?<![\w@])(?:https?://[^\s<>\"]+[^\s<>\".,;:!?)]|t\.me/[\w/?=-]+)"),
    "email": re.compile(r"(?<![\w.])[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    "mention": re.compile(r"(?<![\w/])@[A-Za-z0-9_]{3,32}(?!\w)"),
    "hashtag": re.compile(r"(?<!\w)#(?=\w*[^\W\d])\w{1,256}"),
}
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\u2028\u2029\u202a-\u202e]")


def detected(text: str, known: list[Json]) -> list[Json]:
    """The known entities and those Telegram finds by itself where no other stands, in order."""
    taken = [(e["offset"], e["offset"] + e["length"]) for e in known if e["type"] in ("code", "pre", "text_link")]
    found = list(known)
    for kind, pattern in _FOUND.items():
        for match in pattern.finditer(text):
            start = utf16_length(text[: match.start()])
            end = start + utf16_length(match.group())
            if all(end <= left or start >= right for left, right in taken):
                taken.append((start, end))
                found.append({"type": kind, "offset": start, "length": end - start})
    return sorted(found, key=lambda entity: (entity["offset"], -entity["length"]))


def commands(text: str) -> list[str]:
    """The commands written in a text, with their slash and address."""
    return [match.group() for match in _FOUND["bot_command"].finditer(text)]


def mentions(text: str, username: str) -> bool:
    """Whether a text mentions @username."""
    return any(found.group().lower() == f"@{username}".lower() for found in _FOUND["mention"].finditer(text))


def _trimmed(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Without the white space around, which Telegram cuts; entities move along or vanish with it."""
    cut = utf16_length(text) - utf16_length(text.lstrip())
    text = text.strip()
    length = utf16_length(text)
    kept = []
    for entity in entities:
        start = max(entity["offset"] - cut, 0)
        end = min(entity["offset"] + entity["length"] - cut, length)
        if end > start:
            kept.append(entity | {"offset": start, "length": end - start})
    return text, kept


def formatted(text: str, parse_mode: str = "", given: list[Json] | None = None) -> tuple[str, list[Json]]:
    """A text as Telegram would store it, and its entities; 400 for an ill-formed one."""
    text = _CONTROL.sub(" ", text).replace("\r", "")
    if parse_mode.lower() == "html":
        text, entities = parse_html(text)
    elif parse_mode:
        raise bad_request("unsupported parse_mode")
    else:
        entities = list(given or [])
    text, entities = _trimmed(text, entities)
    return text, detected(text, entities)


def ordered(entities: list[Json]) -> bool:
    """Whether entities stand in Telegram's order: by start, the longer first."""
    return all(
        (left["offset"], -left["length"]) <= (right["offset"], -right["length"]) for left, right in pairwise(entities)
    )
