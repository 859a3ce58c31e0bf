"""How each kind of number is written in English and Vietnamese."""

import math
import re
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import Any

from babel import Locale, numbers

from metrics.wording.quantities import (
    Days,
    Minutes,
    Money,
    Percent,
    Points,
    Relative,
    ShortAmount,
    ShortMoney,
    ShortNumber,
    Signed,
    Span,
)

NOTHING = "—"
MINUS = "−"
_HOUR, _DAY = 60, 24 * 60
_TOP_STEP = 4
_MOST_PLACES = 4
_SHORT = {"en": ("", "k", "M", "B", "T"), "vi": ("", " nghìn", " tr", " tỷ", " nghìn tỷ")}
_WORDS = {
    "en": {"day": "day", "days": "days", "hours": "h", "minutes": "min", "points": "pp", "to": " to "},
    "vi": {"day": "ngày", "days": "ngày", "hours": "giờ", "minutes": "phút", "points": "điểm %", "to": " đến "},
}


@lru_cache(maxsize=4)
def locale_of(language: str) -> Locale:
    """Give Babel's locale of a language."""
    return Locale.parse(language)


def minor_digits(currency: str) -> int:
    """Tell how many decimals a currency has: 0 for VND, 2 for GBP."""
    return numbers.get_currency_precision(currency)


def _tidy(text: str) -> str:
    """Plain spaces, a true minus, and no minus before a zero."""
    text = text.replace("\xa0", " ").replace("\u202f", " ")
    if text.startswith("-") and not any(c in "123456789" for c in text):
        return text[1:]
    return text.replace("-", MINUS)


def decimals(value: float, places: int, language: str) -> str:
    """Write a number with at most `places` decimals, trailing zeros dropped."""
    pattern = "#,##0." + "#" * places if places else "#,##0"
    exact = Decimal(value) if isinstance(value, int) else Decimal(repr(float(value)))
    return _tidy(numbers.format_decimal(exact, format=pattern, locale=locale_of(language)))


def _places(value: float) -> int:
    """Three significant digits or so: 2 decimals under 10, 1 under 100, else none."""
    size = abs(value)
    return 2 if size < 10 else 1 if size < 100 else 0


def _kept(value: float, places: int) -> int:
    """At least so many decimals, and as many as leave something of what is not nothing: 0.0104 is 0.01, never 0."""
    while places < _MOST_PLACES and value and not round(value, places):
        places += 1
    return places


def number(value: float, language: str) -> str:
    """Write a count in full, another number to about three digits: ``1.234``, ``2,37``."""
    return decimals(value, 0 if isinstance(value, int) else _places(value), language)


def money(value: Money, language: str) -> str:
    """Write an amount in full with its currency: ``12.500.000 ₫``, ``£1,200.50``, ``KWD 2,753.054``."""
    digits = minor_digits(value.currency)
    minor = round(value.minor)
    major = Decimal(minor).scaleb(-digits)
    return _apart(_tidy(numbers.format_currency(major, value.currency, locale=locale_of(language))))


def _apart(text: str) -> str:
    """A space after a currency that is written in letters, which Babel leaves out."""
    return re.sub(r"([A-Z])(\d)", r"\1 \2", text)


def _scaled(value: float) -> tuple[float, int]:
    """The number and which step of thousands it is said in, so that 999,950 is 1 M, not 1,000 k."""
    for step in range(_TOP_STEP):
        scaled = value / 1000**step
        if abs(round(scaled, _places(scaled))) < 1000:
            return scaled, step
    return value / 1000**_TOP_STEP, _TOP_STEP


def short_number(value: ShortNumber, language: str) -> str:
    """Write a large number short; Vietnamese says nghìn, tr, tỷ, where Babel would say N, Tr, T."""
    scaled, step = _scaled(value.value)
    if value.places is not None and step == 0:
        return decimals(scaled, value.places, language)
    return decimals(scaled, _places(scaled), language) + _SHORT[language][step]


def has_cents(minor: float | None, currency: str) -> bool:
    """Tell whether an amount said short has cents: one under a hundred that is not whole."""
    digits = minor_digits(currency)
    if minor is None or not digits:
        return False
    major = minor / 10**digits
    return abs(major) < 99.995 and bool(round(major, 2) % 1)


def short_amount(value: ShortAmount, language: str) -> str:
    """Write an amount short, without its currency; cents are said as such: never one digit of them."""
    digits = minor_digits(value.currency)
    major = value.minor / 10**digits
    all_of_them = value.cents and bool(digits) and abs(major) < 999.995
    if all_of_them or has_cents(value.minor, value.currency):
        return _tidy(numbers.format_decimal(round(major, 2), format="#,##0.00", locale=locale_of(language)))
    return short_number(ShortNumber(major), language)


def short_money(value: ShortMoney, language: str) -> str:
    """Write an amount short: ``12,5 tr``, ``12.5M``, ``$35.70``; every currency but the dong keeps its sign."""
    text = short_amount(ShortAmount(value.minor, value.currency, value.cents), language)
    if value.currency == "VND":
        return text
    symbol = numbers.get_currency_symbol(value.currency, locale=locale_of(language))
    if language == "vi":
        return f"{text} {symbol}"
    return _apart(f"{MINUS}{symbol}{text[1:]}" if text.startswith(MINUS) else symbol + text)


def percent(value: Percent, language: str) -> str:
    """Write a share: ``12.3 %``, ``0.45 %``, ``99.97 %``."""
    hundredfold = value.value * 100
    places = 1 if abs(hundredfold) < 100 else 0
    while places < 4 and round(hundredfold, places) in {0, 100} and hundredfold not in {0, 100}:
        places += 1
    if abs(hundredfold) < 1:
        places = max(places, 2)
    return decimals(hundredfold, places, language) + " %"


def days(value: Days, language: str) -> str:
    """Write days: ``1 day``, ``12.5 days``, ``12,5 ngày``, a quarter of an hour as ``0.01 days``."""
    said = _day_count(value, language)
    return f"{said} {_WORDS[language]['day' if said.lstrip(MINUS) == '1' else 'days']}"


def _day_count(value: Days, language: str) -> str:
    kept = _kept(value.value, 1 if abs(value.value) < 100 else 0) if value.places is None else value.places
    return decimals(value.value, kept, language)


def minutes(value: Minutes, language: str) -> str:
    """Write minutes up to two hours, then hours and minutes, from two days on days."""
    words, total = _WORDS[language], abs(value.value)
    if total >= 2 * _DAY:
        return days(Days(value.value / _DAY), language)
    if total < 2 * _HOUR:
        return f"{decimals(value.value, _kept(value.value, 1 if total < 10 else 0), language)} {words['minutes']}"
    hours, rest = divmod(round(total), _HOUR)
    said = f"{hours} {words['hours']}" + (f" {rest} {words['minutes']}" if rest else "")
    return MINUS + said if value.value < 0 else said


def _with_sign(text: str) -> str:
    return "+" + text if not text.startswith(MINUS) and any(c in "123456789" for c in text) else text


def relative(value: Relative, language: str) -> str:
    """Write a relative change: ``+12 %``, ``−3.4 %``, ``−99.7 %``; only what is gone altogether is ``−100 %``."""
    hundredfold = value.value * 100
    places = 1 if abs(hundredfold) < 9.95 else 0
    while places < 4 and round(hundredfold, places) in {0, -100} and hundredfold not in {0, -100}:
        places += 1
    return _with_sign(decimals(hundredfold, places, language)) + " %"


def points(value: Points, language: str) -> str:
    """Write a change in percentage points: ``+3.1 pp``, ``+3,1 điểm %``."""
    hundredfold = value.value * 100
    said = decimals(hundredfold, _kept(hundredfold, value.places), language)  # what moved never moved by nothing
    return _with_sign(said) + " " + _WORDS[language]["points"]


def signed(value: Signed, language: str) -> str:
    """Write a change in its own unit with its sign; what moved never moved by nothing."""
    moved = value.value
    if isinstance(moved, float) and math.isfinite(moved):
        return _with_sign(decimals(moved, _kept(moved, _places(moved)), language))
    return _with_sign(spell(value.value, language))


def span(value: Span, language: str) -> str:
    """Write an interval: days without their unit, which the figure before it has; percent with one sign.

    Below zero its ends stand apart by a word: a dash beside a minus reads as another.
    """
    low, high = value.low, value.high
    if isinstance(low, Days) and isinstance(high, Days):
        ends = [_day_count(end, language) for end in (low, high)]
    else:
        ends = [spell(low, language).removesuffix(" %"), spell(high, language)]
    return (_WORDS[language]["to"] if any(end.startswith(MINUS) for end in ends) else "–").join(ends)


_SPELLINGS: dict[type, Callable[[Any, str], str]] = {
    int: number,
    float: number,
    Decimal: lambda value, language: number(float(value), language),
    Money: money,
    ShortAmount: short_amount,
    ShortMoney: short_money,
    ShortNumber: short_number,
    Percent: percent,
    Days: days,
    Minutes: minutes,
    Relative: relative,
    Points: points,
    Signed: signed,
    Span: span,
}


def _undefined(value: object) -> bool:
    inner = getattr(value, "value", getattr(value, "minor", value))
    if isinstance(inner, Money | ShortMoney | ShortNumber | Days | Minutes):
        return _undefined(inner)
    return inner is None or (isinstance(inner, float) and not math.isfinite(inner))


def spell(value: object, language: str) -> str:
    """Write a number by its type; undefined ones as a dash; TypeError for a type without a spelling."""
    if _undefined(value):
        return NOTHING
    for kind in type(value).__mro__:
        if kind in _SPELLINGS and not isinstance(value, bool):
            return _SPELLINGS[kind](value, language)
    raise TypeError(f"no wording for {type(value).__name__}")
