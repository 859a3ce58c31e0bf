"""What a line is read against, what buttons have answered, and what comes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from metrics.wording import Phrase

HO_CHI_MINH = ZoneInfo("Asia/Ho_Chi_Minh")
Status = Literal["read", "ask", "refuse"]
CALLS_AND_CONTACTS = ("call", "meet", "msg", "visit", "mail", "event")
VERBS = (
    *CALLS_AND_CONTACTS,
    *("sale", "cost", "lead", "deal", "won", "lost", "stage", "refund", "remind"),
    *("ticket", "answered", "resolved", "rating", "optout", "find"),
)
"""What a line may be; `find` is a look-up of a customer."""

CHANNELS: Mapping[str, tuple[str, ...]] = {
    "facebook": ("fb",),
    "zalo": (),
    "tiktok": (),
    "shopee": (),
    "web": (),
    "referral": (),
    "store": (),
    "phone": (),
}
STAGES = ("new", "contacted", "quoted", "negotiating")
LOST_REASONS = ("price", "competitor", "no need", "no reply", "timing", "other")
COST_KINDS = ("marketing", "sales", "salary", "tools", "other")


@dataclass(frozen=True, slots=True)
class KnownCustomer:
    """A customer as the look-up found it; the phone is E.164, the owner a member."""

    id: int
    name: str
    phone: str | None = None
    owner_id: int | None = None
    owner_name: str | None = None


@dataclass(frozen=True, slots=True)
class Colleague:
    """A member of the team who may be named by `@`."""

    id: int
    name: str
    username: str | None = None


@dataclass(frozen=True, slots=True)
class Book:
    """The customers whose keys or phones a line could mean, and who is writing it (`me`).

    Of a crowd not all are in it: `cut` is `given` when more of `me` have one of the given names, `full` when more
    have one of the whole names. What such a crowd leaves is never taken for the only one.
    """

    customers: tuple[KnownCustomer, ...] = ()
    me: int | None = None
    cut: str = ""


@dataclass(frozen=True, slots=True)
class Setting:
    """The team, the moment and the customers that a line is read against.

    `now` is the aware instant at which the message was sent (for an edit: first sent). `bare_factor` is the team's
    remembered answer to what a small bare number means (1000: thousands). `smallest_sale_minor`, `median_minor` and
    `sales_count` describe the team's sales so far, `recent` the (customer, minor units) logged in the last 10 minutes.
    `called` has the present names of customers who are in the book under that of somebody merged into them.
    `sold_as` has the present name of each product's name, another one where it was merged.
    `replying` says that the record or customer is given by the message replied to.
    """

    now: datetime
    zone: ZoneInfo = HO_CHI_MINH
    currency: str = "VND"
    locale: str = "vi"
    country: str = "VN"
    book: Book = Book()
    channels: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: CHANNELS)
    stages: tuple[str, ...] = STAGES
    lost_reasons: tuple[str, ...] = LOST_REASONS
    cost_kinds: tuple[str, ...] = COST_KINDS
    products: tuple[str, ...] = ()
    colleagues: tuple[Colleague, ...] = ()
    median_minor: int | None = None
    sales_count: int = 0
    large_factor: int = 10
    smallest_sale_minor: int | None = None
    bare_factor: int | None = None
    recent: frozenset[tuple[int, int]] = frozenset()
    replying: bool = False
    called: Mapping[int, str] = field(default_factory=dict)
    sold_as: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answers:
    """What buttons or typing have settled about a line; a line is read again with them.

    `confirmed` names the doubts that were accepted as they stand (`duplicate`, `large`). `apart` says that the customer
    (or the new one's name) was chosen outside the line, which holds nothing but other parts.
    """

    customer: KnownCustomer | None = None
    new_customer: bool = False
    new_name: str | None = None
    amount_minor: int | None = None
    at: datetime | None = None
    colleague_id: int | None = None
    channel: str | None = None
    stage: str | None = None
    reason: str | None = None
    cost_kind: str | None = None
    number: int | None = None
    score: int | None = None
    confirmed: frozenset[str] = frozenset()
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Doubt:
    """A part that must be asked: which, in what words, and the values its buttons stand for.

    Choices are minor units for `amount`, aware instants for `when`, `KnownCustomer` for `customer`, `Colleague` for
    `colleague`, words otherwise. `why` tells the cases of one part apart (`bare`, `large`, `duplicate`, `future` …).
    """

    part: str
    message: Phrase
    choices: tuple[object, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Birthday:
    """A day of a month, with the year where it was given."""

    day: int
    month: int
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """One line as understood.

    `status` is `read` (may be recorded), `ask` (the first of `doubts` must be settled) or `refuse` (`message` says
    what would work). Amounts are minor units of `currency`, `at` is UTC, `date_only` says that only a date was given.
    `customer` is a known one, `customer_name` the text that names the customer, `new` that it is to be made.
    `number` is a record's number as people see it (`#128`), `ticket_id` the ticket that a rating replies to.
    """

    verb: str
    status: Status = "read"
    doubts: tuple[Doubt, ...] = ()
    refusal: Phrase | None = None
    customer: KnownCustomer | None = None
    customer_name: str | None = None
    new: bool = False
    candidates: tuple[KnownCustomer, ...] = ()
    phone: str | None = None
    amount_minor: int | None = None
    currency: str | None = None
    duration_s: int | None = None
    direction: str | None = None
    outcome: str | None = None
    answered: bool | None = None
    at: datetime | None = None
    date_only: bool = False
    product: str | None = None
    quantity: int | None = None
    channel: str | None = None
    campaign: str | None = None
    colleague: Colleague | None = None
    tag: str | None = None
    stage: str | None = None
    expected_day: date | None = None
    reason: str | None = None
    cost_kind: str | None = None
    from_day: date | None = None
    to_day: date | None = None
    number: int | None = None
    score: int | None = None
    ticket_id: int | None = None
    referred_by: str | None = None
    referrer: KnownCustomer | None = None
    birthday: Birthday | None = None
    note: str | None = None

    @property
    def ask(self) -> str | None:
        """The part that is asked first, when something is."""
        return self.doubts[0].part if self.status == "ask" else None

    @property
    def choices(self) -> tuple[object, ...]:
        """The values of the buttons for what is asked."""
        return self.doubts[0].choices if self.status == "ask" else ()

    @property
    def why(self) -> str:
        """Which doubt of the asked part it is (`bare`, `large`, `duplicate`, `future` …)."""
        return self.doubts[0].why if self.status == "ask" else ""

    @property
    def message(self) -> Phrase | None:
        """The question, or the refusal, in words; None when the line was read."""
        return self.doubts[0].message if self.status == "ask" else self.refusal
