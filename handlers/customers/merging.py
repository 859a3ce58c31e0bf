"""``/merge``: two customers who are one; managers decide which name stays, and may undo it for thirty days."""

import re

from handlers.base import LEADERS, Button, Handler, Reply, Request, UserError, clock_of, team_of
from handlers.buttons import data, id_of, parts_of
from handlers.customers.finding import LONGEST, holds, look
from handlers.customers.ownership import GONE
from metrics.wording import Money, phrase, plural_phrase
from store import AlreadyDone, NotFound, Session
from store.customers.cards import card
from store.customers.lookup import CustomerRow, customer
from store.customers.merging import REVERSIBLE, merge, merge_of, unmerge
from store.errors import Differs
from store.names import full_key

_BETWEEN = re.compile(r"\s*(?:,|;|\s(?:vào|vao|với|voi|và|into|with|and)\s)\s*", re.IGNORECASE)
_USAGE = phrase("Which two customers are one? For example: /merge Lan Nguyễn, 0912345678")


async def command(request: Request) -> Reply:
    """Show both customers and ask which of them stays."""
    names = [name for name in _BETWEEN.split(request.argument.strip()) if name]
    if not request.message.private:
        raise UserError(phrase("Merging shows phone numbers: do it in our private chat. For example: /merge Lan, Hoa"))
    if len(names) != 2:
        raise UserError(_USAGE)
    async with request.database.read() as session:
        one, other = [await _named(session, request, name) for name in names]
        if one.id == other.id:
            raise UserError(phrase("Both are the same customer: {name}.", name=one.name))
        return await _choice(session, request, one, other)


async def _named(session: Session, request: Request, name: str) -> CustomerRow:
    found = await look(session, request, name[:LONGEST])
    exact = [row for row in found if row.key == full_key(name)] or [row for row in found if holds(row, name)]
    if len(exact) == 1:
        return exact[0]
    if not exact:
        raise UserError(phrase("I know no customer like “{name}”. To merge two: /merge Lan, Hoa", name=name[:40]))
    people = ", ".join(row.name + (f" {row.phone}" if row.phone else "") for row in exact)
    raise UserError(phrase("“{name}” may be {people}. Name them by phone number.", name=name[:40], people=people))


async def _choice(session: Session, request: Request, one: CustomerRow, other: CustomerRow) -> Reply:
    lines = [request.say("Are these one customer? The records of both will count under the one that stays.")]
    lines += [await _summed(session, request, row) for row in (one, other)]
    plain = request.say.plain
    keep = [
        (Button(plain("Keep {name}", name=_label(row))[:60], data("merge", gone.id, row.id)),)
        for row, gone in ((one, other), (other, one))
    ]
    return Reply("\n".join(lines), (*keep, (Button(plain("Cancel"), data("nothing", "0")),)))


def _label(row: CustomerRow) -> str:
    return row.name + (f" …{row.phone[-4:]}" if row.phone else "")


async def _summed(session: Session, request: Request, row: CustomerRow) -> str:
    kept = await card(session, team_of(request).id, row.id)
    amount = Money(kept.net_minor, team_of(request).currency)
    sold = request.say(plural_phrase("{n} sale, {amount}", "{n} sales, {amount}", n=kept.sales, amount=amount))
    words = [request.say("<b>{name}</b>", name=row.name)]
    words += [request.say.value(word) for word in (row.phone, row.owner_name) if word]
    return request.say.join([*words, sold], " · ")


async def _press_same(request: Request) -> Reply:
    one_id, other_id = (id_of(part) for part in parts_of(request.argument, 2))
    _may(request)
    async with request.database.read() as session:
        try:
            one = await customer(session, team_of(request).id, one_id)
            other = await customer(session, team_of(request).id, other_id)
        except NotFound:
            raise UserError(GONE) from None
        return await _choice(session, request, one, other)


async def _press_merge(request: Request) -> Reply:
    from_id, into_id = (id_of(part) for part in parts_of(request.argument, 2))
    _may(request)
    async with request.begin() as session:
        try:
            gone = await customer(session, team_of(request).id, from_id)
            kept = await customer(session, team_of(request).id, into_id)
            merge_id = await merge(
                session, clock_of(request), from_id, into_id, request.member.id, request.now, request.inbox_id
            )
        except NotFound:
            raise UserError(phrase("One of them is gone or merged already.")) from None
        except Differs:
            raise UserError(phrase("One of them is internal: count it again first, or flag both.")) from None
        text = request.say(
            "Merged: {gone} counts under <b>{kept}</b> now. It can be undone for {days} days.",
            gone=gone.name, kept=kept.name, days=REVERSIBLE.days,
        )  # fmt: skip
        undo = Button(request.say.plain("Undo it"), data("unmerge", merge_id))
        seen = Button(request.say.plain("Card"), data("card", into_id))
        return await request.settle(session, Reply(text, ((undo, seen),), edits=True))


async def _press_unmerge(request: Request) -> Reply:
    _may(request)
    async with request.begin() as session:
        try:
            found = await merge_of(session, team_of(request).id, id_of(request.argument))
            done = await unmerge(session, clock_of(request), found.id, request.member.id, request.now, request.inbox_id)
            names = [(await customer(session, team_of(request).id, one)).name for one in (done.from_id, done.into_id)]
        except NotFound:
            raise UserError(phrase("The customer was merged again since: undo that merge first.")) from None
        except AlreadyDone:
            raise UserError(phrase("This merge was undone already, or is over 30 days old.")) from None
        text = request.say("Undone: {gone} and {kept} are two customers again.", gone=names[0], kept=names[1])
        return await request.settle(session, Reply(text, edits=True))


async def _press_not(request: Request) -> Reply:
    return Reply(request.say("Cancelled: nothing was changed."), edits=True)


def _may(request: Request) -> None:
    if request.member.role not in LEADERS:
        raise UserError(phrase("Managers and owners merge customers."))


BUTTONS: dict[str, Handler] = {
    "same": _press_same,
    "merge": _press_merge,
    "unmerge": _press_unmerge,
    "nothing": _press_not,
}
