"""Small numbers as digits and as words, where they count days or hours: `2 ngày trước`, `two hours ago`."""

from __future__ import annotations

from handlers.parsing.text import Line

_VIETNAMESE = ("một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười", "mười một", "mười hai")
_BARE = {
    "mot": 1,
    "bon": 4,
    "nam": 5,
    "bay": 7,
    "tam": 8,
    "chin": 9,
    "muoi": 10,
    "muoi mot": 11,
    "muoi hai": 12,
}  # *sau* is rather "after"
_ENGLISH = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_COUNTS = {word: number for words in (_VIETNAMESE, _ENGLISH) for number, word in enumerate(words, start=1)} | {
    **_BARE,
    "a": 1,
    "an": 1,
}

COUNT = "(?:[0-9]{1,4}|" + "|".join(sorted(_COUNTS, key=len, reverse=True)) + ")"
"""A pattern for a number in digits or in words."""

WORDS = "|".join(sorted(_COUNTS.keys() - {"a", "an"}, key=len, reverse=True))
"""A pattern for a number in words."""

NUMBERS = _COUNTS.keys() - {"a", "an"}
"""The words that are numbers."""

UNSURE = frozenset((*_BARE, "năm"))
"""Numbers in words that are others too: *nam* is also a year or somebody, *năm* a year."""


_DAYS = frozenset(("ngay", "hom", "bua", "ngày", "hôm", "bữa"))


def is_number(line: Line, at: int) -> bool:
    """Whether a word is the number that it may be: `hai tuần qua`, `nam ngay qua`, not `Nam tuần qua`, a person's."""
    word, unit = line.tokens[at].lower, line.tokens[at + 1].lower if at + 1 < len(line) else ""
    if word in _BARE:
        return unit in _DAYS and not line.accented and not line.capital(at)
    return word not in _VIETNAMESE or at == 0 or not line.capital(at)


def counted(text: str) -> int:
    """The number that a text matched by `COUNT` says."""
    return int(text) if text.isdecimal() else _COUNTS[text]
