"""What a bare command asks for, one part at a time: what must be known first, then what may be skipped."""

from collections.abc import Mapping
from typing import Any

from handlers.parsing import Doubt, Reading
from handlers.parsing.doubting import amount
from metrics.wording import Phrase, phrase

STEPS: Mapping[str, tuple[str, ...]] = {
    "call": ("outcome", "duration"),
    "sale": ("product",),
    "deal": ("stage",),
    "lead": ("phone", "channel"),
    "msg": ("answered",),
    "mail": ("answered",),
    "meet": (),
    "visit": (),
    "event": (),
    "cost": ("channel",),
    "won": (),
    "lost": (),
    "stage": (),
    "rating": (),
    "optout": (),
    "remind": (),
}
"""Each verb that may be sent bare, and the parts that it then asks for but does not need."""

FIELDS: Mapping[str, str] = {"duration": "duration_s", "amount": "amount_minor"}
"""Where a part has another name in a reading."""

PASSABLE = "step"
"""Why a part is asked that may be skipped."""

_TALKED_TO_NOBODY = frozenset({"no_answer", "busy", "wrong_number"})
_QUESTIONS: Mapping[str, Phrase] = {
    "outcome": phrase("What came of the call?"),
    "duration": phrase("How long was the call? Choose, or type it, for example: 5m"),
    "product": phrase("Which product?"),
    "stage": phrase("At which stage is it?"),
    "phone": phrase("Which phone number? For example: 0912345678"),
    "channel": phrase("Which channel did it come by?"),
    "answered": phrase("Did the customer answer?"),
}


def opening(verb: str, currency: str) -> Reading:
    """Return what a bare command is in doubt about: whom it is about, or for a cost how much."""
    if verb == "cost":
        return Reading(verb, "ask", (amount("missing", verb, currency),))
    said = phrase("Which customer? Choose, or type a name or a phone number")
    if verb == "sale":
        said = phrase("Who bought? Choose, or type a name or a phone number")
    if verb == "lead":
        said = phrase("What is the new customer's name? For example: Lan 0912345678")
    return Reading(verb, "ask", (Doubt("customer", said, why="missing"),))


def next_step(reading: Reading, kept: Mapping[str, Any]) -> Doubt | None:
    """Return the next part that a guided line asks for; None when it has all, or was written in one go."""
    if not kept.get("guided"):
        return None
    for part in STEPS.get(reading.verb, ()):
        said = getattr(reading, FIELDS.get(part, part))
        if said is None and part not in kept.get("passed", ()) and not _pointless(part, reading):
            return Doubt(part, _QUESTIONS[part], why=PASSABLE)
    return None


def _pointless(part: str, reading: Reading) -> bool:
    return part == "duration" and reading.outcome in _TALKED_TO_NOBODY
