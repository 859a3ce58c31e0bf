"""Reads a text that may be the answer to one question and nothing else: an amount, a time or a name alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from handlers.parsing.amounts import read_amount
from handlers.parsing.customers import find, is_given, is_named
from handlers.parsing.doubting import SCORES
from handlers.parsing.parts import part_at
from handlers.parsing.phones import read_phone
from handlers.parsing.reading import KnownCustomer, Setting
from handlers.parsing.text import Line, tokenise
from handlers.parsing.times import read_when
from store.names import HONORIFICS, clean, fold

LONGEST = 60
LONGEST_NOTE = 1000
BY_ITSELF = frozenset({"note", "campaign", "quantity", "score"})
"""Parts whose answer is kept beside the line."""
_LONGEST_NAME = 4
_TITLES = frozenset(fold(word) for word in HONORIFICS)


def completed(text: str, part: str, why: str, typed: str, answer: str, setting: Setting, verb: str) -> str | None:
    """Return the line with the answer put where its doubtful or missing part belongs; None when it is no such answer.

    ``typed`` is what was in doubt as it stands in the line. ``Lan 500`` asked for its amount and answered ``500k`` is
    ``Lan 500k``, ``Lan, giao mai`` answered ``12tr`` is ``Lan 12tr, giao mai``.
    """
    line = tokenise(answer)
    if not line.tokens or len(answer) > LONGEST or "\n" in answer or answer.startswith("/"):
        return None
    if part == "customer":
        return f"{answer} {text}" if why == "missing" and _is_name(line, setting, verb) else None
    fits = {"amount": _is_amount, "when": _is_time}.get(part)
    if fits is None or why in ("several", "duplicate", "plan") or not fits(line, setting):
        return None
    if why == "missing":
        return added(text, answer)
    whole = tokenise(text).text
    return whole.replace(typed, answer) if typed and whole.count(typed) == 1 else None


def by_itself(part: str, answer: str, channels: Mapping[str, Iterable[str]]) -> str | int | None:
    """Read what is no part of a line here: a note, a campaign (one word), a quantity, a score; None when it is none."""
    if part == "note":
        return clean(answer)[:LONGEST_NOTE] or None
    if part == "campaign":
        word = clean(answer).removeprefix("#")
        taken = {fold(name) for channel, short in channels.items() for name in (channel, *short)}
        return word if word and len(word) <= LONGEST and " " not in word and fold(word) not in taken else None
    digits = re.fullmatch(r"([0-9]{1,6}) ?[x×]?", answer.strip().lower())
    number = int(digits[1]) if digits else 0
    if part == "score":
        return number if number in SCORES else None
    return number or None


def added(text: str, answer: str) -> str:
    """Put an answer after a line's words, before what a comma or a dash sets apart."""
    line = tokenise(text)
    if not line.tokens:
        return answer
    end = next((line.tokens[at - 1].end for at in range(1, len(line)) if line.opens(at)), len(line.text))
    return f"{line.text[:end]} {answer}{line.text[end:]}"


def _is_amount(line: Line, setting: Setting) -> bool:
    """Whether a text is one clear amount, and no phone number."""
    found = read_amount(line, 0, setting.currency)
    phone = read_phone(line, 0, setting.country, loose=True)
    return found is not None and found.end == len(line) and found.doubt is None and phone is None


def _is_time(line: Line, setting: Setting) -> bool:
    found = read_when(line, 0, english=setting.locale == "en", in_call=False, ahead=False)
    return found is not None and found.end == len(line)


def _is_name(line: Line, setting: Setting, verb: str) -> bool:
    """Whether a text is a name: of somebody known, or a few words that begin as a name does."""
    if len(line) > _LONGEST_NAME or any(line.opens(at) for at in range(1, len(line))):
        return False
    if not all(token.lower.replace("-", "").replace(".", "").isalpha() for token in line.tokens):
        return False
    match = find(line, 0, setting.book)
    if match is not None and match.end == len(line):
        return True
    titled = len(line) > 1 and line.tokens[0].lower in _TITLES
    parts = any(part_at(line, at, verb, setting) for at in range(len(line)))
    return not parts and (titled or line.capital(0))


def meant(answer: str, offered: tuple[KnownCustomer, ...]) -> KnownCustomer | None:
    """Return the one of the offered customers whom a text names."""
    named = [row for row in offered if is_named(answer, row.name)]
    named = named or [row for row in offered if is_given(answer, row.name)]
    return named[0] if len(named) == 1 else None
