"""Whose figures a question asks for: `của Lan`, `of Lan`, `Lan's`, and a colleague's name by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from handlers.parsing.counts import NUMBERS, counted
from handlers.parsing.periods.reader import period_at
from handlers.parsing.questions.fillers import is_filler, may_be_filler, together_at
from handlers.parsing.questions.filters import filtered_by, named, written
from handlers.parsing.questions.offered import like
from handlers.parsing.questions.parts import Asking, Question
from handlers.parsing.reading import Colleague
from handlers.parsing.refusal import Refusal
from handlers.parsing.text import Line, any_of, pattern
from metrics.wording import phrase

OF = frozenset(("của", "cua", "of"))
LONGEST_NAME = 4
"""How many words a colleague's name has at most."""
_BEFORE = pattern(any_of(("của", "of", "rep", "nhân viên", "của nhân viên", "nv")))
_OWNS = "'s"


Said = tuple[Mapping[str, object], int] | Refusal | None


def whose(line: Line, at: int, question: Question, asking: Asking) -> Said:
    """The colleague named at a token and the token after the name; who is meant is asked for where it is in doubt."""
    before = line.match(_BEFORE, at)
    first = before[1] if before else at
    for end in range(min(len(line), first + LONGEST_NAME), first, -1):
        name = line.span(first, end)
        name = name[: -len(_OWNS)] if name.casefold().endswith(_OWNS) else name
        rows = named(name, asking.known.colleagues)
        if not rows or (end == first + 1 and _says_nothing(line, first)):
            continue
        if end == first + 1 and _in_doubt(line, first):
            return _doubtful(line.span(at, end), rows, asking)
        filtered = filtered_by("rep", name, asking)
        return replace(filtered, typed=line.span(at, end)) if isinstance(filtered, Refusal) else (filtered, end)
    return None


def number_or_name(line: Line, at: int, question: Question, asking: Asking) -> Said:
    """`hai tuan qua` may be two weeks, or last week of *Hải*: asked where somebody is called so."""
    word = line.tokens[at]
    rows = named(word.raw, asking.known.colleagues) if word.lower in NUMBERS and asking.known.me is None else ()
    if not rows or at + 1 == len(line) or (line.accented and not line.capital(at)):
        return None
    found, other = (period_at(line, one, asking.zone, asking.now, asking.locale) for one in (at, at + 1))
    if found is None or other is None or other[1] != found[1]:
        return None
    rest = line.span(at + 1, found[1])
    whom = written("rep", [one.name for one in rows[:2]], asking)
    return like(line.span(at, found[1]), (*(f"{one} {rest}" for one in whom), f"{counted(word.lower)} {rest}"))


def _says_nothing(line: Line, at: int) -> bool:
    """Whether a word without a capital is no name: *em*, *đội*, the *bao* of *bao nhieu*."""
    return together_at(line, at) is not None or (is_filler(line.tokens[at].lower) and not line.capital(at))


def _in_doubt(line: Line, at: int) -> bool:
    """Whether a word typed without accents may be somebody or say nothing: *ha* is *Hà*, or *hả*."""
    return may_be_filler(line.tokens[at].lower) and not line.accented and not line.capital(at)


def _doubtful(typed: str, rows: tuple[Colleague, ...], asking: Asking) -> Refusal | None:
    """Whether one of these colleagues is meant or nobody; None for who sees the own figures alone."""
    if asking.known.me is not None:
        return None
    shown = written("rep", [one.name for one in rows[:2]], asking)
    names = ", ".join(one.name for one in rows[:2])
    return Refusal(phrase("Does “{typed}” mean {name}, or everybody?", typed=typed, name=names), (*shown, ""), typed)
