"""The buttons under a question: the values that a doubt names, else what this member and team usually log."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from handlers.base import LOGGERS, Request, team_of
from handlers.clockwork.hours import LATER, later
from handlers.dialogues.choices import answer_of, confirmable
from handlers.parsing import Colleague, Doubt, KnownCustomer, Reading
from handlers.parsing.doubting import SCORES
from handlers.records import echo, past_sales
from handlers.records.receipts import frame
from handlers.records.remembering import always
from handlers.records.understanding import known
from metrics.wording import Money, Say
from store import Session
from store.catalogue.products import products_of
from store.customers.lookup import newest_of
from store.people.membership import members_of
from store.records import habits
from store.records.refunding import PastSale

OFFERED = 5
WORDS = 12
"""How many choices are offered at most: of customers, amounts and times; of the team's own words."""

LABEL = 60
"""Longest text of a button that a phone still shows whole."""

PIECES = (1, 2, 3, 4, 5, 10)
MINUTES = (1, 2, 5, 10, 15, 30)
"""Lengths of a call, where a member has not logged enough of them."""

WIDE = frozenset({"customer", "amount", "when", "product"})
"""Parts whose choices are long: one to a row."""

_WORDS = frozenset({"stage", "reason", "cost_kind", "channel", "colleague"})
_TALKED = ("connected", "interested", "callback", "no_answer", "quoted", "not_interested", "busy", "wrong_number")

Choice = tuple[str, dict[str, Any]]
"""A button's text, and what a tap on it settles, as JSON."""


async def offers(session: Session, request: Request, reading: Reading, doubt: Doubt) -> list[Choice]:
    """Return the choices for what is asked."""
    if doubt.choices or confirmable(doubt) or doubt.why not in ("missing", "step"):
        return _named(request, reading, doubt)
    usual = _USUAL.get(doubt.part)
    return [] if usual is None else [(text[:LABEL], given) for text, given in await usual(session, request, reading)]


def _named(request: Request, reading: Reading, doubt: Doubt) -> list[Choice]:
    """The values that the doubt itself brings."""
    plain = request.say.plain
    most = WORDS if doubt.part in _WORDS else OFFERED
    made = [(label(request, reading, choice)[:LABEL], answer_of(doubt, choice)) for choice in doubt.choices[:most]]
    made += always(request, doubt)
    if confirmable(doubt):
        made = made if len(made) > 1 else []
        made.insert(0, (plain("Yes, record it"), {"confirmed": [doubt.why]}))
    name = reading.customer_name
    if doubt.part == "customer" and name:
        new = plain("New customer") if doubt.why == "duplicate" else plain("New customer: {name}", name=name)
        made.append((new[:LABEL], {"new_customer": True}))
    return made


async def _customers(session: Session, request: Request, reading: Reading) -> list[Choice]:
    """The member's recent customers, else their newest; for the end of a deal those who have one open."""
    if reading.verb in ("won", "lost", "stage"):
        return await _deals(session, request)
    if reading.verb == "lead":
        return []
    team_id, me = team_of(request).id, request.member.id
    rows = await habits.recent_customers(session, team_id, me, OFFERED) or await newest_of(
        session, team_id, me, OFFERED
    )
    return [(person(request, known(row)), whom(known(row))) for row in rows]


async def _deals(session: Session, request: Request) -> list[Choice]:
    plain, team_id = request.say.plain, team_of(request).id
    mine = await habits.open_deals(session, team_id, request.member.id, OFFERED)
    made = []
    for deal in mine or await habits.open_deals(session, team_id, None, OFFERED):
        words = [f"#{deal.number} {deal.customer.name}"]
        if deal.amount_minor:
            words.append(plain.value(Money(deal.amount_minor, deal.currency)))
        if deal.stage:
            words.append(echo.term(plain, deal.stage))
        made.append((" · ".join(words), whom(known(deal.customer)) | {"number": deal.number}))
    return made


async def _amounts(session: Session, request: Request, reading: Reading) -> list[Choice]:
    """What is usually sold at its last price, times the quantity said."""
    if reading.verb not in ("sale", "deal"):
        return []
    team, count = team_of(request), reading.quantity or 1
    made = []
    for good in await habits.usual_goods(session, team.id, team.currency, 2 * OFFERED):
        if reading.product is not None and good.product != reading.product:
            continue
        amount = request.say.plain.value(Money(good.price_minor * count, team.currency))
        given: dict[str, Any] = {"amount_minor": good.price_minor * count}
        if good.product is None or reading.product is not None:
            made.append((amount, given))
        else:
            made.append((f"{good.product} · {amount}", given | {"product": good.product}))
    return made[:OFFERED]


async def _outcomes(session: Session, request: Request, reading: Reading) -> list[Choice]:
    usual = await habits.usual_outcomes(session, team_of(request).id, request.member.id, len(_TALKED))
    ordered = dict.fromkeys([*(code for code in usual if code in _TALKED), *_TALKED])
    return [(echo.outcome(request.say.plain, code), {"outcome": code}) for code in ordered]


async def _durations(session: Session, request: Request, reading: Reading) -> list[Choice]:
    usual = await habits.usual_durations(session, team_of(request).id, request.member.id, len(MINUTES))
    lengths = dict.fromkeys([*usual[:3], *(60 * minutes for minutes in (5, 10, *MINUTES))])
    chosen = sorted(list(lengths)[: len(MINUTES)])
    return [(echo.duration(request.say.plain, seconds), {"duration_s": seconds}) for seconds in chosen]


async def _products(session: Session, request: Request, reading: Reading) -> list[Choice]:
    team = team_of(request)
    goods = [good.product for good in await habits.usual_goods(session, team.id, team.currency, WORDS) if good.product]
    names = dict.fromkeys([*goods, *(name for _, name in await products_of(session, team.id))])
    return [(name, {"product": name}) for name in list(names)[:OFFERED]]


async def _quantities(session: Session, request: Request, reading: Reading) -> list[Choice]:
    return [(str(number), {"quantity": number}) for number in PIECES]


async def _scores(session: Session, request: Request, reading: Reading) -> list[Choice]:
    return [(str(number), {"score": number}) for number in SCORES]


async def _channels(session: Session, request: Request, reading: Reading) -> list[Choice]:
    channels: Any = team_of(request).settings["channels"]
    return [(name, {"channel": name}) for name in list(channels)[:WORDS]]


async def _stages(session: Session, request: Request, reading: Reading) -> list[Choice]:
    stages: Any = team_of(request).settings["stages"]
    return [(echo.term(request.say.plain, name), {"stage": name}) for name in stages[:WORDS]]


async def _answered(session: Session, request: Request, reading: Reading) -> list[Choice]:
    plain = request.say.plain
    return [(plain("answered"), {"answered": True}), (plain("no answer"), {"answered": False})]


async def _directions(session: Session, request: Request, reading: Reading) -> list[Choice]:
    plain = request.say.plain
    return [(plain("outgoing"), {"direction": "out"}), (plain("incoming"), {"direction": "in"})]


async def _agreed(session: Session, request: Request, reading: Reading) -> list[Choice]:
    return [(request.say.plain("Yes, agreed"), {"agreed": True})]


async def _kinds(session: Session, request: Request, reading: Reading) -> list[Choice]:
    kinds: Any = team_of(request).settings["cost_kinds"]
    return [(echo.term(request.say.plain, name), {"cost_kind": name}) for name in kinds[:WORDS]]


async def _days(session: Session, request: Request, reading: Reading) -> list[Choice]:
    """Today and the three days before, at this time of day; for a reminder the times at which one is usually set."""
    if reading.verb == "remind":
        team, plain = team_of(request), request.say.plain
        return [(plain(words), {"at": later(team, name, request.now).isoformat()}) for name, words in LATER.items()]
    days = [request.now - timedelta(days=back) for back in range(4)]
    return [(_day(request, at), {"at": at.isoformat()}) for at in days]


async def _expected(session: Session, request: Request, reading: Reading) -> list[Choice]:
    """A week, two and a month from today, and the end of this month."""
    today = request.now.astimezone(team_of(request).zone)
    month_end = (today.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    days = sorted({today + timedelta(days=ahead) for ahead in (7, 14, 30)} | {month_end})
    return [(_day(request, at), {"at": at.isoformat()}) for at in days]


async def _colleagues(session: Session, request: Request, reading: Reading) -> list[Choice]:
    found = await members_of(session, team_of(request).id)
    return [(one.name, {"colleague_id": one.id}) for one in found if one.role in LOGGERS][:WORDS]


async def _tags(session: Session, request: Request, reading: Reading) -> list[Choice]:
    plain = request.say.plain
    return [(plain("upsell"), {"tag": "upsell"}), (plain("cross-sell"), {"tag": "cross"})]


def _day(request: Request, at: datetime) -> str:
    zone = team_of(request).zone
    return echo.day_name(request.say.plain, at.astimezone(zone).date(), request.now.astimezone(zone).date())


_USUAL: Mapping[str, Any] = {
    "customer": _customers,
    "amount": _amounts,
    "outcome": _outcomes,
    "duration": _durations,
    "product": _products,
    "quantity": _quantities,
    "score": _scores,
    "channel": _channels,
    "stage": _stages,
    "answered": _answered,
    "direction": _directions,
    "agreed": _agreed,
    "cost_kind": _kinds,
    "when": _days,
    "expected_day": _expected,
    "colleague": _colleagues,
    "tag": _tags,
}


def whom(customer: KnownCustomer) -> dict[str, Any]:
    """Return what choosing a customer settles for a line that names none."""
    row = {name: getattr(customer, name) for name in ("id", "name", "phone", "owner_id", "owner_name")}
    return {"customer": row, "new_customer": False, "apart": True}


def label(request: Request, reading: Reading, choice: object) -> str:
    """Name a choice as its button does."""
    plain = request.say.plain
    if isinstance(choice, KnownCustomer):
        return person(request, choice)
    if isinstance(choice, Colleague):
        return choice.name
    if isinstance(choice, PastSale):
        return past_sales.label(plain, request, choice)
    if isinstance(choice, datetime):
        return _instant(plain, request, choice)
    if isinstance(choice, int) and reading.ask == "amount":
        return plain.value(Money(choice, reading.currency or team_of(request).currency))
    return echo.term(plain, str(choice))


def _instant(plain: Say, request: Request, at: datetime) -> str:
    local = at.astimezone(team_of(request).zone)
    day = echo.day_name(plain, local.date(), frame(request).now.astimezone(local.tzinfo).date())
    return plain("{time} {day}", time=local.time().replace(second=0, microsecond=0), day=day)


def person(request: Request, customer: KnownCustomer) -> str:
    """A customer's name, with the phone's end (never in a group) and a colleague's name: they tell two apart."""
    words = [customer.name]
    if customer.phone and request.message.private:
        words.append(f"…{customer.phone[-4:]}")
    if customer.owner_name and customer.owner_id != request.member.id:
        words.append(request.say.plain("of {name}", name=customer.owner_name))
    return " · ".join(words)
