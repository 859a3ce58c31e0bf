"""Which parts each kind of line may hold, and the part that stands at a token."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from handlers.parsing import durations, outcomes, phones, referrals, spans, tags, times
from handlers.parsing.amounts import Amount, read_amount
from handlers.parsing.reading import Birthday, Setting
from handlers.parsing.text import Line, pattern

_BIRTHDAY = pattern(
    r"(?:sinh nhật|sinh nhat|ngày sinh|ngay sinh|sinh(?: ngày| ngay)?|sn|birthday|bday|born|dob) "
    r"(?P<d>[0-9]{1,2})[/.-](?P<m>[0-9]{1,2})(?:[/.-](?P<y>[0-9]{4}))?"
)
_PHONE_LABEL = pattern("(?:số |so )?(?:sđt|sdt|đt|dt|điện thoại|dien thoai)|tel|phone|mobile")
_DUE = pattern("by|before|close|closes|closing|expected|due|dự kiến|du kien|chốt|chot|trước|truoc|hạn|han")
"""Words that lead to the day on which a deal is expected."""
LEAST_SUM = 10_000
_NUMBER = pattern(r"#?(?P<n>[0-9]{1,12})")
_SCORE = pattern(r"(?P<n>[0-9]{1,2})(?:/5)?(?: ?(?:sao|điểm|diem|stars|star))?")
_AMOUNT_VERBS = frozenset(("sale", "deal", "won", "cost", "refund"))
_AHEAD = frozenset(("remind", "deal"))


@dataclass(frozen=True, slots=True)
class Part:
    """One recognised part of a line: its kind, its value, and the token after it."""

    kind: str
    value: object
    end: int


Recogniser = Callable[[Line, int, str, Setting], "Part | None"]


def _phone(line: Line, at: int, verb: str, setting: Setting) -> Part | None:
    label = line.match(_PHONE_LABEL, at)
    start = label[1] if label is not None and not line.opens(label[1]) else at
    found = phones.read_phone(line, start, setting.country, loose=verb not in _AMOUNT_VERBS)
    return Part("phone", found[0], found[1]) if found else None


def _tag(line: Line, at: int, verb: str, setting: Setting) -> Part | None:
    found = tags.read_tag(line, at, setting.channels)
    return Part(*found) if found else None


def _colleague(line: Line, at: int, verb: str, setting: Setting) -> Part | None:
    found = tags.read_colleague(line, at, setting.colleagues)
    return Part("colleague", found[:2], found[2]) if found else None


def _when(line: Line, at: int, verb: str, setting: Setting) -> Part | None:
    due = line.match(_DUE, at) if verb == "deal" else None
    if due is not None and not line.opens(due[1]):
        at = due[1]
    found = times.read_when(line, at, english=setting.locale == "en", in_call=verb == "call", ahead=verb in _AHEAD)
    return Part("when", found, found.end) if found else None


def _span(line: Line, at: int, verb: str, setting: Setting) -> Part | None:
    today = setting.now.astimezone(setting.zone).date()
    found = spans.read_span(line, at, today, english=setting.locale == "en")
    return Part("span", found, found.end) if found else None


def _duration(line: Line, at: int, verb: str, setting: Setting) -> Part | None:
    found = durations.read_duration(line, at)
    return Part("duration", found[0], found[1]) if found else None


def _direction(line: Line, at: int, verb: str, setting: Setting) -> Part | None:
    found = outcomes.read_direction(line, at)
    return Part("direction", found[0], found[1]) if found else None


def _outcome(line: Line, at: int, verb: str, setting: Setting) -> Part | None:
    found = outcomes.read_outcome(line, at)
    return Part("outcome", found[0], found[1]) if found else None


def _answered(line: Line, at: int, verb: str, setting: Setting) -> Part | None:
    found = outcomes.read_answered(line, at)
    return Part("answered", found[0], found[1]) if found else None


def _product(line: Line, at: int, verb: str, setting: Setting) -> Part | None:
    found = tags.read_product(line, at, setting.products)
    return Part("product", found[:2], found[2]) if found else None


def _kind(line: Line, at: int, verb: str, setting: Setting) -> Part | None:
    found = tags.read_kind(line, at)
    return Part("tag", found[0], found[1]) if found else None


def _amount(line: Line, at: int, verb: str, setting: Setting) -> Part | None:
    """An amount; a bare number that counts pieces (`2x`, `3 cái`) is their quantity."""
    amount = read_amount(line, at, setting.currency)
    if amount is None or (amount.unit is None and amount.quantity is None and amount.whole is not None):
        count = tags.read_count(line, at)
        if count is not None and verb in ("sale", "deal"):
            return Part("quantity", count[0], count[1])
    return Part("amount", amount, amount.end) if amount else None


def _term(kind: str, names: Callable[[Setting], tuple[str, ...]]) -> Recogniser:
    def read(line: Line, at: int, verb: str, setting: Setting) -> Part | None:
        found = tags.read_term(line, at, names(setting))
        return Part(kind, found[0], found[1]) if found else None

    return read


def _referred(line: Line, at: int, verb: str, setting: Setting) -> Part | None:
    """`giới thiệu bởi chị Lan`: the words up to the next part or separator."""
    found = referrals.read_referrer(line, at, lambda inner: part_at(line, inner, verb, setting) is not None)
    return Part("referred", (found[0], found[1], line.span(found[0], found[1])), found[2]) if found else None


def _birthday(line: Line, at: int, verb: str, setting: Setting) -> Part | None:
    found = line.match(_BIRTHDAY, at)
    if found is None:
        return None
    day, month, year = int(found[0]["d"]), int(found[0]["m"]), int(found[0]["y"] or 2000)
    real = 1 <= month <= 12 and 1900 <= year <= setting.now.year and 1 <= day <= spans.month_days(year, month)[1].day
    value = Birthday(day, month, year if found[0]["y"] else None) if real else None
    return Part("birthday", value, found[1])


def is_sum(word: str) -> bool:
    """Whether a word such as ``500000`` is money rather than the number of a sale, which may be sent as ``#500000``."""
    return word.isdecimal() and int(word) >= LEAST_SUM and int(word) % 1000 == 0


def _number(line: Line, at: int, verb: str, setting: Setting) -> Part | None:
    if at > 0 or (setting.replying and not line.tokens[at].raw.startswith("#")):
        return None
    found = line.match(_NUMBER, at)
    if found is None or (verb == "refund" and is_sum(line.tokens[at].raw)):
        return None
    return Part("number", int(found[0]["n"]), found[1])


def _score(line: Line, at: int, verb: str, setting: Setting) -> Part | None:
    found = line.match(_SCORE, at)
    return Part("score", int(found[0]["n"]), found[1]) if found else None


_stage = _term("stage", lambda setting: setting.stages)
_reason = _term("reason", lambda setting: setting.lost_reasons)
_cost_kind = _term("cost_kind", lambda setting: setting.cost_kinds)
_CONTACT = (_phone, _colleague, _when, _answered, _direction)
RECOGNISERS: dict[str, tuple[Recogniser, ...]] = {
    "call": (_phone, _colleague, _when, _duration, _outcome, _direction),
    **dict.fromkeys(("meet", "msg", "visit", "mail", "event"), _CONTACT),
    "sale": (_phone, _tag, _colleague, _product, _when, _kind, _amount),
    "lead": (_phone, _tag, _referred, _birthday),
    "deal": (_phone, _tag, _colleague, _product, _when, _stage, _amount),
    "won": (_number, _when, _amount),
    "lost": (_number, _reason, _when),
    "stage": (_number, _stage),
    "cost": (_tag, _span, _when, _cost_kind, _amount),
    "refund": (_number, _when, _amount),
    "remind": (_phone, _when),
    "rating": (_score,),
    "ticket": (),
    **dict.fromkeys(("answered", "resolved"), (_number, _when)),
    "optout": (),
    "find": (),
}
"""What each kind of line is read for, in the order in which a place is tried."""

NEEDED = {
    **dict.fromkeys(("sale", "deal", "cost", "refund"), "amount"),
    "remind": "when",
    "lost": "reason",
    "stage": "stage",
}
"""The part that must be given before the note may begin with any word.

A refund may leave its amount out, but one that is given is never lost in a note: `#128 vỡ hàng 500k`.
"""


def part_at(line: Line, at: int, verb: str, setting: Setting) -> Part | None:
    """The part that begins at a token, by the first reading that fits a line of this kind."""
    for recognise in RECOGNISERS[verb]:
        part = recognise(line, at, verb, setting)
        if part is not None:
            return part
    return None


def is_weak(line: Line, part: Part, at: int) -> bool:
    """Whether a one-word part is rather the next word of a name: capitalised after a capitalised word."""
    if part.end - at != 1 or not line.capital(at) or not line.capital(at - 1):
        return False
    return part.kind not in ("phone", "amount") and not any(char.isdigit() for char in line.tokens[at].raw)


def local_today(setting: Setting) -> date:
    """The local date on which the message was sent."""
    return setting.now.astimezone(setting.zone).date()


def amount_of(part: Part) -> Amount:
    """The amount of an amount part."""
    assert isinstance(part.value, Amount)  # noqa: S101 - narrows the type of a part whose kind was checked
    return part.value
