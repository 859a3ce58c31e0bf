"""Where a team's digests go, in words: a group or a topic by its title, a private chat by whose it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from metrics.wording import Say
from store import Session
from store.people.links import Link, links_of
from store.people.reaching import everyone_of


@dataclass(frozen=True, slots=True)
class Places:
    """The groups and topics that are linked to the team, and whose private chat is which (by chat id)."""

    links: Sequence[Link]
    people: Mapping[int, str]

    def name(self, say: Say, chat_id: int, thread_id: int, own: int = 0) -> str:
        """Name a place; ``own`` is the chat of whoever reads it."""
        if chat_id > 0:
            known = chat_id != own and chat_id in self.people
            return say("in private, {name}", name=self.people[chat_id]) if known else say("in private")
        found = next((link for link in self.links if (link.chat_id, link.thread_id) == (chat_id, thread_id)), None)
        return titled(say, found) if found else say("a group that is no longer linked")


def titled(say: Say, link: Link) -> str:
    """Name a group, or a topic of it by its number: its own title is not told to bots that ask."""
    return (
        say("{group} #{topic}", group=link.title, topic=str(link.thread_id))
        if link.thread_id
        else say.value(link.title)
    )


async def places_of(session: Session, team_id: int) -> Places:
    """Return where a team's digests may go."""
    people = {one.chat_id: one.name for one in await everyone_of(session, team_id)}
    return Places(await links_of(session, team_id), people)
