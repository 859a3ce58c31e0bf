"""The parts of a question, and what it may name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from handlers.parsing.reading import CHANNELS, Colleague
from metrics.periods import Period
from store.names import fold

By = Literal["rep", "product", "channel", "campaign", "day", "week", "month"]
KINDS: Mapping[str, tuple[str, ...]] = {
    "rep": ("rep", "reps", "nhân viên", "nv", "sale", "sales", "person", "member"),
    "product": ("product", "products", "sản phẩm", "sp", "mặt hàng", "hàng"),
    "channel": ("channel", "channels", "kênh", "source", "sources", "nguồn", "nguồn khách"),
    "campaign": ("campaign", "campaigns", "chiến dịch"),
    "day": ("day", "days", "ngày"),
    "week": ("week", "weeks", "tuần"),
    "month": ("month", "months", "tháng"),
}
"""What a question may be broken down by, and the words for it."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a question may name: products, channels with their aliases, campaigns (None: any), and colleagues.

    `me` is the member who asks, whom `rep:me` names; `breakdowns` are those that may be offered,
    `figures` the names of the commonest metrics, offered for what is like none, and `compares` says whether
    another period to compare with may be. After a name of the `loose` ones alone words of the `talk` are passed over.
    Of a `sentence` the first word has its capital for that alone.
    """

    products: tuple[str, ...] = ()
    channels: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: CHANNELS)
    campaigns: tuple[str, ...] | None = None
    colleagues: tuple[Colleague, ...] = ()
    me: int | None = None
    breakdowns: frozenset[str] = frozenset(KINDS)
    figures: tuple[str, ...] = ()
    compares: bool = True
    loose: frozenset[str] = frozenset()
    talk: frozenset[str] = frozenset()
    sentence: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """A question as understood; parts that were not said are None.

    `metrics` are the keys of the metrics named, `versus` is a period, or `year` for the same dates a year earlier.
    `said` is all that was understood, each part by its name and as typed, without what was passed over: a part that was
    said again stands there, its first value counts.
    """

    metrics: tuple[str, ...] = ()
    period: Period | None = None
    by: By | None = None
    rep: Colleague | None = None
    product: str | None = None
    channel: str | None = None
    campaign: str | None = None
    versus: Period | Literal["year"] | None = None
    said: tuple[tuple[str, str], ...] = field(default=(), compare=False)

    @property
    def metric(self) -> str | None:
        """The one metric named; None when it is none, or several."""
        return self.metrics[0] if len(self.metrics) == 1 else None

    @property
    def words(self) -> tuple[str, ...]:
        """What was understood besides the metrics."""
        return tuple(words for part, words in self.said if part != "metrics")

    def typed(self, part: str) -> tuple[str, ...]:
        """Every stretch of the line that says this part."""
        return tuple(words for name, words in self.said if name == part)

    def with_parts(self, parts: Mapping[str, object], typed: str) -> Question:
        """The question with what was said by `typed`; what it already has stays, and saying it again the same is
        saying it once.
        """
        question = self
        for part, value in parts.items():
            before = getattr(question, part)
            if value == before or (part == "metrics" and value in question.metrics):
                continue
            new = (*question.metrics, value) if part == "metrics" else value if before is None else before
            question = replace(question, **{part: new, "said": (*question.said, (part, typed))})  # type: ignore[arg-type]
        return question


@dataclass(frozen=True, slots=True)
class Asking:
    """What a question is read against."""

    names: Mapping[str, str]
    known: Known
    zone: ZoneInfo
    now: datetime
    locale: str


def kind_of(word: str) -> str:
    """The kind that a word names, in either language."""
    folded = fold(word)
    return next(kind for kind, words in KINDS.items() if folded in map(fold, words))


def alike(typed: str, name: str) -> float:
    """How like two texts are, 0 to 100."""
    from rapidfuzz import fuzz

    return float(fuzz.ratio(fold(typed), fold(name)))


def nearest(typed: str, names: Iterable[str]) -> tuple[str, ...]:
    """Up to three of the names that are nearest to what was typed."""
    from rapidfuzz import fuzz, process

    rows = list(dict.fromkeys(names))
    close = process.extract(
        fold(typed)[:60], [fold(name) for name in rows], scorer=fuzz.ratio, limit=3, score_cutoff=60
    )
    return tuple(rows[index] for _, _, index in close)


def nearest_metrics(heads: Iterable[str], names: Mapping[str, str]) -> tuple[str, ...]:
    """Up to three names that any of the typed words are like, the likest first; each metric by one name."""
    from rapidfuzz import fuzz, process

    known = {fold(name): name for name in names}
    close = [
        (score, known[folded])
        for head in heads
        for folded, score, _ in process.extract(
            fold(head)[:60], list(known), scorer=fuzz.ratio, limit=3, score_cutoff=60
        )
    ]
    best = max((score for score, _ in close), default=0.0)
    found: dict[str, str] = {}
    for score, name in sorted(close, key=lambda one: -one[0]):
        if score > best - 15:  # what is so much less alike than the best is not meant
            found.setdefault(names[name], name)
    return tuple(found.values())[:3]
