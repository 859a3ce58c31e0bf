"""What part of a team's records a figure is made of: a span of local days, what is known at now, and filters."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, text

By = Literal["day", "rep", "product", "channel", "campaign"]
Key = date | int | str | None
"""What a group is kept under: a local day, a member's or product's id, a channel's or campaign's name, or none."""

_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Filters:
    """Only these records: a member's, a product's, a channel's, a campaign's ("" is the ``(none)`` one)."""

    rep: int | None = None
    product: int | None = None
    channel: str | None = None
    campaign: str | None = None

    @property
    def named(self) -> frozenset[str]:
        """The names of the filters that are set."""
        return frozenset(name for name in self.__slots__ if getattr(self, name) is not None)


@dataclass(frozen=True, slots=True)
class Cut:
    """A team's records in ``[start, end)`` as known at ``now``; both ends are the team's midnights, or now."""

    team_id: int
    zone: ZoneInfo
    start: datetime
    end: datetime
    now: datetime
    filters: Filters = field(default_factory=Filters)

    @property
    def first_day(self) -> date:
        """The first local day."""
        return self.start.astimezone(self.zone).date()

    @property
    def last_day(self) -> date:
        """The local day of the last instant; before `first_day` when the cut is empty."""
        return (self.end - _INSTANT).astimezone(self.zone).date()

    @property
    def is_whole_months(self) -> bool:
        """Whether it begins with a month and ends with one, to the instant."""
        after = self.last_day + timedelta(days=1)
        midnight = datetime.combine(after, datetime.min.time(), self.zone)
        return self.first_day.day == after.day == 1 and self.end == midnight

    def without_filters(self) -> "Cut":
        """The same span of the whole team."""
        return replace(self, filters=Filters())


def counted(name: str) -> ColumnElement[bool]:
    """Keep counted rows, written as the partial indexes are (``counted = 1`` would not use them)."""
    return text(f"{name}.counted")  # type: ignore[return-value]


def within(table: Any, cut: Cut) -> ColumnElement[bool]:
    """Keep the counted rows that happened in the cut."""
    return and_(
        table.c.team_id == cut.team_id,
        counted(table.name),
        table.c.day.between(cut.first_day, cut.last_day),
        table.c.at < cut.end,
    )


def named(column: ColumnElement[Any], wanted: str) -> ColumnElement[bool]:
    """Keep one channel or campaign; "" is none at all."""
    return column.is_(None) if wanted == "" else column == wanted


def month_of(day: date) -> int:
    """Number a month: year × 12 + month − 1."""
    return day.year * 12 + day.month - 1
