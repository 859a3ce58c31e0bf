"""Amounts as people write them: `12tr`, `3tr5`, `2 tỷ 300 triệu`, `500.000`, `$1,200.50`, `2x350k`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from handlers.parsing.text import Line, pattern
from metrics.wording import minor_digits

_BILLION = 10**9
_MILLION = 10**6
UNITS = {
    **dict.fromkeys(("tỷ", "tỉ", "ty", "ti", "tỹ", "bn", "billion", "b"), _BILLION),
    **dict.fromkeys(
        ("triệu", "trieu", "triêu", "tr", "trđ", "trd", "củ", "cu", "m", "mil", "mio", "million"), _MILLION
    ),
    **dict.fromkeys(("lít", "lit"), 10**5),
    **dict.fromkeys(("nghìn", "nghin", "ngàn", "ngan", "k", "kđ", "thousand"), 10**3),
    **dict.fromkeys(("t",), 0),
}
"""A unit of counting and what it multiplies by; 0 where it may mean two things."""

_WORDY = frozenset(
    ("tỷ", "tỉ", "ty", "ti", "triệu", "trieu", "nghìn", "nghin", "ngàn", "ngan", "củ", "cu", "million", "billion")
)
_SYMBOLS = {"$": "USD", "€": "EUR", "£": "GBP", "₫": "VND", "¥": "JPY", "đ": "VND", "d": "VND", "us$": "USD"}
_CODES = ("vnd", "usd", "eur", "gbp", "jpy", "krw", "cny", "sgd", "aud", "cad", "chf", "thb", "inr", "hkd")
CURRENCIES = {
    **_SYMBOLS,
    **{code: code.upper() for code in _CODES},
    **dict.fromkeys(("vnđ", "đồng", "dong"), "VND"),
    **dict.fromkeys(("đô", "dollar", "dollars"), "USD"),
    **dict.fromkeys(("euro", "euros"), "EUR"),
    **dict.fromkeys(("pound", "pounds"), "GBP"),
}
_DOLLARS = frozenset(("USD", "AUD", "CAD", "SGD", "HKD", "NZD", "TWD", "MXN", "ARS", "CLP", "COP"))

_UNIT = "(?:" + "|".join(sorted(UNITS, key=len, reverse=True)) + ")"
_MONEY = "(?:" + "|".join(re.escape(word) for word in sorted(CURRENCIES, key=len, reverse=True)) + ")"
_NUM = r"[0-9]+(?:[.,][0-9]+)*"
_HALF = "(?:rưỡi|rưởi|ruoi|rười)"
_ITEM = (
    rf"(?P<n1>{_NUM})(?: (?P<hundred>trăm|tram|chục|chuc)(?= ))?"
    rf"(?:(?P<gap> ?)(?P<u1>{_UNIT})(?:(?: ?(?P<half>{_HALF}))"
    rf"|(?P<gap2> ?)(?P<n2>{_NUM}) ?(?P<u2>{_UNIT})(?: ?(?P<n3>{_NUM}) ?(?P<u3>{_UNIT}))?"
    r"|(?P<dec>[0-9]+))?)?"
)
_AMOUNT = pattern(
    rf"(?P<sign>[-−]?)(?:(?P<times>[0-9]{{1,6}}) ?[x×*] ?)?"
    rf"(?P<c1>[$€£₫¥] ?|us\$ ?|(?:usd|vnd|eur|gbp) )?(?P<sign2>[-−]?){_ITEM}(?: ?(?P<c2>{_MONEY}))?"
)
_TIMES_AFTER = pattern(r"[x×*] ?[0-9]{1,6}")
_RANGE = pattern(rf"(?P<a>{_NUM})(?P<ua>{_UNIT})?(?: ?[-–~] ?)(?P<b>{_NUM}) ?(?P<ub>{_UNIT})")
_SPACED = pattern(r"[0-9]{1,3}(?: 000)+(?: ?(?:đ|d|vnd|vnđ))?")
_ODD_TAIL = pattern(
    rf"{_HALF}|mốt|mot|lẻ|hơn|(?:một|hai|ba|bốn|tư|năm|sáu|bảy|tám|chín|hai) (?:trăm|chục|mươi|nghìn|ngàn)"
    r"|(?:trăm|tram|chục|chuc|mươi|triệu|trieu|nghìn|nghin|ngàn|tỷ|tỉ|củ)(?: \S+)?"
    r"|\+ [0-9]\S*|each|apiece"
    r"|(?:per|mỗi|moi|một|mot|1) (?:cái|cai|chiếc|chiec|bộ|bo|hộp|hop|chai|thùng|thung|gói|goi|con|kg"
    r"|piece|unit|box)"
)
_ODD_LAST = pattern("(?:một|hai|ba|bốn|tư|năm|sáu|bảy|tám|chín|mot|bon|tu|sau|bay|chin)")


_PADDED = re.compile("0[0-9]")


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount that stands in a line: its minor units, currency, the pieces it counts, the token after it.

    `doubt` says why it may not be used as it is (`unit`, `choice`, `fraction`, `negative`,
    or `metres`: `12 m` before another word), `choices` are the
    amounts that it may mean, `whole` is the unitless number and `unit` the last unit that was given.
    """

    minor: int
    currency: str
    quantity: int | None
    end: int
    doubt: str | None = None
    choices: tuple[int, ...] = ()
    whole: int | None = None
    unit: int | None = None


def _scaled(number: str) -> list[tuple[int, int]] | None:
    """What a written number may be, each as digits and how many of them are decimals; None when it is none.

    One separator with three digits after it groups thousands, else it marks decimals; two kinds: the last one marks
    decimals.
    """
    digits = re.sub("[.,]", "", number)
    if len(digits) > 24:
        return [(10**24, 0)]
    marks = re.findall("[.,]", number)
    groups = re.split("[.,]", number)
    grouped = all(len(group) == 3 for group in groups[1:]) and 1 <= len(groups[0]) <= 3
    whole, decimal = (int(digits), 0), (int(digits), len(groups[-1]))
    if not marks:
        return [whole]
    if len(set(marks)) == 2:
        inner = all(len(group) == 3 for group in groups[1:-1]) and len(groups[0]) <= 3 and marks[-1] not in marks[:-1]
        if not inner:
            return None
        return [whole, decimal] if grouped else [decimal]
    if grouped:
        return [decimal, whole] if groups[0].startswith("0") else [whole]
    return [decimal] if len(marks) == 1 else None


def _minor(value: tuple[int, int], unit: int, digits: int) -> tuple[int, bool]:
    """Minor units of a number of units, and whether it came out whole."""
    scaled = value[0] * unit * 10**digits
    return scaled // 10 ** value[1], scaled % 10 ** value[1] == 0


def _currency(found: re.Match[str], base: str) -> tuple[str, bool]:
    """The currency of an amount, and whether it was written."""
    word = (found["c1"] or found["c2"] or "").strip()
    if not word:
        return base, False
    if word in ("$", "đô", "dollar", "dollars") and base in _DOLLARS:
        return base, True
    if word in ("¥",) and base == "CNY":
        return base, True
    return CURRENCIES[word], True


def read_amount(line: Line, at: int, base: str) -> Amount | None:
    """Read the amount that begins at a token, in a team whose currency is `base`; None when there is none."""
    ranged = line.match(_RANGE, at)
    if ranged is not None:
        return _read_range(*ranged, base)
    spaced = line.match(_SPACED, at)
    if spaced is not None:
        minor = int(re.sub("[^0-9]", "", spaced[0].group())) * 10 ** minor_digits(base)
        return Amount(minor, base, None, spaced[1], "choice", (minor,))
    matched = line.match(_AMOUNT, at)
    if matched is None or (matched[0]["c2"] == "d" and matched[0]["u1"] is None and " d" in matched[0].group()):
        return None
    return _odd_end(line, _read(*matched, base))


def _read_range(found: re.Match[str], end: int, base: str) -> Amount | None:
    """`12-15tr` is either of two amounts."""
    unit = UNITS[found["ub"]]
    low, high = _scaled(found["a"]), _scaled(found["b"])
    if not low or not high or not unit:
        return None
    digits = minor_digits(base)
    first = _minor(low[0], UNITS[found["ua"]] if found["ua"] else unit, digits)[0]
    second = _minor(high[0], unit, digits)[0]
    return Amount(first, base, None, end, "choice", (first, second), unit=unit)


def _read(found: re.Match[str], end: int, base: str) -> Amount | None:
    numbers = _scaled(found["n1"])
    if numbers is None:
        return None
    currency, written = _currency(found, base)
    digits = minor_digits(currency)
    unit = UNITS[found["u1"]] if found["u1"] else None
    if unit == 0:
        return _either_unit(found, numbers[0], end, currency)
    factor = {"trăm": 100, "tram": 100, "chục": 10, "chuc": 10}.get(found["hundred"] or "", 1)
    readings = [_minor(number, (unit or 1) * factor, digits) for number in numbers]
    minor, whole = readings[0]
    doubt = "choice" if len(numbers) > 1 else None
    choices = tuple(reading[0] for reading in readings) if doubt else ()
    if unit is not None:
        more, odd = _rest(found, unit, digits)
        if odd:
            # a smaller part may belong to it, a larger one is another amount
            doubt, choices = "choice", (minor + more, minor) if more < unit * 10**digits else (minor, more)
        minor += more
        square = found["u1"] == "m" and found["dec"] in ("2", "3")
        if square or (found["gap"] and found["u1"] in ("m", "b")):
            doubt, choices = "choice" if square else "metres", (minor,)
    times = int(found["times"]) if found["times"] else None
    if times is not None:
        minor, choices = minor * times, tuple(choice * times for choice in choices)
    if not whole:
        # 1.5 is hardly dong: thousands or millions
        sizes = (10**3, _MILLION) if unit is None else (unit * factor,)
        doubt, choices = "fraction", tuple(_minor(numbers[0], size, digits)[0] * (times or 1) for size in sizes)
    if found["sign"] or found["sign2"]:
        doubt, choices = "negative", (minor,)
    if _PADDED.match(found["n1"]):
        doubt, choices = "choice", (minor,)
    bare = minor // 10**digits if unit is None and not (written and digits) else None
    return Amount(minor, currency, times, end, doubt, choices, bare, unit)


def _rest(found: re.Match[str], unit: int, digits: int) -> tuple[int, bool]:
    """What is added after the first unit (decimals, a half, smaller units), and whether that is in doubt."""
    if found["half"]:
        return unit * 10**digits // 2, False
    if found["dec"]:
        if len(found["dec"]) > 9:
            return 0, True
        return unit * 10**digits * int(found["dec"]) // 10 ** len(found["dec"]), False
    total, last, odd = 0, unit, bool(found["gap2"]) and found["u1"] not in _WORDY
    for number, word in ((found["n2"], found["u2"]), (found["n3"], found["u3"])):
        if number is None:
            continue
        values = _scaled(number)
        smaller = UNITS[word]
        if values is None or not smaller:
            return total, True
        part = _minor(values[0], smaller, digits)[0]
        odd = odd or len(values) > 1 or part >= last * 10**digits
        total, last = total + part, smaller
    return total, odd


def _either_unit(found: re.Match[str], number: tuple[int, int], end: int, currency: str) -> Amount:
    """A bare `t` may be *tỷ* or *triệu*."""
    digits = minor_digits(currency)
    times = int(found["times"] or 1)
    written = (
        (number[0] * 10 ** len(found["dec"]) + int(found["dec"]), number[1] + len(found["dec"]))
        if (found["dec"] and len(found["dec"]) < 9)
        else number
    )
    choices = tuple(_minor(written, unit, digits)[0] * times for unit in (_MILLION, _BILLION))
    return Amount(choices[0], currency, int(found["times"]) if found["times"] else None, end, "unit", choices)


def _odd_end(line: Line, amount: Amount | None) -> Amount | None:
    """Doubt an amount that goes on in words that are not read (`2 triệu hai`, `2 trăm`) or is multiplied after."""
    if amount is None or line.opens(amount.end):
        return amount
    if line.match(_TIMES_AFTER, amount.end) is not None:
        times = int(re.sub("[^0-9]", "", line.match(_TIMES_AFTER, amount.end)[0].group()))  # type: ignore[index]
        return _doubt(amount, (amount.minor * times, amount.minor))
    last = line.match(_ODD_LAST, amount.end)
    odd = line.match(_ODD_TAIL, amount.end) or (last if last and amount.unit and line.opens(last[1]) else None)
    return amount if odd is None else _doubt(amount, (amount.minor,) if amount.unit else ())


def _doubt(amount: Amount, choices: tuple[int, ...]) -> Amount:
    return Amount(
        amount.minor, amount.currency, amount.quantity, amount.end, "choice", choices, amount.whole, amount.unit
    )
