"""Whom a line is about: the keys to look customers up by, and the choice among those found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from handlers.parsing.reading import Book, KnownCustomer
from handlers.parsing.text import Line
from store.names import accents_agree, fold, full_key, given_keys, honorific, whole_key, words_of

LONGEST_NAME = 8
SHOWN = 5
_COMMON_GIVEN = (
    "anh hoa hồng hương lan linh mai minh ngọc nga nhung phương quỳnh thảo thu thủy trang vân yến hà hằng "
    "hạnh hiền huệ huyền loan ly my ngân nhi oanh phượng thanh thúy tuyết uyên vy xuân an bảo bình cường dũng "
    "dương đạt đức giang hải hiếu hiệp hòa hoàng hùng huy hưng khánh khoa khôi kiên lâm long lộc nam nghĩa "
    "phát phong phú phúc quân quang quốc sơn tài tâm tân thái thắng thành thiện thịnh thọ tiến toàn trí trung "
    "tú tuấn tùng vinh vũ việt diễm diệp dung duyên đào điệp chi châu bích ánh nguyệt như tiên trâm trinh "
    "trúc tâm thơm thoa sen cúc đan"
)
_GIVEN = frozenset(_COMMON_GIVEN.split())


@dataclass(frozen=True, slots=True)
class Match:
    """Customers that a prefix of the line names, and the token after it; `given` when only by given name.

    `cut` says that there may be more of them.
    """

    rows: tuple[KnownCustomer, ...]
    end: int
    given: bool
    cut: bool = False

    @property
    def only(self) -> KnownCustomer | None:
        """The customer named, where it can be nobody else."""
        return self.rows[0] if len(self.rows) == 1 and not self.cut else None


_FOR = frozenset(("cho", "khách", "khach", "với", "for", "with"))


def skipped_for(line: Line) -> int:
    """How many words before the customer only lead to the name: `bán cho khách Lan`."""
    at = 0
    while at < min(2, len(line) - 1) and line.tokens[at].lower in _FOR and not line.opens(at + 1):
        at += 1
    return at


def _honorifics_agree(one: str | None, other: str | None) -> bool:
    return one is None or other is None or one == other


def is_named(typed: str, stored: str) -> bool:
    """Whether a typed name is the whole stored one, accents and honorifics not contradicting."""
    if whole_key(typed) == whole_key(stored):
        return accents_agree(" ".join(words_of(typed)), " ".join(words_of(stored)))
    if full_key(typed) != full_key(stored):
        return False
    (ours, bare), (theirs, known) = honorific(typed), honorific(stored)
    return _honorifics_agree(ours, theirs) and accents_agree(" ".join(words_of(bare)), " ".join(words_of(known)))


def is_given(typed: str, stored: str) -> bool:
    """Whether a typed name is the stored one's given name, accents and honorifics not contradicting."""
    key = full_key(typed)
    if key not in given_keys(stored):
        return False
    (ours, bare), (theirs, known) = honorific(typed), honorific(stored)
    words, parts = words_of(bare), words_of(known)
    near = parts[-len(words) :] if full_key(" ".join(parts[-len(words) :])) == key else parts[: len(words)]
    return _honorifics_agree(ours, theirs) and accents_agree(" ".join(words), " ".join(near))


def find(line: Line, start: int, book: Book) -> Match | None:
    """The longest prefix that names somebody: by whole name, else by the given name of one's own customers."""
    named, given = _indexed(book)
    for end in range(min(len(line), start + LONGEST_NAME), start, -1):
        if not any(char.isalnum() for char in line.tokens[end - 1].lower):
            continue  # the sign of `Lan $ 12k` belongs to the amount
        name = line.span(start, end)
        key = full_key(name)
        called = (*named.get(key, ()), *named.get(whole_key(name), ()))
        rows = _distinct(row for row in called if is_named(name, row.name))
        if rows:
            return Match(rows, end, given=False, cut=book.cut == "full")
        own = _distinct(row for row in given.get(key, ()) if is_given(name, row.name))
        if own:
            return Match(own, end, given=True, cut=bool(book.cut))
    return None


def _distinct(rows: Iterable[KnownCustomer]) -> tuple[KnownCustomer, ...]:
    """Each customer once: one who was merged is in the book under several names."""
    return tuple({row.id: row for row in reversed(list(rows))}.values())[::-1]


_Index = dict[str, list[KnownCustomer]]


def _indexed(book: Book) -> tuple[_Index, _Index]:
    """The customers by the keys of their whole names, and one's own by those of their given names."""
    named: _Index = {}
    given: _Index = {}
    for row in book.customers:
        for key in {full_key(row.name), whole_key(row.name)}:
            named.setdefault(key, []).append(row)
        if book.me is not None and row.owner_id == book.me:
            for key in given_keys(row.name):
                given.setdefault(key, []).append(row)
    return named, given


def alike(line: Line, start: int, end: int, book: Book) -> tuple[KnownCustomer, ...]:
    """Customers who may be meant though they were not named exactly: same key, or a given name in common."""
    keys = {full_key(line.span(start, stop)) for stop in range(start + 1, max(end, start + 1) + 1)}
    found = [row for row in book.customers if full_key(row.name) in keys]
    found += [row for row in book.customers if keys & set(given_keys(row.name)) and row not in found]
    return tuple(found[:SHOWN])


def is_name_like(line: Line, at: int) -> bool:
    """Whether a word may go on with the name before it: capitalised, or a given name in an uncapitalised line."""
    if at >= len(line) or line.opens(at):
        return False
    return line.capital(at) or (not line.capital(at - 1) and _is_given(line, at))


def goes_on(line: Line, at: int) -> bool:
    """Whether what follows a known name may go on with it: a capital, or nothing but one or two given names."""
    if at >= len(line) or line.opens(at):
        return False
    return line.capital(at) or (len(line) - at <= 2 and all(_is_given(line, word) for word in range(at, len(line))))


def _is_given(line: Line, at: int) -> bool:
    word = line.tokens[at].lower
    return any(accents_agree(word, given) for given in _GIVEN_BY_FOLD.get(fold(word), ()))


def _given_by_fold() -> dict[str, tuple[str, ...]]:
    table: dict[str, tuple[str, ...]] = {}
    for given in _GIVEN:
        for form in {given, full_key(given)}:
            table[form] = (*table.get(form, ()), given)
    return table


_GIVEN_BY_FOLD = _given_by_fold()


def suggest(name: str, known: Iterable[KnownCustomer], limit: int = SHOWN) -> tuple[KnownCustomer, ...]:
    """Customers whose names are near a typed one (typos, word order, a part of the name), nearest first."""
    from rapidfuzz import fuzz, process

    rows = list(known)
    near = process.extract(
        full_key(name), [full_key(row.name) for row in rows], scorer=fuzz.WRatio, limit=limit, score_cutoff=72
    )
    return tuple(rows[index] for _, _, index in near)
