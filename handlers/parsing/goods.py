"""Reads a line of `/products`: whose category, price and unit cost it sets: `Lõi RO nhóm lọc giá 350k giá vốn 210k`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from handlers.parsing.amounts import Amount, read_amount
from handlers.parsing.text import tokenise
from store.names import clean, fold

_MARKS = {
    "category": ("category", "danh mục", "danh muc", "nhóm hàng", "nhom hang", "nhóm", "nhom"),
    "unit_cost_minor": ("unit cost", "cost", "giá vốn", "gia von", "giá nhập", "gia nhap", "vốn", "von"),
    "price_minor": ("price", "giá bán", "gia ban", "đơn giá", "don gia", "giá", "gia"),
}
_OF = {word: name for name, words in _MARKS.items() for word in words}
_ANY = "|".join(sorted(map(re.escape, _OF), key=len, reverse=True))
_MARK = re.compile(rf"(?<!\S)(?P<mark>{_ANY})(?=\s|:|$)\s*:?\s*", re.IGNORECASE)
_NONE = frozenset(("none", "no", "không", "khong", "-", "0", "bỏ", "bo"))


@dataclass(frozen=True, slots=True)
class Goods:
    """What was read: the product's name, the columns to set (None clears one), and the part that was not read."""

    name: str
    values: dict[str, object] = field(default_factory=dict)
    doubtful: str = ""


def read_goods(text: str, known: Sequence[str], currency: str) -> Goods:
    """Read one product's line; a known name at its head is taken whole, also where it holds such a word."""
    text = clean(text[:500])
    head = _head(text, known)
    parts = list(_MARK.finditer(text, len(head)))
    name = head or clean(text[: parts[0].start()] if parts else text)
    goods = Goods(name)
    if not parts and clean(text[len(head) :]) and head:
        return Goods(clean(text))
    if head and parts and clean(text[len(head) : parts[0].start()]):
        goods = Goods(clean(text[: parts[0].start()]))  # a longer name than the known one
    for at, part in enumerate(parts):
        end = parts[at + 1].start() if at + 1 < len(parts) else len(text)
        column, value = _OF[part["mark"].casefold()], text[part.end() : end].strip(" ,;")
        read = _value(column, value, currency)
        if read is _UNREAD or column in goods.values:
            return Goods(goods.name, goods.values, text[part.start() : end].strip())
        goods.values[column] = read
    return goods


_UNREAD = object()


def _value(column: str, text: str, currency: str) -> object:
    """A category's words, or an amount in minor units; None for *none*."""
    if text.casefold() in _NONE:
        return None
    if not text:
        return _UNREAD
    if column == "category":
        return text[:60]
    line = tokenise(text)
    amount = read_amount(line, 0, currency) if line.tokens else None
    if amount is None or amount.end != len(line) or amount.currency != currency or _doubtful(amount):
        return _UNREAD
    return amount.minor


def _doubtful(amount: Amount) -> bool:
    """Whether it is no plain amount: two readings, none at all, or a small bare number that may mean thousands."""
    small = amount.whole is not None and amount.whole < 10_000 and amount.minor == amount.whole
    return amount.doubt is not None or amount.minor <= 0 or amount.quantity is not None or small


def _head(text: str, known: Sequence[str]) -> str:
    """The longest known name that the text begins with, as it is written there."""
    for name in sorted(known, key=len, reverse=True):
        words = len(name.split())
        start = " ".join(text.split()[:words])
        if fold(start) == fold(name):
            return start
    return ""
