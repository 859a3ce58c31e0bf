"""Reads one line into one typed reading: total over every text, never guessing an amount, a person or a date."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import cast

from handlers.parsing import doubting, money
from handlers.parsing.amounts import read_amount
from handlers.parsing.customers import find
from handlers.parsing.parts import local_today
from handlers.parsing.phones import read_phone
from handlers.parsing.placing import RECENT_DAYS, Sense
from handlers.parsing.reading import CALLS_AND_CONTACTS, Answers, Colleague, Doubt, KnownCustomer, Reading, Setting
from handlers.parsing.scan import Found, scan, speaks_of_money
from handlers.parsing.text import Line, tokenise
from handlers.parsing.times import Moment, agreed, moment
from handlers.parsing.verbs import verb_of
from handlers.parsing.who import Who, decide
from store.names import clean

LONGEST_TEXT = 4096
LONGEST_TAG = 100
"""Telegram's longest message; what comes after is not read."""

_ORDER = ("number", "amount", "when", "customer", "colleague", "channel", "stage", "reason", "cost_kind")
_SEPARATOR = re.compile(r"^[\s,;.:…!?)\]}\"']*(?:[–—]+\s*|-+\s+)?")
_BY_NUMBER = frozenset(("won", "lost", "stage", "answered", "resolved", "refund"))
_DIGITS = re.compile(r"(?:^|\s)(?:\+?\d[\d.-]{5,}|0\d[\d.-]{2,})(?=\s|$)")
"""Too many digits for a name, as in `Lan 09123`."""
_MONEY = frozenset(("sale", "deal", "won", "cost", "refund"))


def read(text: str, setting: Setting, verb: str | None = None, answers: Answers | None = None) -> Reading:
    """Read a line without its command (`verb` says which it was) or, without a verb, a line of plain text."""
    answers = answers or Answers()
    text = text[:LONGEST_TEXT]
    if verb is not None:
        return _read(tokenise(text), verb, setting, answers)[0]
    spoken = verb_of(text)
    if spoken is None:
        return _look_up(tokenise(text), setting)
    reading, found = _read(tokenise(spoken.rest), spoken.verb, setting, answers)
    if spoken.certain or _reads(reading, found):
        return reading
    return _look_up(tokenise(text), setting)


def _reads(reading: Reading, found: Found | None) -> bool:
    """Whether what follows an unaccented verb reads as such a line (`goi lan 5p`), or is other words (`ban oi`)."""
    if found is None or reading.status == "refuse":
        return False
    if reading.verb == "sale":
        return bool(found.amounts)
    if reading.verb == "lead":
        return found.any
    return found.any or reading.customer is not None


def _look_up(line: Line, setting: Setting) -> Reading:
    """Other text names a customer to show."""
    match = find(line, 0, setting.book)
    name = clean(line.text)
    if not name:
        return Reading("find", "refuse", refusal=doubting.nothing("find", setting.currency))
    rows = match.rows if match and match.end == len(line) else ()
    phone = read_phone(line, 0, setting.country, loose=True)
    if phone is not None and phone[1] == len(line):
        rows = tuple(row for row in setting.book.customers if row.phone == phone[0])
    one = rows[0] if len(rows) == 1 else None
    return Reading("find", customer=one, customer_name=name[:200], candidates=rows)


def _read(line: Line, verb: str, setting: Setting, answers: Answers) -> tuple[Reading, Found | None]:
    if verb == "find":
        return _look_up(line, setting), None
    if len(line) == 0 and answers == Answers() and not setting.replying and verb != "refund":
        return Reading(verb, "refuse", refusal=doubting.nothing(verb, setting.currency)), None
    who = _who(line, verb, setting, answers)
    found = scan(line, who.end, verb, setting)
    if len(found.text("campaign") or "") > LONGEST_TAG:
        return Reading(verb, "refuse", refusal=doubting.long_tag(f"#{found.text('campaign')}")), None
    found.doubtful_money = found.doubtful_money or speaks_of_money(who.skipped)
    who, phone = _by_phone(who, found, verb, setting, answers)
    reading = Reading(
        verb,
        customer=who.customer,
        customer_name=who.name,
        new=who.new,
        candidates=tuple(one for one in (who.doubt.choices if who.doubt else ()) if isinstance(one, KnownCustomer)),
        phone=phone,
        note=_note(line, who, found),
    )
    doubts = [who.doubt] if who.doubt and verb != "refund" else []  # a refund's customer is its sale's
    for add in (_add_amount, _add_when, _add_words, _add_people, _add_rest):
        reading = add(reading, found, setting, answers, doubts)
    return _closed(reading, doubts), found


def _closed(reading: Reading, doubts: list[Doubt]) -> Reading:
    if not doubts:
        return reading
    order = {part: index for index, part in enumerate(_ORDER)}
    ordered = tuple(sorted(doubts, key=lambda doubt: order.get(doubt.part, len(order))))
    return replace(reading, status="ask", doubts=ordered)


def _who(line: Line, verb: str, setting: Setting, answers: Answers) -> Who:
    if verb == "cost":
        return Who(0)
    if answers.apart and answers.customer is not None:
        return Who(0, answers.customer, answers.customer.name)
    if answers.apart and answers.new_name:
        return Who(0, name=clean(answers.new_name), new=True)
    first = line.tokens[0].lower if len(line) else ""
    numbered = first.lstrip("#").isdecimal() and first.isascii() and len(first) <= 12
    numbered |= verb == "refund" and len(line) > 0 and read_amount(line, 0, setting.currency) is not None
    if verb in _BY_NUMBER and (setting.replying or (numbered and find(line, 0, setting.book) is None)):
        return Who(0)
    if setting.replying and answers.customer is not None:
        return Who(0, answers.customer, answers.customer.name)
    who = decide(line, verb, setting, answers)
    return _lead(who, setting) if verb == "lead" and answers.customer is None else who


def _lead(who: Who, setting: Setting) -> Who:
    """A lead is made at once, unless there is such a customer or the name holds half a phone number."""
    if who.doubt is not None and who.name:
        if not any(char.isalpha() for char in who.name) and read_phone(
            tokenise(who.name), 0, setting.country, loose=True
        ):
            return Who(who.end, doubt=doubting.no_customer("lead", setting.currency))
        digits = _DIGITS.search(who.name)
        if digits is not None:
            return Who(who.end, doubt=doubting.no_phone(digits[0].strip(), "lead", setting.currency))
        return Who(who.end, name=who.name, new=True)
    if who.customer is not None and who.doubt is None:
        return Who(who.end, name=who.name, doubt=doubting.known_lead((who.customer,)))
    return who


def _by_phone(who: Who, found: Found, verb: str, setting: Setting, answers: Answers) -> tuple[Who, str | None]:
    """The same phone names a customer without asking, unless the line names another one."""
    phone = found.text("phone")
    if phone is None or answers.customer is not None or answers.new_customer:
        return who, phone
    rows = tuple(row for row in setting.book.customers if row.phone == phone)
    known = who.customer
    if known is not None and (known.phone not in (None, phone) or (rows and known not in rows)):
        others = tuple(row for row in rows if row != known)
        return replace(who, customer=None, doubt=doubting.other_phone((known, *others), phone)), phone
    if not rows or known is not None:
        return who, phone
    if who.new or verb == "lead":
        return replace(who, new=False, doubt=doubting.known_lead(rows)), phone
    if len(rows) == 1:
        named = [row for row in who.doubt.choices if row not in rows] if who.doubt and who.doubt.why == "longer" else []
        if not named:
            return replace(who, customer=rows[0], name=rows[0].name, doubt=None), phone
    return replace(who, doubt=doubting.several_customers(who.name or phone, rows)), phone


def _note(line: Line, who: Who, found: Found) -> str | None:
    """The words skipped before the needed part, then the note itself."""
    loose = " ".join(line.tokens[at].raw for at in found.loose)
    tail = _tail(line, found.note_from) if found.note_from is not None else ""
    parts = (" ".join(part.split()) for part in (who.skipped, loose, clean(tail)))
    return " ".join(part for part in parts if part) or None


def _tail(line: Line, first: int) -> str:
    """The text from a token on with what stands before it (a bracket, a picture), without the separator."""
    start = line.tokens[first - 1].end if first else 0
    return _SEPARATOR.sub("", line.text[start:])


def _add_amount(reading: Reading, found: Found, setting: Setting, answers: Answers, doubts: list[Doubt]) -> Reading:
    if reading.verb not in _MONEY:
        return reading
    amount, doubt = money.settle(found, reading.verb, setting, answers, reading.customer)
    doubts += [doubt] if doubt else []
    if amount is None:
        return reading
    quantity = amount.quantity or reading.quantity
    return replace(reading, amount_minor=amount.minor, currency=amount.currency, quantity=quantity)


def _add_when(reading: Reading, found: Found, setting: Setting, answers: Answers, doubts: list[Doubt]) -> Reading:
    now = setting.now
    sense: Sense = "future" if reading.verb in ("remind", "deal") else "past"
    typed = " ".join(found.when_text)
    whens = found.whens
    one = whens[0] if len(whens) == 1 else agreed(whens, now, setting.zone, sense)
    if answers.at is not None:
        said = Moment(answers.at)
    elif one is not None:
        said = moment(one, now, setting.zone, sense)
        if found.plan and said.at is not None:
            said = Moment(None, choices=(now, said.at), why="plan")
    elif whens:
        choices = tuple(one.at for one in (moment(when, now, setting.zone, sense) for when in whens) if one.at)
        said = Moment(None, choices=choices, why="several")
    else:
        said = Moment(None if sense == "future" else now, why="missing" if reading.verb == "remind" else None)
    if said.why is not None:
        doubts.append(doubting.when(said.why, reading.verb, typed, said.choices))
    if reading.verb == "deal":
        expected = said.at.astimezone(setting.zone).date() if said.at else None
        return replace(reading, at=now, expected_day=expected)
    return replace(reading, at=said.at, date_only=said.date_only)


def _add_words(reading: Reading, found: Found, setting: Setting, answers: Answers, doubts: list[Doubt]) -> Reading:
    """Durations, directions, outcomes, products, tags, and the team's own words."""
    product, count = found.product or (None, None)
    if len(set(found.channels)) > 1 and answers.channel is None:
        doubts.append(doubting.channels(tuple(dict.fromkeys(found.channels))))
    if reading.verb in CALLS_AND_CONTACTS:
        reading = replace(reading, direction=found.text("direction") or "out")
    terms = {
        "stage": answers.stage or found.text("stage"),
        "reason": answers.reason or found.text("reason"),
        "cost_kind": answers.cost_kind or found.text("cost_kind"),
    }
    wanted = {"stage": ("stage", setting.stages), "lost": ("reason", setting.lost_reasons)}
    wanted["cost"] = ("cost_kind", setting.cost_kinds)
    part, names = wanted.get(reading.verb, ("", ()))
    if part and terms[part] is None:
        doubts.append(doubting.word(part, reading.verb, setting.currency, names))
    return replace(
        reading,
        duration_s=found.number("duration"),
        outcome=found.text("outcome"),
        answered=cast("bool | None", found.values.get("answered")),
        product=product,
        quantity=count or found.number("quantity") or reading.quantity,
        channel=answers.channel or (found.channels[0] if len(set(found.channels)) == 1 else None),
        campaign=found.text("campaign"),
        tag=found.text("tag"),
        stage=terms["stage"],
        reason=terms["reason"],
        cost_kind=terms["cost_kind"],
    )


def _add_people(reading: Reading, found: Found, setting: Setting, answers: Answers, doubts: list[Doubt]) -> Reading:
    """The colleague who sold, and who referred a lead."""
    colleague: Colleague | None = None
    if answers.colleague_id is not None:
        colleague = next((one for one in setting.colleagues if one.id == answers.colleague_id), None)
    elif found.colleague is not None:
        rows, word = found.colleague
        colleague = rows[0] if len(rows) == 1 else None
        if colleague is None:
            doubts.append(doubting.colleague(word, rows or setting.colleagues[:8]))
    referred = cast("tuple[int, int, str] | None", found.values.get("referred"))
    if referred is None:
        return replace(reading, colleague=colleague)
    named = find(tokenise(referred[2]), 0, setting.book)
    whole = named is not None and named.end == len(tokenise(referred[2]))
    referrer = named.only if named is not None and whole else None
    return replace(reading, colleague=colleague, referred_by=clean(referred[2]) or None, referrer=referrer)


def _add_rest(reading: Reading, found: Found, setting: Setting, answers: Answers, doubts: list[Doubt]) -> Reading:
    """Record numbers, marks, birthdays, and the days of a cost."""
    number = answers.number or found.number("number")
    if reading.verb == "refund" and number is None and not setting.replying:
        doubts.append(doubting.number(reading.amount_minor, reading.currency or setting.currency))
    score = answers.score or found.number("score")
    if reading.verb == "rating" and (score is None or not 1 <= score <= 5):
        doubts.append(doubting.score("missing" if score is None else "range"))
        score = None
    if "birthday" in found.values and found.birthday is None:
        doubts.append(doubting.birthday(found.birthday_text))
    reading = replace(reading, number=number, score=score, birthday=found.birthday)
    return _add_days(reading, found, setting, answers, doubts) if reading.verb == "cost" else reading


def _add_days(reading: Reading, found: Found, setting: Setting, answers: Answers, doubts: list[Doubt]) -> Reading:
    span, today = found.span, local_today(setting)
    if span is None or answers.at is not None:
        day: date | None = reading.at.astimezone(setting.zone).date() if reading.at else None
        return replace(reading, from_day=day, to_day=day)
    if span.first is None or span.last is None:
        doubts.append(doubting.dates(found.span_text))
        return reading
    if span.first > today:
        doubts.append(doubting.when("future", reading.verb, found.span_text))
    elif span.guessed and (today - span.last).days > RECENT_DAYS:
        doubts.append(doubting.when("year", reading.verb, found.span_text))
    return replace(reading, from_day=span.first, to_day=span.last)
