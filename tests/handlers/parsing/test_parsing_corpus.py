"""The corpus of lines as salespeople write them, each with the reading that is expected of it.

Every line is read on Wednesday 25 November 2026 at 10:00 in Saigon, against the book below. A row names what it
expects; for a line that is read silently, an amount, a customer, a date, a duration, an outcome or a note
that is not named must be absent (the date: now), so that a silent mistake cannot hide.
"""

import csv
import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from handlers.parsing import Book, Colleague, KnownCustomer, Reading, Setting, lookup_keys, read, verb_of
from handlers.parsing.amounts import minor_digits
from store.names import full_key, given_keys

CORPUS = Path(__file__).parents[2] / "corpus"
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 25, 10, 0, tzinfo=ZONE)
ME = 1
BOOK = Book(
    (
        KnownCustomer(1, "Lan", owner_id=ME),
        KnownCustomer(2, "Nguyễn Văn Bình", owner_id=ME),
        KnownCustomer(3, "anh Tuấn", "+84912345678", owner_id=2, owner_name="Minh"),
        KnownCustomer(4, "Hoa", owner_id=ME),
        KnownCustomer(5, "Cty An Phát", owner_id=ME),
        KnownCustomer(6, "John Smith", owner_id=ME),
        KnownCustomer(7, "Mary Jones", owner_id=2, owner_name="Minh"),
        KnownCustomer(8, "Trần Thị Thu Hà", owner_id=ME),
        KnownCustomer(9, "chị Mai", owner_id=ME),
        KnownCustomer(10, "Acme Ltd", owner_id=ME),
    ),
    ME,
)
SETTING = Setting(
    NOW,
    ZONE,
    book=BOOK,
    products=("áo thun", "Blue shirt"),
    colleagues=(Colleague(2, "Trần Minh", "minhtran"),),
)
SILENT = ("customer", "amount", "duration_s", "outcome", "note")


def rows() -> list[tuple[str, str, dict[str, Any]]]:
    found = []
    for path in sorted(CORPUS.glob("lines_*.tsv")):
        with path.open(encoding="utf-8", newline="") as file:
            table = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            next(table)
            found += [(line, verb, json.loads(expected)) for line, verb, expected in table]
    return found


ROWS = rows()


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


def book_for(line: str, verb: str | None) -> Book:
    """The customers that a look-up by the line's keys would bring."""
    keys = lookup_keys(line, verb, SETTING)
    return Book(
        tuple(
            known
            for known in BOOK.customers
            if full_key(known.name) in keys.full
            or set(given_keys(known.name)) & set(keys.given)
            or known.phone in keys.phones
        ),
        ME,
    )


def reading(line: str, verb: str) -> dict[str, Any]:
    book = book_for(line, verb or None)
    return as_json(read(line, replace(SETTING, book=book), verb or None), ZONE)


@pytest.mark.parametrize(
    ("line", "verb", "expected"), ROWS, ids=[f"{verb or 'text'}: {line}" for line, verb, _ in ROWS]
)
def test_a_line_of_the_corpus_reads_as_expected(line: str, verb: str, expected: dict[str, Any]) -> None:
    found = reading(line, verb)
    wanted = {"status": "read"} | expected
    if wanted["status"] == "read":
        wanted = dict.fromkeys(SILENT) | {"at": "2026-11-25T10:00"} | wanted
        if found["verb"] in ("find",):
            wanted.pop("at")
    if wanted.get("at"):
        wanted["at"] = f"{wanted['at']}:00+07:00"
    assert {key: found[key] for key in wanted} == wanted


def test_a_command_and_its_plain_verb_read_alike() -> None:
    spoken = verb_of("gọi Lan 5p quan tâm")
    assert spoken is not None
    assert read("gọi Lan 5p quan tâm", SETTING) == read(spoken.rest, SETTING, spoken.verb)
