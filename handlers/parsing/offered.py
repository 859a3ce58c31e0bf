"""What is said of a part of a question that is not understood, and what may be asked in its place."""

from __future__ import annotations

from handlers.parsing.asked import KINDS, Asking, Question, Refusal, nearest
from handlers.parsing.periods import NAMES, near_periods
from metrics.wording import phrase

_VIETNAMESE = ("nhân viên", "sản phẩm", "kênh", "chiến dịch", "ngày", "tuần", "tháng")


def no_comparison(words: str, typed: str, asking: Asking) -> Refusal:
    """After *vs* what is no period, with the nearest."""
    near = nearest(words, (*NAMES["en"], *NAMES["vi"])) if asking.known.compares else ()
    shown = tuple(f"{_vs(asking)} {name}" for name in near) or comparisons(asking)
    said = phrase("I don't know what to compare with: “{typed}”. For example: {example}", typed=words, example=shown[0])
    return Refusal(said, shown, typed)


def comparisons(asking: Asking) -> tuple[str, ...]:
    """What may be compared with; periods alone where nothing may."""
    if not asking.known.compares:
        return near_periods("", asking.locale)
    return ("so với tháng trước", "cùng kỳ") if asking.locale == "vi" else ("vs last month", "vs year")


def _vs(asking: Asking) -> str:
    return "so với" if asking.locale == "vi" else "vs"


def example(asking: Asking) -> str:
    """A question that compares two periods."""
    return "/revenue tháng này so với tháng trước" if asking.locale == "vi" else "/revenue this month vs last month"


def breakdowns(asking: Asking) -> tuple[str, ...]:
    """The breakdowns that may be offered, in the reader's words."""
    kinds = [(kind, word) for kind, word in zip(KINDS, _VIETNAMESE, strict=True) if kind in asking.known.breakdowns]
    return tuple(f"theo {word}" if asking.locale == "vi" else f"by {kind}" for kind, word in kinds)


def no_breakdown(typed: str, asking: Asking) -> Refusal:
    """After *by* what is no breakdown, with those that there are."""
    known = breakdowns(asking)
    if not known:
        said = phrase("I don't know the breakdown “{typed}”; this is known only as a whole.", typed=typed)
        return Refusal(said, near_periods(typed, asking.locale)[:2], typed)
    said = phrase("I don't know the breakdown “{typed}”. There is: {names}", typed=typed, names=", ".join(known))
    return Refusal(said, nearest(typed, known) or known[:3], typed)


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
