"""What is written to the store: one frozen value for each kind of record, and what a write answers."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from store.people.team import TeamRow


@dataclass(frozen=True, slots=True)
class Clock:
    """What a write must know of its team."""

    team_id: int
    zone: ZoneInfo
    currency: str
    journey_gap_days: int

    @classmethod
    def of(cls, team: TeamRow) -> "Clock":
        """Return the clock of a team's row."""
        return cls(team.id, ZoneInfo(team.zone), team.currency, team.journey_gap_days)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a record came from: who entered it and when, from which line of which message, or which imported row.

    ``import_id`` is the import that was sent in chat.
    """

    member_id: int | None
    made_at: datetime
    inbox_id: int | None = None
    line: int | None = None
    chat_id: int | None = None
    message_id: int | None = None
    import_key: str | None = None
    import_id: int | None = None


@dataclass(frozen=True, slots=True)
class ContactEntry:
    """A call, message, e-mail, meeting, visit, event or social contact; ``duration_s`` in seconds."""

    customer_id: int
    member_id: int | None
    kind: str
    at: datetime
    direction: str = "out"
    outcome: str | None = None
    duration_s: int | None = None
    date_only: bool = False
    deal_id: int | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class LeadEntry:
    """The creation of a customer before any purchase."""

    customer_id: int
    member_id: int | None
    at: datetime
    date_only: bool = False
    channel: str | None = None
    campaign: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class SaleEntry:
    """One line, one product; ``amount_minor`` is the line's total in minor units of ``currency``."""

    customer_id: int
    member_id: int | None
    at: datetime
    amount_minor: int
    currency: str
    date_only: bool = False
    product_id: int | None = None
    quantity: int = 1
    channel: str | None = None
    campaign: str | None = None
    tag: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class RefundEntry:
    """Money given back, of a known sale or of none; ``amount_minor`` in minor units of ``currency``."""

    customer_id: int
    member_id: int | None
    sale_id: int | None
    at: datetime
    amount_minor: int
    currency: str
    date_only: bool = False
    note: str | None = None


@dataclass(frozen=True, slots=True)
class CostEntry:
    """Money spent over the days ``from_day`` to ``to_day``, both included."""

    member_id: int | None
    kind: str
    from_day: date
    to_day: date
    amount_minor: int
    currency: str
    channel: str | None = None
    campaign: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class DealEntry:
    """A chance to sell, open until it is won or lost."""

    customer_id: int
    member_id: int | None
    opened_at: datetime
    amount_minor: int | None
    currency: str
    opened_date_only: bool = False
    product_id: int | None = None
    stage: str | None = None
    expected_day: date | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class TicketEntry:
    """Something that a customer asked for at ``at``; ``note`` is what."""

    customer_id: int
    member_id: int | None
    at: datetime
    date_only: bool = False
    answered_at: datetime | None = None
    resolved_at: datetime | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class RatingEntry:
    """How content a customer was, from 1 to 5; ``ticket_id`` when it is about one ticket."""

    customer_id: int
    member_id: int | None
    at: datetime
    score: int
    date_only: bool = False
    ticket_id: int | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class OptoutEntry:
    """A customer asked not to be contacted any more."""

    customer_id: int
    member_id: int | None
    at: datetime
    date_only: bool = False
    note: str | None = None


@dataclass(frozen=True, slots=True)
class RateEntry:
    """What one of ``currency`` is worth in the team's, from ``day`` on until a later rate."""

    currency: str
    day: date
    rate: Decimal


@dataclass(frozen=True, slots=True)
class TargetEntry:
    """What a metric should reach in each period of ``unit`` from ``from_day`` on; None ends the target.

    Money is in minor units, ratios are fractions; without a member it is the team's.
    """

    metric: str
    member_id: int | None
    unit: str
    from_day: date
    value: float | None


@dataclass(frozen=True, slots=True)
class Logged:
    """A record that was written: its id, the number people see, and what else it did.

    ``won_deal`` is the number of the deal that a sale won; ``open_deals`` are the ids of the deals among which it could
    not choose. ``counted`` is false for what concerns an internal customer.
    """

    id: int
    number: int
    won_deal: int | None = None
    open_deals: tuple[int, ...] = ()
    counted: bool = True


@dataclass(frozen=True, slots=True)
class DealRow:
    """An open deal."""

    id: int
    number: int
    customer_id: int
    amount_minor: int | None
    currency: str
    stage: str | None
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class DayTotal:
    """What a member logged on a local day; ``amount_minor`` of sales in the team's currency."""

    calls: int
    contacts: int
    sales: int
    amount_minor: int
