"""The words for what is seen of a lead."""

from collections.abc import Mapping

from metrics.base import NONE
from metrics.wording import Phrase, phrase

_SAID: Mapping[tuple[str, str], Phrase] = {
    ("source", NONE): phrase("no source"),
    ("response", "answered"): phrase("has answered"),
    ("response", "silent"): phrase("never answered"),
    ("recency", "3"): phrase("within 3 days"),
    ("recency", "7"): phrase("3 to 7 days ago"),
    ("recency", "14"): phrase("7 to 14 days ago"),
    ("recency", "30"): phrase("14 to 30 days ago"),
    ("recency", "older"): phrase("over 30 days ago"),
    ("contacts", "0"): phrase("no contact"),
    ("contacts", "1"): phrase("1 contact"),
    ("contacts", "2-3"): phrase("2–3 contacts"),
    ("contacts", "4-6"): phrase("4–6 contacts"),
    ("contacts", "7+"): phrase("7 or more contacts"),
    ("outcome", "interested"): phrase("interested"),
    ("outcome", "quoted"): phrase("quoted"),
    ("outcome", "callback"): phrase("asked to be called back"),
    ("outcome", "answered"): phrase("answered"),
    ("outcome", "connected"): phrase("picked up"),
    ("outcome", "busy"): phrase("busy"),
    ("outcome", "no_answer"): phrase("no answer"),
    ("outcome", "not_interested"): phrase("not interested"),
    ("outcome", "wrong_number"): phrase("wrong number"),
}


def said_of(factor: str, value: str) -> Phrase | str:
    """Say one thing seen of a lead; a channel's name, and what the team made up itself, stand as they are."""
    return _SAID.get((factor, value), value)
