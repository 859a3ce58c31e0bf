"""Reads Telegram's updates: from the JSON of one update to who said what, where.

Only the few fields that the bot goes by are read, straight from the kept JSON, so that a field that Telegram adds or
changes tomorrow cannot stop the intake.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot import logs
from handlers.base import Attached, Contact, Message

ALLOWED_UPDATES = ["message", "edited_message", "callback_query", "my_chat_member"]
_PARTS = (*ALLOWED_UPDATES, "channel_post")

_VCARD_PHONE = re.compile(r"^(?:item\d+\.)?TEL[^:\r\n]*:(?:tel:)?([^\r\n]+)", re.IGNORECASE | re.MULTILINE)

Json = Mapping[str, Any]
_log = logs.logger("chot.chat")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on Telegram, as Telegram shows them."""

    id: int
    name: str
    username: str | None
    language: str


@dataclass(frozen=True, slots=True)
class Heard:
    """What an update says to the bot, and what its answer needs to know of where it came from.

    ``press_id`` is set for a pressed button, whose ``message`` is the one that carries it: ``carries_file`` tells
    whether that one holds a picture or document, ``reachable`` whether Telegram still lets it be changed.
    """

    person: Person
    message: Message
    press_id: str | None = None
    carries_file: bool = False
    reachable: bool = True
    thread_id: int | None = None


def sender_of(update: Json) -> int:
    """Return the id of whom an update comes from, or of its chat; 0 when it names nobody."""
    for part in _PARTS:
        body = update.get(part)
        if isinstance(body, Mapping):
            origin = body.get("from") or body.get("chat") or {}
            return _whole(origin.get("id"))
    return 0


def hear(update: Json) -> Heard | None:
    """Return what an update says; None when nobody has to be answered (a service message, another bot's)."""
    press = update.get("callback_query")
    if press is not None:
        return _pressed(press)
    body = update.get("message") or update.get("edited_message")
    if not body or not _speaks(body):
        return None
    person = _person(body.get("from") or {})
    if person is None:
        return None
    return Heard(person, _message(body, edited="edited_message" in update), thread_id=_thread(body))


def _speaks(body: Json) -> bool:
    return any(body.get(part) for part in ("text", "caption", "document", "contact"))


def _pressed(press: Json) -> Heard | None:
    person = _person(press.get("from") or {})
    carrier = press.get("message")
    if person is None or carrier is None:
        return None
    return Heard(
        person,
        _message(carrier, data=clean(str(press.get("data") or ""))),
        press_id=str(press["id"]),
        carries_file=any(carrier.get(part) for part in ("photo", "document")),
        reachable=bool(carrier.get("date")),  # Telegram dates a message that it no longer shows 0
        thread_id=_thread(carrier),
    )


def _message(body: Json, *, edited: bool = False, data: str | None = None) -> Message:
    chat, replied = body["chat"], body.get("reply_to_message") or {}
    return Message(
        chat_id=int(chat["id"]),
        message_id=int(body["message_id"]),
        text=_text(body),
        sent_at=datetime.fromtimestamp(int(body.get("date") or 0), UTC),
        private=chat.get("type", "private") == "private",
        edited=edited,
        data=data,
        replied_id=replied.get("message_id"),
        replied_data=_payloads(replied),
        document=_document(body.get("document")),
        replied_document=_document(replied.get("document")),
        contact=_contact(body.get("contact")),
        thread_id=_thread(body) or 0,
        chat_title=clean(str(chat.get("title") or "")),
    )


def _contact(card: Json | None) -> Contact | None:
    """A contact card; one without a number of its own may have it in its vCard."""
    if not card:
        return None
    name = " ".join(str(word) for word in (card.get("first_name"), card.get("last_name")) if word)
    phone = str(card.get("phone_number") or "").strip()
    if not phone:
        found = _VCARD_PHONE.search(str(card.get("vcard") or ""))
        phone = found[1].strip() if found else ""
    return Contact(clean(name), clean(phone), card.get("user_id"))


def _document(file: Json | None) -> Attached | None:
    if not file or not file.get("file_id"):
        return None
    return Attached(str(file["file_id"]), clean(str(file.get("file_name") or "")), _whole(file.get("file_size")))


def _text(body: Json) -> str:
    contact = body.get("contact")
    if contact:
        words = (contact.get("first_name"), contact.get("last_name"), contact.get("phone_number"))
        return clean(" ".join(word for word in words if word))
    return clean(str(body.get("text") or body.get("caption") or ""))


def _payloads(body: Json) -> tuple[str, ...]:
    rows = (body.get("reply_markup") or {}).get("inline_keyboard") or ()
    return tuple(str(key["callback_data"]) for row in rows for key in row if key.get("callback_data"))


def _person(origin: Json) -> Person | None:
    if not origin.get("id") or origin.get("is_bot"):
        return None
    names = (origin.get("first_name"), origin.get("last_name"))
    name = clean(" ".join(name for name in names if name)).strip() or str(origin["id"])
    return Person(int(origin["id"]), name, origin.get("username"), str(origin.get("language_code") or ""))


def _thread(body: Json) -> int | None:
    return body.get("message_thread_id") if body.get("is_topic_message") else None


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0


def clean(text: str) -> str:
    """Return text that every database can keep: no NUL, and no half of a surrogate pair."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def hear_safely(payload: Mapping[str, Any]) -> Heard | None:
    """Return what an update says; one that is not made as Telegram's are is logged and left."""
    try:
        return hear(payload)
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError) as error:
        _log.error("an update could not be read", error=type(error).__name__)
        return None
