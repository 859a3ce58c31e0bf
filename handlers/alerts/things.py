"""What waits, said and acted on: a lead, ticket or deal by itself with its buttons, or many as a list."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from math import ceil

from handlers.alerts.kinds import Alert
from handlers.base import Button, Reply, Team
from handlers.buttons import data, in_rows
from handlers.figures.asked import BY_KEY, Asked, rules_of, scope_of
from metrics.answers.asking import ask
from metrics.periods import key, last_days
from metrics.wording import DayMonth, Days, Html, Minutes, Phrase, Say, ShortMoney, phrase, plural_phrase
from store import Session
from store.facts.untouched import Thing, Waits, quiet_deals, unanswered_tickets, untouched_leads

FARTHEST = timedelta(days=14)
"""So far back leads and tickets are looked for."""
SHOWN = 10
"""So many stand in a message; the others behind a button."""

_ALONE: Mapping[Waits, Phrase] = {
    "lead": phrase("⏳ {name}, a new lead since {when}, has not been contacted yet. {owner}"),
    "ticket": phrase("⏳ Ticket #{number} of {name}, opened {when}, has no answer yet. {owner}"),
    "deal": phrase("⏳ Deal #{number} with {name}: nothing has happened since {when}. {owner}"),
}
_TITLES: Mapping[Waits, Phrase] = {
    "lead": plural_phrase("⏳ {n} new lead not contacted for {time}:", "⏳ {n} new leads not contacted for {time}:"),
    "ticket": plural_phrase("⏳ {n} ticket not answered for {time}:", "⏳ {n} tickets not answered for {time}:"),
    "deal": plural_phrase("⏳ {n} deal with no activity for {time}:", "⏳ {n} deals with no activity for {time}:"),
}


async def waiting(session: Session, team: Team, one: Alert, now: datetime) -> list[Thing]:
    """Return what has waited longer than an alert allows."""
    if one.kind == "deal":
        return await quiet_deals(session, team.id, now - timedelta(days=one.limit), now)
    read = untouched_leads if one.kind == "lead" else unanswered_tickets
    week = rules_of(team).week
    found = await read(session, team.id, now - FARTHEST, now)
    return [thing for thing in found if week.minutes_between(thing.since, now, team.zone) >= one.limit]


async def thing_of(session: Session, team: Team, kind: Waits, record_id: int, now: datetime) -> Thing | None:
    """Return one thing as it waits now; None when it waits no longer."""
    if kind == "deal":
        found = await quiet_deals(session, team.id, now - timedelta(days=1), now)
    else:
        read = untouched_leads if kind == "lead" else unanswered_tickets
        found = await read(session, team.id, now - FARTHEST, now)
    return next((thing for thing in found if thing.id == record_id), None)


async def patience(session: Session, team: Team, now: datetime) -> tuple[int, bool]:
    """Return after how many days a deal has waited too long, and whether that is the team's own median.

    The median of `/cycle` over a year, when at least ten journeys made it; else 30 days, after which `/winrate` counts
    a deal as stale.
    """
    year = key(last_days(365, team.zone, now))
    answer = await ask(BY_KEY["cycle"], session, scope_of(team, now, Asked("cycle", year)))
    if answer.value is None or answer.figure.n < _LEAST_WON:
        return _STALE_DAYS, False
    return min(max(ceil(answer.value), 3), 90), True


_STALE_DAYS, _LEAST_WON = 30, 10


def told(say: Say, team: Team, one: Alert, things: Sequence[Thing], first: int = 1) -> Reply:
    """Word what has begun to wait too long: one with its buttons, several as a list that a button completes."""
    if len(things) == 1:
        return alone(say, team, things[0])
    text = listing(say, team, one, things[:SHOWN], len(things), first)
    rows = numbered(things[:SHOWN], first)
    if len(things) > SHOWN:
        left = len(things) - SHOWN
        text += "\n" + say("… and {n} more", n=left)
        label = say.plain("See all {n}: {metric}", n=len(things), metric=_MANY[things[0].kind])
        rows = (*rows, (Button(label, data("al", one.id, "a")),))
    return Reply(text, rows)


def alone(say: Say, team: Team, thing: Thing) -> Reply:
    """Word one thing, with what can be done about it at once."""
    text = say(replace(_ALONE[thing.kind], params=_params(say, team, thing)))
    if thing.note:
        text += f"\n{say.value(thing.note[:300])}"
    return Reply(text, _acts(say, thing))


_NAMED: Mapping[Waits, Phrase] = {
    "lead": phrase("New lead: {name}"),
    "ticket": phrase("Ticket: {name}"),
    "deal": phrase("Deal: {name}"),
}


_MANY: Mapping[Waits, Phrase] = {"lead": phrase("leads"), "ticket": phrase("tickets"), "deal": phrase("deals")}


def named(say: Say, team: Team, thing: Thing) -> Reply:
    """Word one thing among others, with one button that leads to what can be done about it."""
    label = say.plain(replace(_NAMED[thing.kind], params={"name": thing.customer}))
    return replace(alone(say, team, thing), buttons=((Button(label, _to(thing)),),))


def _to(thing: Thing) -> str:
    """The payload that shows a thing with its buttons."""
    return data("alone", thing.kind[0], thing.id)


def _params(say: Say, team: Team, thing: Thing) -> dict[str, object]:
    owner = say("{name} looks after it.", name=thing.owner) if thing.owner else say("Nobody looks after it yet.")
    about: dict[str, object] = {
        "name": Html(_name(say, team, thing)),
        "number": str(thing.number),
        "owner": Html(owner),
    }
    return about | {"when": Html(_when(say, team, thing))}


def _when(say: Say, team: Team, thing: Thing) -> str:
    wall = thing.since.astimezone(team.zone)
    if thing.kind == "deal":
        return say.value(wall.date())
    return say("{day}, {time}", day=DayMonth(wall.date()), time=wall.time())


def _acts(say: Say, thing: Thing) -> tuple[tuple[Button, ...], ...]:
    """Done at once (a call, an answer, a stage), given to somebody else, or put off."""
    plain, customer = say.plain, thing.customer_id
    first: tuple[Button, ...]
    if thing.kind == "ticket":
        first = (Button(plain("Answered"), data("tick", thing.id, "answered")),
                 Button(plain("Resolved"), data("tick", thing.id, "resolved")))  # fmt: skip
    else:
        first = (Button(plain("Log a call"), data("log", customer, "call")),)
    hand_over = Button(plain("Hand over"), data("cfix", customer, "owner"))
    later = tuple(
        Button(plain(words), data("alz", thing.kind[0], thing.id, choice)) for choice, words in SNOOZES.items()
    )
    return ((*first, hand_over), later, (Button(plain("Card"), data("card", customer)),))


SNOOZES: Mapping[str, Phrase] = {"d1": phrase("Remind: 1 day"), "w1": phrase("Remind: 1 week")}
"""How long a thing, or an alert, may be put off."""


def listing(say: Say, team: Team, alert: Alert, things: Sequence[Thing], count: int, first: int = 1) -> str:
    """Word several things, a line each, under how long the alert lets them wait."""
    kind = things[0].kind
    time = Days(alert.limit) if kind == "deal" else Minutes(alert.limit)
    title = say(replace(_TITLES[kind], params={"n": count, "time": time}))
    return "\n".join([title, *(_line(say, team, number, one) for number, one in enumerate(things, first))])


def _line(say: Say, team: Team, number: int, thing: Thing) -> str:
    about = {"name": _name(say, team, thing), "when": _when(say, team, thing), "number": str(number)}
    params = {name: Html(value) for name, value in about.items()}
    if thing.owner:
        return say("{number}. {name}, since {when}, {owner}", owner=thing.owner, **params)
    return say("{number}. {name}, since {when}, nobody looks after it yet", **params)


def _name(say: Say, team: Team, thing: Thing) -> str:
    """Whose it is, and of a deal its amount: by that deals are in order, the largest first."""
    name = f"<b>{say.value(thing.customer)}</b>"
    if not thing.amount_minor:
        return name
    return f"{name}, {say.value(ShortMoney(thing.amount_minor, team.currency))}"


def numbered(things: Sequence[Thing], first: int = 1) -> tuple[tuple[Button, ...], ...]:
    """Return a button for each thing, five in a row."""
    keys = [Button(str(number), _to(one)) for number, one in enumerate(things, first)]
    return in_rows(keys, 5)


def all_of(say: Say, team: Team, alert: Alert, things: Sequence[Thing]) -> Reply:
    """Word all things, twenty a message, each with its button."""
    if not things:
        return Reply(say("Nothing waits any more."))
    parts = [
        Reply(
            listing(say, team, alert, things[at : at + 20], len(things), at + 1),
            numbered(things[at : at + 20], at + 1),
        )
        for at in range(0, len(things), 20)
    ]
    return Reply(parts[0].text, parts[0].buttons, then=tuple(parts[1:]))


KINDS: Mapping[str, Waits] = {"l": "lead", "t": "ticket", "d": "deal"}
"""The kinds by the letter that a button carries."""
_GONE: Mapping[Waits, Phrase] = {
    "lead": phrase("That lead has been contacted meanwhile, or is gone."),
    "ticket": phrase("That ticket has been answered meanwhile, or is gone."),
    "deal": phrase("Something has happened in that deal meanwhile, or it is closed."),
}


def gone(kind: Waits) -> Phrase:
    """Say that a thing waits no longer."""
    return _GONE[kind]
