"""``/feedback``: what somebody wishes were better, passed on to the team's owners and to whoever runs the bot."""

from handlers.base import Reply, Request, UserError, team_of
from handlers.clockwork.telling import Place, tell
from metrics.wording import Say, phrase
from store.people.reaching import leaders_of

LONGEST = 1000
"""Characters of it that are passed on."""


async def feedback(request: Request) -> Reply:
    """Pass a member's words on, once; nothing else is kept of them."""
    team, words = team_of(request), request.argument.strip()
    if not words:
        raise UserError(phrase("What should be better? For example: /feedback the digest comes too early"))

    def word(say: Say) -> Reply:
        who, where = request.member.name, team.name
        return Reply(say("{name} of {team} writes: {words}", name=who, team=where, words=words[:LONGEST]))

    async with request.begin() as session:
        leaders = await leaders_of(session, team.id)
        languages = dict.fromkeys(request.owner_ids, request.say.language)
        languages |= {one.chat_id: one.language for one in leaders if one.role == "owner"}
        languages.pop(request.member.telegram_id, None)
        for chat_id, language in languages.items():
            place = Place(team.id, chat_id, language)
            await tell(session, place, word, key=f"feedback:{request.inbox_id}:{chat_id}", now=request.now)
        if not languages:
            raise UserError(phrase("You are the one who reads this: there is nobody to pass it on to."))
        return await request.settle(session, Reply(request.say("Passed on. Thank you!")))
