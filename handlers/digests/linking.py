"""``/link``: binds the group, or the topic of a forum, in which it is sent to the team; ``/link off`` lets it go."""

from handlers.base import Reply, Request, UserError, team_of
from handlers.clockwork.places import titled
from metrics.wording import phrase
from store import Session
from store.names import fold
from store.people import links
from store.people.links import Link
from store.queues import outbox, schedules

NOT_LINKED = phrase("This group is not linked to your team. A manager can do it here: /link")


async def link(request: Request) -> Reply:
    """Bind the present group or topic to the sender's team."""
    team, message = team_of(request), request.message
    if message.private:
        return await _listed(request)
    async with request.begin() as session:
        if fold(request.argument) in {"off", "tat"}:
            gone = await links.unlink(session, team.id, message.chat_id, message.thread_id)
            if gone:
                await schedules.end_in(session, team.id, message.chat_id, message.thread_id, request.now)
                await outbox.drop(session, team.id, message.chat_id, message.thread_id, request.now)
            said = request.say("Unlinked: nothing is posted here any more.") if gone else request.say(NOT_LINKED)
            return await request.settle(session, Reply(said))
        title = message.chat_title or str(message.chat_id)
        bound = await links.link(
            session, team.id, message.chat_id, message.thread_id, title, request.member.id, request.now
        )
        if not bound:
            raise UserError(phrase("This group is another team's. Its managers can let it go here: /link off"))
        said = request.say("Linked to {team}. Digests for this group: /digest", team=team.name)
        return await request.settle(session, Reply(said))


async def _listed(request: Request) -> Reply:
    async with request.database.read() as session:
        places = await links.links_of(session, team_of(request).id)
    if not places:
        return Reply(request.say("Send /link in the group or topic that digests are for; the bot must be in it."))
    names = [titled(request.say.plain, place) for place in places]
    return Reply(request.say("Linked: {names}. To let one go, send /link off there.", names=names))


async def here(session: Session, request: Request) -> Link | None:
    """Return the link of the group or topic that a request comes from, when it is the team's; None in private."""
    message = request.message
    if message.private:
        return None
    found = await links.link_at(session, message.chat_id, message.thread_id)
    if found is None or found.team_id != team_of(request).id:
        raise UserError(NOT_LINKED)
    return found
