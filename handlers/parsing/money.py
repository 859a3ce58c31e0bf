"""When an amount may be recorded as it stands, and when it is asked."""

from __future__ import annotations

from handlers.parsing import doubting
from handlers.parsing.amounts import Amount
from handlers.parsing.phones import read_phone
from handlers.parsing.reading import Answers, Doubt, KnownCustomer, Setting
from handlers.parsing.scan import Found
from handlers.parsing.text import tokenise
from metrics.wording import minor_digits

LARGEST = 10**12
SMALL_BARE = 10_000
MIDDLE_BARE = 100_000
ENOUGH_SALES = 10
_OPTIONAL = frozenset(("won", "refund"))


def settle(
    found: Found, verb: str, setting: Setting, answers: Answers, customer: KnownCustomer | None
) -> tuple[Amount | None, Doubt | None]:
    """The amount of a line and, where it must not be used as it is, the question about it."""
    amount = found.amounts[0][0] if found.amounts else None
    if answers.amount_minor is not None:
        currency = amount.currency if amount else setting.currency
        chosen = Amount(answers.amount_minor, currency, amount.quantity if amount else None, 0)
        return chosen, _repeated(chosen, verb, setting, answers, customer)
    if amount is None:
        return None, None if verb in _OPTIONAL else doubting.amount("missing", verb, setting.currency)
    typed = found.amounts[0][1]
    if len(found.amounts) > 1:
        return None, doubting.amount("several", verb, setting.currency, typed, _several(found))
    amount = _remembered(amount, setting)
    doubt = _doubt(amount, typed, verb, setting, found)
    if doubt is not None:
        return None, doubt
    if _is_large(amount, verb, setting) and "large" not in answers.confirmed:
        return amount, doubting.amount("large", verb, setting.currency, typed, (amount.minor,))
    return amount, _repeated(amount, verb, setting, answers, customer)


def _several(found: Found) -> tuple[int, ...]:
    """Each of the amounts, and for `2 triệu 5` the one they make together."""
    first, second = found.amounts[0][0], found.amounts[1][0]
    choices = [amount.minor for amount, _ in found.amounts if amount.minor > 0]
    if first.unit and second.unit is None and second.whole and first.unit > 1:
        one = first.minor + first.unit * 10 ** minor_digits(first.currency) * second.whole // 10 ** len(
            str(second.whole)
        )
        choices = [one, first.minor]
    elif first.unit and second.unit and second.minor < first.unit * 10 ** minor_digits(first.currency):
        choices.insert(0, first.minor + second.minor)
    return tuple(choices[:4])


def _remembered(amount: Amount, setting: Setting) -> Amount:
    """A small bare number by what the team said that it means."""
    if setting.bare_factor is None or not _is_bare(amount, setting) or not 0 < (amount.whole or 0) < SMALL_BARE:
        return amount
    minor = amount.minor * setting.bare_factor
    return Amount(minor, amount.currency, amount.quantity, amount.end, amount.doubt, unit=setting.bare_factor)


def _is_bare(amount: Amount, setting: Setting) -> bool:
    return amount.whole is not None and minor_digits(amount.currency) == 0


def _doubt(amount: Amount, typed: str, verb: str, setting: Setting, found: Found) -> Doubt | None:
    if amount.doubt is not None:
        return doubting.amount(
            "choice" if amount.doubt == "metres" else amount.doubt,
            verb,
            setting.currency,
            typed,
            tuple(choice for choice in amount.choices if choice > 0),
        )
    if amount.minor == 0:
        return doubting.amount("zero", verb, setting.currency, typed)
    if amount.minor > LARGEST * 10 ** minor_digits(amount.currency):
        # beyond what the tables keep there is nothing to confirm
        return doubting.amount("huge", verb, setting.currency, typed, (amount.minor,) if amount.minor < 10**17 else ())
    if typed.isdecimal() and read_phone(tokenise(typed), 0, setting.country, loose=True):
        return doubting.amount("phone", verb, setting.currency, typed, (amount.minor,))
    if found.doubtful_money:
        return doubting.amount("choice", verb, setting.currency, typed, (amount.minor,))
    meanings = _meanings(amount, setting)
    return doubting.amount("bare", verb, setting.currency, typed, meanings) if meanings else None


def _meanings(amount: Amount, setting: Setting) -> tuple[int, ...]:
    """What a small bare number may mean: thousands, millions, or what it says; none when it is plain."""
    small = setting.smallest_sale_minor
    if not _is_bare(amount, setting) or amount.whole is None or amount.whole >= MIDDLE_BARE:
        return ()
    if amount.whole >= SMALL_BARE:
        return () if small is not None and small < MIDDLE_BARE else (amount.minor, amount.minor * 1000)
    millions = (amount.minor * 10**6,) if (amount.whole or 0) < 1000 else ()
    return (amount.minor * 1000, *millions, amount.minor)


def _is_large(amount: Amount, verb: str, setting: Setting) -> bool:
    if verb not in ("sale", "deal") or amount.currency != setting.currency or not setting.median_minor:
        return False
    return setting.sales_count >= ENOUGH_SALES and amount.minor > setting.large_factor * setting.median_minor


def _repeated(
    amount: Amount, verb: str, setting: Setting, answers: Answers, customer: KnownCustomer | None
) -> Doubt | None:
    if verb not in ("sale", "deal") or customer is None or "duplicate" in answers.confirmed:
        return None
    if (customer.id, amount.minor) not in setting.recent:
        return None
    return doubting.amount("duplicate", verb, setting.currency, choices=(amount.minor,))
