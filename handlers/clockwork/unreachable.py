"""Tells a team's managers, once, that a chat can no longer be reached."""

from datetime import datetime

from handlers.base import Reply
from handlers.clockwork.places import titled
from handlers.clockwork.telling import place_of, tell
from metrics.wording import Say
from store import Session
from store.people.links import link_at
from store.people.reaching import everyone_of


async def unreachable(session: Session, team_id: int, chat_id: int, thread_id: int, now: datetime) -> None:
    """Say it to every manager and owner but the one whose own chat it is."""
    link = await link_at(session, chat_id, thread_id)
    people = await everyone_of(session, team_id)
    person = next((one.name for one in people if one.chat_id == chat_id), "")

    def word(say: Say) -> Reply:
        name = titled(say.plain, link) if link is not None else person
        if chat_id > 0:
            return Reply(
                say(
                    "{name} cannot be reached: they blocked the bot. Nothing is sent there until they write.", name=name
                )
            )
        return Reply(
            say("“{chat}” cannot be reached: the bot was removed, or the topic closed. Nothing is sent there until "
                "somebody writes to the bot there, for example: /link", chat=name)
        )  # fmt: skip

    for one in people:
        if one.role in {"manager", "owner"} and one.chat_id != chat_id:
            key = f"unreachable:{chat_id}:{thread_id}:{now:%Y%m%dT%H%M%S}:{one.member_id}"
            await tell(session, place_of(one), word, key=key, now=now)
