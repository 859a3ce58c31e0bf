"""Phone numbers in a line, as E.164."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources
from zoneinfo import ZoneInfo

from handlers.parsing.text import Line

_PIECE = re.compile(r"\+?[0-9][0-9.\-]*")
_SHORTEST, _LONGEST, _PIECES = 8, 15, 5


@lru_cache(maxsize=8192)
def dialled(number: str, country: str) -> str | None:
    """A number as dialled in a country, in E.164 (`0912 345 678` in VN is `+84912345678`); None when it is none."""
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed):
        return None
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


def e164(number: str, zone: ZoneInfo) -> str | None:
    """A number as written by a team in that zone, in E.164; None when it is no phone number."""
    return dialled(number, country_of(zone))


@lru_cache(maxsize=256)
def country_of(zone: ZoneInfo) -> str:
    """The ISO country of a zone (`Asia/Ho_Chi_Minh`: VN), by the list of the time zone database; `ZZ` for none."""
    table = resources.files("tzdata.zoneinfo").joinpath("zone.tab").read_text(encoding="utf-8")
    for row in table.splitlines():
        cells = row.split("\t")
        if not row.startswith("#") and len(cells) > 2 and cells[2] == zone.key:
            return cells[0]
    return {"Asia/Saigon": "VN", "Asia/Hanoi": "VN", "Asia/Calcutta": "IN"}.get(zone.key, "ZZ")


def read_phone(line: Line, at: int, country: str, *, loose: bool = False) -> tuple[str, int] | None:
    """The phone number that begins at a token, and the index of the token after it.

    Where an amount may stand, only numbers that begin with 0 or + are phones; `loose` also takes `912345678`.
    """
    if at >= len(line) or not _PIECE.fullmatch(line.tokens[at].lower):
        return None
    first = line.tokens[at].lower
    if not (loose or first.startswith(("0", "+"))):
        return None
    after = at + 1
    while after < min(len(line), at + _PIECES) and not line.tokens[after].opens:
        if not re.fullmatch(r"[0-9][0-9.\-]*", line.tokens[after].lower):
            break
        after += 1
    for end in range(after, at, -1):
        digits = "".join(re.sub("[^0-9+]", "", token.lower) for token in line.tokens[at:end])
        if _SHORTEST <= len(digits) <= _LONGEST:
            found = dialled(digits, country)
            if found is None and loose and not digits.startswith(("0", "+")):
                found = dialled("+" + digits, country)
            if found is not None:
                return found, end
    return None
