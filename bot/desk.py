"""Makes a Request of what was heard (who, which team, which language) and has it answered."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from bot.chat import Heard, Person
from bot.inbox import Mark
from bot.settings import Settings
from handlers.base import Fetch, Member, Painter, Reply, Request, Role, no_files
from handlers.clockwork.teams import team_from
from metrics.wording import Say
from store import Database
from store.people.membership import Sender, greet, sender
from store.queues.inbox import Stored
from store.queues.outbox import is_muted

Handle = Callable[[Request], Awaitable[Reply]]
Seen = Callable[[Person, Role, str], None]
Reached = Callable[[int], Awaitable[None]]
Show = Callable[[Reply, Heard], Awaitable[None]]


async def _nowhere(_reply: Reply, _heard: Heard) -> None:
    """Show nothing."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Where messages are made into requests; ``seen`` hears of each sender with role and language.

    ``reached`` hears of each muted private chat that its person writes in, ``fetch`` gets the files that they send,
    ``show`` what is under way.
    """

    settings: Settings
    database: Database
    painter: Painter
    now: Callable[[], datetime]
    bot_name: str
    handle: Handle
    seen: Seen = lambda _person, _role, _language: None
    reached: Reached | None = None
    fetch: Fetch = no_files
    show: Show = _nowhere

    async def answer(self, row: Stored, heard: Heard, mark: Mark) -> Reply:
        """Answer one message; in groups, what strangers say to each other is not the bot's business."""
        known = await self._known(heard)
        if known is None:
            return Reply()
        request = self._request(row, heard, mark, known)
        self.seen(heard.person, request.member.role, request.say.language)
        return await self.handle(request)

    async def apology(self, heard: Heard, reference: str) -> Reply:
        """Tell the sender which message was not recorded, with the reference under which it was logged."""
        async with self.database.read() as session:
            say = Say(self._language(heard, await sender(session, heard.person.id)))
        if heard.press_id is not None:
            return Reply(say("That button did not work, sorry. Nothing was changed. (Ref. {ref})", ref=reference))
        text = heard.message.text
        shown = text if len(text) <= 60 else text[:60] + "…"
        return Reply(
            say(
                "Sorry, this message was not recorded: “{text}”. Please send it again later. (Ref. {ref})",
                text=shown,
                ref=reference,
            )
        )

    async def _known(self, heard: Heard) -> Sender | None:
        person = heard.person
        async with self.database.read() as session:
            known = await sender(session, person.id)
            muted = heard.message.private and await is_muted(session, heard.message.chat_id, 0)
        if muted and self.reached is not None:
            await self.reached(heard.message.chat_id)
        if known is not None and (known.account.name, known.account.username) == (person.name, person.username):
            return known
        if known is None and not (heard.message.private or heard.press_id or heard.message.text.startswith("/")):
            return None
        async with self.database.begin() as session:
            await greet(session, person.id, person.name, person.username)
            return await sender(session, person.id)

    def _request(self, row: Stored, heard: Heard, mark: Mark, known: Sender) -> Request:
        settings, account, person = self.settings, known.account, heard.person
        role = Role(known.member.role) if known.member else Role.STRANGER
        return Request(
            message=heard.message,
            member=Member(
                id=known.member.id if known.member else 0,
                account_id=account.id,
                telegram_id=person.id,
                name=known.member.name if known.member else person.name,
                username=person.username,
                role=role,
            ),
            team=team_from(known.team) if known.team else None,
            say=Say(self._language(heard, known)),
            now=self.now(),
            database=self.database,
            painter=self.painter,
            intake=mark,
            inbox_id=row.id,
            bot_name=self.bot_name,
            owner_ids=settings.owner_ids,
            fetch=self.fetch,
            meanwhile=lambda reply: self.show(reply, heard),
            defaults={
                "locale": settings.default_locale,
                "timezone": settings.default_timezone,
                "currency": settings.default_currency,
            },
        )

    def _language(self, heard: Heard, known: Sender | None) -> str:
        """The language chosen by the reader, else the team's, else the one that their Telegram is set to."""
        chosen = known.account.locale if known else None
        teams = known.team.locale if known and known.team else None
        if chosen or teams:
            return str(chosen or teams)
        if not heard.person.language:
            return self.settings.default_locale
        return "vi" if heard.person.language.startswith("vi") else "en"
