"""What a number in a sentence means: money, a share, days, a change; `wording` says each in its way."""

from dataclasses import dataclass
from datetime import date, datetime

from metrics.periods import Period


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units of a currency, said in full: ``12.500.000 ₫``."""

    minor: int | float
    currency: str


@dataclass(frozen=True, slots=True)
class ShortMoney:
    """An amount in minor units said short, for charts and captions: ``12,5 tr``, ``£1.2k``.

    With ``cents`` it has them under a thousand in any case, since amounts beside it do: ``$9.00`` under ``$10.77``.
    """

    minor: int | float
    currency: str
    cents: bool = False


@dataclass(frozen=True, slots=True)
class ShortAmount:
    """An amount in minor units said short without its currency, where that is plain: ``12,5 tr``, ``35.70``."""

    minor: int | float
    currency: str
    cents: bool = False


@dataclass(frozen=True, slots=True)
class ShortNumber:
    """A large count said short: ``12,5 nghìn``, ``1.2M``; with ``places`` it has so many decimals under a thousand."""

    value: float
    places: int | None = None


@dataclass(frozen=True, slots=True)
class Percent:
    """A fraction said as a percentage: 0.123 is ``12.3 %``; never rounded up to 100 or down to 0."""

    value: float


@dataclass(frozen=True, slots=True)
class Days:
    """A number of days; with so many decimals, or with as many as it takes."""

    value: float
    places: int | None = None


@dataclass(frozen=True, slots=True)
class Minutes:
    """A number of minutes, said in hours or days where it is large."""

    value: float


@dataclass(frozen=True, slots=True)
class Span:
    """An interval around a figure, its unit said once or, after the figure, not again: ``8.8–18``, ``77–87 %``."""

    low: "int | float | Money | ShortMoney | Days | Minutes | Percent"
    high: "int | float | Money | ShortMoney | Days | Minutes | Percent"


@dataclass(frozen=True, slots=True)
class Relative:
    """A relative change as a fraction, signed: 0.12 is ``+12 %``."""

    value: float


@dataclass(frozen=True, slots=True)
class Points:
    """A change between two ratios as a fraction, signed: 0.031 is ``+3.1 pp``; ``places`` as the ratios are written."""

    value: float
    places: int = 1


@dataclass(frozen=True, slots=True)
class Signed:
    """A change in its own unit, signed: ``+1.5 days``, ``−£20.00``."""

    value: "int | float | Money | ShortMoney | ShortNumber | Days | Minutes"


@dataclass(frozen=True, slots=True)
class DayMonth:
    """A date said without its year: ``22/11``, ``22 Nov``."""

    value: date


@dataclass(frozen=True, slots=True)
class Weekday:
    """The short name of a date's weekday: ``T2``, ``Mon``."""

    value: date


@dataclass(frozen=True, slots=True)
class MonthName:
    """The month of a date, short, for the axis of a chart: ``10/2026``, ``Oct 2026``."""

    value: date


@dataclass(frozen=True, slots=True)
class Beside:
    """A period named next to a date of the year that goes without saying: ``1–23 Oct``, ``September``."""

    period: Period
    on: date


@dataclass(frozen=True, slots=True)
class Zoned:
    """An aware date and time said with the place whose clock it shows."""

    value: datetime
