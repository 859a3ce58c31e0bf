"""What a metric is, what it is asked with, and what it answers: Metric, Scope, Figure, Answer.

A metric gathers *facts* that add up (a period's facts are the sum of its days'), and turns them into a `Figure` by a
pure ``compute(facts, team)``. Comparison, breakdown, verdicts, words and JSON are the same for all: `metrics.answers`.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

from metrics.periods import Period
from metrics.periods.workdays import USUAL_WEEK, WorkWeek
from metrics.wording import Days, Minutes, Money, Percent, Phrase, phrase, plural_phrase
from store import Session
from store.facts import By, Cut, Filters, Key

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

Unit = Literal["ratio", "number", "money", "days", "minutes", "count", "score"]
Breakdown = Literal["rep", "product", "channel", "campaign", "day", "week", "month"]
MadeOf = Literal["sums", "customers", "several", "model"]
ChangeKind = Literal["relative", "points", "absolute", "new", "none"]

TIMES: frozenset[Breakdown] = frozenset({"day", "week", "month"})
BREAKDOWNS: Mapping[Breakdown, Phrase] = {
    "rep": phrase("rep"),
    "product": phrase("product"),
    "channel": phrase("channel"),
    "campaign": phrase("campaign"),
    "day": phrase("day"),
    "week": phrase("week"),
    "month": phrase("month"),
}
NONE = "(none)"
FEW = 30


@dataclass(frozen=True, slots=True)
class Part:
    """One number of an answer; money in minor units; ``n`` is how many things it is made of."""

    value: int | float | None
    unit: Unit
    n: int


@dataclass(frozen=True, slots=True)
class TeamScope:
    """The team's rules that figures depend on."""

    id: int
    zone: ZoneInfo
    currency: str
    window_days: int = 90
    journey_gap_days: int = 90
    return_basis: str = "revenue"
    week: WorkWeek = USUAL_WEEK
    target_hours: float = 4
    discount: float = 0.10  # of money of a year later


@dataclass(frozen=True, slots=True)
class Scope:
    """A question: whose, which period, as known at ``now``, broken down by what, of which records, against what.

    ``me`` is the member who asks, for words only: a rep's own figures are asked with ``filters.rep``. ``of`` are the
    metrics that a report is asked about, where it is about some.
    """

    team: TeamScope
    period: Period
    now: datetime
    by: Breakdown | None = None
    filters: Filters = field(default_factory=Filters)
    versus: Period | None = None
    me: int | None = None
    of: "tuple[Metric, ...]" = ()

    def cut(self, period: Period) -> Cut:
        """The records of a period that are known at now."""
        end = max(period.start, min(period.end, self.now))
        return Cut(self.team.id, self.team.zone, period.start, end, self.now, self.filters)


@dataclass(frozen=True, slots=True)
class Excluded:
    """Something that the figure leaves out, and how much of it; only a ``loud`` one is said in the caption."""

    what: Phrase
    count: int
    loud: bool = True


@dataclass(frozen=True, slots=True)
class Figure:
    """What ``compute`` makes of facts: the value (None when undefined, with the reason) and its parts.

    A part of many rows is a function that makes them. ``numbers`` is the formula with this figure's numbers, ``told``
    up to two short lines for the caption and ``told_by`` those that stand in their place under a view, ``drawn`` what a
    picture other than a trend is made of, ``counted`` what n counts ("34 sales"), ``interval_by`` how the interval was
    found where it is no median's. ``said`` is a report's whole caption, in place of figure and change; ``explained``
    are further lines of its *How?*.
    """

    value: int | float | None
    n: int
    numerator: int | float | None = None
    denominator: int | float | None = None
    parts: Mapping[str, object] = field(default_factory=dict)
    reason: Phrase | None = None
    numbers: Phrase | None = None
    told: tuple[Phrase, ...] = ()
    told_by: Mapping[Breakdown, tuple[Phrase, ...]] = field(default_factory=dict)
    said: tuple[Phrase, ...] = ()
    explained: tuple[Phrase, ...] = ()
    counted: Phrase | None = None
    interval: tuple[float, float] | None = None
    interval_by: Phrase | None = None
    drawn: object = None
    excluded: tuple[Excluded, ...] = ()
    warnings: tuple[Phrase, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a breakdown; ``key`` is a name, an ISO date or ``(none)``; ``reason`` is why it has no value."""

    key: str
    value: int | float | None
    n: int
    id: int | None = None
    numerator: int | float | None = None
    denominator: int | float | None = None
    parts: Mapping[str, object] = field(default_factory=dict)
    period: Period | None = None
    reason: Phrase | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """How the figure moved; ``value`` as a fraction (relative, points) or in its unit; ``clear`` None: no verdict."""

    kind: ChangeKind
    value: int | float | None
    clear: bool | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything that chat, digest, command line and file show: they only write it down.

    The trends are worked out when drawn. ``previous_from`` is the day of the first record, if in the previous period.
    """

    metric: "Metric"
    scope: Scope
    figure: Figure
    previous_period: Period
    previous: Figure
    change: Change
    breakdown: tuple[Row, ...] = ()
    trend: Callable[[], tuple[Row, ...]] = tuple
    trend_before: Callable[[], tuple[Row, ...]] = tuple
    filter_names: tuple[str, ...] = ()
    target: float | None = None
    previous_from: date | None = None

    @property
    def value(self) -> int | float | None:
        """The figure's value: a fraction for ratios, minor units for money."""
        return self.figure.value

    @property
    def warnings(self) -> tuple[Phrase, ...]:
        """What the reader must know before trusting the figure."""
        return self.figure.warnings

    @property
    def reason(self) -> Phrase | None:
        """Why the value is undefined."""
        return self.figure.reason


@dataclass(frozen=True, slots=True)
class Rows:
    """The records behind a figure: column titles and, for each record, its values in their order.

    Values are text, numbers, dates, aware times in the team's zone, `Money`, or None.
    """

    columns: tuple[Phrase, ...]
    records: list[tuple[object, ...]]


Facts = Any
"""A frozen dataclass of the metric that adds up with ``+``; each module names its own."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric, declared: names, words, unit, what it can be broken down and filtered by, and its functions.

    ``gather`` reads facts under each key of a breakdown (``day`` when only the total is wanted), ``empty`` is the
    facts of nothing, ``compute`` the formula, ``complete`` adds to a total what does not add up (distinct customers),
    ``rows`` gives the records behind it. ``daily`` gives the additive number of a day's facts where a verdict on the
    change is drawn from days, ``medians`` the values of a day where the figure is a median, ``means`` the sum and the
    count of a day where it is a mean. ``views`` are breakdowns that change the picture instead of giving rows.
    ``over`` and ``under`` are the units of numerator and denominator. A report composes its whole answer by ``asked``,
    and its records by ``listed`` where they are not its metric's; ``of`` is the metric that it is about unless others
    are named, ``most`` of them at a time. ``work`` is what an answer is made of where `made_of` could not tell.
    ``estimated`` money is said short: its last digits mean nothing. ``uncompared`` says why it is asked against no
    other period; ``requires`` raises `Refused` where it has no answer. ``benchmark`` is what guides on CRM quote: said
    as theirs, never judged by.
    """

    key: str
    alias: str
    label: Phrase
    words: tuple[Phrase, ...]
    about: Phrase
    formula: Phrase
    unit: Unit
    better: Literal["up", "down"]
    breakdowns: frozenset[Breakdown]
    filters: frozenset[str]
    gather: Callable[[Session, Cut, By, TeamScope], Awaitable[Mapping[Key, Facts]]]
    empty: Facts
    compute: Callable[[Facts, TeamScope], Figure]
    rows: Callable[[Session, Cut, TeamScope], Awaitable[Rows]]
    complete: Callable[[Session, Cut, Facts, TeamScope], Awaitable[Facts]] | None = None
    daily: Callable[[Facts], float] | None = None
    medians: "Callable[[Facts], ArrayLike] | None" = None
    means: Callable[[Facts], tuple[float, float]] | None = None
    views: frozenset[Breakdown] = frozenset()
    chart: Literal["trend", "histogram", "waterfall"] = "trend"
    bounded: bool = False
    additive: bool = False
    over: Unit = "count"
    under: Unit = "count"
    asked: "Callable[[Session, Scope], Awaitable[Answer]] | None" = None
    listed: "Callable[[Session, Scope], Awaitable[Rows]] | None" = None
    of: "Metric | None" = None
    most: int = 1
    work: MadeOf | None = None
    estimated: bool = False
    uncompared: Phrase | None = None
    requires: "Callable[[Session, Scope], Awaitable[object]] | None" = None
    benchmark: Phrase | None = None

    @property
    def is_judged_by_days(self) -> bool:
        """Whether the verdict on a change is drawn from days."""
        return not (self.daily is None and self.medians is None and self.means is None)

    @property
    def made_of(self) -> MadeOf:
        """What an answer is made of: as declared, else sums where days add up, else sets of customers."""
        return self.work or ("sums" if self.additive else "customers")


def total(facts: Iterable[Facts], empty: Facts) -> Facts:
    """Add facts up; ``empty`` where there are none."""
    rest = iter(facts)
    return reduce(add, rest, next(rest, empty))


def share(numerator: float, denominator: float) -> float | None:
    """Divide; None for nothing to divide by, and never −0."""
    return numerator / denominator + 0.0 if denominator else None


def quantity(value: float | None, unit: Unit, currency: str) -> object:
    """Give a value as the quantity that `Say` writes: money, percent, days, minutes or a plain number."""
    if value is None:
        return "—"
    if unit == "money":
        return Money(round(value), currency)
    written: Mapping[str, Callable[[float], object]] = {"ratio": Percent, "days": Days, "minutes": Minutes}
    return written[unit](value) if unit in written else value


NO_RATE_YET = phrase("no sale has an exchange rate: give one with /fx usd 26000")
"""Why nothing is known of sales that are all in currencies without a rate."""


def left_out(what: Phrase, count: int, *, loud: bool = True) -> tuple[Excluded, ...]:
    """Name what a figure leaves out; nothing where there is none of it."""
    return (Excluded(what, count, loud),) if count else ()


def no_rate(count: int) -> tuple[Excluded, ...]:
    """Name the records left out of sums because no exchange rate is known."""
    what = plural_phrase("record without an exchange rate", "records without an exchange rate", n=count)
    return left_out(what, count)
