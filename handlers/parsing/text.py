"""A line of chat as tokens: normalised, cut at spaces and separators, matched by patterns at word edges."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from store.names import TITLE_DOT, fold, visible

_CHUNK = re.compile(r"\S+|\n")
_DASHES = frozenset("-–—―")
_SENTENCE = ".!?…"
_SHORT_WORDS = (
    "mr mrs ms a c e tp q p bs ths ts dr st ltd co inc corp jr sr jan feb mar apr jun jul aug sep sept oct nov dec"
)
_ABBREVIATIONS = frozenset(_SHORT_WORDS.split())
_TELLING = frozenset("#@+$€£₫¥")
"""Signs that make a word without letters or digits: `1200 $`."""
_CUTS = re.compile(r"[,;—]|–(?!\d)")


_ACCENTED = frozenset("àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ")


@dataclass(frozen=True, slots=True)
class Token:
    """One word: as typed, in lower case, where it stands, and whether a separator stands before it."""

    raw: str
    lower: str
    start: int
    end: int
    opens: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A normalised text, its tokens, and their lower forms joined by single spaces for matching.

    `starts` are the tokens' offsets in `joined`, `ends` maps an end offset there to the index of the next token,
    `limits` are the offsets at which the token's stretch without separators ends.
    """

    text: str
    tokens: tuple[Token, ...]
    joined: str
    starts: tuple[int, ...]
    ends: dict[int, int]
    limits: tuple[int, ...]
    shouted: bool = False
    accented: bool = False

    def __len__(self) -> int:
        return len(self.tokens)

    def match(self, pattern: re.Pattern[str], at: int) -> tuple[re.Match[str], int] | None:
        """Match at a token, within its stretch; gives the match and the index of the token after it."""
        if at >= len(self.tokens):
            return None
        found = pattern.match(self.joined, self.starts[at], self.limits[at])
        if found is None or found.end() == found.start():
            return None
        after = self.ends.get(found.end())
        return None if after is None else (found, after)

    def span(self, first: int, after: int) -> str:
        """The text from one token up to another, as typed."""
        if first >= after or first >= len(self.tokens):
            return ""
        return self.text[self.tokens[first].start : self.tokens[min(after, len(self.tokens)) - 1].end]

    def opens(self, at: int) -> bool:
        """Whether a comma, a dash or a new sentence stands before a token (the end counts)."""
        return at >= len(self.tokens) or self.tokens[at].opens

    def capital(self, at: int) -> bool:
        """Whether a word begins with a capital, in a text that is not all capitals."""
        return at < len(self.tokens) and self.tokens[at].raw[:1].isupper() and not self.shouted


def pattern(source: str) -> re.Pattern[str]:
    """Compile a pattern that must end where a word ends."""
    return re.compile(f"(?:{source})(?= |$)")


def either(phrase: str) -> str:
    """A pattern for a phrase whose every syllable may be typed with or without its accents."""
    syllables = []
    for word in phrase.split():
        bare = fold(word)
        lower = word.casefold()
        syllables.append(re.escape(lower) if bare == lower else f"(?:{re.escape(lower)}|{re.escape(bare)})")
    return " ".join(syllables)


def any_of(phrases: Iterable[str]) -> str:
    """A pattern for any of several phrases, longest first, accents optional."""
    ordered = sorted(set(phrases), key=lambda phrase: (-len(phrase), phrase))
    return "(?:" + "|".join(either(phrase) for phrase in ordered) + ")"


def normalise(text: str) -> str:
    """Composed text, quotes straight, spaces plain, nothing invisible; line ends are kept."""
    return "\n".join(visible(part) for part in text.splitlines())


def _pieces(chunk: str) -> list[str]:
    """A chunk cut at its inner commas, semicolons and long dashes, except commas inside a number."""
    title = TITLE_DOT.match(chunk)
    pieces, last = ([title[0]], title.end()) if title else ([], 0)
    loose = "/" in chunk or ":" in chunk
    for cut in _CUTS.finditer(chunk, last):
        before, after = chunk[cut.start() - 1 : cut.start()], chunk[cut.end() : cut.end() + 1]
        if cut.group() == "," and not loose and before.isdigit() and after.isdigit():
            continue
        pieces.append(chunk[last : cut.end()])
        last = cut.end()
    pieces.append(chunk[last:])
    return pieces


def _trim(piece: str) -> tuple[int, int, bool, bool]:
    """How much to strip at both ends of a piece, and whether that separates it from what stands before, after."""
    start, end = 0, len(piece)
    opens = closes = False
    while start < end and piece[start] in "\"'([{,;:*_…":
        opens = opens or piece[start] not in "\"'*_"
        start += 1
    while end > start and piece[end - 1] in ',;:.!?…")]}—–*_~':
        last = piece[end - 1]
        end -= 1
        if last == "." and piece[start:end].casefold() in _ABBREVIATIONS:
            continue
        closes = closes or last in ",;:.!?…)]}—–"
    return start, end, opens, closes


def _lower(raw: str) -> str:
    """Lower case without pictures, for matching."""
    return "".join(char for char in raw.casefold() if unicodedata.category(char) not in ("So", "Sk"))


def _tokens(text: str) -> list[Token]:
    tokens: list[Token] = []
    opens = False
    for chunk in _CHUNK.finditer(text):
        if chunk.group() == "\n" or set(chunk.group()) <= _DASHES:
            opens = True
            continue
        offset = chunk.start()
        for piece in _pieces(chunk.group()):
            start, end, before, after = _trim(piece)
            lower = _lower(piece[start:end])
            if any(char.isalnum() or char in _TELLING for char in lower) and " " not in lower:
                tokens.append(Token(piece[start:end], lower, offset + start, offset + end, opens or before))
                opens = after
            else:
                opens = opens or before or after
            offset += len(piece)
    return tokens


def tokenise(text: str) -> Line:
    """Read any text as a line."""
    text = normalise(text)
    tokens = tuple(_tokens(text))
    starts: list[int] = []
    ends: dict[int, int] = {}
    offset = 0
    for index, token in enumerate(tokens):
        starts.append(offset)
        offset += len(token.lower)
        ends[offset] = index + 1
        offset += 1
    limits = [0] * len(tokens)
    limit = max(offset - 1, 0)
    for index in range(len(tokens) - 1, -1, -1):
        limits[index] = limit
        if tokens[index].opens:
            limit = starts[index] - 1
    joined = " ".join(token.lower for token in tokens)
    accented = any(char in _ACCENTED for char in text.casefold())
    return Line(text, tokens, joined, tuple(starts), ends, tuple(limits), text.isupper(), accented)
