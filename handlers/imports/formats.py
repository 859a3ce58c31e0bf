"""How a file writes numbers and dates: recognised from all its values, and asked for where two readings are left."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from zoneinfo import ZoneInfo

from handlers.imports.words import Refused
from handlers.parsing.amounts import CURRENCIES
from metrics.wording import phrase

ISO = "iso"
DAY_FIRST = "%d/%m/%Y"
MONTH_FIRST = "%m/%d/%Y"
POINT, COMMA = ".", ","
MARKS = re.compile(r"[\d.,\-+\s']")
NUMBER = re.compile(r"[^\d.,\-+]")
SLASHED = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})(?:[ T](.+))?")
ISO_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")
PART_DATE = re.compile(r"(?:--)?(\d{1,2})[/.\-](\d{1,2})(?:[/.\-](\d{4}))?")
CLOCKS = ("%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M:%S %p")


class Doubtful(Exception):
    """The file can be read two ways; the message names the option that decides.

    ``part`` is what is doubtful (``decimal``, ``dates``), ``example`` a value that can be read two ways.
    """

    def __init__(self, part: str, message: str, example: str) -> None:
        super().__init__(message)
        self.part = part
        self.example = example


@dataclass(frozen=True, slots=True)
class When:
    """An instant in UTC, and whether only the date was given."""

    at: datetime
    date_only: bool


def decimal_sign(values: Iterable[str], minor_digits: int) -> str:
    """Return the decimal sign of a column of amounts; raises `Doubtful` when ``1.234`` could be either.

    >>> decimal_sign(["1,250.50", "3"], 2)
    '.'
    """
    seen: dict[str, str] = {}
    for value in values:
        sign = _sign_of(NUMBER.sub("", value), minor_digits)
        if sign:
            seen.setdefault(sign, value)
    certain = set(seen) - {"?"}
    if len(certain) == 1:
        return certain.pop()
    if certain or "?" in seen:
        message = "amounts such as 1.234 can be read two ways: say --decimal point or --decimal comma"
        raise Doubtful("decimal", message, seen.get("?") or next(iter(seen.values())))
    return POINT


def _sign_of(value: str, minor_digits: int) -> str | None:
    """Return the decimal sign that one amount proves, ``?`` where it fits both readings, None where it has none."""
    point, comma = value.rfind(POINT), value.rfind(COMMA)
    if point >= 0 and comma >= 0:
        return POINT if point > comma else COMMA
    if point < 0 and comma < 0:
        return None
    sign, other = (POINT, COMMA) if point >= 0 else (COMMA, POINT)
    if value.count(sign) > 1:
        return other
    if len(value) - value.rfind(sign) - 1 != 3:
        return sign
    return other if minor_digits == 0 else "?"


def amount_minor(text: str, decimal: str, minor_digits: int) -> int:
    """Return an amount in minor units; raises ValueError for what is none, or has more digits than the currency.

    >>> amount_minor("£1,200.50", ".", 2)
    120050
    """
    if MARKS.sub("", text).strip().casefold() not in CURRENCIES | {"": ""}:
        raise Refused(phrase("not an amount: {text}", text=text))  # 12tr is no 12
    bare = NUMBER.sub("", text)
    bare = bare.replace(COMMA if decimal == POINT else POINT, "").replace(decimal, ".")
    try:
        minor = Decimal(bare).scaleb(minor_digits)
    except InvalidOperation as error:
        raise Refused(phrase("not an amount: {text}", text=text)) from error
    rounded = minor.to_integral_value()
    if abs(minor - rounded) > Decimal("0.0001"):
        raise Refused(phrase("more decimals than the currency has: {text}", text=text))
    return int(rounded)


def date_format(values: Iterable[str]) -> str:
    """Return how a column writes dates: ISO, day first or month first; raises `Doubtful` when both fit.

    >>> date_format(["01/02/2026", "13/02/2026"])
    '%d/%m/%Y'
    """
    day_first = month_first = False
    slashed = ""
    for value in values:
        found = SLASHED.match(value)
        if found is None:
            continue
        slashed = slashed or value
        day_first = day_first or int(found[1]) > 12
        month_first = month_first or int(found[2]) > 12
    if not slashed:
        return ISO
    if day_first == month_first:
        message = "dates such as 01/02/2026 can be read two ways: say --date-format %d/%m/%Y or %m/%d/%Y"
        raise Doubtful("dates", message, slashed)
    return DAY_FIRST if day_first else MONTH_FIRST


@lru_cache(maxsize=4096)
def instant(text: str, style: str, zone: ZoneInfo) -> When:
    """Return the instant that a cell names; a date alone is the start of that day in ``zone``; raises ValueError."""
    if style == ISO or ISO_DATE.match(text):
        known = datetime.fromisoformat(text)
        vague = len(text) <= 10
    elif style in (DAY_FIRST, MONTH_FIRST):
        known, vague = _slashed(text, style)
    else:
        known, vague = datetime.strptime(text, style), "%H" not in style and "%I" not in style  # noqa: DTZ007 - zoned below
    if known.tzinfo is None:
        known = known.replace(tzinfo=zone)
    return When(known.astimezone(UTC), vague)


def birthday(text: str, style: str, now: datetime) -> str:
    """Return a birthday as it is kept; day first where the file's dates do not say otherwise; raises ValueError.

    >>> birthday("20/11/1990", ISO, datetime(2026, 1, 1)), birthday("20/11", DAY_FIRST, datetime(2026, 1, 1))
    ('1990-11-20', '--11-20')
    """
    whole, part = ISO_DATE.fullmatch(text), PART_DATE.fullmatch(text)
    if whole:
        year, month, day = (int(number) for number in text.split("-"))
    elif part and text.startswith("--"):
        year, month, day = 0, int(part[1]), int(part[2])
    elif part:
        first, second, year = int(part[1]), int(part[2]), int(part[3] or 0)
        day, month = (second, first) if style == MONTH_FIRST else (first, second)
    else:
        at = instant(text, style, ZoneInfo("UTC")).at
        year, month, day = at.year, at.month, at.day
    try:
        date(year or 2000, month, day)
    except ValueError:
        raise Refused(phrase("not a birthday: {text}", text=text)) from None
    if year and not 1900 <= year <= now.year:
        raise Refused(phrase("not a birthday: {text}", text=text))
    return f"{year:04}-{month:02}-{day:02}" if year else f"--{month:02}-{day:02}"


def _slashed(text: str, style: str) -> tuple[datetime, bool]:
    found = SLASHED.fullmatch(text)
    if found is None:
        raise ValueError(f"not a date: {text}")
    first, second, year = int(found[1]), int(found[2]), int(found[3])
    day, month = (first, second) if style == DAY_FIRST else (second, first)
    clock = _clock(found[4]) if found[4] else None
    return datetime.combine(datetime(year, month, day).date(), clock or time()), clock is None  # noqa: DTZ001 - zoned later


def _clock(text: str) -> time:
    for style in CLOCKS:
        try:
            return datetime.strptime(text.strip(), style).time()  # noqa: DTZ007 - a time of day
        except ValueError:
            continue
    raise ValueError(f"not a time: {text}")
