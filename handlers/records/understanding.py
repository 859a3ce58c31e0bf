"""Reads a line against the team: one look-up of the customers it may mean, and for amounts the team's sales so far."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from handlers.base import Request, Team, team_of
from handlers.parsing import (
    Answers,
    Book,
    Colleague,
    KnownCustomer,
    Reading,
    Setting,
    country_of,
    lookup_keys,
    read,
    suggest,
    verb_of,
)
from handlers.records.receipts import replied_records
from store import Session
from store.catalogue.products import product_names
from store.customers.lookup import OFFERED, CustomerRow, look_all_up, similar
from store.names import full_key
from store.people.colleagues import colleagues_of
from store.records.scale import recent_sales, scale_of

_WITH_AMOUNT = frozenset({"sale", "deal"})
_BY_REPLY = frozenset({"won", "lost", "stage", "refund", "answered", "resolved"})


async def understand(
    session: Session, request: Request, verb: str, text: str, sent_at: datetime, answers: Answers
) -> Reading:
    """Return what the line means, recording nothing."""
    setting = await setting_of(session, request, verb, text, sent_at)
    if answers.colleague_id is not None:
        setting = replace(setting, colleagues=await colleagues(session, request))
    reading = read(text, setting, verb, answers)
    if reading.product is not None:
        reading = replace(reading, product=setting.sold_as.get(reading.product, reading.product))
    own_name = None if reading.customer is None else setting.called.get(reading.customer.id)
    if reading.customer is None or own_name is None:
        return reading
    return replace(reading, customer=replace(reading.customer, name=own_name))


async def is_log(session: Session, request: Request) -> bool:
    """Whether a plain text that begins like a log (``ban Lan 2tr``) reads as one, and is no other talk (``ban oi``)."""
    text = request.message.text.strip().partition("\n")[0]
    verb = verb_of(text)
    if verb is None or verb.certain:
        return True
    setting = await setting_of(session, request, verb.verb, verb.rest, request.message.sent_at)
    return read(text, setting).verb != "find"


async def setting_of(session: Session, request: Request, verb: str, text: str, sent_at: datetime) -> Setting:
    """Return what a line is read against: the team, the moment, and the customers that it may mean."""
    team = team_of(request)
    replying = verb in _BY_REPLY and bool(await replied_records(session, request))
    setting = replace(_of_team(team, sent_at), replying=replying)
    keys = lookup_keys(text, verb, setting)
    found = await look_all_up(session, team.id, keys.full, keys.given, keys.phones, request.member.id)
    called = {row.id: row.now_called for row in found.rows if row.now_called}
    setting = replace(setting, book=Book(tuple(map(known, found.rows)), request.member.id, found.cut), called=called)
    if verb in _WITH_AMOUNT:
        goods = {name: now for _, name, now in await product_names(session, team.id)}
        setting = replace(setting, products=tuple(goods), sold_as=goods)
    if "@" in text:
        setting = replace(setting, colleagues=await colleagues(session, request))
    return await _scaled(session, team, setting, verb)


async def colleagues(session: Session, request: Request) -> tuple[Colleague, ...]:
    """Return the team's members, as a line may name them."""
    people = await colleagues_of(session, team_of(request).id)
    return tuple(Colleague(person.id, person.name, person.username) for person in people)


async def _scaled(session: Session, team: Team, setting: Setting, verb: str) -> Setting:
    """Add what tells an unlikely amount apart."""
    if verb not in _WITH_AMOUNT:
        return setting
    scale = await scale_of(session, team.id)
    recent = await recent_sales(session, team.id, setting.now) if verb == "sale" else frozenset()
    return replace(
        setting,
        sales_count=scale.sales,
        median_minor=scale.median_minor,
        smallest_sale_minor=scale.smallest_minor,
        recent=recent,
    )


def _of_team(team: Team, sent_at: datetime) -> Setting:
    settings: Any = team.settings
    return Setting(
        now=sent_at,
        zone=team.zone,
        currency=team.currency,
        locale=team.locale,
        country=country_of(team.zone),
        channels={name: tuple(short) for name, short in settings["channels"].items()},
        stages=tuple(settings["stages"]),
        lost_reasons=tuple(settings["lost_reasons"]),
        cost_kinds=tuple(settings["cost_kinds"]),
        large_factor=int(settings["large_amount_factor"]),
        bare_factor=settings.get("bare_factor"),
    )


def country_of_team(request: Request) -> str:
    """Return the country in which the team's numbers are dialled."""
    return country_of(team_of(request).zone)


def known(row: CustomerRow) -> KnownCustomer:
    """Return a looked-up customer as the parser takes it."""
    return KnownCustomer(row.id, row.name, row.phone, row.owner_id, row.owner_name)


async def look_alikes(session: Session, request: Request, name: str) -> tuple[KnownCustomer, ...]:
    """Return up to five customers whose names resemble an unknown one: to offer, never to use."""
    near = await similar(session, team_of(request).id, full_key(name), 2 * OFFERED)
    return suggest(name, map(known, near))[:OFFERED]
