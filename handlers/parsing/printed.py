"""A reading as the plain object that `chot read --json` prints."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from handlers.parsing.amounts import minor_digits
from handlers.parsing.reading import Reading

_PLAIN = (
    *("phone", "currency", "duration_s", "direction", "outcome", "answered", "product", "quantity", "channel"),
    *("campaign", "tag", "stage", "reason", "cost_kind", "number", "score", "referred_by", "note"),
)


def as_json(reading: Reading, zone: ZoneInfo) -> dict[str, Any]:
    """The reading without its message: amounts in major units, times in the team's zone, None for what was not said."""
    found: dict[str, Any] = {
        "verb": reading.verb,
        "status": reading.status,
        "ask": reading.ask,
        "customer": reading.customer.name if reading.customer else reading.customer_name,
        "candidates": [candidate.name for candidate in reading.candidates],
        "amount": _major(reading.amount_minor, reading.currency),
        "at": reading.at.astimezone(zone).isoformat() if reading.at else None,
    }
    found |= {name: getattr(reading, name) for name in _PLAIN}
    for name in ("from_day", "to_day", "expected_day"):
        day = getattr(reading, name)
        found[name] = day.isoformat() if day else None
    found["colleague"] = reading.colleague.name if reading.colleague else None
    born = reading.birthday
    found["birthday"] = f"{born.year or '-'}-{born.month:02}-{born.day:02}" if born else None
    return found


def _major(minor: int | None, currency: str | None) -> int | float | None:
    if minor is None or currency is None:
        return None
    scale: int = 10 ** minor_digits(currency)
    return minor // scale if minor % scale == 0 else float(minor / scale)
