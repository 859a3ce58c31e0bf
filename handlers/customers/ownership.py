"""Whose customer somebody is: said at entry, asked for by whoever needs them, handed over by a tap of the owner."""

from collections.abc import Sequence

from handlers.base import LEADERS, LOGGERS, Button, Handler, Reply, Request, Role, UserError, clock_of, team_of
from handlers.buttons import data, id_of, parts_of
from handlers.clockwork.telling import Word, hearing_of, tell_leaders, tell_member
from handlers.parsing import KnownCustomer
from metrics.wording import Phrase, Say, phrase
from store import NotFound, Session
from store.customers.cards import card
from store.customers.editing import change_customer
from store.customers.lookup import CustomerRow, customer
from store.people.membership import MemberRow, members_of
from store.people.reaching import leaders_of

GONE = phrase("That customer is no longer in your team.")


async def notice(session: Session, request: Request, known: KnownCustomer) -> str:
    """Say whose customer this is, since when and when last spoken to."""
    say, zone = request.say, team_of(request).zone
    kept = await card(session, team_of(request).id, known.id)
    if known.owner_name is None:
        words = [say("{name} has no owner yet", name=known.name)]
    elif known.owner_id == request.member.id:
        words = [say("{name} is yours", name=known.name)]
    else:
        words = [say("{name} is {owner}'s customer", name=known.name, owner=known.owner_name)]
    if kept.created_at:
        words.append(say("since {day}", day=kept.created_at.astimezone(zone).date()))
    if kept.last_contact_at:
        words.append(say("last contact {day}", day=kept.last_contact_at.astimezone(zone).date()))
    return say.join(words, ", ")


async def notices(session: Session, request: Request, known: Sequence[object]) -> str:
    """Say of each customer among the choices whose they are, a line each."""
    people = [one for one in known if isinstance(one, KnownCustomer)]
    return "\n".join([await notice(session, request, one) for one in people])


def is_colleagues(request: Request, known: KnownCustomer | CustomerRow | None) -> bool:
    """Whether a customer is looked after by somebody else."""
    return known is not None and known.owner_name is not None and known.owner_id != request.member.id


def asking(say: Say, known: KnownCustomer | CustomerRow) -> tuple[Button, ...]:
    """Return the button that asks a customer's owner to hand them over."""
    return (Button(say.plain("Ask {owner} to hand over", owner=known.owner_name or ""), data("handover", known.id)),)


async def _press_handover(request: Request) -> Reply:
    """Ask the owner, or the managers for one who is not on Telegram, to hand a customer over."""
    me, team_id = request.member, team_of(request).id
    _may_log(request)
    async with request.begin() as session:
        row = await _customer(session, request, id_of(request.argument))
        if not is_colleagues(request, row):
            raise UserError(phrase("{name} is yours already, or nobody's.", name=row.name))
        word = _request_for(row, me.id, me.name)
        key = f"handover:{row.id}:{me.id}:{request.now:%Y%m%d}"
        owner = await hearing_of(session, team_id, row.owner_id or 0)
        if owner is None:
            said = await _asked_above(session, request, row, word, key)
        elif await tell_member(session, team_id, owner.member_id, word, key=key, now=request.now):
            said = phrase("Asked. You are told as soon as {owner} has decided.", owner=row.owner_name or "")
        else:
            said = phrase("{owner} was asked today already.", owner=row.owner_name or "")
        return await request.settle(session, Reply(toast=request.say.plain(said)))


async def _asked_above(session: Session, request: Request, row: CustomerRow, word: Word, key: str) -> Phrase:
    """Ask the managers instead of an owner whom no message reaches; says whether any of them hears it."""
    team_id, owner = team_of(request).id, row.owner_name or ""
    me = request.member.id
    if await tell_leaders(session, team_id, word, key=key, now=request.now, but=me):
        return phrase("The bot cannot reach {owner}: the managers are asked instead. You are told what they decide.",
                      owner=owner)  # fmt: skip
    for one in await leaders_of(session, team_id):
        if one.member_id != me and await hearing_of(session, team_id, one.member_id):
            return phrase("The bot cannot reach {owner}; the managers were asked today already.", owner=owner)
    return phrase("The bot cannot reach {owner} or a manager. Ask {owner} yourself to write /start to the bot.",
                  owner=owner)  # fmt: skip


def _request_for(row: CustomerRow, member_id: int, name: str) -> Word:
    def word(say: Say) -> Reply:
        text = say("{name} asks you to hand <b>{customer}</b> over.", name=name, customer=row.name)
        yes = Button(say.plain("Hand over"), data("give", row.id, member_id))
        no = Button(say.plain("Keep"), data("keep", row.id, member_id))
        return Reply(text, ((yes, no),))

    return word


async def _press_give(request: Request) -> Reply:
    customer_id, to_id = (id_of(part) for part in parts_of(request.argument, 2))
    async with request.begin() as session:
        row = await _decided(session, request, customer_id)
        to = await _member(session, request, to_id)
        told = await give(session, request, row, to)
        text = request.say("<b>{customer}</b> is {name}'s customer now.", customer=row.name, name=to.name)
        if not told:
            text += "\n" + request.say("The bot cannot reach {name}: tell them yourself.", name=to.name)
        return await request.settle(session, Reply(text, edits=True))


async def _press_keep(request: Request) -> Reply:
    customer_id, to_id = (id_of(part) for part in parts_of(request.argument, 2))
    async with request.begin() as session:
        row = await _decided(session, request, customer_id)
        to = await _member(session, request, to_id)
        said = phrase("{owner} keeps {customer}.", owner=request.member.name, customer=row.name)
        words = phrase("<b>{customer}</b> stays yours; {name} is told.", customer=row.name, name=to.name)
        if not await _tell(session, request, to.id, f"keep:{row.id}", said):
            words = phrase("<b>{customer}</b> stays yours. The bot cannot reach {name}: tell them yourself.",
                           customer=row.name, name=to.name)  # fmt: skip
        text = request.say(words)
        return await request.settle(session, Reply(text, edits=True))


BUTTONS: dict[str, Handler] = {"handover": _press_handover, "give": _press_give, "keep": _press_keep}


async def give(session: Session, request: Request, row: CustomerRow, to: MemberRow) -> bool:
    """Make a member the owner of a customer, and tell them; False when no message reaches them."""
    changes = {"owner_id": to.id}
    await change_customer(session, clock_of(request), row.id, changes, request.member.id, request.now, request.inbox_id)
    if to.id == request.member.id:
        return True
    said = phrase(
        "{customer} is your customer now, handed over by {name}.", customer=row.name, name=request.member.name
    )
    return await _tell(session, request, to.id, f"give:{row.id}", said)


async def _tell(session: Session, request: Request, member_id: int, what: str, said: Phrase) -> bool:
    key, team_id = f"{what}:{member_id}:{request.inbox_id}", team_of(request).id
    return await tell_member(session, team_id, member_id, lambda say: Reply(say(said)), key=key, now=request.now)


async def _decided(session: Session, request: Request, customer_id: int) -> CustomerRow:
    """Return a customer over whom the presser may decide: their own, or for managers anyone's."""
    _may_log(request)
    row = await _customer(session, request, customer_id)
    if row.owner_id != request.member.id and request.member.role not in LEADERS:
        raise UserError(phrase("{name} is no longer yours to hand over.", name=row.name))
    return row


def _may_log(request: Request) -> None:
    if request.member.role not in LOGGERS:
        raise UserError(phrase("Viewers only ask; a manager can give you another role."))


async def _customer(session: Session, request: Request, customer_id: int) -> CustomerRow:
    try:
        return await customer(session, team_of(request).id, customer_id)
    except NotFound:
        raise UserError(GONE) from None


async def _member(session: Session, request: Request, member_id: int) -> MemberRow:
    for member in await members_of(session, team_of(request).id):
        if member.id == member_id and member.role != Role.VIEWER:
            return member
    raise UserError(phrase("That person has left the team."))
