"""The customer's side: who opens their own link rates by a tap, may say why by typing, or asks not to be contacted.

A visitor is a stranger to the team and stays one: the link is for its one customer, shows the team's name and nothing
else of it, and answers only whoever answered by it first. Everything is said in the team's language.
"""

from dataclasses import dataclass
from datetime import timedelta

from handlers.base import Button, Handler, Reply, Request, UserError
from handlers.buttons import STALE, data, id_of, parts_of
from handlers.clockwork.telling import tell_member
from metrics.wording import Html, Say, phrase
from store import AlreadyDone, Session
from store.customers.rating_links import RatingLink, awaiting_comment, claim, end_comment, keep_answer, link_of
from store.people.team import TeamRow, team_of
from store.records.care import log_optout, log_rating, optout_of
from store.records.corrections import correct, record
from store.records.entries import Clock, OptoutEntry, Origin, RatingEntry

COMMENT_WITHIN = timedelta(hours=1)
"""How long after rating a typed text is taken as the reason."""
LONGEST = 1000
_STARS = 5


@dataclass(frozen=True, slots=True)
class Visit:
    """A visitor with the link they hold, and the team that it is of."""

    request: Request
    link: RatingLink
    token: str
    team: TeamRow

    @property
    def say(self) -> Say:
        """Words in the team's language."""
        return Say(self.team.locale)

    @property
    def clock(self) -> Clock:
        """What writes must know of the team."""
        return Clock.of(self.team)


async def opened(request: Request, token: str) -> Reply | None:
    """Show the link's five buttons; None when the token is no rating link's."""
    async with request.database.read() as session:
        visit = await _visit(session, request, token)
    if visit is None:
        return None
    closed = _closed(visit)
    if closed is not None:
        return closed
    text = visit.say("How content are you with <b>{team}</b>? 1 is not at all, 5 is very.", team=visit.team.name)
    return Reply(text, _buttons(visit))


async def _visit(session: Session, request: Request, token: str) -> Visit | None:
    link = await link_of(session, token)
    return None if link is None else Visit(request, link, token, await team_of(session, link.team_id))


def _closed(visit: Visit) -> Reply | None:
    """Say why the link does not open for who holds it; None when it does."""
    request, link, say = visit.request, visit.link, visit.say
    if request.team is not None and request.team.id == link.team_id:
        return Reply(request.say("This link is for the customer: send it on to them. It works for them alone."))
    if link.expires_at <= request.now:
        return Reply(say("This link has expired. Ask {team} for a new one.", team=visit.team.name))
    if link.account_id not in (None, request.member.account_id):
        return Reply(say("Somebody else has answered by this link. Ask {team} for your own.", team=visit.team.name))
    return None


def _buttons(visit: Visit) -> tuple[tuple[Button, ...], ...]:
    plain = visit.say.plain
    stars = tuple(Button(f"{score} ★", data("rate", visit.token, score)) for score in range(1, _STARS + 1))
    return stars, (Button(plain("Stop contacting me"), data("stop", visit.token)),)


async def _held(session: Session, request: Request, token: str) -> Visit:
    """Return the visit of who pressed a button, made the one who answers by the link."""
    visit = await _visit(session, request, token)
    if visit is None:
        raise UserError(STALE)
    closed = _closed(visit)
    if closed is None:
        try:
            await claim(session, visit.link.id, request.member.account_id, request.now)
        except AlreadyDone:
            raise UserError(STALE) from None
        return visit
    raise UserError(phrase("This link no longer works for you."))


async def _press_rate(request: Request) -> Reply:
    token, text = parts_of(request.argument, 2)
    score = id_of(text)
    if not 1 <= score <= _STARS:
        raise UserError(STALE)
    async with request.begin() as session:
        visit = await _held(session, request, token)
        rating_id = await _rated(session, visit, score)
        typing = request.team is None
        until = request.now + COMMENT_WITHIN if typing else None
        await keep_answer(session, visit.link, rating_id, request.now, until)
        await _tell(session, visit, rating_id)
        thanks = visit.say("Thank you! You gave {score} of 5. To change it, tap another.", score=score)
        more = visit.say("Anything to add? Just type it here.") if typing else ""
        reply = Reply("\n".join(filter(None, (thanks, more))), _buttons(visit), edits=True)
        return await request.settle(session, reply)


async def _rated(session: Session, visit: Visit, score: int) -> int:
    """Record the rating, or correct the one that the link gave before; returns its id."""
    request, link = visit.request, visit.link
    if link.rating_id is not None:
        before = await record(session, link.team_id, link.rating_id)
        if before.removed_at is None:
            changes = {"score": score}
            await correct(session, visit.clock, before.id, changes, None, request.now, request.inbox_id)
            return before.id
    entry = RatingEntry(link.customer_id, link.made_by_id, request.now, score, ticket_id=link.ticket_id)
    origin = Origin(None, request.now, inbox_id=request.inbox_id, line=0)
    return (await log_rating(session, visit.clock, entry, origin)).id


async def _tell(session: Session, visit: Visit, rating_id: int) -> None:
    """Tell whoever gave the link out what the customer says."""
    view, link, request = await record(session, visit.link.team_id, rating_id), visit.link, visit.request
    if link.made_by_id is None:
        return

    def word(say: Say) -> Reply:
        text = say("{name} rated <b>{score}/5</b> (#{number})", name=view.customer_name or "",
                   score=view.values["score"], number=str(view.number))  # fmt: skip
        note = view.values["note"]
        return Reply(say("{line}: “{note}”", line=Html(text), note=note) if note else text)

    await tell_member(
        session, link.team_id, link.made_by_id, word, key=f"rated:{link.id}:{request.inbox_id}", now=request.now
    )


async def commented(request: Request) -> Reply | None:
    """Take a stranger's text as the reason of the rating just given; None when none was."""
    text = request.message.text.strip()[:LONGEST]
    async with request.database.read() as session:
        waiting = await awaiting_comment(session, request.member.account_id, request.now)
    if waiting is None or waiting.rating_id is None or not text:
        return None
    async with request.begin() as session:
        team = await team_of(session, waiting.team_id)
        visit = Visit(request, waiting, "", team)
        view = await record(session, team.id, waiting.rating_id)
        if view.removed_at is None:
            note = "\n".join(filter(None, (view.values["note"], text)))
            await correct(session, visit.clock, view.id, {"note": note}, None, request.now, request.inbox_id)
            await _tell(session, visit, view.id)
        await end_comment(session, request.member.account_id)
        return await request.settle(session, Reply(visit.say("Thank you, {team} will read it.", team=team.name)))


async def _press_stop(request: Request) -> Reply:
    async with request.begin() as session:
        visit = await _held(session, request, request.argument)
        link = visit.link
        if await optout_of(session, link.team_id, link.customer_id, request.now) is None:
            entry = OptoutEntry(link.customer_id, None, request.now)
            origin = Origin(None, request.now, inbox_id=request.inbox_id, line=0)
            await log_optout(session, visit.clock, entry, origin)
        await end_comment(session, request.member.account_id)
        text = visit.say("{team} will not contact you any more.", team=visit.team.name)
        back = Button(visit.say.plain("You may contact me again"), data("back", visit.token))
        return await request.settle(session, Reply(text, ((back,),), edits=True))


async def _press_back(request: Request) -> Reply:
    async with request.begin() as session:
        visit = await _held(session, request, request.argument)
        link = visit.link
        optout = await optout_of(session, link.team_id, link.customer_id, request.now)
        if optout is not None:
            await correct(session, visit.clock, optout, {"back_at": request.now}, None, request.now, request.inbox_id)
        text = visit.say("Thank you: {team} may contact you again.", team=visit.team.name)
        return await request.settle(session, Reply(text, _buttons(visit), edits=True))


BUTTONS: dict[str, Handler] = {"rate": _press_rate, "stop": _press_stop, "back": _press_back}
"""What a stranger may press."""
