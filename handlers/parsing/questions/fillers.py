"""Words of a question that say nothing of what is asked: `how much did we`, `bao nhiêu`, `thế nào`."""

from __future__ import annotations

from collections.abc import Mapping

from handlers.parsing.text import Line, any_of, pattern
from store.names import accents_agree, fold

_WORDS = (
    "a an the of for in our my is are was what what's how much many show me give please and to from on has "
    "have do we did là của cho trong nhiêu được xem tôi mình em ơi ạ nhé thế nào mấy có không nay như "
    "và tính team đội nhóm shop cả với thì đang đã ra sao đi tui gửi report figure number số vậy hả "
    "did up down go goes going went drop drops dropped fall falls fell rise rises rose grow grew change changed "
    "lower higher tăng giảm sụt tụt xuống lên thay đổi lại hay or thấp cao "
    "were we which nào nhiều tiền đơn khách over during within make made makes they brings most nhất"
)
_EXACTLY = frozenset(_WORDS.split())
_BY_FOLD: Mapping[str, frozenset[str]] = {
    folded: frozenset(word for word in _EXACTLY if fold(word) == folded) for folded in map(fold, _EXACTLY)
}
_TOGETHER = pattern(
    any_of(("bao nhiêu", "báo cáo", "thế nào", "như thế nào", "thay đổi", "nhiều tiền", "bao nhiêu tiền", "so far"))
)
"""Words that say nothing together: beside *nhieu*, *bao* is nobody's name."""


def passed_over(word: str) -> bool:
    """Whether a word may say nothing of what is asked; accents that were typed must agree: *Hà* is not *hả*."""
    return any(accents_agree(word, one) for one in _BY_FOLD.get(fold(word), ()))


def is_filler(word: str) -> bool:
    """Whether a word in small letters is one of these with its accents: *mình* is, *minh* may be somebody."""
    return word in _EXACTLY


def may_be_filler(word: str) -> bool:
    """Whether a word is one of these but for accents that were left out: *ha* of *hả*, *minh* of *mình*."""
    return passed_over(word) and not is_filler(word)


def together_at(line: Line, at: int) -> int | None:
    """The token after words that say nothing together."""
    found = line.match(_TOGETHER, at)
    return found[1] if found else None


def shortened(text: str) -> tuple[str, str]:
    """The text without all words that may say nothing, and without those at its ends."""
    words = text.split()
    said = [at for at, word in enumerate(words) if not passed_over(word.strip("?!.,;"))]
    return " ".join(words[at] for at in said), " ".join(words[said[0] : said[-1] + 1] if said else ())


def filler_at(line: Line, at: int, *, sentence: bool) -> int | None:
    """The token after a word that says nothing; a capital within a sentence may be somebody's: *doanh số Như*."""
    word, begins = line.tokens[at].lower, line.tokens[at].opens or (sentence and at == 0)
    return at + 1 if passed_over(word) and (begins or not _is_name(line, at) or not _vietnamese(word)) else None


def _is_name(line: Line, at: int) -> bool:
    """Whether a word has a capital that the other words do not have."""
    words = [token.raw for token in line.tokens if token.raw[:1].isalpha()]
    return line.capital(at) and not (len(words) > 1 and all(word[:1].isupper() for word in words))


def _vietnamese(word: str) -> bool:
    """Whether a word is one of the Vietnamese ones alone, with its accents or without."""
    return not is_filler(word) or not word.isascii()
