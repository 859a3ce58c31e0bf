"""The records behind a figure as columns and values, for a file or a table."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from metrics.base import Rows, TeamScope
from metrics.wording import Money, Phrase, phrase
from store import Session
from store.facts import Cut
from store.facts.costs import Cost
from store.facts.rows import Records, call_records, contact_records, cost_records, refund_records, sale_records
from store.facts.twoway import sent

NUMBER, AT, CUSTOMER, REP = phrase("No."), phrase("When"), phrase("Customer"), phrase("Rep")
AMOUNT, BASE, NOTE, KIND = phrase("Amount"), phrase("In the team's currency"), phrase("Note"), phrase("Kind")
CHANNEL, CAMPAIGN = phrase("Channel"), phrase("Campaign")
WHO = (NUMBER, AT, CUSTOMER, REP)
SALE, REFUND, COST, CALL = phrase("sale"), phrase("refund"), phrase("cost"), phrase("call")
MONEY_COLUMNS = (KIND, *WHO, phrase("Product"), phrase("Quantity"), AMOUNT, BASE, CHANNEL, CAMPAIGN, NOTE)


def local(at: datetime | None, zone: ZoneInfo) -> datetime | None:
    """Put an instant on the team's clock."""
    return at.astimezone(zone) if at is not None else None


def yes_or_no(held: object) -> Phrase:
    """Say whether something holds."""
    return phrase("yes") if held else phrase("no")


def money(minor: int | None, currency: str) -> Money | None:
    """Give an amount, or nothing where no rate is known."""
    return Money(minor, currency) if minor is not None else None


async def call_rows(session: Session, cut: Cut, team: TeamScope) -> Rows:
    """List the cut's calls."""
    columns = (*WHO, phrase("Direction"), phrase("Outcome"), phrase("Seconds"), NOTE)
    found = await call_records(session, cut)
    return Rows(columns, [(number, local(at, team.zone), *rest) for number, at, *rest in found])


async def contact_rows(session: Session, cut: Cut, team: TeamScope, *, only_two_way: bool = False) -> Rows:
    """List the cut's contacts, or only those that went both ways, with whether they did."""
    replied = {one.id: one.answered for one in await sent(session, cut)}
    columns = (KIND, *WHO, phrase("Direction"), phrase("Outcome"), phrase("Two-way"), NOTE)
    lines: list[tuple[object, ...]] = []
    for number, at, name, rep, kind, direction, outcome, note, id_, both in await contact_records(session, cut):
        mutual = both or replied.get(id_)
        if mutual or not only_two_way:
            lines.append((kind, number, local(at, team.zone), name, rep, direction, outcome, yes_or_no(mutual), note))
    return Rows(columns, lines)


def sale_lines(found: Records, team: TeamScope) -> Iterable[tuple[object, ...]]:
    """Give sales as rows of `MONEY_COLUMNS`: the base amount is what is left after the sale's own refunds."""
    for sale in found:
        base = sale.base_minor
        yield _sale_line(sale, base - sale.own_refunds if base is not None else None, team)


def _sale_line(sale: Any, base: int | None, team: TeamScope) -> tuple[object, ...]:
    """One sale in the columns of `MONEY_COLUMNS`, with a base amount of its own."""
    number, at, name, rep, product, quantity, amount, currency, _, channel, campaign, _, note = sale
    return (SALE, number, local(at, team.zone), name, rep, product, quantity,
            Money(amount, currency), money(base, team.currency), channel, campaign, note)  # fmt: skip


async def sold_rows(session: Session, cut: Cut, team: TeamScope) -> Rows:
    """List the cut's sales that stand, each less its own refunds."""
    found = await sale_records(session, cut, only_standing=True)
    return Rows(MONEY_COLUMNS, list(sale_lines(found, team)))


def contacts_and_sales(contacts: Iterable[tuple[object, ...]], sold: Rows) -> Rows:
    """Put sales under contacts, each of which is its kind, number, time, customer, rep, direction and outcome."""
    whose, goods = (KIND, *WHO), sold.columns[len(WHO) + 1 :]
    blank = (None,) * len(goods)
    lines = [(*contact, *blank) for contact in contacts]
    lines += [(*sale[: len(whose)], None, None, *sale[len(whose) :]) for sale in sold.records]
    return Rows((*whose, phrase("Direction"), phrase("Outcome"), *goods), lines)


async def net_lines(session: Session, cut: Cut, team: TeamScope) -> list[tuple[object, ...]]:
    """Give the cut's sales in full and its refunds as negative lines: together they are the net revenue."""
    lines = [_sale_line(sale, sale.base_minor, team) for sale in await sale_records(session, cut)]
    for number, at, name, rep, amount, currency, base, note in await refund_records(session, cut):
        less = money(-base if base is not None else None, team.currency)
        lines.append((REFUND, number, local(at, team.zone), name, rep, None, None,
                      Money(-amount, currency), less, None, None, note))  # fmt: skip
    return lines


async def cost_lines(
    session: Session, cut: Cut, team: TeamScope, kinds: Collection[str] = ()
) -> list[tuple[object, ...]]:
    """Give the cut's costs, of these kinds or all; the base amount is the share of its days that fall in the cut."""
    lines: list[tuple[object, ...]] = []
    for number, kind, first, last, amount, currency, base, channel, campaign, note in await cost_records(
        session, cut, kinds
    ):
        share = Cost(0, kind, first, last, base, channel, campaign).share(cut.first_day, cut.last_day)
        held = money(share if base is not None else None, team.currency)
        lines.append((COST, number, first, None, None, kind, None, Money(amount, currency), held,
                      channel, campaign, note))  # fmt: skip
    return lines
