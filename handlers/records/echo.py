"""Says a record back in one line: what was done with whom, how much, when if not now."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from metrics.wording import DayMonth, Minutes, Money, Phrase, Say, phrase

NOTE_SHOWN = 80
OUTCOMES: Mapping[str, Phrase] = {
    "connected": phrase("connected"),
    "no_answer": phrase("no answer"),
    "busy": phrase("busy"),
    "wrong_number": phrase("wrong number"),
    "interested": phrase("interested"),
    "not_interested": phrase("not interested"),
    "callback": phrase("call back"),
    "quoted": phrase("quote sent"),
    "answered": phrase("answered"),
}
"""An outcome as kept, and its name."""

_TERMS = (
    *(phrase("new"), phrase("contacted"), phrase("quoted"), phrase("negotiating")),
    *(phrase("price"), phrase("competitor"), phrase("no need"), phrase("no reply"), phrase("timing"), phrase("other")),
    *(phrase("service"), phrase("product")),
    *(phrase("marketing"), phrase("sales"), phrase("salary"), phrase("tools")),
)
TERMS: Mapping[str, Phrase] = {term.source: term for term in _TERMS}
"""Default stages, lost reasons and cost kinds, and their names."""

_CONTACTS: Mapping[tuple[str, str], Phrase] = {
    ("call", "out"): phrase("call to {customer}"),
    ("call", "in"): phrase("call from {customer}"),
    ("message", "out"): phrase("message to {customer}"),
    ("message", "in"): phrase("message from {customer}"),
    ("email", "out"): phrase("e-mail to {customer}"),
    ("email", "in"): phrase("e-mail from {customer}"),
    ("visit", "out"): phrase("visit to {customer}"),
    ("visit", "in"): phrase("visit from {customer}"),
}
_EITHER_WAY: Mapping[str, Phrase] = {
    "meeting": phrase("meeting with {customer}"),
    "event": phrase("event with {customer}"),
    "social": phrase("chat with {customer}"),
}
_NEAR: Mapping[int, Phrase] = {0: phrase("today"), -1: phrase("yesterday"), 1: phrase("tomorrow")}


@dataclass(frozen=True, slots=True)
class Fact:
    """One record to be said: ``values`` are the columns of its kind's row."""

    kind: str
    customer: str
    values: Mapping[str, Any]
    product: str | None = None
    colleague: str | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """Against what a time is said: the team's zone, and the instant that needs no mention."""

    zone: ZoneInfo
    sent_at: datetime
    now: datetime


def line(say: Say, fact: Fact, frame: Frame) -> str:
    """Return e.g. ``call to chị Lan, 5 min, interested, yesterday``, names escaped."""
    return say.join(list(_PARTS[fact.kind](say, fact, frame)), ", ")


def day_name(say: Say, on: date, today: date) -> str:
    """Name a date next to today: ``yesterday``, ``20 Nov``, with the year when it is not this one's."""
    near = _NEAR.get((on - today).days)
    if near is not None:
        return say(near)
    return say.value(DayMonth(on)) if on.year == today.year else say.value(on)


def moment(say: Say, at: datetime, frame: Frame, *, date_only: bool = False) -> str:
    """Say when: a date alone, or a time with its day unless that is today; empty when it was just now."""
    if abs(at - frame.sent_at) < timedelta(minutes=1) and not date_only:
        return ""
    local, today = at.astimezone(frame.zone), frame.now.astimezone(frame.zone).date()
    name = day_name(say, local.date(), today)
    if date_only:
        return name
    clock = say.value(local.time().replace(second=0, microsecond=0, tzinfo=None))
    return clock if local.date() == today else say("{time} {day}", time=clock, day=name)


def duration(say: Say, seconds: int) -> str:
    """Say how long a call took; under two minutes in seconds unless it is a whole one."""
    if seconds < 120 and seconds % 60:
        return say("{n} s", n=seconds)
    return say.value(Minutes(round(seconds / 60, 1)))


def _contact(say: Say, fact: Fact, frame: Frame) -> Iterator[str]:
    values = fact.values
    kind, direction = values["kind"], values["direction"]
    text = _CONTACTS.get((kind, direction)) or _EITHER_WAY.get(kind, phrase("contact with {customer}"))
    yield say(text.source, customer=fact.customer)
    if values.get("duration_s"):
        yield duration(say, values["duration_s"])
    if values.get("outcome"):
        yield outcome(say, values["outcome"])
    yield from _tail(say, fact, frame, "at")


def outcome(say: Say, code: str) -> str:
    """Name an outcome."""
    return say(OUTCOMES[code]) if code in OUTCOMES else say.value(code)


def term(say: Say, word: str) -> str:
    """Name a stage, a lost reason or a cost kind: the default ones translated, the team's own as they are."""
    return say(TERMS[word]) if word in TERMS else say.value(word)


def _sale(say: Say, fact: Fact, frame: Frame) -> Iterator[str]:
    values = fact.values
    yield say("sale to {customer}", customer=fact.customer)
    yield _amount(say, values)
    quantity = values.get("quantity") or 1
    if fact.product:
        yield say("{n}× {product}", n=quantity, product=fact.product) if quantity > 1 else say.value(fact.product)
    elif quantity > 1:
        yield say("quantity {n}", n=quantity)
    yield from _source(say, values)
    if values.get("tag"):
        yield say("cross-sell" if values["tag"] == "cross" else "upsell")
    if fact.colleague:
        yield say("sold by {name}", name=fact.colleague)
    yield from _tail(say, fact, frame, "at")


def _refund(say: Say, fact: Fact, frame: Frame) -> Iterator[str]:
    yield say("refund to {customer}", customer=fact.customer)
    yield _amount(say, fact.values)
    yield from _tail(say, fact, frame, "at")


def _cost(say: Say, fact: Fact, frame: Frame) -> Iterator[str]:
    values = fact.values
    yield say("cost {amount}", amount=_money(values))
    yield term(say, values["kind"])
    yield from _source(say, values)
    first, last = values["from_day"], values["to_day"]
    today = frame.now.astimezone(frame.zone).date()
    if first != last:
        yield say("{first} to {last}", first=first, last=last)
    elif first != today:
        yield day_name(say, first, today)
    yield from _note(say, values)


def _lead(say: Say, fact: Fact, frame: Frame) -> Iterator[str]:
    yield say("new lead {customer}", customer=fact.customer)
    if fact.values.get("phone"):
        yield say.value(fact.values["phone"])
    if fact.values.get("referrer"):
        yield say("referred by {name}", name=fact.values["referrer"])
    if fact.values.get("birthday"):
        yield say("birthday {day}", day=fact.values["birthday"])
    yield from _source(say, fact.values)
    yield from _tail(say, fact, frame, "at")


def _deal(say: Say, fact: Fact, frame: Frame) -> Iterator[str]:
    values = fact.values
    yield say("deal with {customer}", customer=fact.customer)
    if values.get("amount_minor"):
        yield _amount(say, values)
    if fact.product:
        yield say.value(fact.product)
    if values.get("stage"):
        yield term(say, values["stage"])
    if values.get("expected_day"):
        yield say("expected {day}", day=values["expected_day"])
    yield from _tail(say, fact, frame, "opened_at")


def _ticket(say: Say, fact: Fact, frame: Frame) -> Iterator[str]:
    yield say("ticket of {customer}", customer=fact.customer)
    if fact.values.get("resolved_at"):
        yield say("resolved")
    elif fact.values.get("answered_at"):
        yield say("answered")
    yield from _tail(say, fact, frame, "at")


def _rating(say: Say, fact: Fact, frame: Frame) -> Iterator[str]:
    yield say("rating by {customer}", customer=fact.customer)
    yield say("<b>{score}/5</b>", score=fact.values["score"])
    yield from _tail(say, fact, frame, "at")


def _optout(say: Say, fact: Fact, frame: Frame) -> Iterator[str]:
    yield say("{customer} wants no contact", customer=fact.customer)
    if fact.values.get("back_at"):
        yield say("came back on {day}", day=fact.values["back_at"].astimezone(frame.zone).date())
    yield from _tail(say, fact, frame, "at")


def _money(values: Mapping[str, Any]) -> Money:
    return Money(values["amount_minor"], values["currency"])


def _amount(say: Say, values: Mapping[str, Any]) -> str:
    return say("<b>{amount}</b>", amount=_money(values))


def _source(say: Say, values: Mapping[str, Any]) -> Iterator[str]:
    for name in ("channel", "campaign"):
        if values.get(name):
            yield say.value(f"#{values[name]}")


def _tail(say: Say, fact: Fact, frame: Frame, when: str) -> Iterator[str]:
    date_only = fact.values.get("date_only", fact.values.get("opened_date_only", False))
    said = moment(say, fact.values[when], frame, date_only=bool(date_only))
    if said:
        yield said
    yield from _note(say, fact.values)


def _note(say: Say, values: Mapping[str, Any]) -> Iterator[str]:
    note = values.get("note")
    if note:
        shown = note if len(note) <= NOTE_SHOWN else note[: NOTE_SHOWN - 1].rstrip() + "…"
        yield say("“{note}”", note=shown)


_PARTS: dict[str, Callable[[Say, Fact, Frame], Iterator[str]]] = {
    "contact": _contact,
    "sale": _sale,
    "refund": _refund,
    "cost": _cost,
    "lead": _lead,
    "deal": _deal,
    "ticket": _ticket,
    "rating": _rating,
    "optout": _optout,
}
