"""The questions and refusals about a line, in words, each with an example of what works."""

from __future__ import annotations

from handlers.parsing.examples import example, large, small
from handlers.parsing.reading import Doubt, KnownCustomer
from metrics.wording import Money, Phrase, phrase
from store.names import fold


def nothing(verb: str, currency: str) -> Phrase:
    """The refusal of an empty or unreadable line."""
    return phrase("I could not read that. For example: {example}", example=example(verb, currency))


def no_customer(verb: str, currency: str) -> Doubt:
    """Nobody was named."""
    said = phrase("Which customer? Send the name first, for example: {example}", example=example(verb, currency))
    if verb == "sale":
        said = phrase("Who bought? Send the name first, for example: {example}", example=example(verb, currency))
    return Doubt("customer", said, why="missing")


def long_name(verb: str, currency: str) -> Doubt:
    """More words than any name has."""
    said = phrase(
        "That name is too long. Send the name first, then a comma and the rest, for example: {example}",
        example=example(verb, currency),
    )
    return Doubt("customer", said, why="long")


def long_tag(typed: str) -> Phrase:
    """A channel or campaign longer than any name."""
    return phrase(
        "“{typed}…” is too long for a channel or a campaign. For example: #facebook, #tet27", typed=typed[:20]
    )


def no_phone(typed: str, verb: str, currency: str) -> Doubt:
    """Digits beside a new name that make no phone number."""
    said = phrase(
        "“{typed}” is not a whole phone number. Check it and send the line again, for example: {example}",
        typed=typed,
        example=example(verb, currency),
    )
    return Doubt("phone", said, why="wrong")


def unknown_customer(name: str, candidates: tuple[KnownCustomer, ...]) -> Doubt:
    """A name that nobody has in full; nothing is made before the tap."""
    if any(set(fold(name).split()) <= set(fold(known.name).split()) for known in candidates):
        said = phrase("Which “{name}”, or is it a new customer?", name=name)
    elif candidates:
        said = phrase("I don't know “{name}”. Is it one of these, or a new customer?", name=name)
    else:
        said = phrase("I don't know “{name}”. Is it a new customer?", name=name)
    return Doubt("customer", said, candidates, "unknown")


def several_customers(name: str, rows: tuple[KnownCustomer, ...]) -> Doubt:
    """More than one customer of that name."""
    return Doubt("customer", phrase("Which “{name}”?", name=name), rows, "several")


def longer_name(known: KnownCustomer, name: str, rows: tuple[KnownCustomer, ...]) -> Doubt:
    """A known name that may only be the beginning of another."""
    said = phrase("Is it {known}, or a new customer “{name}”?", known=known.name, name=name)
    return Doubt("customer", said, rows, "longer")


def known_lead(rows: tuple[KnownCustomer, ...]) -> Doubt:
    """A lead who is in the book already."""
    said = phrase("There is already a customer {name}. The same one, or somebody new?", name=rows[0].name)
    return Doubt("customer", said, rows, "duplicate")


def other_phone(rows: tuple[KnownCustomer, ...], phone: str) -> Doubt:
    """A name and a phone that belong to different people."""
    said = phrase("The number {phone} does not go with that name. Who is it?", phone=phone)
    return Doubt("customer", said, rows, "phone")


_AMOUNTS = {
    "missing": phrase("How much? Add the amount, for example: {example}"),
    "bare": phrase("How much is “{typed}”? Choose, or send it with its unit: {small}, {large}"),
    "unit": phrase("“{typed}”: millions or billions? Choose, or write 2 million or 2 billion"),
    "choice": phrase(
        "I am not sure of “{typed}”. Which amount is it? You can also send it again, such as {large} or {small}"
    ),
    "several": phrase(
        "There are several amounts. Which one counts? You can also send one line with one amount: {example}"
    ),
    "fraction": phrase("“{typed}” does not make a whole amount. Choose, or send it again, such as {small}"),
    "negative": phrase("An amount cannot be below zero. Did you mean this one? To take a record back: /undo"),
    "zero": phrase("An amount of zero is not recorded. Send the amount, for example: {example}"),
    "huge": phrase("“{typed}” is a very large amount. Is it right? Choose, or send it again, such as {large}"),
    "large": phrase(
        "“{typed}” is far more than your usual sale. Is it right? Choose, or send it again, such as {large}"
    ),
    "phone": phrase("“{typed}” may be a phone number. Is it the amount? Choose, or send it as {large} or {small}"),
    "duplicate": phrase("The same customer and amount were recorded a few minutes ago. Record it once more?"),
}


def amount(why: str, verb: str, currency: str, typed: str = "", choices: tuple[int, ...] = ()) -> Doubt:
    """A doubt about an amount; the choices are minor units."""
    words = {"example": example(verb, currency), "large": large(currency), "small": small(currency)}
    said = Phrase(_AMOUNTS[why].source, {"typed": typed, **words})
    return Doubt("amount", said, tuple(dict.fromkeys(choices)), why)


_WHENS = {
    "missing": phrase("When? For example: {example}"),
    "future": phrase("“{typed}” has not come yet. When was it? For example: yesterday 9am, 20/11"),
    "plan": phrase(
        "Is “{typed}” when it happened, or what comes next? Choose, or write a comma before what comes next"
    ),
    "past": phrase("“{typed}” is over. When should it be? For example: tomorrow 9am, friday, 20/11"),
    "old": phrase("“{typed}” is over a year ago. Is that right?"),
    "year": phrase("Which year is “{typed}”? Choose, or write it out: 20/11/2026"),
    "today": phrase("Today is “{typed}” too. Which day do you mean?"),
    "half": phrase("“{typed}”: in the morning or in the afternoon? Choose, or write 3pm or 15:00"),
    "part": phrase("I am not sure of “{typed}”. What time is it? For example: 15:30"),
    "monthday": phrase("Which month is “{typed}”? Choose, or write 20/11"),
    "wrong": phrase("There is no date “{typed}”. Which day is it? For example: 20/11"),
    "vague": phrase("Which day is “{typed}”? For example: yesterday, friday, 20/11"),
    "several": phrase("There are several times: “{typed}”. When was it?"),
}


def when(why: str, verb: str, typed: str = "", choices: tuple[object, ...] = ()) -> Doubt:
    """A doubt about a time; the choices are instants."""
    words = {"typed": typed, "example": example(verb, "")}
    return Doubt("when", Phrase(_WHENS[why].source, words), choices, why)


def colleague(word: str, choices: tuple[object, ...]) -> Doubt:
    """`@x` that is nobody, or several."""
    said = phrase("Which colleague is “@{name}”? Choose, or write their Telegram name", name=word)
    return Doubt("colleague", said, choices, "several" if choices else "unknown")


def channels(names: tuple[str, ...]) -> Doubt:
    """Two channels in one line."""
    return Doubt("channel", phrase("One record has one channel. Which one?"), names, "several")


_WORDS = {
    "stage": phrase("Which stage? For example: {example}"),
    "reason": phrase("Why was it lost? For example: {example}"),
    "cost_kind": phrase("What kind of cost is it? For example: {example}"),
}


def word(part: str, verb: str, currency: str, choices: tuple[str, ...]) -> Doubt:
    """One of the team's own words is missing: a stage, a reason, a kind of cost."""
    return Doubt(part, Phrase(_WORDS[part].source, {"example": example(verb, currency)}), choices, "missing")


def number(amount_minor: int | None, currency: str) -> Doubt:
    """No sale was named of which to give back an amount, or all that is left."""
    said = phrase(
        "Which sale? Reply to it, or send its number, for example: {example}", example=example("refund", currency)
    )
    if amount_minor is not None:
        said = phrase(
            "{amount} of which sale? Choose it, reply to it, or send its number first, for example: {example}",
            amount=Money(amount_minor, currency), example=example("refund", currency),
        )  # fmt: skip
    return Doubt("number", said, why="missing")


SCORES = (1, 2, 3, 4, 5)


def score(why: str) -> Doubt:
    """No mark from 1 to 5: ``missing``, or another number, ``range``."""
    said = phrase("From 1 to 5? For example: {example}", example=example("rating", ""))
    return Doubt("score", said, SCORES, why)


def birthday(typed: str) -> Doubt:
    """A birthday that is no date."""
    return Doubt("birthday", phrase("There is no date “{typed}”. For example: birthday 20/11/1990", typed=typed))


def dates(typed: str) -> Doubt:
    """Days of a cost that do not exist or end before they begin."""
    return Doubt("when", phrase("“{typed}” is no span of days. For example: 01/10-15/11, October", typed=typed))
