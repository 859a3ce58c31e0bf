"""What is said of a part of a question that is not understood, and what may be asked in its place."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from handlers.parsing.periods.refused import NAMES, near_periods
from handlers.parsing.questions.parts import KINDS, Asking, Question, nearest
from handlers.parsing.refusal import Refusal
from handlers.parsing.text import normalise
from metrics.wording import Phrase, phrase, plural_phrase

_ENGLISH = frozenset(("this", "last", "next", "today", "yesterday", "week", "month", "quarter", "year", "days"))
_VIETNAMESE = ("nhân viên", "sản phẩm", "kênh", "chiến dịch", "ngày", "tuần", "tháng")


def no_comparison(words: str, typed: str, asking: Asking) -> Refusal:
    """After *vs* what is no period, with the nearest."""
    if not words:
        shown = comparisons(asking)
        return Refusal(phrase("Compared with what? For example: {example}", example=shown[0]), shown, typed)
    near = nearest(words, (*NAMES["en"], *NAMES["vi"])) if asking.known.compares else ()
    shown = tuple(f"{_vs(asking)} {name}" for name in near) or comparisons(asking)
    said = phrase("I don't know what to compare with: “{typed}”. For example: {example}", typed=words, example=shown[0])
    return Refusal(said, shown, typed)


def comparisons(asking: Asking) -> tuple[str, ...]:
    """What may be compared with; periods alone where nothing may."""
    if not asking.known.compares:
        return near_periods("", asking.locale)
    return ("so với tháng trước", "cùng kỳ") if asking.locale == "vi" else ("vs last month", "vs year")


def _vs(asking: Asking, *typed: str) -> str:
    """The word between two periods: in the reader's language, or in that of the periods as they are typed."""
    english = any(word in _ENGLISH for one in typed for word in one.casefold().split())
    return "so với" if asking.locale == "vi" and not english else "vs"


def breakdowns(asking: Asking) -> tuple[str, ...]:
    """The breakdowns that may be offered, in the reader's words."""
    every = zip(KINDS, _every_by(asking), strict=True)
    return tuple(words for kind, words in every if kind in asking.known.breakdowns)


def _every_by(asking: Asking) -> tuple[str, ...]:
    return (
        tuple(f"theo {word}" for word in _VIETNAMESE)
        if asking.locale == "vi"
        else tuple(f"by {kind}" for kind in KINDS)
    )


def no_breakdown(typed: str, asking: Asking) -> Refusal:
    """After *by* what is no breakdown, with those that there are."""
    known = breakdowns(asking)
    if not known:
        said = phrase("I don't know the breakdown “{typed}”; this is known only as a whole.", typed=typed)
        return Refusal(said, near_periods(typed, asking.locale)[:2], typed)
    said = phrase("I don't know the breakdown “{typed}”. There is: {names}", typed=typed, names=", ".join(known))
    return Refusal(said, nearest(typed, known) or known[:3], typed)


def all_but_one(kind: str, typed: str, question: Question, asking: Asking) -> Refusal:
    """What leaves one channel or person out: the breakdown shows each of them."""
    said = phrase("I cannot leave one {kind} out: “{typed}”.", kind=phrase(kind), typed=typed)
    split = [words for one, words in zip(KINDS, _every_by(asking), strict=True) if one == kind]
    carried = kind in asking.known.breakdowns and question.by is None
    return Refusal(said, tuple(split) if carried else ("",), typed)


def commonest(question: Question, asking: Asking) -> tuple[str, ...]:
    """What may be meant by words that are like nothing: other figures of a report, else periods and a breakdown."""
    figures = [name for name in asking.known.figures if asking.names.get(name, name) not in question.metrics]
    if asking.names and figures:
        return tuple(figures[:3])
    spans_of_time = () if question.period else near_periods("", asking.locale)[:2]
    return (*spans_of_time, *(() if question.by else breakdowns(asking)[:1]))


def like(typed: str, shown: tuple[str, ...]) -> Refusal:
    """What is not understood, with what it is like."""
    said = phrase("I don't understand “{typed}”. Perhaps: {names}", typed=typed, names=", ".join(shown))
    return Refusal(said, shown, typed)


def without(typed: str) -> Refusal:
    """What is not understood and can only be left out."""
    return Refusal(phrase("I don't understand “{typed}”; without it I can answer.", typed=typed), ("",), typed)


def too_long(asking: Asking) -> Refusal:
    """A text that is no question any more."""
    shown = near_periods("", asking.locale)
    return Refusal(phrase("That is too long for a question. For example: {example}", example=shown[0]), shown)


_ONCE = ("period", "by", "versus", "rep", "product", "channel", "campaign")
"""The parts of which a question has one."""
_MOST = 4


def twice(question: Question, asking: Asking) -> Refusal | None:
    """The first part that is said in two ways, each of which may be asked; of two periods their comparison too."""
    split = question.by in asking.known.breakdowns  # by what is not carried its figure refuses, with what is
    parts = (part for part in _ONCE if part != "by" or split)
    said = next((part for part in parts if len(question.typed(part)) > 1), None)
    if said is None:
        return None
    every = dict.fromkeys(question.typed(said), "")
    ways = {words: {other: "" for other in every if other != words} for words in tuple(every)[:_MOST]}
    if said == "period" and asking.known.compares and question.versus is None:
        first, second, *_ = every
        both = f"{first} {_vs(asking, first, second)} {second}"
        ways = {both: {other: "" for other in every if other != first} | {first: both}} | ways
        message = phrase("One period at a time; to compare two, write: {example}", example=both)
        return Refusal(message, tuple(ways), swaps=tuple(ways.values()))
    return Refusal(_one_at_a_time(said, question), tuple(ways), swaps=tuple(ways.values()))


def _one_at_a_time(part: str, question: Question) -> Phrase:
    first, second, *_ = question.typed(part)
    if part == "period":
        return phrase("One period at a time, please. For example: {example}", example=first)
    if part == "by":
        return phrase("One breakdown at a time. For example: {example}", example=first)
    if part == "versus":
        return phrase("One comparison at a time, please. For example: {example}", example=first)
    return phrase("One {kind} at a time, please: “{typed}” is the second.", kind=phrase(part), typed=second)


def surplus(question: Question, about: Sequence[str], most: int) -> Refusal:
    """Of more figures than a report is asked about each, or as many as it takes."""
    typed = dict(zip(question.metrics, question.typed("metrics"), strict=True))
    every = {typed[key]: "" for key in about}
    groups = [(words,) for words in every][:_MOST] if most == 1 else [tuple(every)[:most]]
    swaps = tuple({other: "" for other in every if other not in group} for group in groups)
    said = plural_phrase("One figure at a time, please.", "At most {n} figures, please.", n=most)
    return Refusal(said, tuple(" ".join(group) for group in groups), swaps=swaps)


def left_out(refusal: Refusal, text: str) -> str:
    """The text without what was refused."""
    return _swapped(" ".join(normalise(text).split()), {refusal.typed: ""})


def lines(refusal: Refusal, text: str) -> tuple[tuple[str, str], ...]:
    """For each suggestion the questions that ask it: the text with it in place, and it alone."""
    rest = " ".join(normalise(text).split())
    swaps = refusal.swaps or tuple({refusal.typed: words} for words in refusal.suggestions)
    return tuple((_swapped(rest, swap), words) for words, swap in zip(refusal.suggestions, swaps, strict=True))


def _swapped(text: str, swap: Mapping[str, str]) -> str:
    """The text with whole stretches of it replaced; as it is where one is not in it."""
    for typed, words in swap.items():
        stretch = re.compile(rf"(?<!\w){re.escape(' '.join(typed.split()))}(?!\w)")
        text = stretch.sub(lambda _, words=words: words, text, count=0 if not words else 1) if typed else text
    return " ".join(text.split())
