"""The corpus of lines as salespeople write them, each with the reading that is expected of it.

Every line is read on Wednesday 25 November 2026 at 10:00 in Saigon, against the book below. A row names what it
expects; for a line that is read silently, an amount, a customer, a date, a duration, an outcome or a note
that is not named must be absent (the date: now), so that a silent mistake cannot hide.
"""

import csv
import json
import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from handlers.parsing import Book, Colleague, KnownCustomer, Reading, Setting, command_of, lookup_keys, read, verb_of
from metrics.wording import minor_digits
from store.names import fold, full_key, given_keys

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
        KnownCustomer(11, "Phạm Quốc Hùng", owner_id=ME),
        KnownCustomer(12, "Lê Hùng", owner_id=2, owner_name="Minh"),
        KnownCustomer(13, "Nguyễn Thị Hồng", owner_id=ME),
        KnownCustomer(14, "Trần Thu Hồng", owner_id=ME),
        KnownCustomer(15, "Đặng Thị Thuỷ", owner_id=ME),
        KnownCustomer(16, "cô Ba", owner_id=ME),
        KnownCustomer(17, "Lê Đức", owner_id=ME),
        KnownCustomer(18, "Shop Bé Na", owner_id=ME),
        KnownCustomer(19, "Sarah Connor", owner_id=ME),
        KnownCustomer(20, "Golden Gate Group", owner_id=2, owner_name="Minh"),
        KnownCustomer(21, "Công ty TNHH Minh Long", owner_id=2, owner_name="Minh"),
        KnownCustomer(22, "Bùi Thị Ngọc Ánh", owner_id=ME),
        KnownCustomer(23, "Vũ Hạnh", "+84987000111", owner_id=ME),
    ),
    ME,
)
SETTING = Setting(
    NOW,
    ZONE,
    book=BOOK,
    products=("áo thun", "Blue shirt", "Lõi RO"),
    colleagues=(Colleague(2, "Trần Minh", "minhtran"), Colleague(3, "Lê Hùng"), Colleague(4, "Vũ Hùng")),
)
RIGHT, LINES = 0.97, 600
"""The share of lines that must be read right, and the least number of lines."""
SILENT = ("customer", "amount", "duration_s", "outcome", "note")


def _shown(line: str) -> str:
    """A line with the invisible characters that the file writes as `\\u200b`."""
    return re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), line)


def rows() -> list[tuple[str, str, dict[str, Any]]]:
    found = []
    for path in sorted(CORPUS.glob("lines_*.tsv")):
        with path.open(encoding="utf-8", newline="") as file:
            table = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            next(table)
            found += [(_shown(line), verb, json.loads(expected)) for line, verb, expected in table]
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
    """Read a line: after its command, of the kind that the row names, or as plain text."""
    said = command_of(line)
    if not verb and said is not None and said[0]:
        verb, line = said[0], said[1]
    book = book_for(line, verb or None)
    return as_json(read(line, replace(SETTING, book=book), verb or None), ZONE)


def wanted_of(expected: dict[str, Any]) -> dict[str, Any]:
    """The whole of what is expected: for a line read silently, whatever is not named must be absent."""
    wanted = {"status": "read"} | expected
    if wanted["status"] == "read":
        now = {} if wanted.get("verb") == "find" else {"at": "2026-11-25T10:00"}
        wanted = dict.fromkeys(SILENT) | now | wanted
    if wanted.get("at"):
        wanted["at"] = f"{wanted['at']}:00+07:00"
    return wanted


def differences(line: str, verb: str, expected: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """What was read and what was expected, where they differ."""
    found, wanted = reading(line, verb), wanted_of(expected)
    return {key: (found[key], value) for key, value in wanted.items() if found[key] != value}


def is_wrong_silently(line: str, verb: str, differing: dict[str, tuple[Any, Any]]) -> bool:
    """Whether it would be recorded without a question with another amount, customer or date than was meant."""
    asked = reading(line, verb)["status"] != "read"
    return not asked and bool({"amount", "currency", "customer", "at", "status"} & differing.keys())


def test_the_corpus_is_read_right_and_nothing_is_wrong_silently(capsys: pytest.CaptureFixture[str]) -> None:
    wrong = {(line, verb): found for line, verb, expected in ROWS if (found := differences(line, verb, expected))}
    silent = [f"{line} [{verb}]" for (line, verb), found in wrong.items() if is_wrong_silently(line, verb, found)]
    share = 1 - len(wrong) / len(ROWS)
    right = len(ROWS) - len(wrong)
    with capsys.disabled():
        print(f"\ncorpus: {right} of {len(ROWS)} lines read right ({share:.1%}), {len(silent)} silent slips")
    told = "\n".join(f"{line} [{verb}]: got, wanted {found}" for (line, verb), found in wrong.items())
    assert not silent, told
    assert share >= RIGHT, told


def test_the_corpus_is_as_people_write() -> None:
    lines = [line for line, _, _ in ROWS]
    assert len(lines) >= LINES
    assert len(set(zip(lines, (verb for _, verb, _ in ROWS), strict=True))) == len(ROWS)


def told(line: str, verb: str) -> dict[str, Any]:
    """What may not change by how a line is spelled; names folded."""
    found = reading(line, verb)
    kept = {name: found[name] for name in ("verb", "status", "amount", "currency", "at", "duration_s", "outcome")}
    return kept | {"customer": fold(found["customer"] or "")}


def without_accents(line: str) -> str:
    decomposed = unicodedata.normalize("NFD", line.replace("đ", "d").replace("Đ", "D"))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


@pytest.mark.parametrize(
    "spelled", [lambda line: unicodedata.normalize("NFD", line), lambda line: line.replace(" ", "\u00a0")]
)
def test_a_line_means_the_same_decomposed_and_with_hard_spaces(spelled: Callable[[str], str]) -> None:
    differing = [line for line, verb, _ in ROWS if told(spelled(line), verb) != told(line, verb)]
    assert not differing


@pytest.mark.parametrize("spelled", [str.upper, str.lower, without_accents])
def test_case_and_missing_accents_never_change_a_line_silently(spelled: Callable[[str], str]) -> None:
    """What was read may be asked then; only a name told apart by its accents alone may be found without them."""
    differing = []
    for line, verb, _ in ROWS:
        was, now = told(line, verb), told(spelled(line), verb)
        found = was["status"] == "ask" and reading(line, verb)["ask"] == "customer" and spelled is without_accents
        if now["status"] == "read" and now["verb"] != "find" and now != was and not found:
            differing.append((line, was, now))
    assert not differing


def test_a_command_and_its_plain_verb_read_alike() -> None:
    spoken = verb_of("gọi Lan 5p quan tâm")
    assert spoken is not None
    assert read("gọi Lan 5p quan tâm", SETTING) == read(spoken.rest, SETTING, spoken.verb)
