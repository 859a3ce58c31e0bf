"""What buttons have settled about a draft, to and from the JSON that a draft keeps."""

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from handlers.parsing import Answers, Colleague, Doubt, KnownCustomer, Reading
from store.records.refunding import PastSale

_CONFIRMABLE = frozenset({"duplicate", "large"})

_FIELDS = {"amount": "amount_minor", "when": "at", "colleague": "colleague_id"}
"""Where a part's answer has another name than the part."""

_BESIDE = (
    *("outcome", "duration_s", "product", "quantity", "campaign"),
    *("answered", "phone", "direction", "note", "ticket_id", "tag"),
)
"""Parts that a button may add to a line's reading."""


def settled(kept: Mapping[str, Any]) -> Answers:
    """Read the answers that a draft keeps."""
    known = {name: kept[name] for name in (field.name for field in fields(Answers)) if name in kept}
    if known.get("at"):
        known["at"] = datetime.fromisoformat(known["at"])
    if known.get("customer"):
        known["customer"] = KnownCustomer(**known["customer"])
    known["confirmed"] = frozenset(known.get("confirmed", ()))
    return replace(Answers(), **known)


def filled(reading: Reading, kept: Mapping[str, Any]) -> Reading:
    """Return the reading with the parts that buttons chose beside the line: they are never in doubt."""
    return replace(reading, **{name: kept[name] for name in _BESIDE if kept.get(name) is not None})


def merged(kept: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Add one more answer to those kept; accepted doubts add up."""
    confirmed = sorted({*kept.get("confirmed", ()), *given.get("confirmed", ())})
    return {**kept, **given, "confirmed": confirmed}


def answer_of(doubt: Doubt, choice: object) -> dict[str, Any]:
    """Return what choosing ``choice`` settles, as JSON."""
    field = _FIELDS.get(doubt.part, doubt.part)
    given: dict[str, Any] = {field: _plain(choice)}
    if doubt.part == "customer":
        given |= {"new_customer": False}
    return given


def confirmable(doubt: Doubt) -> bool:
    """Whether what is in doubt may be accepted as it stands."""
    return doubt.part == "amount" and doubt.why in _CONFIRMABLE


def _plain(choice: object) -> object:
    if isinstance(choice, datetime):
        return choice.isoformat()
    if isinstance(choice, KnownCustomer):
        return {name: getattr(choice, name) for name in ("id", "name", "phone", "owner_id", "owner_name")}
    if isinstance(choice, Colleague):
        return choice.id
    if isinstance(choice, PastSale):
        return choice.number
    return choice
