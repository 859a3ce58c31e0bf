"""Lines that work, to be shown where one did not: in the reader's language, of the same kind, in the team's money."""

from __future__ import annotations

from metrics.wording import Phrase, minor_digits, phrase

_LINES = {
    "call": phrase("/call Lan 5m"),
    "sale": phrase("/sale Lan {amount}"),
    "cost": phrase("/cost {amount} marketing #facebook"),
    "lead": phrase("/lead Lan 0912345678 #zalo"),
    "deal": phrase("/deal Lan {amount}"),
    "won": phrase("/won Lan"),
    "lost": phrase("/lost Lan price"),
    "stage": phrase("/stage Lan quoted"),
    "refund": phrase("/refund 128 {small}"),
    "remind": phrase("/remind Lan friday 9am"),
    "ticket": phrase("/ticket Lan asks for an invoice"),
    "answered": phrase("/answered 128"),
    "resolved": phrase("/resolved 128"),
    "rating": phrase("/rating Lan 5"),
    "optout": phrase("/optout Lan"),
    "find": phrase("/find Lan"),
    "meet": phrase("/meet Lan"),
    "msg": phrase("/msg Lan"),
    "visit": phrase("/visit Lan"),
    "mail": phrase("/mail Lan"),
    "event": phrase("/event Lan"),
}
"""For each kind of line one that is read without a question."""

_MILLIONS = phrase("12m")
_THOUSANDS = phrase("500k")


def large(currency: str) -> Phrase | str:
    """An ordinary amount, larger than `small`: ``12m`` in dong (``12tr`` to Vietnamese readers), ``1200`` in pounds."""
    if currency == "VND":
        return _MILLIONS
    return "1200" if minor_digits(currency) else "120000"


def small(currency: str) -> Phrase | str:
    """A small amount: ``500k`` in dong, ``80`` in pounds."""
    if currency == "VND":
        return _THOUSANDS
    return "80" if minor_digits(currency) else "500k"


def example(verb: str, currency: str) -> Phrase:
    """A line of this kind that works."""
    return Phrase(_LINES[verb].source, {"amount": large(currency), "small": small(currency)})
