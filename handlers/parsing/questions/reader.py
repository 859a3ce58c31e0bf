"""A question into its parts: metric, period, breakdown, filters, comparison; what is not understood is said."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from handlers.parsing.periods.reader import period_at
from handlers.parsing.periods.refused import NAMES, which
from handlers.parsing.questions.fillers import filler_at, together_at
from handlers.parsing.questions.filters import filtered_by, nearly_filtered
from handlers.parsing.questions.offered import (
    all_but_one,
    breakdowns,
    commonest,
    comparisons,
    like,
    no_breakdown,
    no_comparison,
    too_long,
    twice,
    without,
)
from handlers.parsing.questions.parts import KINDS, Asking, Known, Question, alike, kind_of, nearest
from handlers.parsing.questions.whose import LONGEST_NAME, OF, number_or_name, whose
from handlers.parsing.refusal import Refusal
from handlers.parsing.tags import read_tag
from handlers.parsing.text import Line, any_of, either, normalise, pattern, tokenise
from metrics.wording import phrase
from store.names import accents_agree, fold, given_names

_KIND = any_of(word for words in KINDS.values() for word in words)
_BY = pattern(f"(?:by|per|theo|từng|tung|mỗi|which) (?P<what>{_KIND})|(?P<which>{_KIND}) {either('nào')}")
_BY_OTHER = pattern(r"(?:by|theo)(?: \S+)?")
_VERSUS = pattern(
    r"(?:vs|versus|compared? (?:to|with)|so với|so voi|so|against|than|(?:lower|higher|less|more|better|worse) than"
    r"|hơn|(?:thấp|cao|ít|nhiều|kém|tốt) hơn)"
)
_EXCEPT = pattern(
    r"(?:không|khong|ko|chưa|chua)(?: (?:tính|tinh|kể|ke|gồm|gom|bao gồm|bao gom|có|co|phải|phai|từ|tu|qua))?"
    r"|(?:ngoại |ngoai |loại |loai )?(?:trừ|tru)(?: ra)?|ngoài|ngoai"
    r"|except(?: for)?|excluding|without|not(?: (?:from|on|through|counting))?|other than|minus"
)
_WITH = pattern("with|and|to|với|voi|và|va")
_COMPARE = "compare"
_SAME = pattern(
    r"(?:cùng kỳ|cung ky)(?: (?:năm trước|nam truoc|năm ngoái|nam ngoai))?"
    r"|(?:a |(?:the )?same (?:time|period|week|month|quarter) (?:of )?(?:last )?)?year"
)
_FILTER = re.compile(
    r"(?<!\S)(?P<kind>rep|nhân viên|nhan vien|nv|product|sản phẩm|san pham|sp|channel|kênh|kenh|campaign|chiến dịch"
    r"|chien dich)\s*[:=]\s*(?:\"(?P<q>[^\"]*)\"|'(?P<s>[^']*)'|(?P<w>\S*))",
    re.IGNORECASE,
)
_THROUGH = frozenset(("kenh", "channel", "nguon", "source", "qua", "tu", "from", "on", "via", "through"))
"""What stands before a channel."""
_LONGEST = 1000


def read_question(
    text: str,
    names: Mapping[str, str],
    zone: ZoneInfo,
    now: datetime,
    known: Known | None = None,
    locale: str = "en",
) -> Question | Refusal:
    """Read a question without its command's slash.

    `names` maps every name and alias of a metric to its key (empty where the command has named the metric already).
    Filler words are passed over; anything else that is not understood is refused by name, never ignored.
    """
    asking = Asking(names, known or Known(), zone, now, locale)
    rest, question = normalise(text), Question()
    if len(rest) > _LONGEST:
        return too_long(asking)
    for found in _FILTER.finditer(rest):
        value = found["q"] or found["s"] or (found["w"] or "").rstrip(",;.")
        filtered = filtered_by(kind_of(found["kind"]), value, asking)
        if isinstance(filtered, Refusal):
            return replace(filtered, typed=found[0])
        question = question.with_parts(filtered, found[0])
    return _read(tokenise(_FILTER.sub(" ", rest)), question, asking)


def _read(line: Line, question: Question, asking: Asking) -> Question | Refusal:
    at = 0
    while at < len(line):
        found = _part(line, at, question, asking)
        if found is None:
            return _unknown(line, at, question, asking)
        if isinstance(found, Refusal):
            return found
        question, at = question.with_parts(found[0], line.span(at, found[1])), found[1]
    return twice(question, asking) or question


_Step = tuple[Mapping[str, object], int] | Refusal | None


def _part(line: Line, at: int, question: Question, asking: Asking) -> _Step:
    """What the next words say of a question, and the token after them; None for what is not understood."""
    named = (_excepted, _source, _metric, _together, _versus, _by, number_or_name)
    for read in (*named, _period, _tag, _channel, whose, _filler):
        found = read(line, at, question, asking)
        if found is not None:
            return found
    return None


def _excepted(line: Line, at: int, question: Question, asking: Asking) -> _Step:
    """`không tính zalo`, `except zalo`: all but one is no filter, and is never read as that one."""
    said = line.match(_EXCEPT, at)
    if said is None or said[1] == len(line):
        return None
    for read in (_source, _tag, _channel, whose):
        found = read(line, said[1], question, asking)
        if found is not None and not isinstance(found, Refusal):
            return all_but_one(next(iter(found[0])), line.span(at, found[1]), question, asking)
    return None


def _metric(line: Line, at: int, question: Question, asking: Asking) -> _Step:
    """The longest name of a metric; several metrics are kept as candidates."""
    best: tuple[int, str] | None = None
    first = fold(line.tokens[at].lower.lstrip("/"))
    for name, key in asking.names.items():
        words = fold(name.replace("/", "")).split()
        if not words or words[0] != first or (best and len(words) <= best[0]):
            continue
        said = " ".join(token.lower.lstrip("/") for token in line.tokens[at : at + len(words)])
        if fold(said) == " ".join(words) and accents_agree(said, name.replace("/", "")):
            best = len(words), key
    if best is None or (len(asking.names) and _period_instead(line, at, best[0], asking)):
        return None
    return {"metrics": best[1]}, at + best[0]


def _period_instead(line: Line, at: int, taken: int, asking: Asking) -> bool:
    """Whether a longer period begins here."""
    found = period_at(line, at, asking.zone, asking.now, asking.locale)
    return found is not None and found[1] - at > taken


def _versus(line: Line, at: int, question: Question, asking: Asking) -> _Step:
    said = line.match(_VERSUS, at) or _beside(line, at, question, asking)
    start = said[1] if said else at
    same = line.match(_SAME, start)
    if same and (said or fold(same[0].group()).startswith("cung")):
        return {"versus": "year"}, same[1]
    if said is None:
        return None
    found = period_at(line, start, asking.zone, asking.now, asking.locale)
    alone = question.period is not None and not asking.known.compares  # neither another period nor one to compare with
    if found is None:
        words, typed = line.span(start, start + 3), line.span(at, start + 3)
        return without(typed) if alone else no_comparison(words, typed, asking)
    if isinstance(found[0], Refusal):
        days = tuple(f"{line.span(at, start)} {days}" for days in found[0].suggestions) if found[0].doubtful else ()
        shown = ("",) if alone else days or comparisons(asking)
        return replace(found[0], suggestions=shown, typed=line.span(at, found[1]))
    return {"versus": found[0]}, found[1]


def _beside(line: Line, at: int, question: Question, asking: Asking) -> tuple[re.Match[str], int] | None:
    """`compare this month with last month`: the word before the other period, where two are to be compared."""
    said = line.match(_WITH, at) if _COMPARE in question.metrics and question.period else None
    return said if said and period_at(line, said[1], asking.zone, asking.now, asking.locale) else None


def _by(line: Line, at: int, question: Question, asking: Asking) -> _Step:
    matched = line.match(_BY, at)
    if matched is not None:
        return {"by": kind_of(matched[0]["what"] or matched[0]["which"])}, matched[1]
    other = line.match(_BY_OTHER, at)
    return no_breakdown(line.span(at, other[1]), asking) if other else None


def _period(line: Line, at: int, question: Question, asking: Asking) -> _Step:
    start = at + 1 if line.tokens[at].lower in ("in", "for", "trong") and at + 1 < len(line) else at
    found = period_at(line, start, asking.zone, asking.now, asking.locale)
    if found is None:
        return None
    if line.tokens[at].lower == "to" and question.period and (joined := _from_to(line, at, found[1], question, asking)):
        return joined
    return found[0] if isinstance(found[0], Refusal) else ({"period": found[0]}, found[1])


def _from_to(line: Line, at: int, end: int, question: Question, asking: Asking) -> Refusal | None:
    """`October to November` may be all of both, or a comparison of the two."""
    first, last = question.typed("period")[-1], line.span(at + 1, end)
    typed = f"{first} to {last}"
    if line.span(at - len(first.split()), end) != typed:
        return None
    return which((f"from {typed}", *((f"{first} vs {last}",) if asking.known.compares else ())), typed)


def _tag(line: Line, at: int, question: Question, asking: Asking) -> _Step:
    """`@minh`, `#facebook`: a colleague, a channel or a campaign without its word."""
    raw = line.tokens[at].raw
    if raw.startswith("@"):
        filtered = filtered_by("rep", raw, asking)
        return replace(filtered, typed=raw) if isinstance(filtered, Refusal) else (filtered, at + 1)
    tag = read_tag(line, at, asking.known.channels)
    if tag is None:
        return None
    filtered = filtered_by(tag[0], tag[1], asking)
    if not isinstance(filtered, Refusal):
        return filtered, at + 1
    known = asking.known
    near = nearest(tag[1], [f"#{name}" for name in (*known.channels, *(known.campaigns or ()))])
    if near:
        said = phrase("I don't know the {kind} “{typed}”. Perhaps: {names}", kind=phrase(tag[0]), typed=tag[1],
                      names=", ".join(near))  # fmt: skip
        filtered = replace(filtered, message=said, suggestions=near)
    return replace(filtered, typed=raw)


def _source(line: Line, at: int, question: Question, asking: Asking) -> _Step:
    """`kênh facebook`, `on zalo`: a channel after its word."""
    if fold(line.tokens[at].lower) not in _THROUGH or at + 1 >= len(line):
        return None
    return _channel(line, at + 1, question, asking)


def _channel(line: Line, at: int, question: Question, asking: Asking) -> _Step:
    """`facebook`, `fb`: a channel of the team by its bare name."""
    word = line.tokens[at].lower
    for name, aliases in asking.known.channels.items():
        if any(fold(form) == fold(word) and accents_agree(word, form) for form in (name, *aliases)):
            return {"channel": name}, at + 1
    return None


def _together(line: Line, at: int, question: Question, asking: Asking) -> _Step:
    """`bao nhiêu`, `so far`: words that only together say nothing."""
    after = together_at(line, at)
    return None if after is None else ({}, after)


def _filler(line: Line, at: int, question: Question, asking: Asking) -> _Step:
    known, word = asking.known, line.tokens[at].raw
    talked = word in known.talk and bool(question.metrics) and known.loose.issuperset(question.metrics)
    own = known.me is not None and word.casefold() == "i"  # who sees the own figures alone
    after = at + 1 if talked or own else filler_at(line, at, sentence=known.sentence)
    return None if after is None else ({}, after)


def _unknown(line: Line, at: int, question: Question, asking: Asking) -> Refusal:
    """What is not understood, with the nearest metric names, and periods and breakdowns where none is said yet."""
    if at and line.tokens[at - 1].lower in OF:
        return _nobody(line, at, question, asking)
    if (mistyped := nearly_filtered(line.tokens[at].raw, asking)) is not None:
        return mistyped
    whole = _with_rest(line, at + 1, question, asking)
    spans_of_time = () if whole.period else (*NAMES["en"], *NAMES["vi"])
    known = (*asking.names, *spans_of_time, *(() if whole.by else breakdowns(asking)))
    ends = range(at + 1, min(at + 3, _readable(line, at + 1, question, asking)) + 1)
    spans = dict.fromkeys(line.span(at, end)[:60] for end in ends)
    near = [(typed, found) for typed in spans if (found := nearest(typed, known))]
    if near:
        typed, found = max(near, key=lambda one: alike(one[0], one[1][0]))
        # of a metric's several names one
        shown = tuple({asking.names.get(name, name): name for name in reversed(found)}.values())[::-1]
    else:
        typed, shown = line.span(at, _readable(line, at + 1, question, asking))[:60], commonest(whole, asking)
    return like(typed, shown) if shown else without(typed)


def _readable(line: Line, at: int, question: Question, asking: Asking) -> int:
    """Where from there on something is understood again."""
    steps = (_metric, _versus, _by, _period, _tag, _filler)
    while at < len(line) and not any(read(line, at, question, asking) for read in steps):
        at += 1
    return at


def _nobody(line: Line, at: int, question: Question, asking: Asking) -> Refusal:
    """After *of* what is no colleague's name, with the nearest; a product where it is like one."""
    after = min(_readable(line, at + 1, question, asking), at + LONGEST_NAME)
    name, known = line.span(at, after), asking.known
    people = (word for one in known.colleagues for word in (one.name, *given_names(one.name)))
    kind = "product" if nearest(name, known.products) and not nearest(name, people) else "rep"
    filtered = filtered_by(kind, name, asking)
    refusal = filtered if isinstance(filtered, Refusal) else like(name, (f'{kind}:"{name}"',))
    return replace(refusal, typed=line.span(at - 1, after))


def _with_rest(line: Line, at: int, question: Question, asking: Asking) -> Question:
    """The question with the comparison, breakdown and period that are said after what is not understood."""
    while at < len(line):
        steps = (read(line, at, question, asking) for read in (_versus, _by, _period))
        parts, at = next((step for step in steps if isinstance(step, tuple)), ({}, at + 1))
        question = question.with_parts(parts, "")
    return question
