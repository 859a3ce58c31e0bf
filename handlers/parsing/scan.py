"""What stands after the customer: the parts in any order, then the note."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import cast

from handlers.parsing import outcomes
from handlers.parsing.amounts import Amount
from handlers.parsing.parts import NEEDED, Part, part_at
from handlers.parsing.reading import Birthday, Colleague, Setting
from handlers.parsing.spans import Span
from handlers.parsing.tags import is_counter
from handlers.parsing.text import Line, pattern, tokenise
from handlers.parsing.times import When

_PLAN = pattern(
    r"gặp|gap|giao|hẹn|hen|qua|đến|den|ghé|ghe|chốt|chot|lấy|lay|ký|ky|thanh toán|chuyển|chuyen|sẽ|se|trả|tra|nhận|nhan"
    r"|gọi|goi|mang|lắp|lap|ship|gửi|gui|nhắc|nhac|lên|len|xem|call|meet|deliver|delivery|will|pay|pays|send|visit|sign"
)
_LOOSE_MONEY = pattern(
    r"x|×|\*|nợ|no|trả|tra|cọc|coc|đặt cọc|giảm|giam|ck|phí|phi|còn|con|thiếu|thieu|ship|cộng|trừ"
    r"|deposit|owes?|paid|pays?|less|discount|minus|plus|fee|trăm|tram|nghìn|nghin|ngàn|ngan|triệu|trieu|tỷ|tỉ|rưỡi|mươi|chục|chuc|khoảng|khoang|about"
    r"|tầm|gần|hơn|hon|around|over|under|dưới|trên"
)
_COUNT_APART = pattern("[0-9]{1,6}[x×*]")
_REFINED = frozenset(("interested", "not_interested", "callback", "quoted"))


@dataclass(slots=True)
class Found:
    """The parts found in one line, while it is being read; `loose` are words skipped before the needed part."""

    amounts: list[tuple[Amount, str]] = field(default_factory=list)
    whens: list[When] = field(default_factory=list)
    when_text: list[str] = field(default_factory=list)
    plan: bool = False
    values: dict[str, object] = field(default_factory=dict)
    channels: list[str] = field(default_factory=list)
    birthday_text: str = ""
    span_text: str = ""
    loose: list[int] = field(default_factory=list)
    doubtful_money: bool = False
    note_from: int | None = None

    def given(self, kind: str) -> bool:
        """Whether a part of this kind was found."""
        return {"amount": bool(self.amounts), "when": bool(self.whens)}.get(kind, kind in self.values)

    @property
    def any(self) -> bool:
        """Whether any part was found that names more than a direction."""
        return bool(self.amounts or self.whens or self.channels or self.values.keys() - {"direction"})

    def text(self, key: str) -> str | None:
        """A found word."""
        return cast("str | None", self.values.get(key))

    def number(self, key: str) -> int | None:
        """A found number."""
        return cast("int | None", self.values.get(key))

    @property
    def span(self) -> Span | None:
        """The days a cost covers."""
        return cast("Span | None", self.values.get("span"))

    @property
    def birthday(self) -> Birthday | None:
        """A birthday that exists."""
        return cast("Birthday | None", self.values.get("birthday"))

    @property
    def colleague(self) -> tuple[tuple[Colleague, ...], str] | None:
        """Whom `@x` may be, and the word."""
        return cast("tuple[tuple[Colleague, ...], str] | None", self.values.get("colleague"))

    @property
    def product(self) -> tuple[str, int | None] | None:
        """The product and how many."""
        return cast("tuple[str, int | None] | None", self.values.get("product"))


def scan(line: Line, start: int, verb: str, setting: Setting) -> Found:
    """Read the parts from a token on; the note begins where product.md says."""
    found, at = Found(), start
    needed = NEEDED.get(verb)
    while at < len(line):
        settled = needed is None or found.given(needed)
        if settled and line.tokens[at].opens:
            break
        part = part_at(line, at, verb, setting)
        if part is not None and part.kind == "amount":
            part = _settled_amount(found, part, line, at, verb, setting)
        if part is None or not _takes(found, part, line, at, verb):
            if settled or line.tokens[at].opens:
                break
            found.loose.append(at)
            at += 1
            continue
        at = part.end
    found.note_from = at if at < len(line) else None
    found.doubtful_money = any(line.match(_LOOSE_MONEY, at) for at in found.loose)
    if verb == "call" and found.note_from is not None and "outcome" not in found.values:
        said = outcomes.outcome_in_note(line, found.note_from)
        found.values |= {"outcome": said} if said else {}
    return found


def speaks_of_money(text: str) -> bool:
    """Whether words tell of a part of a price (`đã cọc`, `giảm`), so that an amount after them may not be it."""
    line = tokenise(text)
    return any(line.match(_LOOSE_MONEY, at) for at in range(len(line)))


def _takes(found: Found, part: Part, line: Line, at: int, verb: str) -> bool:
    """Take a part; False when the line holds one like it already, so that it belongs to the note."""
    if part.kind == "amount":
        return _take_amount(found, cast("Amount", part.value), line, at)
    if part.kind == "when":
        return _take_when(found, cast("When", part.value), line, at, verb)
    if part.kind == "outcome":
        return _take_outcome(found, cast("str", part.value))
    if part.kind == "channel":
        found.channels.append(cast("str", part.value))
    if part.kind in found.values:
        return part.kind == "channel"
    found.values[part.kind] = part.value
    if part.kind in ("birthday", "span"):
        setattr(found, f"{part.kind}_text", line.span(at, part.end))
    return True


def _settled_amount(found: Found, part: Part, line: Line, at: int, verb: str, setting: Setting) -> Part:
    """What stands beside an amount may settle or doubt it.

    `12 m` is twelve million unless another word follows, of which it may be the length; after a product `2x 700k` may
    be two at that price, or two for it.
    """
    amount = cast("Amount", part.value)
    if amount.doubt == "metres" and (line.opens(amount.end) or part_at(line, amount.end, verb, setting) is not None):
        return replace(part, value=replace(amount, doubt=None, choices=()))
    loose_count = found.product is not None and found.product[1] is None and line.match(_COUNT_APART, at) is not None
    if loose_count and amount.quantity and amount.doubt is None:
        choices = (amount.minor, amount.minor // amount.quantity)
        return replace(part, value=replace(amount, doubt="choice", choices=choices))
    return part


def _take_amount(found: Found, amount: Amount, line: Line, at: int) -> bool:
    """A bare number that counts something after an amount is the note's beginning."""
    if found.amounts and amount.unit is None and amount.whole is not None and is_counter(line, amount.end):
        return False
    found.amounts.append((amount, line.span(at, amount.end)))
    return True


def _take_outcome(found: Found, outcome: str) -> bool:
    """The first outcome counts, but one that says more than `connected` takes its place."""
    before = found.values.get("outcome")
    if before is not None and not (before == "connected" and outcome in _REFINED):
        return before == outcome
    found.values["outcome"] = outcome
    return True


def _take_when(found: Found, when: When, line: Line, at: int, verb: str) -> bool:
    """Join a time to what was said of it before; after *call back* it belongs to the call back."""
    if found.values.get("outcome") == "callback":
        return False
    found.when_text.append(line.span(at, when.end))
    last = found.whens[-1] if found.whens else None
    joined = _joined(last, when) if last else None
    if joined is not None:
        found.whens[-1] = joined
    else:
        found.whens.append(when)
    if verb not in ("remind", "deal", "cost") and not when.firm and not line.opens(when.end):
        found.plan = found.plan or line.match(_PLAN, when.end) is not None
    return True


def _joined(one: When, other: When) -> When | None:
    """Two halves of one time, a day and an hour; None when they speak of the same half."""
    if one.away or other.away or (one.day and other.day) or (one.hour is not None and other.hour is not None):
        return None
    if one.part and other.part:
        return None
    part = one.part or other.part
    hour = one.hour if one.hour is not None else other.hour
    minute = one.minute if one.hour is not None else other.minute
    return replace(
        other,
        day=one.day or other.day,
        hour=hour,
        minute=minute,
        part=part,
        twelve=(one.twelve or other.twelve) and part is None,
    )
