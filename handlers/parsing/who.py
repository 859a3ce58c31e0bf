"""Decides whom a line is about: used without asking only where product.md allows it."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.parsing import doubting
from handlers.parsing.customers import SHOWN, Match, alike, find, goes_on, is_given, is_name_like, is_named, skipped_for
from handlers.parsing.parts import Part, is_weak, part_at
from handlers.parsing.reading import Answers, Doubt, KnownCustomer, Setting
from handlers.parsing.text import Line
from store.names import HONORIFICS, clean, fold, full_key, given_keys

_LONGEST_GUESS = 4
LONGEST_SHOWN = 80
"""Characters of a new name at most: what is longer is no name."""
_TITLES = frozenset(HONORIFICS) | frozenset(fold(word) for word in HONORIFICS)
_SHORT_HONORIFICS = frozenset(fold(word) for word in HONORIFICS)


@dataclass(frozen=True, slots=True)
class Who:
    """The customer, or the name as typed and what is asked about it; `end` is where the parts begin.

    `skipped` are words between the name and the parts that a button has settled (they go to the note).
    """

    end: int
    customer: KnownCustomer | None = None
    name: str | None = None
    doubt: Doubt | None = None
    skipped: str = ""
    new: bool = False


def first_part(line: Line, start: int, verb: str, setting: Setting) -> tuple[int, bool]:
    """Where the first part or separator after a name's first word stands, and whether it is a part."""
    at = start + 1
    if at < len(line) and fold(line.tokens[start].lower) in _SHORT_HONORIFICS and not line.opens(at):
        at += not line.tokens[at].lower[:1].isdigit()
    while at < len(line):
        if line.tokens[at].opens:
            return at, False
        part = part_at(line, at, verb, setting)
        if part is not None and not is_weak(line, part, at):
            return at, True
        at += 1
    return len(line), False


def decide(line: Line, verb: str, setting: Setting, answers: Answers) -> Who:
    """Find the customer at the head of a line."""
    if len(line) == 0:
        return _answered(Who(0, doubt=doubting.no_customer(verb, setting.currency)), answers)
    start = 0
    match = find(line, 0, setting.book)
    if match is None and skipped_for(line):
        start = skipped_for(line)
        match = find(line, start, setting.book)
    stop, _ = first_part(line, start, verb, setting)
    if answers.customer is not None:
        return _chosen(line, start, stop, answers.customer)
    if answers.new_customer:
        part = part_at(line, start, verb, setting)
        if part is not None and part.kind == "phone":
            return Who(start, name=clean(answers.new_name or line.span(start, part.end)), new=True)
        name = clean(answers.new_name or line.span(start, _guess(line, start, stop)))
        return Who(_guess(line, start, stop), name=name, new=True)
    who = _unknown(line, start, stop, verb, setting) if match is None else _matched(line, start, match, verb, setting)
    if who.doubt is not None and len(who.name or "") > LONGEST_SHOWN:
        return Who(who.end, doubt=doubting.long_name(verb, setting.currency))
    return who


def _answered(who: Who, answers: Answers) -> Who:
    """An answer given by a button where the line names nobody."""
    if answers.customer is not None:
        return Who(0, answers.customer, answers.customer.name)
    if answers.new_customer and answers.new_name:
        return Who(0, name=clean(answers.new_name), new=True)
    return who


def _chosen(line: Line, start: int, stop: int, customer: KnownCustomer) -> Who:
    """The tapped customer takes the words that name them; words up to the first part go to the note."""
    for end in range(stop, start, -1):
        name = line.span(start, end)
        if is_named(name, customer.name) or is_given(name, customer.name):
            return Who(stop, customer, customer.name, skipped=line.span(end, stop))
    return Who(_guess(line, start, stop), customer, customer.name)


def _guess(line: Line, start: int, stop: int) -> int:
    """Where an unknown name ends: at the first part, but a long text gives only its capitalised head."""
    if stop - start <= _LONGEST_GUESS:
        return stop
    end = start + 1
    while end < stop and line.capital(end):
        end += 1
    named = line.capital(start) or (end > start + 1 and fold(line.tokens[start].lower) in _SHORT_HONORIFICS)
    return end if named else stop


def _unknown(line: Line, start: int, stop: int, verb: str, setting: Setting) -> Who:
    part = part_at(line, start, verb, setting)
    if part is not None and part.kind == "phone":
        name = clean(line.span(start, part.end))
        return Who(start, name=name, doubt=doubting.unknown_customer(name, ()))
    if part is not None and _is_alone(line, start, part, verb, setting):
        return Who(start, doubt=doubting.no_customer(verb, setting.currency))
    end = _guess(line, start, stop)
    name = clean(line.span(start, end))
    return Who(end, name=name, doubt=doubting.unknown_customer(name, alike(line, start, end, setting.book)))


def _is_alone(line: Line, start: int, part: Part, verb: str, setting: Setting) -> bool:
    """Whether the line begins with a part where the name should be (`/sale 500k`) and has no other of its kind."""
    if part.kind not in ("amount", "duration", "when") or not line.tokens[start].lower[:1].isdigit():
        return False
    others = (part_at(line, at, verb, setting) for at in range(start + 1, len(line)))
    return all(other is None or other.kind != part.kind for other in others)


def _matched(line: Line, start: int, match: Match, verb: str, setting: Setting) -> Who:
    name = clean(line.span(start, match.end))
    going_on = _going_on(line, start, match, verb, setting)
    if match.given and not going_on and match.end == start + 1 and line.tokens[start].lower in _TITLES:
        return Who(
            match.end, name=name, doubt=doubting.unknown_customer(name, match.rows[:SHOWN])
        )  # anh is no name: whom?
    rows = tuple(sorted(match.rows, key=lambda row: row.owner_id != setting.book.me))[:SHOWN]
    if going_on:
        return _longer(line, start, going_on, rows, setting)
    if match.only is None:
        return Who(match.end, name=name, doubt=doubting.several_customers(name, rows))
    return Who(match.end, match.only, match.only.name)


def _going_on(line: Line, start: int, match: Match, verb: str, setting: Setting) -> int | None:
    """Where the words end that may belong to the name after the part of it that is known; None when it ends there."""
    if line.opens(match.end) or part_at(line, match.end, verb, setting) is not None:
        return None
    stop, is_part = first_part(line, match.end - 1, verb, setting)
    few = is_part and 1 <= stop - match.end <= 2
    return stop if few or _is_title(line, start, match.end) or goes_on(line, match.end) else None


def _is_title(line: Line, start: int, end: int) -> bool:
    """Whether the words are nothing but an honorific, as the *Anh* of *Anh Bảy*."""
    return fold(clean(line.span(start, end))) in _SHORT_HONORIFICS


def _longer(line: Line, start: int, stop: int, rows: tuple[KnownCustomer, ...], setting: Setting) -> Who:
    """A longer name than the one that is known: whoever has that one may be meant, or somebody new."""
    end = _guess(line, start, stop)
    name = clean(line.span(start, end))
    near = alike(line, start, stop, setting.book)
    if _is_title(line, start, start + 1) and is_name_like(line, start + 1):
        # nobody's given name is a title's: those who are called Anh are not meant by Anh Bảy
        title = full_key(line.span(start, start + 1))
        near = tuple(row for row in near if title not in (full_key(row.name), *given_keys(row.name)))
        return Who(end, name=name, doubt=doubting.unknown_customer(name, near))
    if len(rows) > 1:
        return Who(end, name=name, doubt=doubting.unknown_customer(name, rows))
    shown = (*rows, *(row for row in near if row not in rows))[:SHOWN]
    return Who(stop, name=name, doubt=doubting.longer_name(rows[0], name, shown))
