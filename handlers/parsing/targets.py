"""Reads a line of `/target`: which metric, whom, per what unit, how much: `doanh số 500tr tháng @Hùng`."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from handlers.parsing.amounts import read_amount
from handlers.parsing.text import Line, tokenise
from metrics.periods import Period
from store.names import fold

_UNITS = {
    "week": ("week", "weekly", "tuần", "tuan"),
    "month": ("month", "monthly", "tháng", "thang"),
    "quarter": ("quarter", "quarterly", "quý", "quy"),
    "year": ("year", "yearly", "năm", "nam"),
}
UNIT_OF = {word: unit for unit, words in _UNITS.items() for word in words}
_SMALL = frozenset(("a", "per", "each", "every", "một", "mot", "mỗi", "moi", "/", "cho", "for", "the", "của", "cua"))
_TEAM = frozenset(("team", "đội", "doi", "cả", "ca"))
_NONE = frozenset(("none", "remove", "off", "bỏ", "bo", "xóa", "xoá", "xoa", "không", "khong"))
_PLAIN = re.compile(r"[0-9]+(?:[.,][0-9]+)?%?")
_TIMES = {"minutes": re.compile(r"([0-9]+(?:[.,][0-9]+)?)(?:p|ph|m|min|phút)?"),
          "hours": re.compile(r"([0-9]+(?:[.,][0-9]+)?)(?:h|hrs?|hours?|giờ|tiếng)"),
          "days": re.compile(r"([0-9]+(?:[.,][0-9]+)?)(?:d|ngày|days?)?")}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TargetLine:
    """What was read: the unit, the value (major for money, a fraction for ratios), whom by `@`, the rest of the words.

    `ends` says that the target is to be removed; `period` is the one named, as `typed`, from which on it holds;
    `doubtful` is the part that was not read, `bare` a share without its sign that may be percent or times, as typed.
    """

    name: str = ""
    unit: str | None = None
    value: float | None = None
    rep: str | None = None
    ends: bool = False
    period: Period | None = None
    typed: str = ""
    doubtful: str = ""
    bare: str = ""


def read_target(text: str, measure: str, currency: str) -> TargetLine:
    """Read the words after the metric's name; `measure` is the unit in which its value is counted."""
    text, found = _end(text[:200])
    line, at = tokenise(text), 0
    while at < len(line):
        token = line.tokens[at]
        if token.raw.startswith("@") and found.rep is None:
            found, at = replace(found, rep=token.raw[1:]), at + 1
        elif token.lower in UNIT_OF and found.unit is None:
            found, at = replace(found, unit=UNIT_OF[token.lower]), at + 1
        elif token.lower in _SMALL or token.lower in _TEAM:
            at += 1
        elif token.lower in _NONE and not found.ends:
            found, at = replace(found, ends=True), at + 1
        else:
            value = _value(line, at, measure, currency) if found.value is None else None
            if value is None:
                return replace(found, doubtful=token.raw)
            found, at = replace(found, value=value[0], bare=_bare(line.span(at, value[1]), measure)), value[1]
    return found


def _end(text: str) -> tuple[str, TargetLine]:
    """Take the unit at the end away from the rest: in ``5 tỷ năm`` the year is no number five of the amount."""
    words = text.split()
    last = next((at for at in reversed(range(len(words))) if not words[at].startswith("@")), None)
    units = [at for at, word in enumerate(words) if word.lower() in UNIT_OF]
    if last is None or units != [last]:
        return text, TargetLine()
    return " ".join(words[:last] + words[last + 1 :]), TargetLine(unit=UNIT_OF[words[last].lower()])


def _value(line: Line, at: int, measure: str, currency: str) -> tuple[float, int] | None:
    """The value at a token in the metric's own measure, and the next token; None when it is not plainly one."""
    word = line.tokens[at].lower
    if measure == "money":
        amount = read_amount(line, at, currency)
        small = amount is not None and amount.whole is not None and 0 < amount.whole < 10_000
        wrong = amount is None or amount.doubt is not None or amount.currency != currency or amount.quantity
        bare = amount is not None and small and amount.unit is None and amount.minor == amount.whole
        return None if amount is None or wrong or bare else (float(amount.minor), amount.end)
    if measure in _TIMES:
        hours = _TIMES["hours"].fullmatch(word) if measure == "minutes" else None
        timed = hours or _TIMES[measure].fullmatch(word)
        return None if timed is None else (float(timed[1].replace(",", ".")) * (60 if hours else 1), at + 1)
    if _PLAIN.fullmatch(word) is None or (measure != "ratio" and "%" in word):
        return None
    end = at + 1
    percent = word.endswith("%")
    if end < len(line) and line.tokens[end].raw == "%" and measure == "ratio":
        percent, end = True, end + 1
    number = float(word.rstrip("%").replace(",", "."))
    if measure == "count" and not number.is_integer():
        return None  # 1.500 may be a thousand and a half
    if measure != "ratio":
        return number, end
    return (number / 100 if percent or number > 1 else number), end


def _bare(typed: str, measure: str) -> str:
    """A share from 1 to below 10 without its sign: `1.5` may be 1.5 % and one and a half times, `75` is 75 %."""
    return typed if measure == "ratio" and re.fullmatch(r"[1-9](?:[.,][0-9]+)?", typed) else ""


def split_metric(text: str, names: dict[str, str]) -> tuple[str | None, str]:
    """Split a line into the metric that its longest head names, and the rest; None when it names none."""
    words = text.split()
    for count in range(min(len(words), 6), 0, -1):
        head = fold(" ".join(words[:count]).strip("/:,"))
        if head in names:
            return names[head], " ".join(words[count:])
    return None, text
