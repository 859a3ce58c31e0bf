"""How names are compared: folding, accents, honorifics, and the keys that customers are looked up by."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

HONORIFICS = {
    "anh": "anh",
    "a": "anh",
    "chị": "chị",
    "c": "chị",
    "em": "em",
    "e": "em",
    "cô": "cô",
    "chú": "chú",
    "bác": "bác",
    "ông": "ông",
    "bà": "bà",
    "mr": "mr",
    "mrs": "mrs",
    "ms": "ms",
}
"""Each honorific as written, and the one form it is compared by."""

_FAMILY_NAMES = (
    "nguyen tran le pham hoang huynh phan vu vo dang bui do ho ngo duong ly dinh truong doan dao mai trinh "
    "lam luong luu ta thai chau to tong quach cao ha kieu phung trieu vuong lai nghiem la thach"
)
FAMILY_NAMES = frozenset(_FAMILY_NAMES.split())

_QUOTES = {ord(char): "'" for char in "‘’‚‛′"} | {ord(char): '"' for char in "“”„‟″«»"}
_HYPHENS = dict.fromkeys(map(ord, "‐‑⁃﹣"), "-")
_WIDE = {wide: chr(wide - 0xFEE0) for wide in range(0xFF01, 0xFF5F)}
"""Full-width letters, digits and signs, as some keyboards type them: `５００ｋ`."""
_PLAIN = _QUOTES | _HYPHENS | _WIDE
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and signs that show as nothing."""
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|th|tr|ph|kh|gh|gi|ch|qu|[bcdghklmnpqrstvx])?"
    r"(?:uye|uyu|yeu|ieu|uoi|uou|oai|oay|oao|oeo|uay|ie|ye|ia|ua|uo|uy|ue|ui|uu|oa|oe|oi|oo|ai|ao|au|ay|eo|eu|iu|[aeiouy])"
    r"(?:ch|ng|nh|[cmnpt])?"
)


def visible(text: str) -> str:
    """Composed text with straight quotes, plain spaces and widths, and no control, bidi or zero-width characters."""
    composed = unicodedata.normalize("NFC", text).translate(_PLAIN)
    kept = []
    for char in composed:
        kind = unicodedata.category(char)
        if kind[0] == "Z" or char in "\t\n\r\v\f\x85":
            kept.append(" ")
        elif kind not in ("Cc", "Cf", "Cs", "Co", "Cn") and char not in _BLANK and not "\ufe00" <= char <= "\ufe0f":
            kept.append(char)
    return "".join(kept)


@lru_cache(maxsize=65536)
def clean(text: str) -> str:
    """The name as it may be shown: composed, nothing invisible, single spaces."""
    return unicodedata.normalize("NFC", " ".join(visible(text).split()))


def _is_accent(char: str) -> bool:
    """Whether a combining mark is one of the Latin diacritics (marks of Thai or Hindi are letters)."""
    return "\u0300" <= char <= "\u036f" or "\u1ab0" <= char <= "\u1aff" or "\u1dc0" <= char <= "\u1dff"


def _bare(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFD", text) if not _is_accent(char))


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """The form in which case, accents and spacing no longer matter: `"  Đặng  THỊ Lân "` is `"dang thi lan"`."""
    bare = _bare(_bare(clean(text)).casefold()).replace("đ", "d")
    return " ".join(unicodedata.normalize("NFC", bare).split())


def _accents(syllable: str) -> tuple[str, tuple[str, ...]]:
    """A syllable's letters with their shapes (`ơ`, `â`, `đ`) and, apart, its tones wherever they stand."""
    marks = unicodedata.normalize("NFD", syllable.casefold())
    shape = unicodedata.normalize("NFC", "".join(char for char in marks if char not in _TONES))
    return shape, tuple(sorted(char for char in marks if char in _TONES))


def accents_agree(typed: str, stored: str) -> bool:
    """Whether accents that were typed do not contradict the stored ones, syllable by syllable.

    A syllable typed without accents agrees with any (`Lan` with `Lân`), one typed with them only with itself
    (`Lân` not with `Lan`); `hoà` and `hòa` are the same. Texts of different words never agree.
    """
    ours, theirs = clean(typed).split(), clean(stored).split()
    if len(ours) != len(theirs):
        return False
    return all(_syllables_agree(one, other) for one, other in zip(ours, theirs, strict=True))


@lru_cache(maxsize=65536)
def _syllables_agree(typed: str, stored: str) -> bool:
    if fold(typed) != fold(stored):
        return False
    return typed.casefold() == fold(typed) or _accents(typed) == _accents(stored)


TITLE_DOT = re.compile(r"(?:a|c|e|mrs|mr|ms)\.(?=\w)(?!ty\b)", re.IGNORECASE)
"""A short honorific with nothing but a dot before the name: `c.Lan` (but `C.ty` is a company)."""


def _cut_title(name: str) -> tuple[str, str]:
    """The first word and the rest of a name, also where only a dot stands between (`c.Lan`)."""
    dotted = TITLE_DOT.match(name)
    if dotted:
        return dotted[0], name[dotted.end() :]
    first, _, rest = name.partition(" ")
    return first, rest


@lru_cache(maxsize=65536)
def honorific(name: str) -> tuple[str | None, str]:
    """The honorific a name begins with, in its full form, and the name without it.

    `"c. Lan"` is `("chị", "Lan")`; a name is never emptied (`"Anh"` has none), and an accented name is taken at
    its accents: `"Chu Văn An"` is not *chú*.
    """
    first, rest = _cut_title(clean(name))
    word = first.casefold().rstrip(".")
    if not rest or not any(char.isalnum() for char in rest):
        return None, clean(name)
    if word in HONORIFICS:
        return HONORIFICS[word], rest
    if rest.casefold() == fold(rest):
        for spelled, full in HONORIFICS.items():
            if word == fold(spelled):
                return full, rest
    return None, clean(name)


@lru_cache(maxsize=65536)
def words_of(name: str) -> tuple[str, ...]:
    """The words of a name as typed, without edge punctuation and pictures; never none for a visible name."""
    words = []
    for word in clean(name).split():
        plain = "".join(char for char in word if unicodedata.category(char) not in ("So", "Sk"))
        trimmed = plain.strip(",.;:!?\"'()[]-–—…")
        if any(char.isalnum() for char in trimmed):
            words.append(trimmed)
    return tuple(words or clean(name).split())


def _words(name: str) -> list[str]:
    return [folded for folded in map(fold, words_of(name)) if folded] or fold(name).split()


@lru_cache(maxsize=65536)
def whole_key(name: str) -> str:
    """The folded name with its honorific."""
    return " ".join(_words(name))


@lru_cache(maxsize=65536)
def full_key(name: str) -> str:
    """The folded name without its honorific, as customers are looked up: `"Chị Lan Anh"` is `"lan anh"`."""
    return " ".join(_words(honorific(name)[1]))


def is_vietnamese(name: str) -> bool:
    """Whether a name reads as Vietnamese: a family name first, Vietnamese letters, or only its syllables."""
    bare = honorific(name)[1]
    words = _words(bare)
    if not words:
        return False
    if len(words) > 1 and words[0] in FAMILY_NAMES:
        return True
    decomposed = unicodedata.normalize("NFD", bare.casefold())
    if any(char in decomposed for char in "đ\u0309\u0323\u031b"):
        return True
    return all(_SYLLABLE.fullmatch(word) for word in words)


@lru_cache(maxsize=65536)
def given_keys(name: str) -> tuple[str, ...]:
    """The keys of a given name: last word and last two of a Vietnamese name, first word of another.

    `"Nguyễn Thị Lan Anh"` gives `("anh", "lan anh")`, `"John Smith"` gives `("john",)`.
    """
    return _given(name, _words(honorific(name)[1]))


def given_names(name: str) -> tuple[str, ...]:
    """The same as they are written: `("Anh", "Lan Anh")`."""
    return _given(name, list(words_of(honorific(name)[1])))


def _given(name: str, words: Sequence[str]) -> tuple[str, ...]:
    if not words:
        return ()
    if not is_vietnamese(name):
        return (words[0],)
    return (words[-1],) if len(words) == 1 else (words[-1], " ".join(words[-2:]))
