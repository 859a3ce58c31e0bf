"""Reads the contacts of a vCard file (RFC 6350, and 2.1 as older phones write it): names and phone numbers."""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass

from store.names import clean

_LINE = re.compile(r"(?:[\w-]+\.)?(?P<name>[A-Za-z-]+)(?P<params>(?:;[^:]*)?):(?P<value>.*)", re.DOTALL)
_CHARSET = re.compile(r"CHARSET=\"?([\w-]+)", re.IGNORECASE)
_ESCAPED = re.compile(r"\\([\\,;nN])")


@dataclass(frozen=True, slots=True)
class VCard:
    """One contact of a file: its name (empty when it has none) and its phone numbers, as written."""

    name: str
    phones: tuple[str, ...] = ()


def read_vcards(content: bytes) -> list[VCard]:
    """Return the contacts of a file, in its order; empty when it is no vCard file.

    >>> read_vcards("BEGIN:VCARD\\nFN:Lan\\nTEL;TYPE=CELL:0912 345 678\\nEND:VCARD".encode())
    [VCard(name='Lan', phones=('0912 345 678',))]
    """
    return list(_cards(content))


def _cards(content: bytes) -> Iterator[VCard]:
    held: dict[str, list[str]] | None = None
    for line in _unfolded(content):
        found = _LINE.fullmatch(line)
        if found is None:
            continue
        name, value = found["name"].upper(), found["value"].strip()
        if name == "BEGIN" and value.upper() == "VCARD":
            held = {}
        elif name == "END" and held is not None:
            yield _card(held)
            held = None
        elif held is not None and name in ("FN", "N", "TEL", "ORG"):
            held.setdefault(name, []).append(_value(found["params"], found["value"]))


def _unfolded(content: bytes) -> Iterator[str]:
    """Yield whole lines: a folded one goes on after a blank, a quoted-printable one after ``=``."""
    text = content.decode("utf-8-sig", "replace") if content[:2] not in (b"\xff\xfe", b"\xfe\xff") else ""
    text = text or content.decode("utf-16", "replace")
    whole = ""
    for line in text.splitlines():
        quoted = "QUOTED-PRINTABLE" in whole.upper().partition(":")[0]
        if whole and quoted and whole.endswith("="):
            whole = whole[:-1] + line
        elif line[:1] in (" ", "\t"):
            whole += line[1:]
        else:
            yield whole
            whole = line
    yield whole


def _value(params: str, value: str) -> str:
    if "QUOTED-PRINTABLE" not in params.upper():
        return value
    charset = _CHARSET.search(params)
    raw = quopri.decodestring(value.encode("ascii", "replace"))
    try:
        return raw.decode(charset[1] if charset else "utf-8", "replace")
    except LookupError:
        return raw.decode("utf-8", "replace")


def _card(held: dict[str, list[str]]) -> VCard:
    """The full name, else given after family name as Vietnamese names are written, else the firm."""
    family, given, middle = (*held.get("N", [""])[0].split(";"), "", "", "")[:3]
    firms = (firm.split(";")[0] for firm in held.get("ORG", []))
    names = (*held.get("FN", []), f"{family} {middle} {given}", *firms)
    name = next((tidy for one in names if (tidy := clean(_ESCAPED.sub(_plain, one)))), "")
    phones = (re.sub(r"^tel:", "", phone.strip(), flags=re.IGNORECASE) for phone in held.get("TEL", []))
    return VCard(name, tuple(phone for phone in phones if phone))


def _plain(found: re.Match[str]) -> str:
    return " " if found[1] in "nN" else found[1]
